"""The seconds between two moments, by the machine's count or by the wall clock."""

from __future__ import annotations

from datetime import timedelta

from gateway.model.instant import Instant
from tests.support.county import START

HOUR = timedelta(hours=1)


def test_in_one_boot_the_count_holds_whatever_the_wall_clock_was_set_to() -> None:
    before = Instant(START, 100.0, "boot")
    assert Instant(START + HOUR, 103.5, "boot").since(before) == 3.5
    assert Instant(START - HOUR, 103.5, "boot").since(before) == 3.5


def test_after_another_boot_the_wall_clock_holds() -> None:
    before = Instant(START, 100.0, "boot")
    assert Instant(START + HOUR, 3.0, "next boot").since(before) == 3600


def test_no_time_between_two_moments_is_below_zero() -> None:
    before = Instant(START, 100.0, "boot")
    assert Instant(START - HOUR, 3.0, "next boot").since(before) == 0
    assert Instant(START, 99.0, "boot").since(before) == 0
