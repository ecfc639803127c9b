"""Plays stored clips on the horns of one Modbus line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from drivers import (
    EVERYONE,
    Accepted,
    Alive,
    Capability,
    Cleared,
    Everyone,
    Fact,
    Fault,
    Finished,
    Refused,
    Report,
    SpeakerStatus,
    Trial,
    TrialResult,
    Units,
    Utterance,
)
from drivers.errors import Busy, CannotPlay, CutShort, DriverError, Garbled, LinkLost, NoAnswer, NotAccepted
from drivers.line import Rank
from drivers.link import Link
from drivers.modbus.burst import Burst, Bursts, Over, shared_orders, unless_over
from drivers.modbus.exchange import Exchange, LastLook, Settled, at_once, go_ahead
from drivers.modbus.frames import EVERY_UNIT, Answer, Function, Request
from drivers.modbus.profile import Profile
from drivers.modbus.socketed import SocketExchange


class ModbusDriver:
    """`profiles` gives the kind of horn or board behind each unit of the line.

    `tcp`: the link leads to a Modbus/TCP gateway. Otherwise frames are RTU, also through a socket.

    No register tells that something sounds: the evidence ends at Accepted, and the end is computed from the
    length of the clip (`Finished(known=False)`). A unit cannot tell which burst it played: a retry after a
    lost answer starts the clip again. A later play overtakes at a unit when its order to play leaves.
    """

    def __init__(self, link: Link, profiles: Mapping[int, Profile], tcp: bool = False) -> None:
        buses = [profile.bus for profile in profiles.values()]
        gap = max((bus.gap_ms for bus in buses), default=0) / 1000
        turnaround = max((bus.turnaround_ms for bus in buses), default=0) / 1000
        self._profiles = dict(profiles)
        self._exchange: Exchange | SocketExchange = (
            SocketExchange(link, turnaround)
            if tcp
            else Exchange(link, gap, turnaround, echo=any(bus.echo for bus in buses))
        )
        self._report: Callable[[Report], None] = lambda report: None
        self._bursts = Bursts()
        self._silent: set[int] = set()
        self._lost = False

    def can(self, unit: int) -> Capability:
        profile = self._profiles.get(unit)
        return profile.able if profile else Capability.NONE

    async def run(self, report: Callable[[Report], None]) -> None:
        self._report = report
        await self._exchange.run(self._changed)

    def _changed(self, up: bool) -> None:
        if up and not self._lost:
            return
        self._lost = not up
        for unit in self._profiles:
            self._tell(unit, None, Cleared() if up else Fault(LinkLost(unit=unit)))

    async def play(self, units: Units, utterance: Utterance) -> None:
        """See drivers.Driver. First it sets the volume of every unit, then it sends the orders to play close
        together.

        Units that did not answer lately come last.
        """
        bursts = [burst for unit in self._meant(units) if (burst := self._begin(unit, utterance))]
        try:
            shared = shared_orders(bursts, self._profiles) if units is EVERYONE else None
            if utterance.taken:
                for burst in bursts:
                    self._take_over(burst)
            elif not (shared and await self._play_to_all(bursts, shared)):
                for step in (self._prepare, self._start):
                    for burst in self._silent_last(bursts):
                        await self._attempt(burst, step)
            await self._outlast(bursts)
        finally:
            for burst in bursts:
                self._bursts.discard(burst)
                burst.decided.set()

    async def stop(self, units: Units) -> None:
        """See drivers.Driver. Bursts under way report Finished(known=False) at once, and waiting ones never
        leave.

        Then the stops take the next turns of the line. A unit with a new order to play needs no stop: that
        order cuts off its sound.
        """
        meant = self._meant(units)
        for burst in [burst for unit in meant for burst in self._bursts.at(unit)]:
            self._end(burst, Finished(known=False))
            self._bursts.discard(burst)
        if units is EVERYONE:
            await self._stop_all()
        later: list[Burst] = []
        for unit in sorted(meant, key=lambda unit: unit in self._silent):
            if bursts := self._bursts.at(unit):
                later.append(bursts[0])  # its order to play cuts off the sound: a stop would waste a turn
            else:
                await self._stop_one(unit)
        for following in later:
            await following.decided.wait()
            if following.began is None:
                await self._stop_one(following.unit)

    async def _stop_one(self, unit: int) -> None:
        stop = self._profiles[unit].stop if unit in self._profiles else None
        if stop is None:
            return
        try:
            await self._ask(unit, stop.request(unit, stop.value), Rank.STOP)
        except DriverError as error:
            self._tell(unit, None, Fault(error))

    async def power(self, unit: int, on: bool) -> None:
        """See drivers.Driver. The answer confirms the coil, not the closed contact."""
        relay = self._profiles[unit].relay if unit in self._profiles else None
        if relay is None:
            raise CannotPlay(unit=unit, reason="no relay")
        await self._ask(unit, relay.switch(unit, on))

    async def status(self, unit: int) -> SpeakerStatus:
        profile = self._profiles.get(unit)
        if profile is None or not (profile.status or profile.relay):
            raise NotAccepted(unit=unit, reason="no status register in its profile")
        values: dict[str, float] = {}
        for entry in profile.status:
            answer = await self._ask(unit, entry.request(unit), Rank.POLL)
            values[entry.means] = answer.values[0] * entry.factor
        on = None
        if profile.relay:
            on = bool((await self._ask(unit, profile.relay.question(unit), Rank.POLL)).values[0])
        self._tell(unit, None, Alive())
        return profile.seen(values, on)

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """The voice test plays the test clip. The growl plays its beginning at low volume, and restores the
        volume.

        A unit that does not answer has `reached` False. Every other failure is raised: DriverError, Busy
        where a burst is under way.
        """
        try:
            status = await self.status(unit)
        except NoAnswer:
            return TrialResult(reached=False, proved=False, status=SpeakerStatus())
        if kind is not Trial.SILENT:
            await self._sound_test(unit, kind is Trial.GROWL, status)
        return TrialResult(reached=True, proved=False, status=status)

    async def _sound_test(self, unit: int, growl: bool, before: SpeakerStatus) -> None:
        profile = self._profiles[unit]
        if profile.test is None:
            raise NotAccepted(unit=unit, reason="no test clip in its profile")
        if self._bursts.at(unit):
            raise Busy(unit=unit)
        seconds = profile.test.growl_seconds if growl else profile.clips[profile.test.clip].seconds
        volume = profile.test.growl_volume if growl and before.volume is not None else None
        orders = profile.orders(unit, profile.test.clip, volume)
        burst = Burst(unit, None, profile.test.clip, seconds, volume, None, orders)
        self._bursts.add(burst)
        try:
            await self._prepare(burst)
            await self._start(burst)
            async with asyncio.timeout(seconds):
                await burst.over.wait()
        except (TimeoutError, Over):
            pass
        finally:
            if growl:
                await self._hush(burst, before.volume)
            self._bursts.discard(burst)

    async def _hush(self, burst: Burst, volume: int | None) -> None:
        """End the growl and restore the volume, unless a stop or a later burst has come meanwhile."""
        profile, look = self._profiles[burst.unit], unless_over([burst])
        orders = [profile.stop.request(burst.unit, profile.stop.value)] if profile.stop else []
        if profile.volume and volume is not None:
            orders.append(profile.volume.request(burst.unit, profile.volume.raw(volume)))
        for order in orders:
            try:
                await self._ask(burst.unit, order, last_look=look)
            except Over:
                return

    # One burst at one unit

    def _begin(self, unit: int, utterance: Utterance) -> Burst | None:
        profile, clip = self._profiles.get(unit), utterance.clip
        if profile is None or clip is None or clip not in profile.clips:
            known = sorted(profile.clips) if profile else []
            self._tell(unit, utterance.token, Refused(CannotPlay(unit=unit, clip=clip, clips=known)))
            return None
        seconds = profile.clips[clip].seconds
        orders = profile.orders(unit, clip, utterance.volume)
        burst = Burst(unit, utterance.token, clip, seconds, utterance.volume, utterance.not_after, orders)
        burst.settled = utterance.settled or at_once
        for other in self._bursts.at(unit):
            if other.began is None:
                self._end(other, Fault(CutShort(unit=unit, reason="overtaken")))
        self._bursts.add(burst)
        return burst

    async def _attempt(self, burst: Burst, step: Callable[[Burst], Awaitable[None]]) -> None:
        """Run one step of a burst. A failure ends the burst at this unit only."""
        if burst.over.is_set():
            return
        try:
            await step(burst)
        except Over:
            return
        except DriverError as error:
            self._end(burst, Fault(error) if error.transient else Refused(error))

    async def _prepare(self, burst: Burst) -> None:
        for order in burst.orders[:-1]:
            try:
                await self._ask(burst.unit, order, last_look=unless_over([burst]))
            except (NotAccepted, Garbled):
                continue  # a wrong volume is better than no sound

    async def _start(self, burst: Burst) -> None:
        order = burst.orders[-1]

        def look(at: float) -> None:
            unless_over([burst])(at)
            self._take_over(burst)

        await self._ask(burst.unit, order, last_look=look, settled=burst.settled)
        burst.began = self._now()
        await self._read_back(burst, order)
        self._say(burst, Accepted())

    async def _read_back(self, burst: Burst, order: Request) -> None:
        if self._profiles[burst.unit].verify.mode != "readback":
            return
        asked = Request(burst.unit, Function.READ_HOLDING_REGISTERS, order.address, count=1)
        values = (await self._ask(burst.unit, asked)).values
        if values != order.values:
            raise NotAccepted(unit=burst.unit, reason="readback", expected=order.values[0], found=values[0])

    async def _outlast(self, bursts: Collection[Burst]) -> None:
        """Wait for the computed end of every burst that began."""
        ends = [(burst.began + burst.seconds, burst) for burst in bursts if burst.began is not None]
        for at, burst in sorted(ends, key=lambda end: end[0]):
            try:
                async with asyncio.timeout_at(at):
                    await burst.over.wait()
            except TimeoutError:
                self._end(burst, Finished(known=False))

    def _take_over(self, burst: Burst) -> None:
        burst.began = self._now()
        burst.decided.set()
        for other in self._bursts.at(burst.unit):
            if other is not burst and other.began is not None:
                self._end(other, Fault(CutShort(unit=other.unit, reason="overtaken")))

    # All units by one frame

    async def _play_to_all(self, bursts: Collection[Burst], orders: list[Request]) -> bool:
        """Play by broadcast. Returns False where a burst was stopped before the frame left: the others need
        orders of their own."""

        def last_look(at: float) -> None:
            unless_over(bursts)(at)
            for burst in bursts:
                self._take_over(burst)

        try:
            for order in orders:
                look = last_look if order is orders[-1] else unless_over(bursts)
                await self._exchange.tell(order, last_look=look, settled=next(iter(bursts)).settled)
        except Over:
            return False
        except DriverError as error:
            for burst in bursts:
                self._end(burst, Fault(error) if error.transient else Refused(error))
        for burst in self._silent_last(bursts):
            await self._attempt(burst, self._confirm)
        return True

    async def _confirm(self, burst: Burst) -> None:
        """Ask a unit after a broadcast, which no unit answers. Its burst fails unless the unit is there and
        has the volume of the broadcast. Raises DriverError."""
        profile = self._profiles[burst.unit]
        if profile.verify.mode == "readback":
            await self._read_back(burst, burst.orders[-1])
            self._say(burst, Accepted())
        elif profile.status:
            actual, asked = (await self.status(burst.unit)).volume, burst.volume
            if profile.volume is None or asked is None or actual is None:
                return
            if actual != profile.volume.percent(profile.volume.raw(asked)):
                raise NoAnswer(unit=burst.unit, asked="broadcast")

    async def _stop_all(self) -> None:
        """Silence all horns by one broadcast, where all obey it. The stop of each unit follows, for its
        confirmation."""
        horns = [profile for profile in self._profiles.values() if profile.play]
        stops = {profile.stop for profile in horns}
        if len(stops) == 1 and all(profile.bus.broadcast for profile in horns) and (stop := stops.pop()):
            try:
                await self._exchange.tell(stop.request(EVERY_UNIT, stop.value), Rank.STOP)
            except LinkLost:
                return  # the stop of each unit reports it

    # Shared by all of them

    async def _ask(
        self,
        unit: int,
        request: Request,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> Answer:
        bus = self._profiles[unit].bus
        try:
            answer = await self._exchange.ask(
                request, bus.timeout_ms / 1000, bus.late_ms / 1000, rank, last_look, settled
            )
        except NoAnswer:
            self._silent.add(unit)
            raise
        except (Garbled, NotAccepted, Busy):
            self._silent.discard(unit)
            raise
        self._silent.discard(unit)
        return answer

    def _meant(self, units: Units) -> list[int]:
        """The units of a call. Everyone means every horn: a relay board plays nothing."""
        horns = [unit for unit, profile in self._profiles.items() if profile.play]
        return horns if isinstance(units, Everyone) else list(dict.fromkeys(units))

    def _silent_last(self, bursts: Collection[Burst]) -> list[Burst]:
        return sorted(bursts, key=lambda burst: burst.unit in self._silent)

    def _say(self, burst: Burst, fact: Fact) -> None:
        if not burst.over.is_set() and burst.token is not None:
            self._tell(burst.unit, burst.token, fact)

    def _end(self, burst: Burst, fact: Fact) -> None:
        self._say(burst, fact)
        burst.over.set()
        burst.decided.set()

    def _tell(self, unit: int, token: bytes | None, fact: Fact) -> None:
        self._report(Report(self._now(), unit, token, fact))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
