"""Power relays: on before a burst, off after the last one, and never left on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest

from drivers import Driver
from drivers.errors import NoAnswer
from gateway.delivery.relays import OFF_PAUSE_S, OFF_TRIES, Relays
from gateway.model.alarm import AlarmKind
from gateway.model.reason import Why
from gateway.model.record import LedgerFailed
from gateway.model.speaker import Power, Reach
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import LoopClock
from gateway.store import contract
from tests.support.county import START

Virtual = Callable[[Any], Any]
HORN, HALL = Power(Reach("relays", 1), 2.0, 1.0), Power(Reach("relays", 2), 5.0, 3.0)


class Bench:
    """A line with relays, the ledger's list of those that are on, and the alarms; in one log."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.on: set[tuple[str, int]] = set()
        self.broken = self.dead = False
        bench = cast("Any", self)
        self.relays = Relays(
            cast("contract.Ledger", bench),
            LoopClock(START),
            {"relays": cast("Driver", bench)},
            cast("Alarms", bench),
        )

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        if self.broken:
            raise LedgerFailed("full")
        self.log.append(f"write {unit}")
        self.on.add((line, unit))

    async def power_off(self, line: str, unit: int) -> None:
        self.on.discard((line, unit))

    def powered(self) -> list[tuple[str, int]]:
        return sorted(self.on)

    async def power(self, unit: int, on: bool) -> None:
        if self.dead:
            raise NoAnswer(unit=unit)
        self.log.append(f"{'on' if on else 'off'} {unit}")

    def set(self, kind: AlarmKind, subject: str, why: Why, *, urgent: bool = False) -> None:
        self.log.append(f"alarm {subject} {'urgent' if urgent else ''}".strip())

    def clear(self, kind: AlarmKind, subject: str = "") -> None: ...


def test_that_it_must_go_off_is_written_before_it_goes_on_and_the_longest_lead_is_waited_for(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        bench, loop = Bench(), asyncio.get_running_loop()
        began = loop.time()
        await bench.relays.on([HORN, HALL], grave=False)
        assert bench.log == ["write 1", "on 1", "write 2", "on 2"]
        assert loop.time() - began == HALL.lead
        await bench.relays.off([HORN, HALL])
        assert bench.log[4:] == ["off 1", "off 2"]
        assert loop.time() - began == HALL.lead + HALL.tail
        assert bench.on == set()

    virtual(story())


def test_it_goes_off_after_the_last_burst_that_needs_it(virtual: Virtual) -> None:
    async def story() -> None:
        bench = Bench()
        await bench.relays.on([HORN], grave=False)
        await bench.relays.on([HORN], grave=False)
        await bench.relays.off([HORN])
        assert bench.log == ["write 1", "on 1"], "it was on already, and another burst needs it"
        await bench.relays.off([HORN])
        assert bench.log[2:] == ["off 1"]

    virtual(story())


def test_a_grave_burst_waits_for_no_disk(virtual: Virtual) -> None:
    async def story() -> None:
        bench = Bench()
        bench.broken = True
        with pytest.raises(LedgerFailed):
            await bench.relays.on([HORN], grave=False)
        assert bench.log == []
        await bench.relays.off([HORN])
        bench.log.clear()
        await bench.relays.on([HORN], grave=True)
        assert bench.log == ["on 1"]

    virtual(story())


def test_a_relay_that_does_not_go_off_is_told_again_and_stays_on_the_list(virtual: Virtual) -> None:
    async def story() -> None:
        bench, loop = Bench(), asyncio.get_running_loop()
        await bench.relays.on([HORN], grave=False)
        bench.dead = True
        began = loop.time()
        await bench.relays.off([HORN])
        assert loop.time() - began == HORN.tail + OFF_TRIES * OFF_PAUSE_S
        assert [entry.split()[0] for entry in bench.log[2:]] == ["alarm"] * OFF_TRIES
        assert bench.on == {("relays", 1)}
        bench.dead = False
        await bench.relays.settle()
        assert bench.log[-1] == "off 1"
        assert bench.on == set()

    virtual(story())


def test_after_a_crash_a_relay_that_a_burst_needs_already_stays_on(virtual: Virtual) -> None:
    async def story() -> None:
        bench = Bench()
        bench.on = {("relays", 1), ("relays", 2)}
        await bench.relays.on([HORN], grave=False)
        bench.log.clear()
        await bench.relays.settle()
        assert bench.log == ["off 2"]

    virtual(story())
