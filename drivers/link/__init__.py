"""A link carries bytes. Whoever waits for bytes gets the loop time at which they came.

Gaps between frames are computed from those times, never from when Python woke (design.md, rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Chunk:
    """Bytes as they came together; `at` is the loop's time at which the last of them was complete."""

    data: bytes
    at: float


class Link(Protocol):
    """A way to one line. Every method raises drivers.errors.LinkLost when the way is gone; `open` may be called again."""

    baud: int
    """Bits a second on the wire; a character is ten bits (8N1)."""

    async def open(self) -> None: ...

    async def write(self, data: bytes) -> None:
        """Send in one piece. Returns when the last byte has left the wire, reckoned from `baud` where the system cannot tell."""
        ...

    async def read(self) -> Chunk:
        """The next bytes; waits as long as it takes. One reader only."""
        ...

    async def close(self) -> None:
        """Idempotent; a `read` that waits raises LinkLost."""
        ...
