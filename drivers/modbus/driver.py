"""Plays stored clips on the horns of one Modbus RTU line."""

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
from drivers.modbus.burst import Burst, Bursts, Over, held_back, shared_orders
from drivers.modbus.exchange import Exchange, LastLook, Settled, at_once, go_ahead
from drivers.modbus.frames import EVERY_UNIT, Answer, Function, Request
from drivers.modbus.profile import Profile
from drivers.modbus.socketed import SocketExchange


class ModbusDriver:
    """`profiles` gives the kind of horn behind each unit address of the line. `tcp`: `link` leads to a Modbus/TCP gateway; otherwise
    frames are RTU, also through a socket.

    Its rungs end at Accepted, since no register tells that something sounds: ends are reckoned from the clip's length
    (`Finished(known=False)`). Nor can a unit tell which burst it played, so a retry after a lost answer starts the clip again.
    A later play takes a unit over when its order to play goes out.
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
        """First every unit's volume, then the orders to play close together; units known to be silent come last."""
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
                burst.told.set()

    async def stop(self, units: Units) -> None:
        """Bursts under way report Finished(known=False) at once, those still waiting never go out; then the stop takes the next turns
        of the line. A unit told to play meanwhile is cut off by that order and needs no stop."""
        meant = self._meant(units)
        for burst in [burst for unit in meant for burst in self._bursts.at(unit)]:
            self._end(burst, Finished(known=False))
            self._bursts.discard(burst)
        if units is EVERYONE:
            await self._stop_all()
        later: list[Burst] = []
        for unit in sorted(meant, key=lambda unit: unit in self._silent):
            if here := self._bursts.at(unit):
                later.append(here[0])  # its order to play cuts off what sounds: no turn spent on a stop
            else:
                await self._stop_one(unit)
        for following in later:
            await following.told.wait()
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
        """See drivers.Driver. Its echo says that the coil is set, not that the contact has closed."""
        relay = self._profiles[unit].relay if unit in self._profiles else None
        if relay is None:
            raise CannotPlay(unit=unit, reason="no relay")
        await self._ask(unit, relay.switch(unit, on))

    async def status(self, unit: int) -> SpeakerStatus:
        profile = self._profiles.get(unit)
        if profile is None or not (profile.status or profile.relay):
            raise NotAccepted(unit=unit, reason="no status register in its profile")
        found: dict[str, float] = {}
        for entry in profile.status:
            answer = await self._ask(unit, entry.request(unit), Rank.POLL)
            found[entry.means] = answer.values[0] * entry.factor
        on = None
        if profile.relay:
            on = bool((await self._ask(unit, profile.relay.question(unit), Rank.POLL)).values[0])
        self._tell(unit, None, Alive())
        return profile.seen(found, on)

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """The voice test plays the clip that says it is a test, the growl only its low beginning; the growl gives the volume back.
        A unit that does not answer is a result (`reached` False); every other failure is raised, Busy where a burst is under way."""
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
        """Whoever stopped the unit or took it over has the last word on its sound and its volume."""
        profile, look = self._profiles[burst.unit], held_back([burst])
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
        """A failure is the end of this unit's burst and of nothing else."""
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
                await self._ask(burst.unit, order, last_look=held_back([burst]))
            except (NotAccepted, Garbled):
                continue  # a wrong volume is better than no sound: it is there, so it is told to play

    async def _start(self, burst: Burst) -> None:
        order = burst.orders[-1]

        def look(at: float) -> None:
            held_back([burst])(at)
            self._take_over(burst)

        await self._ask(burst.unit, order, last_look=look, settled=burst.settled)
        burst.began = self._now()
        await self._read_back(burst, order)
        self._say(burst, Accepted())

    async def _read_back(self, burst: Burst, order: Request) -> None:
        if self._profiles[burst.unit].verify.mode != "readback":
            return
        asked = Request(burst.unit, Function.READ_HOLDING_REGISTERS, order.address, count=1)
        found = (await self._ask(burst.unit, asked)).values
        if found != order.values:
            raise NotAccepted(unit=burst.unit, reason="readback", expected=order.values[0], found=found[0])

    async def _outlast(self, bursts: Collection[Burst]) -> None:
        """Until every burst that began has come to its reckoned end."""
        ends = [(burst.began + burst.seconds, burst) for burst in bursts if burst.began is not None]
        for at, burst in sorted(ends, key=lambda end: end[0]):
            try:
                async with asyncio.timeout_at(at):
                    await burst.over.wait()
            except TimeoutError:
                self._end(burst, Finished(known=False))

    def _take_over(self, burst: Burst) -> None:
        burst.began = self._now()
        burst.told.set()
        for other in self._bursts.at(burst.unit):
            if other is not burst and other.began is not None:
                self._end(other, Fault(CutShort(unit=other.unit, reason="overtaken")))

    # All units by one frame

    async def _play_to_all(self, bursts: Collection[Burst], orders: list[Request]) -> bool:
        """False where some burst was stopped before the frame went out: the rest must be told one by one."""

        def last(at: float) -> None:
            held_back(bursts)(at)
            for burst in bursts:
                self._take_over(burst)

        try:
            for order in orders:
                look = last if order is orders[-1] else held_back(bursts)
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
        """Nobody answers a broadcast: a unit must be there, and hold the volume it was given; else its burst has failed."""
        profile = self._profiles[burst.unit]
        if profile.verify.mode == "readback":
            await self._read_back(burst, burst.orders[-1])
            self._say(burst, Accepted())
        elif profile.status:
            found, asked = (await self.status(burst.unit)).volume, burst.volume
            if profile.volume is None or asked is None or found is None:
                return
            if found != profile.volume.percent(profile.volume.raw(asked)):
                raise NoAnswer(unit=burst.unit, asked="broadcast")

    async def _stop_all(self) -> None:
        """Silence for all by one frame where it is understood; each is then asked to confirm."""
        horns = [profile for profile in self._profiles.values() if profile.play]
        stops = {profile.stop for profile in horns}
        if len(stops) == 1 and all(profile.bus.broadcast for profile in horns) and (stop := stops.pop()):
            try:
                await self._exchange.tell(stop.request(EVERY_UNIT, stop.value), Rank.STOP)
            except LinkLost:
                return  # each unit's own stop reports it

    # What all of them use

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
        """Everyone is every horn: a relay board has no ear."""
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
        burst.told.set()

    def _tell(self, unit: int, token: bytes | None, fact: Fact) -> None:
        self._report(Report(self._now(), unit, token, fact))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
