"""How warnings come in.

A Source turns what its transport delivers into Arrivals and hands them to `accept`, which commits the bytes
and answers what may be told to the sender; only then does the source acknowledge (PUBACK, 2xx). Readers parse
bytes into Alerts. What is kept waits in `lanes` to be judged, the urgent first; every queue has its bound.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.model.alert import Alert, AlertKey, Arrival
from gateway.model.reason import Why


class Unreadable(Exception):
    """No alert can be made of these bytes.

    `element` and `line` say where, `why` what and what was expected (fields: element, line, saw, expected).
    """

    def __init__(self, why: Why, element: str = "", line: int = 0) -> None:
        super().__init__(why.reason, element, line)
        self.why = why
        self.element = element
        self.line = line


class Backlogged(Exception):
    """So many documents wait to be judged that no ordinary one is taken now; nothing of this one is kept,
    send it again later."""


@dataclass(frozen=True)
class Accepted:
    """The bytes are on disk and were understood. `duplicate`: all these keys were known before."""

    arrival: int
    keys: tuple[AlertKey, ...]
    duplicate: bool


@dataclass(frozen=True)
class Rejected:
    """The bytes are on disk, in quarantine, under `arrival`."""

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
    """Runs until cancelled; reconnects by itself."""

    name: str

    async def run(self, accept: Accept) -> None: ...
