"""Chinese numerals as values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.quantities.cardinals import cardinals, one_by_one


def test_numerals_that_are_said_one_by_one() -> None:
    assert one_by_one("二零二六") == "2026"
    assert one_by_one("幺两〇") == "120"


@pytest.mark.parametrize(
    ("numerals", "values"),
    [
        ("一千零五", [1005]),
        ("一千五", [1500]),
        ("一亿零三百万", [103_000_000]),
        ("九百八十五百", [985, 0]),
        ("二百九二", [290, 2]),
        ("零五六四", [564]),
    ],
)
def test_a_run_of_numerals_is_one_number_or_several(numerals: str, values: list[int]) -> None:
    assert [value for value, _ in cardinals(numerals)] == [Decimal(value) for value in values]
