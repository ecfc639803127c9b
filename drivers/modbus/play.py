"""Playing clips: at one unit by its own orders, or at all units by one frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from drivers import Accepted, Fault, Finished, Refused, Utterance
from drivers.errors import CannotPlay, CutShort, DriverError, Garbled, NoAnswer, NotAccepted
from drivers.modbus.burst import Burst, Bursts, Over, unless_over
from drivers.modbus.exchange import at_once
from drivers.modbus.frames import Function, Request
from drivers.modbus.horns import Horns


class Play:
    """Takes bursts from their beginning to their end. `bursts` are those under way on the line."""

    def __init__(self, horns: Horns, bursts: Bursts) -> None:
        self._horns = horns
        self._bursts = bursts

    def begin(self, unit: int, utterance: Utterance) -> Burst | None:
        """A burst at this unit. Those that wait there are overtaken. None, with a report, where it
        cannot play it."""
        profile, clip = self._horns.profiles.get(unit), utterance.clip
        if profile is None or clip is None or clip not in profile.clips:
            known = sorted(profile.clips) if profile else []
            self._horns.tell(unit, utterance.token, Refused(CannotPlay(unit=unit, clip=clip, clips=known)))
            return None
        seconds = profile.clips[clip].seconds
        orders = profile.orders(unit, clip, utterance.volume)
        burst = Burst(unit, utterance.token, clip, seconds, utterance.volume, utterance.not_after, orders)
        burst.settled = utterance.settled or at_once
        for other in self._bursts.at(unit):
            if other.began is None:
                self._horns.end(other, Fault(CutShort(unit=unit, reason="overtaken")))
        self._bursts.add(burst)
        return burst

    async def attempt(self, burst: Burst, step: Callable[[Burst], Awaitable[None]]) -> None:
        """Run one step of a burst. A failure ends the burst at this unit only."""
        if burst.over.is_set():
            return
        try:
            await step(burst)
        except Over:
            return
        except DriverError as error:
            self._horns.end(burst, Fault(error) if error.transient else Refused(error))

    async def prepare(self, burst: Burst) -> None:
        """Send what goes before the order to play, such as the volume."""
        for order in burst.orders[:-1]:
            try:
                await self._horns.ask(burst.unit, order, last_look=unless_over([burst]))
            except (NotAccepted, Garbled):
                continue  # a wrong volume is better than no sound

    async def start(self, burst: Burst) -> None:
        """Send the order to play. Raises Over, DriverError."""
        order = burst.orders[-1]

        def look(at: float) -> None:
            unless_over([burst])(at)
            self.take_over(burst)

        await self._horns.ask(burst.unit, order, last_look=look, settled=burst.settled)
        burst.began = self._horns.now()
        await self._read_back(burst, order)
        self._horns.say(burst, Accepted())

    async def outlast(self, bursts: Collection[Burst]) -> None:
        """Wait for the computed end of every burst that began."""
        ends = [(burst.began + burst.seconds, burst) for burst in bursts if burst.began is not None]
        for at, burst in sorted(ends, key=lambda end: end[0]):
            try:
                async with asyncio.timeout_at(at):
                    await burst.over.wait()
            except TimeoutError:
                self._horns.end(burst, Finished(known=False))

    def take_over(self, burst: Burst) -> None:
        """The order to play leaves: it cuts off what sounds at the unit."""
        burst.began = self._horns.now()
        burst.decided.set()
        for other in self._bursts.at(burst.unit):
            if other is not burst and other.began is not None:
                self._horns.end(other, Fault(CutShort(unit=other.unit, reason="overtaken")))

    async def to_all(self, bursts: Collection[Burst], orders: list[Request]) -> bool:
        """Play by broadcast. Returns False where a burst was stopped before the frame left: the others need
        orders of their own."""

        def last_look(at: float) -> None:
            unless_over(bursts)(at)
            for burst in bursts:
                self.take_over(burst)

        try:
            for order in orders:
                look = last_look if order is orders[-1] else unless_over(bursts)
                await self._horns.exchange.tell(order, last_look=look, settled=next(iter(bursts)).settled)
        except Over:
            return False
        except DriverError as error:
            for burst in bursts:
                self._horns.end(burst, Fault(error) if error.transient else Refused(error))
        for burst in self._horns.silent_last(bursts):
            await self.attempt(burst, self._confirm)
        return True

    async def _confirm(self, burst: Burst) -> None:
        """Ask a unit after a broadcast, which no unit answers. Its burst fails unless the unit is there and
        has the volume of the broadcast. Raises DriverError."""
        profile = self._horns.profiles[burst.unit]
        if profile.verify.mode == "readback":
            await self._read_back(burst, burst.orders[-1])
            self._horns.say(burst, Accepted())
        elif profile.status:
            actual, asked = (await self._horns.status(burst.unit)).volume, burst.volume
            if profile.volume is None or asked is None or actual is None:
                return
            if actual != profile.volume.percent(profile.volume.raw(asked)):
                raise NoAnswer(unit=burst.unit, asked="broadcast")

    async def _read_back(self, burst: Burst, order: Request) -> None:
        if self._horns.profiles[burst.unit].verify.mode != "readback":
            return
        asked = Request(burst.unit, Function.READ_HOLDING_REGISTERS, order.address, count=1)
        values = (await self._horns.ask(burst.unit, asked)).values
        if values != order.values:
            raise NotAccepted(unit=burst.unit, reason="readback", expected=order.values[0], found=values[0])
