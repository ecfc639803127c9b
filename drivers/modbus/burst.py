"""One clip at one unit, from the call to play until its end has been reported."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from drivers.errors import DriverError, TooLate
from drivers.modbus.exchange import LastLook


class Over(DriverError):
    """The burst was ended before its order went out; its end is already reported."""

    code = "over"


@dataclass(eq=False)
class Burst:
    """`token` is None for a test. `began` is set when the order to play goes out; `over` when its end has been reported."""

    unit: int
    token: bytes | None
    clip: int
    seconds: float
    volume: int | None
    not_after: float | None
    began: float | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)


def held_back(bursts: Collection[Burst]) -> LastLook:
    """The last look before a frame of these bursts: nothing goes out for one that was stopped, nor for one whose sound would begin
    after its time. Raises Over, TooLate."""

    def look(at: float) -> None:
        for burst in bursts:
            if burst.over.is_set():
                raise Over(unit=burst.unit)
            if burst.not_after is not None and at > burst.not_after:
                raise TooLate(unit=burst.unit, seconds=round(at - burst.not_after, 3))

    return look
