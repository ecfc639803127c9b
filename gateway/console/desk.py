"""What the console may ask of the daemon; `gateway.daemon.Daemon` is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from gateway.clock import Clock
from gateway.config import Config
from gateway.delivery import OnAir
from gateway.delivery.events import Event
from gateway.intake import Acceptance
from gateway.metrics import Metrics
from gateway.model.alert import Arrival
from gateway.model.plan import Plan
from gateway.model.speaker import Roster
from gateway.store.ledger import Ledger
from gateway.vitals import Vitals


class Desk(Protocol):
    """Everything is asked in the loop's thread."""

    config: Config
    ledger: Ledger
    clock: Clock
    metrics: Metrics
    brokers: Callable[[], Mapping[str, bool]]

    async def accept(self, arrival: Arrival) -> Acceptance: ...

    async def stop(self, target: str, person: str) -> frozenset[str]:
        """Raises UnknownTarget."""
        ...

    async def say(self, text: str, speakers: Sequence[str], person: str, reason: str = "") -> Plan:
        """Raises TestRefused, UnknownTarget."""
        ...

    def roster(self) -> Roster: ...

    def on_air(self) -> list[OnAir]: ...

    def lines(self) -> Mapping[str, bool]: ...

    def vitals(self) -> Vitals: ...

    def events(self) -> AbstractContextManager[asyncio.Queue[Event]]: ...
