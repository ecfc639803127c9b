"""One clip at one unit, from the call to play until its end has been reported."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from drivers.errors import DriverError, TooLate
from drivers.modbus.exchange import LastLook, Settled, at_once
from drivers.modbus.frames import EVERY_UNIT, Request
from drivers.modbus.profile import Profile


class Over(DriverError):
    """The burst was ended before its order went out; its end is already reported."""

    code = "over"


@dataclass(eq=False)
class Burst:
    """`settled` is its Utterance's. `token` is None for a test. `orders` are its frames, the order to play last. `began` is set when the order to play goes out; `over` when its end has been reported; `told`
    when either has happened, or the play was given up."""

    unit: int
    token: bytes | None
    clip: int
    seconds: float
    volume: int | None
    not_after: float | None
    orders: list[Request]
    settled: Settled = at_once
    began: float | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)


class Bursts:
    """Those under way, by unit: a line may have hundreds."""

    def __init__(self) -> None:
        self._at: dict[int, list[Burst]] = {}

    def at(self, unit: int) -> list[Burst]:
        return self._at.get(unit, [])[:]

    def add(self, burst: Burst) -> None:
        self._at.setdefault(burst.unit, []).append(burst)

    def discard(self, burst: Burst) -> None:
        here = self._at.get(burst.unit, [])
        if burst in here:
            here.remove(burst)
        if not here:
            self._at.pop(burst.unit, None)


def shared_orders(bursts: Collection[Burst], kinds: Mapping[int, Profile]) -> list[Request] | None:
    """The broadcast orders that say to each unit what it would be told alone; None where they differ or are not obeyed, or where some
    horn of the line is not meant."""
    horns = {unit for unit, kind in kinds.items() if kind.play}
    if {burst.unit for burst in bursts} != horns or not all(kinds[unit].bus.broadcast for unit in horns):
        return None
    asked = [kinds[burst.unit].orders(EVERY_UNIT, burst.clip, burst.volume) for burst in bursts]
    return asked[0] if asked and all(orders == asked[0] for orders in asked) else None


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
