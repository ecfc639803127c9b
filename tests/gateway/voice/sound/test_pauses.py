"""The product's own pauses."""

from __future__ import annotations

from gateway.voice.piece import ENDS, MARKS
from gateway.voice.sound.pauses import pause_s


def test_every_mark_has_a_pause_that_outlasts_an_echo_and_a_sentence_has_the_longest() -> None:
    for mark in MARKS:
        assert 0.24 <= pause_s(mark) <= 0.28 or mark in ENDS
    assert {pause_s(mark) for mark in ENDS} == {0.6}
    assert pause_s("") < min(map(pause_s, MARKS)), "within a clause that was cut"
