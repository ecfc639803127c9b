"""What the console may ask of the daemon; `gateway.app.daemon.Daemon` is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from gateway.config.config import Config
from gateway.delivery import OnAir
from gateway.intake import Acceptance
from gateway.judge.rules import Rules
from gateway.model.alert import Arrival
from gateway.model.drill import Drill
from gateway.model.event import Event
from gateway.model.plan import Plan
from gateway.model.record import Entry
from gateway.model.speaker import Roster
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.metrics import Metrics
from gateway.monitoring.vitals import Vitals
from gateway.runtime.clock import Clock
from gateway.store.contract import Ledger


class Desk(Protocol):
    """Everything is asked in the loop's thread."""

    config: Config
    ledger: Ledger
    clock: Clock
    metrics: Metrics
    alarms: Alarms
    brokers: Callable[[], Mapping[str, bool]]
    rules: Rules
    feeds: dict[str, Callable[[], None]]

    def hook_secret(self, source: str) -> bytes | None:
        """The secret with which calls to a feed are signed; None where it takes none."""
        ...

    async def accept(self, arrival: Arrival) -> Acceptance: ...

    def receipts(self, key: str, source: str) -> list[dict[str, object]]: ...

    async def stop(self, target: str, person: str) -> frozenset[str]:
        """Raises Refused."""
        ...

    async def say(self, text: str, speakers: Sequence[str], person: str, reason: str = "") -> Plan:
        """Raises Refused."""
        ...

    async def hold(self, minutes: float, person: str) -> datetime:
        """Raises Refused."""
        ...

    async def resume(self, person: str) -> None: ...

    async def acknowledge(self, name: str, person: str) -> list[str]: ...

    async def correct(self, key: str, person: str) -> Plan | None:
        """Raises Refused."""
        ...

    async def approve(self, key: str, person: str) -> int:
        """How many more must say yes. Raises Refused."""
        ...

    async def veto(self, key: str, person: str) -> None:
        """Raises Refused."""
        ...

    async def teach(self, phrase: str, syllables: str, person: str) -> None:
        """Raises Refused."""
        ...

    async def open_drill(
        self, places: Sequence[str], source: str, start: datetime, end: datetime, person: str
    ) -> Drill:
        """Raises Refused."""
        ...

    async def close_drill(self, number: int, person: str) -> None:
        """Raises Refused."""
        ...

    def explain(self, raw: bytes, source: str) -> list[Entry]:
        """Raises Unreadable."""
        ...

    async def release(self, number: int, person: str) -> None:
        """Raises Refused."""
        ...

    def roster(self) -> Roster: ...

    def on_air(self) -> list[OnAir]: ...

    def lines(self) -> Mapping[str, bool]: ...

    def vitals(self) -> Vitals: ...

    def events(self) -> AbstractContextManager[asyncio.Queue[Event]]: ...
