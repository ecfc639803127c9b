"""How warnings come in.

A source makes an Arrival of each document that its transport delivers, and hands it to `accept` or to
`keep`. They commit the bytes to the disk, and `accept` gives the answer for the sender. Only then does the
source acknowledge the document (PUBACK, 2xx). Readers parse bytes into Alerts. Documents on the disk wait in
`lanes` to be judged, the urgent ones first. Every queue has a bound.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from gateway.model.alert import Alert, AlertKey, Arrival
from gateway.model.reason import Why

LARGEST = 2 * 1024 * 1024
"""Bytes of a document at most (docs/practice.md, Figures). The largest real one seen has 1.7 MB."""


class Unreadable(Exception):
    """No alert can be made of these bytes."""

    def __init__(self, why: Why, element: str = "", line: int = 0) -> None:
        super().__init__(why.reason, element, line)
        self.why = why
        """The reason, with the value that was seen and the value that was expected (fields: saw,
        expected)."""
        self.element = element
        """The element or key that is wrong, or ""."""
        self.line = line
        """Its line in the document, or 0."""


class Backlogged(Exception):
    """Too many documents wait to be judged, so no ordinary one is taken. Nothing was kept: send it again
    later."""


@dataclass(frozen=True)
class Rejected:
    """The bytes are on the disk, in quarantine."""

    arrival: int
    """The number of the arrival in the ledger; of a member of a document, the number of its own."""
    why: Why
    """The reason."""
    element: str = ""
    """The element or key that is wrong, or ""."""
    line: int = 0
    """Its line in the document, or 0."""
    member: int = 0
    """The place, from 1, of a member of a document; 0: the whole document."""
    members: tuple[Rejected, ...] = ()
    """Of a document of several alerts of which none can be read: each of them. They are quarantined together,
    under the number of the document."""


@dataclass(frozen=True)
class Differing:
    """A document has the identity of one that we hold from its source, and other content."""

    key: AlertKey
    why: Why
    """The reason: changed, or graver."""
    changes: tuple[Mapping[str, str], ...]
    """Every field that differs: `field`, `held` and `came`."""


@dataclass(frozen=True)
class Accepted:
    """The bytes are on the disk and were parsed."""

    arrival: int
    """The number of the arrival in the ledger."""
    keys: tuple[AlertKey, ...]
    """The keys of its alerts."""
    duplicate: bool
    """Whether all these keys were known before."""
    lost: tuple[Rejected, ...] = ()
    """Members that cannot be read, each in quarantine under its own number."""
    differing: tuple[Differing, ...] = ()
    """Those of its alerts that contradict what we hold: they go to quarantine under the arrival's number."""


Acceptance = Accepted | Rejected
Accept = Callable[[Arrival], Awaitable[Acceptance]]
"""Commits the bytes and parses them. Raises LedgerFailed, Backlogged."""
Keep = Callable[[Arrival, bool], Awaitable[object]]
"""Commits the bytes without an answer for the sender.

The flag marks an urgent road. Raises LedgerFailed, Backlogged.
"""
Parse = Callable[[Arrival], tuple[Alert, ...]]
"""A reader: the alerts of one document (a feed may hold none). Raises Unreadable."""
