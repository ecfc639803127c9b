"""The neural voice says first readings, and a county's worst hour leaves no speaker waiting.

All in virtual time, with a voice that takes as long as the real one was measured to take on one core.
"""

from __future__ import annotations

import pytest

from tests.listening.county_scene import READINGS, VILLAGES, simulated, villages
from tests.listening.first_readings import known, measured
from tests.support.warning_texts import OURS, texts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LEAST = 0.8
"""The share of first readings that shall be neural where it has rehearsed."""


def test_of_our_own_texts_most_first_readings_are_neural() -> None:
    several = texts(OURS)
    assert len(several) >= 40
    measure = measured(several, 1.0, known(several))
    assert measure.share >= LEAST, measure.accounts


def test_a_machine_slower_than_speech_says_none_of_them_without_a_rehearsal() -> None:
    few = texts(OURS)[:6]
    assert measured(few, 4.0, frozenset()).share == 0.0, "the measure can tell it"


def test_twelve_villages_at_once_wait_for_nobody_and_the_next_burst_is_neural() -> None:
    first, second = simulated(known(villages()))
    for scene in (first, second):
        assert len(scene.heard) == VILLAGES
        assert scene.late_s < 0.05
        assert all(len(one.accounts) == READINGS for one in scene.heard)
    assert 0 < first.neural(0) < VILLAGES, "some at once, and our own voice fills in"
    assert first.neural(READINGS - 1) > first.neural(0)
    assert second.neural(0) == VILLAGES
