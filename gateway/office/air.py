"""Air: what plays now is stopped, everything is held for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from gateway.model.event import HoldBegan, HoldEnded, Stopped
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold
from gateway.office import Dispatcher, Ledger
from gateway.office.targets import speakers_at
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events

LONGEST_HOLD_MIN = 120.0
"""A hold of everything lasts two hours at most (docs/practice.md, Ends)."""


class AirActs:
    """Acts on what plays. The speakers are silenced first, the record follows.

    `veto` is the act of review of that name: it ends a document that has not played yet.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        dispatcher: Dispatcher,
        events: Events,
        veto: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._dispatcher = dispatcher
        self._events = events
        self._veto = veto

    async def stop(self, target: str, person: str) -> frozenset[str]:
        """End what plays or waits at a target now. What comes later is not barred.

        `target` is one of `gateway.office.targets`, or the key of an alert. An alert that is held is vetoed.
        Returns the speakers that were playing. Raises Refused.
        """
        document = self._ledger.document(target)
        if document and isinstance(document.verdict, Hold):
            await self._veto(target, person)
            return frozenset()
        speakers, plans = self._meant(target)
        why = Why(Reason.STOPPED, {"person": person})
        silenced = await self._dispatcher.stop(speakers, why, plans)
        await self._ledger.act(self._clock.now(), person, f"stop {target}")
        self._events.publish(Stopped(target, person, tuple(sorted(silenced))))
        return silenced

    async def hold(self, minutes: float, person: str) -> datetime:
        """Hold everything (全部暂停): nothing plays until the hold ends by itself or by `resume`.

        Returns its end. Raises Refused.
        """
        if not 0 < minutes <= LONGEST_HOLD_MIN:
            raise Refused(Why(Reason.HOLD_LENGTH, {"most": f"{LONGEST_HOLD_MIN:g}"}))
        now = self._clock.now()
        until = now + timedelta(minutes=minutes)
        await self._dispatcher.hold(until)
        await self._ledger.hold_everything(now, person, until)
        self._events.publish(HoldBegan(person, until))
        return until

    async def resume(self, person: str) -> None:
        """End the hold of everything before its time."""
        self._dispatcher.resume()
        await self._ledger.end_hold(self._clock.now(), person)
        self._events.publish(HoldEnded(person))

    def _meant(self, target: str) -> tuple[list[str], frozenset[str] | None]:
        """The speakers, and the plans where the target is an alert."""
        speakers = speakers_at(self._roster, target)
        if speakers is not None:
            return speakers, None
        if plans := frozenset(row.plan.id for row in self._ledger.plans(target)):
            return [speaker.id for speaker in self._roster.speakers], plans
        raise Refused(Why(Reason.UNKNOWN_TARGET, {"target": target}))
