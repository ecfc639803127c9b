"""A link carries bytes to and from one line. Received bytes carry the event loop time of their arrival.

Gaps between frames are computed from these times, never from the time at which Python woke (docs/design.md,
rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Chunk:
    """Bytes that arrived together."""

    data: bytes
    at: float
    """Event loop time at which the last byte was complete."""


class Link(Protocol):
    """The way to one line. Every method raises drivers.errors.LinkLost when the way is gone."""

    baud: int
    """Bits a second on the wire; a character is ten bits (8N1)."""

    async def open(self) -> None:
        """May be called again after a loss."""
        ...

    async def write(self, data: bytes) -> None:
        """Send in one piece. Returns when the last byte has left the wire, computed from `baud` where the
        system cannot tell."""
        ...

    async def read(self) -> Chunk:
        """The next bytes. Waits without a deadline. Only one reader at a time."""
        ...

    async def close(self) -> None:
        """Idempotent. A waiting `read` raises LinkLost."""
        ...
