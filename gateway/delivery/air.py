"""The air: which burst sounds at which speaker.

It starts bursts, hands them their reports and silences speakers.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from typing import Any

from drivers import EVERYONE, Accepted, Driver, Report, Units
from gateway.delivery import OnAir, route
from gateway.delivery.playing import Group, Playing, Stage
from gateway.delivery.relays import Relays
from gateway.model.delivery import Burst, Form
from gateway.model.plan import Act, Plan
from gateway.model.speaker import Reach, Roster, Speaker
from gateway.runtime.logs import about

log = logging.getLogger(__name__)


class Air:
    """Plays one burst at a time at each speaker.

    `freed` is called with the speakers where another burst may begin, `answered` with the line on which a
    unit has accepted an order.
    """

    def __init__(
        self,
        roster: Roster,
        lines: Mapping[str, Driver],
        relays: Relays,
        freed: Callable[[Collection[str]], None],
        answered: Callable[[str], None],
    ) -> None:
        self.speakers: dict[str, Speaker] = {speaker.id: speaker for speaker in roster.speakers}
        self._units = {line: set(roster.units(line)) for line in lines}
        self._lines = lines
        self._relays = relays
        self._freed = freed
        self._answered = answered
        self._playing: dict[str, Playing] = {}
        self._at: dict[Reach, str] = {}
        self._falling_silent: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def on_air(self) -> list[OnAir]:
        """Everything that sounds now."""
        return [OnAir(playing.plan, speaker, playing.since) for speaker, playing in self._playing.items()]

    def sounding(self, speaker: str) -> Plan | None:
        """The plan that sounds at a speaker now."""
        playing = self._playing.get(speaker)
        return playing.plan if playing else None

    def taken(self, speaker: str) -> bool:
        """Whether nothing can begin at a speaker, because it sounds or is being silenced."""
        return speaker in self._playing or speaker in self._falling_silent

    def form(self, reach: Reach) -> Form | None:
        """The best form that this unit can play; None if it can play nothing."""
        driver = self._lines.get(reach.line)
        return route.form(driver.can(reach.unit)) if driver else None

    def reachable(self, reach: Reach) -> bool:
        """Whether its line is there."""
        return reach.line in self._lines

    def learn(self, line: str, report: Report) -> None:
        """Take a driver's report of a unit to the burst that it is about."""
        speaker = self._at.get(Reach(line, report.target))
        playing = self._playing.get(speaker) if speaker else None
        if speaker and playing and playing.token == report.token:
            playing.learn(speaker, report.fact)
            if isinstance(report.fact, Accepted):
                self._answered(line)

    def start(self, group: Group, bursts: dict[str, Burst], stage: Stage) -> None:
        """Begin a burst at the speakers of a group."""
        everyone = set(group.units.values()) == self._units[group.line]
        playing = Playing(group, bursts, stage, everyone)
        for name, unit in group.units.items():
            self._playing[name] = playing
            self._at[Reach(group.line, unit)] = name
        with about(alert=group.plan.alert, plan=group.plan.id, burst=str(group.number), line=group.line):
            log.info("a burst starts at %d speakers", len(group.units))
            task = self.spawn(self._play(playing), f"burst {group.plan.id}/{group.number} on {group.line}")
        task.add_done_callback(lambda done: self._over(done, playing))

    async def _play(self, playing: Playing) -> None:
        powers = [power for name in playing.speakers if (power := self.speakers[name].power)]
        if not powers:
            await playing.run()
            return
        try:
            await self._relays.on(powers, playing.plan.class_.grave)
            await playing.run()
        finally:
            self.spawn(self._relays.off(powers), "relays off")

    def _over(self, task: asyncio.Task[None], playing: Playing) -> None:
        if not task.cancelled() and task.exception():
            log.error("a burst failed", exc_info=task.exception())
            playing.give_up()
        for name in playing.speakers:
            self.free(name, playing)
        self._freed(playing.speakers)

    def free(self, name: str, playing: Playing | None = None) -> None:
        """Nothing sounds at this speaker any more. With `playing`: unless another burst sounds there."""
        current = self._playing.get(name)
        if current and playing in (None, current):
            del self._playing[name]
            self._at.pop(Reach(current.line, current.unit(name)), None)

    def where(self, plans: Collection[str] | None) -> list[str]:
        """The speakers at which one of these plans sounds.

        With None: any plan but a ring of the duty room.
        """
        return [
            name
            for name, playing in self._playing.items()
            if (playing.plan.act is not Act.RING if plans is None else playing.plan.id in plans)
        ]

    async def silence(self, names: Iterable[str], part: Callable[[str, Playing], None]) -> None:
        """Stop these speakers, all lines at once, a whole line by one frame. Nothing begins there meanwhile.

        `part` is called first with each speaker that sounds and the burst that it plays.
        """
        names = [name for name in names if name in self.speakers and name not in self._falling_silent]
        units: dict[str, list[int]] = defaultdict(list)
        for name in names:
            playing = self._playing.get(name)
            reach = Reach(playing.line, playing.unit(name)) if playing else self.speakers[name].reach
            if reach.line in self._lines:
                units[reach.line].append(reach.unit)
        self._falling_silent.update(names)
        try:
            for name in names:
                playing = self._playing.get(name)
                if playing:
                    part(name, playing)
                    self.free(name)
            await self._stop(units)
        finally:
            self._falling_silent.difference_update(names)
            self._freed(names)

    async def _stop(self, units: Mapping[str, list[int]]) -> None:
        orders: dict[str, Units] = {
            line: EVERYONE if len(numbers) > 1 and set(numbers) == self._units[line] else numbers
            for line, numbers in units.items()
        }
        results = await asyncio.gather(
            *(self._lines[line].stop(numbers) for line, numbers in orders.items()), return_exceptions=True
        )
        for line, result in zip(orders, results, strict=True):
            if isinstance(result, Exception):
                log.warning("line %s could not be told to stop: %s", line, result)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """A task that `close` ends."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Switch off the relays that a crash left on."""
        await self._relays.settle()

    async def close(self) -> None:
        """End our own work. The speakers are left alone: the next start finds what they were saying."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
