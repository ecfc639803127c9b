"""The pipeline's objects: the gauges, the judges, what is held, the way of a document from bytes to plan."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from gateway.app.shared import Shared
from gateway.delivery.dispatcher import Dispatcher
from gateway.intake.signature import pinned
from gateway.judge.judge import judge
from gateway.judge.sense import senses
from gateway.model.record import LedgerFailed
from gateway.model.speaker import Roster
from gateway.monitoring.canary import CANARY, SPEAKER
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.gauges import Gauges
from gateway.pipeline.handover import Handover
from gateway.pipeline.held import Held
from gateway.pipeline.judging import Judging
from gateway.pipeline.open_drills import OpenDrills
from gateway.pipeline.outage import Outage
from gateway.pipeline.parsing import Parsing
from gateway.pipeline.pending import Pending
from gateway.pipeline.pipeline import Pipeline
from gateway.pipeline.quarantine import Quarantining
from gateway.site.policies import policies

RECENT = 200
"""Documents of an earlier life in which the drafts of gauges are looked for. Our choice."""


class PipelineParts:
    """From bytes to plans in the ledger. `owed` is called when the ledger owes receipts."""

    def __init__(
        self, shared: Shared, drills: OpenDrills, dispatcher: Dispatcher, owed: Callable[[], None]
    ) -> None:
        ledger, clock = shared.ledger, shared.clock
        self.policies = policies(shared.config)
        self.gauges = _gauges(shared)
        self.pending = Pending()
        handover = Handover(dispatcher, self.pending, shared.events, owed)
        self.judging = Judging(
            ledger.past,
            clock,
            Parsing(self.policies, _certificates(shared), self.gauges),
            partial(judge, rules=shared.rules),
            senses,
            self.policies,
            partial(_within_reach, shared.roster),
            drills.open,
            self.pending,
            ledger.standing,
        )
        self.held = Held(ledger, clock, self.judging, handover)
        self.backlog = Backlog(ledger)
        self.quarantine = Quarantining(ledger, clock, self.backlog, shared.events, owed)
        outage = Outage(ledger, self.judging, self.pending, handover)
        self.pipeline = Pipeline(
            ledger,
            self.judging,
            handover,
            self.backlog,
            self.quarantine,
            outage,
            self.held.wake,
            owed,
        )


def _gauges(shared: Shared) -> Gauges:
    """The gauges of the roster, with what the ledger knows of drafts of an earlier life."""
    roster = shared.roster
    gauges = Gauges(roster.stations, shared.clock, shared.alarms, roster.refuges)
    with suppress(LedgerFailed):
        gauges.remember(document.alert for document in shared.ledger.documents(RECENT))
    return gauges


def _certificates(shared: Shared) -> dict[str, tuple[str, ...]]:
    return pinned({source.name: source.certificates for source in shared.config.sources})


def _within_reach(roster: Roster, source: str) -> Roster:
    """The speakers that documents of a source can play at. The canary's can play at its own speaker only."""
    return Roster(0, (), (SPEAKER,)) if source == CANARY else roster
