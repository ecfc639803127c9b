"""The value of a JSON text: what no number can hold counts as absent, under any key of any format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.json_text import loaded
from gateway.model.reason import Reason
from tests.support import nasty

TEXTS = sorted(path.read_text("utf-8") for path in nasty.FOLDER.glob("*.json"))
HUGE = ("1e999", "-1e999", "1" + "0" * 400, "-1" + "0" * 400, "9" * 309, "9" * 4_000, "9" * 5_000)
HERE = "a value of its own"


@pytest.mark.parametrize("number", HUGE)
def test_a_number_that_no_float_holds_counts_as_absent(number: str) -> None:
    assert loaded(b'{"a": [%s, 1e300, 7]}' % number.encode())[1] == {"a": [None, 1e300, 7]}


def test_a_long_whole_number_that_a_float_holds_stays_as_it_is() -> None:
    assert loaded(b"[%s]" % (b"1" * 305))[1] == [int("1" * 305)]


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every list and object in a document with each of its keys."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(inner):
        yield value, key
        yield from places(one)


@given(st.data())
def test_no_reader_fails_on_one_under_any_key(data: st.DataObject) -> None:
    document = json.loads(data.draw(st.sampled_from(TEXTS)))
    around, key = data.draw(st.sampled_from(list(places(document)) or [([None], 0)]))
    around[key] = HERE
    raw = json.dumps(document).replace(f'"{HERE}"', data.draw(st.sampled_from((*HUGE, "9" * 300)))).encode()
    try:
        told = {defect.saw for alert in parse(raw) for defect in alert.defects}
    except Unreadable as refused:
        told = {str(refused.why.reason)}
    assert Reason.READER_FAILED not in told
