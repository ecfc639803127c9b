"""Again (恢复播出): what was stopped is said at the speakers that have not heard it whole, if it still
holds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from gateway.codes import meaning
from gateway.judge import lineage
from gateway.judge.resumption import SAID, lacking, resumption
from gateway.judge.sense import senses
from gateway.model.event import SaidAgain
from gateway.model.judgement import Past
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Document, PlanRow
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold
from gateway.office import Dispatcher, Ledger
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events

log = logging.getLogger(__name__)

SETTLES_S = 5.0
"""So long the outcomes of a stop have to be written before an order counts them. A disk that takes longer
takes no plan either. Our choice."""
STANDING = timedelta(days=3)
"""How far back an end that names nothing is looked for, as a judge does (gateway/pipeline/judging.py)."""


class Resumptions:
    """The act of saying a warning again. It is a person's yes: it waits for no hour.

    A hold of everything, the guard of notices and of the minutes of a night, and a question whether the
    warning has ended keep their say before each burst.
    """

    def __init__(
        self, ledger: Ledger, clock: Clock, roster: Roster, dispatcher: Dispatcher, events: Events
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._dispatcher = dispatcher
        self._events = events

    async def again(self, key: str, person: str) -> Plan:
        """Say the document again where it has not been heard whole.

        Returns its plan; that of the first order where it is asked for twice. Raises Refused.
        """
        try:
            async with asyncio.timeout(SETTLES_S):
                await self._dispatcher.on_disk()
        except TimeoutError:
            log.warning("what was said last is not on the disk yet")
        document = self._document(key)
        rows = [row for row in self._ledger.plans(key) if row.plan.act in SAID]
        if not rows:
            raise Refused(Why(Reason.NEVER_AIRED, {"key": key}))
        successors = self._refuse_what_is_over(document, rows)
        told = {name for successor in successors for name in successor.whole | successor.expected}
        plan = resumption(rows, self._clock.now(), self._roster, told)
        if plan is None:
            return self._asked_already(rows, successors)
        if await self._ledger.add_plan(plan, person, f"again {key}", key):
            self._events.publish(SaidAgain(key, person, plan.targets))
        self._dispatcher.take(plan, document.source)
        return plan

    def _document(self, key: str) -> Document:
        document = self._ledger.document(key)
        if document is None:
            raise Refused(Why(Reason.UNKNOWN_ALERT, {"key": key}))
        if isinstance(document.verdict, Hold) or document.verdict.why.reason is Reason.TAKEN_BACK:
            raise Refused(document.verdict.why)
        return document

    def _asked_already(self, rows: Sequence[PlanRow], successors: Sequence[Past]) -> Plan:
        """The plan of an earlier order that is on its way. Raises Refused where there is none."""
        newest = rows[-1]
        if len(rows) > 1 and newest.ended is None:
            return newest.plan
        if successors and lacking(rows):
            raise Refused(Why(Reason.AGAIN_REPLACED, {"by": successors[-1].alert.identifier}))
        raise Refused(Why(Reason.AGAIN_HEARD))

    def _refuse_what_is_over(self, document: Document, rows: Sequence[PlanRow]) -> list[Past]:
        """Raise Refused if the document has ended. Returns later issues of it, which say it in other words.

        Where the clock cannot be trusted, the person knows better whether it has expired.
        """
        alert, source, since = document.alert, document.source, rows[0].plan.start
        past = self._ledger.past(alert, since, senses(alert))
        past += self._ledger.standing(alert, source, self._clock.now() - STANDING)
        others = [other for other in past if other.alert.key != alert.key]
        own = next((one for one in past if one.alert.key == alert.key and one.source == source), None)
        itself = own or Past(alert, source, document.verdict.name, document.at)
        if end := lineage.cancelled_before(itself, others):
            raise Refused(Why(Reason.AGAIN_LIFTED, {"by": end.alert.identifier}))
        if newer := lineage.superseded_before(itself, others):
            raise Refused(Why(Reason.AGAIN_REPLACED, {"by": newer.alert.identifier}))
        for row in rows:
            why = row.ended
            if why and why.reason in (Reason.CANCELLED, Reason.REPLACED):
                reason = Reason.AGAIN_LIFTED if why.reason is Reason.CANCELLED else Reason.AGAIN_REPLACED
                raise Refused(Why(reason, why.fields))
        ends = [end for end in (rows[-1].plan.not_after, rows[0].plan.schedule.until) if end]
        if self._clock.trusted and ends and min(ends) <= self._clock.now():
            raise Refused(Why(Reason.AGAIN_EXPIRED, {"expires": min(ends).isoformat(timespec="minutes")}))
        return [other for other in others if _issued_later(other, itself)]


def _issued_later(other: Past, document: Past) -> bool:
    """Whether it is a later issue of the same signal by the same issuer."""
    if other.plan is None or other.plan.act is not Act.WARNING or other.alert.sent <= document.alert.sent:
        return False
    signals = [
        {(info.sender_name, meaning.hazard(info).code, meaning.level(info)) for info in past.alert.infos}
        for past in (other, document)
    ]
    return other.alert.sender == document.alert.sender and not signals[0].isdisjoint(signals[1])
