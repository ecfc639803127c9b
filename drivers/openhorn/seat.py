"""One unit in a burst: its last answer, and the answers that end the burst there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from drivers import Fact, Fault, Refused
from drivers.errors import Busy, CannotPlay, DriverError, TokenOver, TooLate
from drivers.openhorn.bodies import Result, State, Status


class Inaudible(DriverError):
    """The unit played to the end and its amplifier drew no current. Check amplifier, fuse, horn and
    volume."""

    code = "inaudible"


@dataclass(eq=False)
class Seat:
    """One unit in a burst."""

    unit: int
    due: float
    """Event loop time of its next poll."""
    status: Status | None = None
    """Its last answer."""
    misses: int = 0
    """Questions without an answer in a row."""
    opened: bool = False
    """An order that opens the burst has left for it."""
    accepted: bool = False
    """It took the order."""
    sounding: bool = False
    """Sounding has been reported."""
    stopping: bool = False
    """A stop is under way: the play sends it nothing more."""
    rivals: int = 0
    """Later plays that may take it over. The play sends it nothing until they have failed."""
    over: bool = False
    """The end of the burst at this unit has been reported."""
    decided: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it took the order, and when the burst is over there."""

    @property
    def ours(self) -> bool:
        """Whether the play may still send to it."""
        return not (self.over or self.stopping or self.rivals)

    @property
    def taking(self) -> bool:
        """Whether it takes chunks now."""
        taking = self.status and self.status.state in (State.BUFFERING, State.PLAYING)
        return bool(taking and self.accepted and self.ours)

    def refusal(self, status: Status, token: bytes, head: int) -> Fact | None:
        """The end of the burst by an answer before it sounds here; None where it goes on. `head` is the
        number of chunks for which the unit must have room."""
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
