"""Planted bugs of what a daemon must find out when it starts again, or when the disk has healed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.delivery.live import Live
from gateway.model.delivery import Burst
from gateway.model.judgement import Judgement
from gateway.pipeline.pending import Pending
from gateway.store.sqlite.ledger import Ledger
from tests.simulation.planting import Patch, breaks


@breaks("every_key_ends")
def what_was_ending_is_forgotten(patch: Patch) -> None:
    """A crash between a Cancel and its settling leaves bursts without an outcome."""
    patch.setattr(Ledger, "unsettled", lambda self: [])


@breaks("receipts_match_plays")
def summed_up_after_every_restart(patch: Patch) -> None:
    """That a burst was summed up is known in memory only."""
    real = Live.__init__

    def init(
        self: Live, plan: Any, source: str, roster: Any, clock: Any, bursts: Sequence[Burst] = ()
    ) -> None:
        real(self, plan, source, roster, clock, bursts)
        self.summed = set()

    patch.setattr(Live, "__init__", init)


@breaks("everybody_is_told", theme="clock")
def a_slow_clock_is_believed(patch: Patch) -> None:
    """A clock that says less than the ledger has seen is trusted.

    Plans of before wait for a time long past.
    """
    patch.setattr(Ledger, "seen", lambda self: None)


@breaks("the_schedule_holds")
def what_sounds_is_planned_anew(patch: Patch) -> None:
    """A plan that sounded from memory counts its bursts from the healing of the disk."""

    def as_it_sounds(self: Pending, key: str, again: Judgement) -> Judgement:
        return again

    patch.setattr(Pending, "as_it_sounds", as_it_sounds)
