"""Which lines are there, and who hears the drivers' reports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from drivers import Alive, Fault, Report
from drivers.errors import LinkLost, NoAnswer
from gateway.app.lines import Lines, OpenLine
from gateway.monitoring.canary import CANARY, NullDriver


class Talking(NullDriver):
    """A driver whose reports a test makes."""

    def __init__(self) -> None:
        super().__init__()
        self.say: Callable[[Report], None] = lambda report: None

    async def run(self, report: Callable[[Report], None]) -> None:
        self.say = report


LOST = Report(0.0, 1, None, Fault(LinkLost(why="pulled")))
ALIVE = Report(1.0, 1, None, Alive())


def opened() -> tuple[Lines, Talking, Talking, list[tuple[str, Report]]]:
    """Two lines and the canary's, running, and what was told of them."""
    north, south, told = Talking(), Talking(), []
    lines = Lines({"north": OpenLine(north, {"siren": 3}), "south": OpenLine(south, {})}, NullDriver())

    async def run() -> None:
        for task in list(lines.tasks(lambda *heard: told.append(heard)))[:2]:
            await task.run()

    asyncio.run(run())
    return lines, north, south, told


def test_a_line_is_there_until_its_link_is_lost_and_again_from_its_next_report() -> None:
    lines, north, _, _ = opened()
    assert lines.up() == {"north": True, "south": True}
    north.say(LOST)
    assert lines.up() == {"north": False, "south": True}
    north.say(Report(1.0, 1, b"burst", Fault(NoAnswer(unit=1))))
    assert lines.up() == {"north": False, "south": True}, "a burst's report says nothing of the line"
    north.say(ALIVE)
    assert lines.up() == {"north": True, "south": True}


def test_a_line_whose_task_keeps_dying_is_not_there() -> None:
    lines, *_ = opened()
    assert lines.up({"line south", "pipeline"}) == {"north": True, "south": False}


def test_every_report_is_told_with_the_name_of_its_line() -> None:
    _, north, south, told = opened()
    south.say(ALIVE)
    north.say(LOST)
    assert told == [("south", ALIVE), ("north", LOST)]


def test_the_canary_has_a_line_with_a_task_and_is_none_of_the_sites() -> None:
    lines, *_ = opened()
    assert [task.name for task in lines.tasks()] == ["line north", "line south", f"line {CANARY}"]
    assert list(lines.site) == ["north", "south"]
    assert lines.clips == {"north": {"siren": 3}, "south": {}}
