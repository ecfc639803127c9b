"""The keys of a JSON object: read with their kind, or refused by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers.keys import as_object, at, inner, needed, sent, text
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA


@pytest.mark.parametrize("found", [None, [], "x", 7, True])
def test_what_is_no_object_is_refused_with_what_was_seen(found: object) -> None:
    with pytest.raises(Unreadable) as caught:
        as_object(found)
    assert caught.value.why.reason is Reason.BAD_VALUE
    assert caught.value.why.fields["saw"] == json.dumps(found, ensure_ascii=False)


def test_what_was_seen_is_cut_short() -> None:
    with pytest.raises(Unreadable) as caught:
        as_object(["x" * 10_000])
    assert len(caught.value.why.fields["saw"]) == 80


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (" 暴雨 \n", "暴雨"),
        (7, "7"),
        (0, "0"),
        (1.5, "1.5"),
        (None, ""),
        ([], ""),
        (["x"], ""),
        ({"a": 1}, ""),
    ],
)
def test_a_text_is_read_without_blanks_and_a_list_or_object_is_none(value: object, read_as: str) -> None:
    assert text({"key": value}, "key") == read_as


def test_an_absent_key_has_no_text_no_object_and_no_time() -> None:
    assert (text({}, "key"), inner({}, "key"), at({}, "key")) == ("", {}, None)


@pytest.mark.parametrize("value", [None, "", "  ", [], {}])
def test_a_needed_text_that_is_not_there_is_refused_by_name(value: object) -> None:
    with pytest.raises(Unreadable) as caught:
        needed({"key": value}, "key")
    assert (caught.value.why.reason, caught.value.element) == (Reason.MISSING_ELEMENT, "key")
    assert caught.value.why.fields == {"element": "key"}


@pytest.mark.parametrize("value", [None, [], ["x"], "x", 7])
def test_an_object_of_another_kind_is_empty(value: object) -> None:
    assert inner({"key": value}, "key") == {}
    assert inner({"key": {"a": 1}}, "key") == {"a": 1}


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("2026-07-28T14:30:00+08:00", datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)),
        ("2026-07-28 14:30", datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)),
        (1785220200, datetime(2026, 7, 28, 6, 30, tzinfo=UTC)),
        (1785220200.5, datetime(2026, 7, 28, 6, 30, 0, 500_000, tzinfo=UTC)),
        ("soon", None),
        (0, None),
        (-1, None),
        (7e9, None),
        (float("inf"), None),
        (True, None),
        ([], None),
    ],
)
def test_a_time_is_seconds_or_as_warnings_write_it(value: object, read_as: datetime | None) -> None:
    assert at({"key": value}, "key") == read_as


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("soon", Reason.BAD_VALUE),
        (-1, Reason.BAD_VALUE),
        ("", Reason.MISSING_ELEMENT),
        (None, Reason.MISSING_ELEMENT),
    ],
)
def test_a_needed_time_that_is_none_is_refused_by_name(value: object, reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        sent({"key": value}, "key")
    assert (caught.value.why.reason, caught.value.element) == (reason, "key")
