"""One unit's place in a burst: what it last said, and which of its answers end the burst there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from drivers import Fact, Fault, Refused
from drivers.errors import Busy, CannotPlay, DriverError, TokenOver, TooLate
from drivers.openhorn.bodies import Result, State, Status


class Inaudible(DriverError):
    """The unit played to the end and its amplifier drew no current. Check the amplifier, its fuse, the horn and the volume."""

    code = "inaudible"


@dataclass(eq=False)
class Seat:
    """One unit in a burst. `due` is the loop time of its next poll; `stopping` takes it out of the play's hands for good, `rivals`
    (later plays that are opening there) for as long as they may still fail; `told` is set once it has taken the order or is over.
    """

    unit: int
    due: float
    status: Status | None = None
    misses: int = 0
    opened: bool = False
    """An order that opens the burst has gone out to it."""
    accepted: bool = False
    sounding: bool = False
    stopping: bool = False
    rivals: int = 0
    over: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ours(self) -> bool:
        """Whether the play still cares for it."""
        return not (self.over or self.stopping or self.rivals)

    @property
    def taking(self) -> bool:
        """Whether it wants chunks."""
        taking = self.status and self.status.state in (State.BUFFERING, State.PLAYING)
        return bool(taking and self.accepted and self.ours)

    def refusal(self, status: Status, token: bytes, head: int) -> Fact | None:
        """How an answer ends the burst before it sounds here; `head` is how many chunks the unit must be able to hold."""
        if Result.BUSY is status.result or status.state is State.BUSY:
            return Fault(Busy(unit=self.unit, local=status.local.name.lower()))
        if status.result is Result.TOO_LATE:
            return Refused(TooLate(unit=self.unit))
        if status.result in (Result.UNSUPPORTED, Result.MALFORMED):
            return Refused(CannotPlay(unit=self.unit, reason=status.result.name.lower()))
        if status.token != token or self.accepted:
            return None
        if status.state is State.ABORTED:
            return Fault(TokenOver(unit=self.unit))
        if status.state is State.BUFFERING and head > status.limit - status.next:
            return Refused(
                CannotPlay(unit=self.unit, reason="the unit's buffer is too small for a line this slow")
            )
        return None
