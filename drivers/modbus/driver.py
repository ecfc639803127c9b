"""Plays stored clips on the horns of one Modbus line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from drivers import (
    EVERYONE,
    Capability,
    Cleared,
    Fault,
    Finished,
    Report,
    SpeakerStatus,
    Trial,
    TrialResult,
    Units,
    Utterance,
)
from drivers.errors import Busy, CannotPlay, DriverError, LinkLost, NoAnswer, NotAccepted
from drivers.line import Rank
from drivers.link import Link
from drivers.modbus.burst import Burst, Bursts, Over, shared_orders, unless_over
from drivers.modbus.exchange import Exchange
from drivers.modbus.frames import EVERY_UNIT
from drivers.modbus.horns import Horns
from drivers.modbus.play import Play
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
        exchange: Exchange | SocketExchange = (
            SocketExchange(link, turnaround)
            if tcp
            else Exchange(link, gap, turnaround, echo=any(bus.echo for bus in buses))
        )
        self._horns = Horns(profiles, exchange)
        self._bursts = Bursts()
        self._play = Play(self._horns, self._bursts)
        self._lost = False

    def can(self, unit: int) -> Capability:
        profile = self._horns.profiles.get(unit)
        return profile.able if profile else Capability.NONE

    async def run(self, report: Callable[[Report], None]) -> None:
        self._horns.report = report
        await self._horns.exchange.run(self._changed)

    def _changed(self, up: bool) -> None:
        if up and not self._lost:
            return
        self._lost = not up
        for unit in self._horns.profiles:
            self._horns.tell(unit, None, Cleared() if up else Fault(LinkLost(unit=unit)))

    async def play(self, units: Units, utterance: Utterance) -> None:
        """See drivers.Driver. First it sets the volume of every unit, then it sends the orders to play close
        together.

        Units that did not answer lately come last.
        """
        bursts = [burst for unit in self._horns.meant(units) if (burst := self._play.begin(unit, utterance))]
        try:
            shared = shared_orders(bursts, self._horns.profiles) if units is EVERYONE else None
            if utterance.taken:
                for burst in bursts:
                    self._play.take_over(burst)
            elif not (shared and await self._play.to_all(bursts, shared)):
                for step in (self._play.prepare, self._play.start):
                    for burst in self._horns.silent_last(bursts):
                        await self._play.attempt(burst, step)
            await self._play.outlast(bursts)
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
        meant = self._horns.meant(units)
        for burst in [burst for unit in meant for burst in self._bursts.at(unit)]:
            self._horns.end(burst, Finished(known=False))
            self._bursts.discard(burst)
        if units is EVERYONE:
            await self._stop_all()
        later: list[Burst] = []
        for unit in sorted(meant, key=lambda unit: unit in self._horns.silent):
            if bursts := self._bursts.at(unit):
                later.append(bursts[0])  # its order to play cuts off the sound: a stop would waste a turn
            else:
                await self._stop_one(unit)
        for following in later:
            await following.decided.wait()
            if following.began is None:
                await self._stop_one(following.unit)

    async def _stop_one(self, unit: int) -> None:
        stop = self._horns.profiles[unit].stop if unit in self._horns.profiles else None
        if stop is None:
            return
        try:
            await self._horns.ask(unit, stop.request(unit, stop.value), Rank.STOP)
        except DriverError as error:
            self._horns.tell(unit, None, Fault(error))

    async def _stop_all(self) -> None:
        """Silence all horns by one broadcast, where all obey it. The stop of each unit follows, for its
        confirmation."""
        horns = [profile for profile in self._horns.profiles.values() if profile.play]
        stops = {profile.stop for profile in horns}
        if len(stops) == 1 and all(profile.bus.broadcast for profile in horns) and (stop := stops.pop()):
            try:
                await self._horns.exchange.tell(stop.request(EVERY_UNIT, stop.value), Rank.STOP)
            except LinkLost:
                return  # the stop of each unit reports it

    async def power(self, unit: int, on: bool) -> None:
        """See drivers.Driver. The answer confirms the coil, not the closed contact."""
        relay = self._horns.profiles[unit].relay if unit in self._horns.profiles else None
        if relay is None:
            raise CannotPlay(unit=unit, reason="no relay")
        await self._horns.ask(unit, relay.switch(unit, on))

    async def status(self, unit: int) -> SpeakerStatus:
        return await self._horns.status(unit)

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """The voice test plays the test clip. The growl plays its beginning at low volume, and restores the
        volume.

        A unit that does not answer has `reached` False. Every other failure is raised: DriverError, Busy
        where a burst is under way.
        """
        try:
            status = await self._horns.status(unit)
        except NoAnswer:
            return TrialResult(reached=False, proved=False, status=SpeakerStatus())
        if kind is not Trial.SILENT:
            await self._sound_test(unit, kind is Trial.GROWL, status)
        return TrialResult(reached=True, proved=False, status=status)

    async def _sound_test(self, unit: int, growl: bool, before: SpeakerStatus) -> None:
        profile = self._horns.profiles[unit]
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
            await self._play.prepare(burst)
            await self._play.start(burst)
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
        profile, look = self._horns.profiles[burst.unit], unless_over([burst])
        orders = [profile.stop.request(burst.unit, profile.stop.value)] if profile.stop else []
        if profile.volume and volume is not None:
            orders.append(profile.volume.request(burst.unit, profile.volume.raw(volume)))
        for order in orders:
            try:
                await self._horns.ask(burst.unit, order, last_look=look)
            except Over:
                return
