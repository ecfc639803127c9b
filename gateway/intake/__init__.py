"""Intake: the roads by which warnings come in.

A Source turns the bytes of its transport into Arrivals and hands them to `accept` or `keep`, which commits
the bytes. Only then does the source acknowledge (PUBACK, 2xx). Readers parse bytes into Alerts. Arrivals that
are kept wait in `lanes` to be judged, the urgent first. Every queue has its bound.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.model.alert import Alert, AlertKey, Arrival
from gateway.model.reason import Why


class Unreadable(Exception):
    """No alert can be made of these bytes.

    `element` and `line` say where, `why` what is there and what was expected (fields: element, line, saw,
    expected).
    """

    def __init__(self, why: Why, element: str = "", line: int = 0) -> None:
        super().__init__(why.reason, element, line)
        self.why = why
        self.element = element
        self.line = line


class Backlogged(Exception):
    """Too many documents wait to be judged, so no ordinary one is taken now.

    Nothing of it is kept: send it again later.
    """


@dataclass(frozen=True)
class Accepted:
    """The bytes are on disk and were parsed."""

    arrival: int
    keys: tuple[AlertKey, ...]
    duplicate: bool
    """All these keys were known before."""


@dataclass(frozen=True)
class Rejected:
    """The bytes are on disk, in quarantine, under the number `arrival`."""

    arrival: int
    why: Why
    element: str = ""
    line: int = 0


Acceptance = Accepted | Rejected
Accept = Callable[[Arrival], Awaitable[Acceptance]]
Keep = Callable[[Arrival, bool], Awaitable[object]]
"""Commits the bytes and says nothing of them; the flag says that they came by an urgent road. Raises
LedgerFailed, Backlogged."""
Parse = Callable[[Arrival], tuple[Alert, ...]]
"""A reader: the alerts of one document (a feed may hold none). Raises Unreadable."""


class Source(Protocol):
    """One road. It runs until cancelled and reconnects by itself."""

    name: str

    async def run(self, accept: Accept) -> None: ...
