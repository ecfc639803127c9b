"""The office's objects: the acts of people, a class a noun."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from gateway.app.pipeline import PipelineParts
from gateway.app.shared import Shared
from gateway.delivery.dispatcher import Dispatcher
from gateway.model.record import CANARY, LedgerFailed
from gateway.office.again import Resumptions
from gateway.office.air import AirActs
from gateway.office.drills import DrillActs
from gateway.office.review import ReviewActs
from gateway.office.speech import SpeechActs


class OfficeParts:
    """What people do here. `learn` takes the pronunciations that people taught, now and at every change."""

    def __init__(
        self,
        shared: Shared,
        dispatcher: Dispatcher,
        pipeline: PipelineParts,
        learn: Callable[[Mapping[str, str]], None],
    ) -> None:
        with suppress(LedgerFailed):
            learn(shared.ledger.pronunciations())
        ledger, clock, roster, events = shared.ledger, shared.clock, shared.roster, shared.events
        judge_again, parse_again = pipeline.held.release, pipeline.quarantine.release
        self.review = ReviewActs(
            ledger, clock, roster, shared.rules, dispatcher, events, judge_again, parse_again
        )
        self.air = AirActs(ledger, clock, roster, dispatcher, events, self.review.veto)
        self.resumptions = Resumptions(ledger, clock, roster, dispatcher, events)
        self.speech = SpeechActs(ledger, clock, roster, shared.rules, dispatcher, learn)
        sources = pipeline.policies.keys() - {CANARY}
        self.drills = DrillActs(ledger, clock, roster, shared.rules, dispatcher, events, sources)
