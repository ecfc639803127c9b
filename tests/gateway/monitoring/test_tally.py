"""The tally holds no more than it may."""

from __future__ import annotations

from gateway.model.delivery import Evidence
from gateway.model.event import SpeakerChanged
from gateway.model.plan import Act
from gateway.monitoring.metrics import REMEMBERED, Tally
from tests.support.county import START


def test_after_a_storm_the_tally_holds_no_more_than_it_may() -> None:
    tally = Tally(lambda: START)
    for number in range(3 * REMEMBERED):
        tally.note(SpeakerChanged(f"k{number}", "p", Act.WARNING, "a", 0, Evidence.SENT, None, None, None))
    assert len(tally.first_orders) == REMEMBERED
    assert len(tally._ordered) == REMEMBERED
