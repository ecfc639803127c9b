"""A piece that is being made, and those who want it."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import NamedTuple

from gateway.model.speaker import Curve
from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Heard, Voice
from gateway.voice.piece import Piece
from gateway.voice.sound.pace import Pace
from gateway.voice.waiting import LATER, Turn


class Wanted(NamedTuple):
    """A piece that is wanted."""

    voice: Voice
    """The voice that says it."""
    piece: Piece
    pace: Pace
    """The pace of its message."""
    curve: Curve
    """The curve of the loudspeakers that it is made for."""


class Claim(NamedTuple):
    """One's wish for a piece."""

    due: float
    """The time of the loop at which it is due to be heard."""
    sure: bool = False
    """Whether the reading that needs it has begun."""


class Making:
    """A piece that is being made, or is made."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.claims: dict[Hashable, Claim] = {}
        """Who wants it now. Nobody is waited for, but the first of them sets its deadline."""
        self.saying: Turn[Heard] | None = None
        """Its turn at the voice, while it waits there."""
        self.made: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        """The PCM at RATE, with the pause behind it. Raises CannotSay, Gone, and any error of the voice."""
        self.made.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def due(self) -> float:
        """The earliest deadline of all claims."""
        return min((claim.due for claim in self.claims.values()), default=LATER)

    @property
    def sure(self) -> bool:
        """Whether a reading has begun that needs it."""
        return any(claim.sure for claim in self.claims.values())

    @property
    def pcm(self) -> bytes | None:
        """The PCM if it is made."""
        return None if self.failed or not self.made.done() else self.made.result()

    @property
    def failed(self) -> bool:
        """Whether it could not be made."""
        return self.made.done() and (self.made.cancelled() or self.made.exception() is not None)

    @property
    def refused(self) -> bool:
        """Whether the voice lives and cannot say this piece."""
        error = self.made.exception() if self.failed and not self.made.cancelled() else None
        return isinstance(error, CannotSay) and not isinstance(error, Gone)
