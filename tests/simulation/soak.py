"""A year in the county: some warnings a week, a notice a day, a crash now and then. Nothing may grow.

`python tests/simulation/soak.py DAYS` prints the figures.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

if __name__ == "__main__":
    ROOT = Path(__file__).parents[2]
    sys.path[:0] = [str(ROOT), str(ROOT / "firmware-sim")]

from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName, plan_id
from tests.support.county import ROSTER, cap, day, words
from tests.support.virtual_time import VirtualLoop
from tests.support.world import World

DAY_S = 86400.0
WARNINGS_A_DAY = 0.4
"""Some a week (a wet county: 100 to 150 a year)."""
CRASHES_A_DAY = 0.1
"""A power cut every ten days."""


@dataclass(frozen=True)
class Figures:
    """The result of a soak.

    `tasks` and `waiting` are those at rest: after the first day, and the most of any later day.
    """

    days: int
    warnings: int
    crashes: int
    heard: int
    tasks: tuple[int, int]
    waiting: tuple[int, int]
    virtual_s: float
    real_s: float

    def __str__(self) -> str:
        return (
            f"{self.days} days, {self.warnings} warnings, {self.crashes} crashes, {self.heard} sounds;"
            f" tasks at rest {self.tasks[0]} and at most {self.tasks[1]},"
            f" waiting at rest {self.waiting[0]} and at most {self.waiting[1]}; {self.real_s:.0f} s,"
            f" {self.virtual_s / self.real_s:.0f} times real time"
        )


def soak(days: int, seed: int = 1) -> Figures:
    """Live so many days."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_live(days, random.Random(seed)))


async def _live(days: int, chance: random.Random) -> Figures:
    began, world = time.monotonic(), World(1, day(0))
    await world.start()
    warnings, tasks, waiting = 0, [], []
    for number in range(days):
        midnight = world.began + number * DAY_S
        if chance.random() < CRASHES_A_DAY:
            asyncio.get_running_loop().call_at(midnight + chance.uniform(1, DAY_S / 2), world.crash)
        await asyncio.sleep(midnight + 9 * 3600 - world.now)
        await _notice(world, number)
        while chance.random() < WARNINGS_A_DAY:
            warnings += 1
            await asyncio.sleep(chance.uniform(0, 3600))
            now = world.wall(world.now)
            level = chance.choice(("红", "橙", "黄", "蓝"))
            await world.send(
                cap(f"Y{warnings}", now, minutes=chance.choice((60, 180, 360)), level=level), patient=True
            )
        await asyncio.sleep(midnight + DAY_S - 1.0 - world.now)
        tasks.append(len(asyncio.all_tasks()))
        waiting.append(sum(world.waiting.values()) + (not world.at_rest))
    await world.end()
    heard = sum(len(horn.heard) for horn in world.horns.values())
    return Figures(
        days, warnings, len(world.crashes), heard, (tasks[0], max(tasks)), (waiting[0], max(waiting)),
        world.now_at_end - world.began, time.monotonic() - began,
    )  # fmt: skip


async def _notice(world: World, number: int) -> None:
    """The day's notice to the villages."""
    now, name = world.clock.now(), f"N{number}"
    script = Script(ToneName.CHIME, (f"通知{words(name)}的事。",), "warning")
    targets = tuple(speaker.id for speaker in ROSTER.speakers)
    plan = Plan(
        plan_id(name, Act.NOTICE, now),
        "",
        Act.NOTICE,
        Class.NOTICE,
        (Part(targets, script),),
        Schedule(1, (0.0,)),
        now,
        now + timedelta(hours=1),
        ROSTER.version,
    )
    await world.add(plan, name)


if __name__ == "__main__":
    print(soak(int(sys.argv[1]) if len(sys.argv) > 1 else 365))
