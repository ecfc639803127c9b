"""The surroundings of the office's acts.

A real ledger on a simulated disk, and a delivery that only remembers what it is told. For the tests of
gateway/office.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.intake.readers import parse
from gateway.model.alert import Arrival
from gateway.model.event import Event
from gateway.model.judgement import Judgement, Policy
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.model.verdict import Hold
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import ROSTER, SENDER, START, cap
from tests.support.disk import Disk
from tests.support.inline import Inline
from tests.support.rules import judge

ARRIVAL = Arrival(cap("A1", START), "county", "test", START)
(ALERT,) = parse(ARRIVAL.raw)
POLICY = Policy("county", frozenset({SENDER}))


class Delivery:
    """Takes what the acts tell a dispatcher.

    `steps` names it in order, together with the ledger's `record` of an act.
    """

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.playing: frozenset[str] = frozenset()
        """The speakers that play when they are stopped."""
        self.stopped: list[tuple[list[str], Why, frozenset[str] | None]] = []
        self.taken: list[Plan] = []
        self.sources: list[str] = []
        self.held: datetime | None = None
        self.paused: list[tuple[str, tuple[str, ...]]] = []

    async def stop(
        self, speakers: Iterable[str], why: Why, plans: frozenset[str] | None = None
    ) -> frozenset[str]:
        self.steps.append("silence")
        self.stopped.append((list(speakers), why, plans))
        return self.playing.intersection(self.stopped[-1][0])

    async def hold(self, until: datetime) -> None:
        self.steps.append("silence")
        self.held = until

    def pause(self, document: str, warnings: Collection[str]) -> None:
        self.paused.append((document, tuple(warnings)))

    def resume(self) -> None:
        self.held = None

    async def on_disk(self) -> None:
        self.steps.append("on disk")

    def take(self, plan: Plan, source: str) -> None:
        self.sources.append(source)
        self.steps.append("take")
        self.taken.append(plan)


class Desk:
    """The objects that an act is handed."""

    def __init__(self, ledger: Ledger, clock: LoopClock) -> None:
        self.ledger = ledger
        self.clock = clock
        self.events = Events()
        self.delivery = Delivery()
        self.told: list[Event] = []
        """The events that were published."""
        self.events.listen(self.told.append)

    def record(self) -> list[tuple[str, str]]:
        """The acts in the ledger, each with its person, oldest first."""
        return [(row[0], row[1]) for row in self.ledger._all("SELECT person, body FROM act ORDER BY id")]

    async def aired(self, act: Act = Act.WARNING) -> tuple[str, Plan]:
        """A red rainstorm that plays in the township as this act: its key and its plan."""
        judgement = judge(ALERT, POLICY, (), ROSTER, START)
        assert judgement.plan
        plan = replace(judgement.plan, act=act)
        return await self._enter(replace(judgement, plan=plan)), plan

    async def held(
        self, needs: int = 1, why: Why = Why(Reason.ONE_PERSON), pauses: tuple[str, ...] = ()
    ) -> str:
        """The same, held for this reason until so many people say yes: its key. It pauses these warnings."""
        hold = Hold(why, START + timedelta(hours=1), needs=needs, pauses=pauses)
        return await self._enter(Judgement(hold, ()))

    async def _enter(self, judgement: Judgement) -> str:
        number, _ = await self.ledger.arrive(ARRIVAL)
        await self.ledger.enter(number, [Entry(ALERT, ARRIVAL.source, ARRIVAL.at, judgement)], [])
        return ALERT.key.digest


@asynccontextmanager
async def desk(start: datetime = START) -> AsyncIterator[Desk]:
    """On a disk of its own, at this time."""
    clock, disk = LoopClock(start), Disk()
    ledger = await Ledger.open("ledger", Inline(), disk.name, now=clock.now, sure=lambda: clock.trusted)
    try:
        yield Desk(ledger, clock)
    finally:
        await ledger.close()
