"""How numbers and spans are written."""

from __future__ import annotations

import re

import pytest

from gateway.quantities.spans import MINUS, NUMBER, TO


@pytest.mark.parametrize("text", ["0", "105", "1.05", "1,234", "12,345.6"])
def test_a_number_is_found_whole(text: str) -> None:
    assert re.fullmatch(NUMBER, text)


@pytest.mark.parametrize("text", ["1,23", "12,3456", "1.", "-1"])
def test_anything_else_is_no_number(text: str) -> None:
    assert not re.fullmatch(NUMBER, text)


@pytest.mark.parametrize("text", ["50~80", "50-80", "50 — 80", "8至10", "8到10"])
def test_the_two_ends_of_a_span(text: str) -> None:
    match = re.fullmatch(f"({NUMBER}){TO}({NUMBER})", text)
    assert match is not None
    assert [float(end) for end in match.groups()] == [float(end) for end in re.findall(r"\d+", text)]


def test_a_minus_is_a_hyphen_or_the_sign_of_its_own() -> None:
    assert [bool(re.fullmatch(MINUS, sign)) for sign in "-−—"] == [True, True, False]
