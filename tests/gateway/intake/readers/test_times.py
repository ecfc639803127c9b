"""T19: times in every form met in the field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.readers.times import moment, stamped
from gateway.runtime.clock import CHINA

AT = datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-28T14:30:00+08:00",
        "2026-07-28 14:30:00+08:00",
        "2026-07-28T06:30:00Z",
        "2026-07-28T06:30:00-00:00",
        "2026-07-28T14:30:00.000",
        "2026-07-28T14:30",
        "\n 2026-07-28T14:30:00 \t",
        "2026/7/28 下午 02:30:00",
        "2569-07-28T14:30:00+08:00",
        "2026-07-28T143000+0800",
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    assert moment(text) == AT


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026/7/28 上午 12:30", 0), ("2026/7/28 下午 12:30", 12), ("2026/7/28 上午 11:30", 11)],
)
def test_twelve_oclock_of_the_half_days(text: str, hour: int) -> None:
    assert moment(text) == datetime(2026, 7, 28, hour, 30, tzinfo=CHINA)


def test_a_day_alone_begins_at_midnight_in_china() -> None:
    assert moment("2026-07-28") == datetime(2026, 7, 28, tzinfo=CHINA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-07-28T25:00:00",
        "20260728",
        "2026-07-28T14:30:00+99:99",
        "0001-01-01",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert moment(text) is None


@given(
    st.text(max_size=30)
    | st.from_regex(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", fullmatch=True)
)
def test_every_answer_can_be_told_in_any_zone(text: str) -> None:
    at = moment(text)
    assert at is None or at.astimezone(UTC).astimezone(CHINA) == at


def test_fourteen_digits_are_a_time_of_china() -> None:
    assert stamped("20260728143000") == AT


@pytest.mark.parametrize(
    "digits", ["", "2026072814300", "202607281430001", "20261328143000", "2026-07-28 143"]
)
def test_other_digits_are_no_time(digits: str) -> None:
    assert stamped(digits) is None
