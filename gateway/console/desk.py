"""What the console may ask of the daemon, a protocol a noun.

A route is handed the nouns that it needs and nothing else. Everything is asked in the loop's thread. An act
that is not done raises Refused with its reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.config.console import Http
from gateway.delivery import OnAir
from gateway.intake import Accept
from gateway.judge.rules import Rules
from gateway.model.alarm import Alarm
from gateway.model.alert import Arrival
from gateway.model.drill import Drill
from gateway.model.event import Event
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Document, Entry, PlanRow
from gateway.model.speaker import Roster
from gateway.monitoring.vitals import Vitals


class Documents(Protocol):
    """The alerts that came, and what became of them."""

    def documents(self, most: int) -> list[Document]:
        """The newest first."""
        ...

    def document(self, key: str, source: str | None = None) -> Document | None:
        """The document of this key; with `source`, the one that this source sent."""
        ...

    def plans(self, key: str) -> list[PlanRow]:
        """The plans of a document, oldest first."""
        ...


class Quarantine(Protocol):
    """Arrivals that could not be parsed or are not trusted."""

    def quarantined(self, most: int) -> list[tuple[int, Arrival, Why]]:
        """Number, arrival and reason, the newest first."""
        ...

    def arrival(self, number: int) -> tuple[Arrival, str, Why | None] | None:
        """An arrival of any state, its state, and the reason where there is one."""
        ...


class Review(Protocol):
    """People decide about alerts and about quarantined arrivals."""

    async def approve(self, key: str, person: str, ends: str = "") -> int:
        """Returns how many more people must say yes. `ends` names the warning that it ends, where it may end
        several."""
        ...

    async def veto(self, key: str, person: str) -> None: ...

    async def correct(self, key: str, person: str) -> Plan | None:
        """Take back an alert that was sent in error. None where it never sounded."""
        ...

    async def release(self, number: int, person: str) -> None:
        """A quarantined arrival is parsed and judged again."""
        ...


class Air(Protocol):
    """The acts that end what sounds."""

    async def stop(self, target: str, person: str) -> frozenset[str]:
        """`target`: a speaker, a place, an alert's key, or "all". Returns the speakers that were silenced."""
        ...

    async def hold(self, minutes: float, person: str) -> datetime:
        """Hold everything. Returns when the hold ends by itself."""
        ...

    async def resume(self, person: str) -> None: ...


class Resumptions(Protocol):
    """What was stopped is said again."""

    async def again(self, key: str, person: str) -> Plan:
        """At the speakers that have not heard this alert whole. Returns the plan."""
        ...


class Speech(Protocol):
    """Voice tests, and how names are pronounced."""

    async def say(self, text: str, speakers: Sequence[str], person: str, reason: str = "") -> Plan: ...

    async def teach(self, phrase: str, syllables: str, person: str) -> None: ...


class Drills(Protocol):
    """The acts on drills."""

    async def open(
        self, places: Sequence[str], source: str, start: datetime, end: datetime, person: str
    ) -> Drill: ...

    async def close(self, number: int, person: str) -> None: ...


class Alarms(Protocol):
    """What is wrong, and what the duty room rings for."""

    def up(self) -> list[Alarm]: ...

    def ringing(self) -> list[Alarm]: ...

    async def acknowledge(self, name: str, person: str) -> list[str]:
        """`name`: an alarm, or "all". Returns the alarms that stopped ringing."""
        ...


class Feeds(Protocol):
    """Sources that are asked."""

    def secret(self, source: str) -> bytes | None:
        """The secret that signs calls about this feed. None where it takes no calls."""
        ...

    def ask(self, source: str) -> None:
        """Ask this feed now."""
        ...


@dataclass(frozen=True)
class Desk:
    """Everything that the console may ask, a field a noun."""

    http: Http
    simulated: bool
    """Whether no real speaker is connected: the page says so."""
    now: Callable[[], datetime]
    accept: Accept
    documents: Documents
    receipts: Callable[[str, str], list[dict[str, object]]]
    """Given an alert's key and a source: the receipts that this source was or will be sent, the oldest first.

    OWNER sees those of every source.
    """
    quarantine: Quarantine
    review: Review
    dry_run: Callable[[bytes, str, str], list[Entry]]
    """Judge these bytes as if they came from this source now. Nothing sounds, nothing is kept.

    Raises Unreadable.
    """
    air: Air
    resumptions: Resumptions
    on_air: Callable[[], list[OnAir]]
    """What sounds now, one entry a speaker."""
    speech: Speech
    taught: Callable[[], Mapping[str, str]]
    """The names that people taught, with their syllables."""
    drills: Drills
    known_drills: Callable[[], list[Drill]]
    """The drills that are open or to come."""
    alarms: Alarms
    feeds: Feeds
    rules: Rules
    roster: Callable[[], Roster]
    lines: Callable[[], Mapping[str, bool]]
    """Whether each line is up, by name."""
    vitals: Callable[[], Vitals]
    metrics: Callable[[], bytes]
    """The page for a Prometheus collector."""
    events: Callable[[], AbstractContextManager[asyncio.Queue[Event]]]
