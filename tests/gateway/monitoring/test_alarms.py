"""Alarms are raised once and ring by the table. The ledger gets their changes in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from gateway.model.alarm import Alarm, AlarmKind, Rings
from gateway.model.event import AlarmChanged, Event
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.monitoring.alarms import AGAIN_S, STALE_S, Alarms
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from tests.support.county import START

Virtual = Callable[[Any], Any]
WHY = Why(Reason.UNREACHED)


class Ledger:
    """Keeps what is written to it. `failing`: it refuses."""

    def __init__(self, *left: Alarm) -> None:
        self.left = list(left)
        self.written: list[str] = []
        self.failing = False

    async def raise_alarm(self, alarm: Alarm) -> None:
        self._write(f"raise {alarm.name}")

    async def clear_alarm(self, name: str, at: datetime) -> None:
        self._write(f"clear {name}")

    async def acknowledge(self, name: str, person: str, at: datetime) -> None:
        self._write(f"acknowledge {name} {person}")

    def _write(self, change: str) -> None:
        if self.failing:
            raise LedgerFailed("no disk")
        self.written.append(change)

    def raised(self, name: str) -> bool:
        return any(alarm.name == name for alarm in self.left)

    def alarms(self) -> list[Alarm]:
        return self.left


class Place:
    """Alarms with their ledger and the events they publish."""

    def __init__(self, *left: Alarm) -> None:
        self.ledger, self.events = Ledger(*left), list[Event]()
        bus = Events()
        bus.listen(self.events.append)
        self.alarms = Alarms(LoopClock(START), bus, self.ledger)

    @property
    def changes(self) -> list[str]:
        alarms = [event.alarm for event in self.events if isinstance(event, AlarmChanged)]
        return [f"{'cleared' if alarm.cleared else 'raised'} {alarm.name}" for alarm in alarms]

    def names(self, alarms: list[Alarm]) -> list[str]:
        return [alarm.name for alarm in alarms]


def play(virtual: Virtual, story: Callable[[Place], Awaitable[None]], *left: Alarm) -> None:
    async def run() -> None:
        place = Place(*left)
        running = asyncio.create_task(place.alarms.run())
        await story(place)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())


def test_an_alarm_is_raised_once_and_cleared_once(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        for _ in range(3):
            place.alarms.set(AlarmKind.LINE, "bus", WHY)
        place.alarms.set(AlarmKind.LINE, "other", WHY)
        assert place.names(place.alarms.up()) == ["line bus", "line other"]
        for _ in range(3):
            place.alarms.clear(AlarmKind.LINE, "bus")
        assert place.changes == ["raised line bus", "raised line other", "cleared line bus"]
        await asyncio.sleep(1)
        assert place.ledger.written == ["raise line bus", "raise line other", "clear line bus"]

    play(virtual, story)


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize("kind", AlarmKind)
def test_whether_an_alarm_rings_is_told_by_its_row(virtual: Virtual, kind: AlarmKind, urgent: bool) -> None:
    async def story(place: Place) -> None:
        place.alarms.set(kind, "x", WHY, urgent=urgent)
        rings = {Rings.NEVER: False, Rings.ALWAYS: True, Rings.WHEN_URGENT: urgent}[kind.rings]
        assert bool(place.alarms.ringing()) is rings
        assert place.alarms.up()[0].rings is rings

    play(virtual, story)


def test_a_ringing_alarm_rings_until_a_person_acknowledges_it_by_name(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.alarms.set(AlarmKind.SOURCE, "county", WHY)
        place.alarms.set(AlarmKind.DISK, "", WHY)
        place.alarms.clear(AlarmKind.SOURCE, "county")
        assert place.names(place.alarms.ringing()) == ["source county", "disk"]
        assert await place.alarms.acknowledge("source nobody", "李四") == []
        assert await place.alarms.acknowledge("all", "李四") == ["source county", "disk"]
        assert place.alarms.ringing() == []
        assert [(alarm.name, alarm.acknowledged_by) for alarm in place.alarms.up()] == [("disk", "李四")]
        await asyncio.sleep(1)
        assert place.ledger.written[-2:] == ["acknowledge source county 李四", "acknowledge disk 李四"]

    play(virtual, story)


def test_a_call_rings_and_does_not_last(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        assert not place.alarms.called(AlarmKind.ALERT, "k1")
        place.alarms.call(AlarmKind.ALERT, "k1", WHY)
        assert place.alarms.called(AlarmKind.ALERT, "k1")
        assert place.alarms.up() == []
        assert place.names(place.alarms.ringing()) == ["alert k1"]
        assert place.changes == ["raised alert k1", "cleared alert k1"]

    play(virtual, story)


def test_a_disk_that_fails_gets_every_change_later_in_order(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.ledger.failing = True
        place.alarms.set(AlarmKind.DISK, "", WHY)
        place.alarms.clear(AlarmKind.DISK)
        await asyncio.sleep(3 * AGAIN_S)
        assert place.ledger.written == []
        place.ledger.failing = False
        await asyncio.sleep(AGAIN_S + 1)
        assert place.ledger.written == ["raise disk", "clear disk"]

    play(virtual, story)


def test_changes_that_wait_are_written_together(virtual: Virtual) -> None:
    """At night every warning of a storm rings, and each change alone costs a sync of the disk."""

    async def story(place: Place) -> None:
        begun: list[str] = []
        ended: list[str] = []

        async def slowly(alarm: Alarm) -> None:
            assert not ended, "each is begun before the first has ended"
            begun.append(alarm.subject)
            await asyncio.sleep(0.01)
            ended.append(alarm.subject)

        place.ledger.raise_alarm = slowly  # type: ignore[method-assign]
        for number in range(20):
            place.alarms.set(AlarmKind.LINE, str(number), WHY)
        await asyncio.sleep(1)
        assert begun == [str(number) for number in range(20)]
        assert len(ended) == 20

    play(virtual, story)


def test_an_alarm_of_an_earlier_start_ends_where_nobody_raises_it_again(virtual: Virtual) -> None:
    old = Alarm(AlarmKind.LINE, "bus", WHY, START, rings=False)
    heard = replace(old, kind=AlarmKind.SOURCE, subject="county", rings=True, acknowledged_by="李四")
    over = replace(old, kind=AlarmKind.ALERT, subject="k1", rings=True, cleared=START)

    async def story(place: Place) -> None:
        assert place.names(place.alarms.up()) == ["line bus", "source county"]
        assert place.names(place.alarms.ringing()) == ["alert k1"]
        await asyncio.sleep(STALE_S / 2)
        place.alarms.set(AlarmKind.LINE, "bus", WHY)
        assert place.changes == [], "it lasts already"
        await asyncio.sleep(STALE_S)
        assert place.changes == ["cleared source county"]
        assert place.names(place.alarms.up()) == ["line bus"]

    play(virtual, story, old, heard, over)
