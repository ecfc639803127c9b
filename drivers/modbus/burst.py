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
    """The burst ended before its order left. Its end is already reported."""

    code = "over"


@dataclass(eq=False)
class Burst:
    """One clip at one unit."""

    unit: int
    token: bytes | None
    """None for a test."""
    clip: int
    seconds: float
    """The length of the clip."""
    volume: int | None
    not_after: float | None
    orders: list[Request]
    """The frames of the burst. The order to play is the last one."""
    settled: Settled = at_once
    """See Utterance.settled."""
    began: float | None = None
    """Event loop time at which the order to play left."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the end has been reported."""
    decided: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the order to play has left, when the burst is over, and when the play was given up."""


class Bursts:
    """The bursts under way, by unit. A line may have hundreds."""

    def __init__(self) -> None:
        self._at: dict[int, list[Burst]] = {}

    def at(self, unit: int) -> list[Burst]:
        return self._at.get(unit, [])[:]

    def add(self, burst: Burst) -> None:
        self._at.setdefault(burst.unit, []).append(burst)

    def discard(self, burst: Burst) -> None:
        bursts = self._at.get(burst.unit, [])
        if burst in bursts:
            bursts.remove(burst)
        if not bursts:
            self._at.pop(burst.unit, None)


def shared_orders(bursts: Collection[Burst], kinds: Mapping[int, Profile]) -> list[Request] | None:
    """The broadcast orders that tell every unit the same as its own orders would.

    None where the orders of two units differ, where a kind does not obey broadcasts, and where a horn of the
    line has no burst.
    """
    horns = {unit for unit, kind in kinds.items() if kind.play}
    if {burst.unit for burst in bursts} != horns or not all(kinds[unit].bus.broadcast for unit in horns):
        return None
    by_unit = [kinds[burst.unit].orders(EVERY_UNIT, burst.clip, burst.volume) for burst in bursts]
    return by_unit[0] if by_unit and all(orders == by_unit[0] for orders in by_unit) else None


def unless_over(bursts: Collection[Burst]) -> LastLook:
    """The last look before a frame of these bursts.

    It raises Over where a burst was stopped, and TooLate where its sound would begin after `not_after`: the
    frame does not leave.
    """

    def look(at: float) -> None:
        for burst in bursts:
            if burst.over.is_set():
                raise Over(unit=burst.unit)
            if burst.not_after is not None and at > burst.not_after:
                raise TooLate(unit=burst.unit, seconds=round(at - burst.not_after, 3))

    return look
