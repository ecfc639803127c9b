"""Lines: every line with its driver, and whether its port is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from drivers import Driver, Fault, Report
from drivers.errors import LinkLost
from drivers.link.reach import reach
from drivers.protocol import LineSpec
from drivers.registry import open_line
from gateway.app.tasks import Task
from gateway.config.lines import LineTable
from gateway.model.speaker import Roster
from gateway.monitoring.canary import CANARY, NullDriver
from gateway.runtime.clock import Clock

Told = Callable[[str, Report], None]
"""Takes a driver's report with the name of its line, in the loop's thread."""


@dataclass(frozen=True)
class OpenLine:
    """A line and its driver."""

    driver: Driver
    clips: Mapping[str, int]
    """Its stored clips by meaning."""


def open_configured(line: LineTable, roster: Roster, clock: Clock) -> OpenLine:
    """The driver of a configured line over its serial port or socket.

    Raises OSError where its key file cannot be read.
    """
    spec = LineSpec(roster.units(line.name), lambda: int(clock.now().timestamp()), line.port)
    return OpenLine(*open_line(line.protocol, line, spec, reach(line.port, line.baud)))


class Lines:
    """The site's lines, and the line of the canary (`gateway.monitoring.canary`)."""

    def __init__(self, lines: Mapping[str, OpenLine], canary: NullDriver) -> None:
        self.site: dict[str, Driver] = {name: line.driver for name, line in lines.items()}
        """The drivers of the site's lines."""
        self.all: dict[str, Driver] = {**self.site, CANARY: canary}
        """The same with the canary's."""
        self.clips = {name: line.clips for name, line in lines.items()}
        self._there = dict.fromkeys(lines, True)

    def up(self, down: Collection[str] = ()) -> dict[str, bool]:
        """Whether each line's port is there.

        `down` names the tasks that keep dying: a line whose task is among them is not there.
        """
        return {name: there and _task(name) not in down for name, there in self._there.items()}

    def tasks(self, *told: Told) -> Iterator[Task]:
        """One a line: its driver, whose every report is told."""
        for name, driver in self.all.items():
            yield Task(_task(name), partial(driver.run, self._reporting(name, told)))

    def _reporting(self, name: str, told: tuple[Told, ...]) -> Callable[[Report], None]:
        def report(report: Report) -> None:
            if report.token is None and name in self._there:
                lost = isinstance(report.fact, Fault) and isinstance(report.fact.error, LinkLost)
                self._there[name] = not lost
            for hear in told:
                hear(name, report)

        return report


def _task(line: str) -> str:
    return f"line {line}"
