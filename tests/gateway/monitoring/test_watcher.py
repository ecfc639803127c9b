"""What is watched, over the real daemon of the simulated county.

Each thing that is wrong is raised once and cleared once. What must not pass unseen rings the duty room until
somebody has answered by name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import apsw
import pytest

from firmware_sim.speaker import Heard
from gateway.model.alarm import AlarmKind
from gateway.model.delivery import Outcome
from gateway.model.event import encode
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.model.speaker import Kind, Roster
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.canary import NullDriver
from gateway.monitoring.vitals import Disk, Vitals, complaints
from gateway.monitoring.watcher import LOOKS, Watcher
from gateway.runtime.clock import SystemClock
from gateway.runtime.events import Events
from gateway.runtime.supervisor import State, TaskState
from gateway.store.sqlite.ledger import Ledger
from tests.support import world as worlds
from tests.support.county import CONFIG, ROSTER, SPEAKERS, START, cap, day
from tests.support.world import World

Virtual = Callable[[Any], Any]
Story = Callable[[World, list[dict[str, Any]]], Coroutine[Any, Any, None]]
DUTY = replace(SPEAKERS[1], kind=Kind.DUTY)
"""The speaker of the next township stands in the office instead."""
RINGS = "值班室请注意"


def play(
    virtual: Virtual, patch: pytest.MonkeyPatch, story: Story, start: datetime = START, **config: object
) -> None:
    speakers = tuple(DUTY if one.id == DUTY.id else one for one in ROSTER.speakers)
    patch.setattr(worlds, "ROSTER", Roster(0, ROSTER.villages, speakers))
    patch.setattr(worlds, "CONFIG", CONFIG.model_copy(update=config))

    async def run() -> None:
        world = World(1, start)
        await world.start()
        told: list[dict[str, Any]] = []
        world.living.shared.events.listen(lambda event: told.append(encode(event)))
        await story(world, told)
        await world.end()

    virtual(run())


def changes(told: list[dict[str, Any]], name: str) -> list[str]:
    """The changes of an alarm, in order."""
    ours = [
        one for one in told if one["kind"] == "alarm" and one["name"] == name and not one["acknowledged_by"]
    ]
    return ["cleared" if one["cleared"] else "raised" for one in ours]


def rung(world: World) -> int:
    return sum(RINGS in (sound.text or "") for sound in world.horns[DUTY.id].heard)


def test_a_red_at_night_rings_the_duty_room_until_somebody_answers_also_over_a_restart(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        await world.send(cap("A1", day(2)))
        await asyncio.sleep(100)
        assert rung(world) >= 2
        assert all("A1" not in (sound.text or "") for sound in world.horns[DUTY.id].heard), "it is no village"
        world.crash()
        await asyncio.sleep(2)
        before = rung(world)
        await asyncio.sleep(300)
        assert rung(world) > before, "nobody has answered yet"
        assert world.desk.alarms.ringing()
        answered = await world.desk.alarms.acknowledge("all", "李四")
        assert len(answered) == 1
        await asyncio.sleep(30)
        after = rung(world)
        await asyncio.sleep(1200)
        assert rung(world) == after
        world.crash()
        await asyncio.sleep(300)
        assert rung(world) == after, "it was answered by name, and that is kept"

    play(virtual, monkeypatch, story, start=day(2))


def test_without_a_duty_room_that_itself_is_an_alarm_until_it_is_answered(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(20)
        assert "duty room" in [one.name for one in world.desk.alarms.up()]
        await world.desk.alarms.acknowledge("all", "李四")
        await asyncio.sleep(20)
        assert world.desk.alarms.up() == []
        await world.end()

    virtual(run())


def test_a_speaker_that_falls_silent_is_one_alarm_within_half_a_minute_and_one_that_is_over(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(60)
        world.horns["f1"].faults.dead = True
        await asyncio.sleep(30)
        assert changes(told, "speaker f1") == ["raised"]
        assert world.desk.vitals().speakers["f1"].silent
        await asyncio.sleep(300)
        world.horns["f1"].faults.dead = False
        await asyncio.sleep(60)
        assert changes(told, "speaker f1") == ["raised", "cleared"]
        assert [
            silent for silent, _ in groupby(state["silent"] for name, state in world.shown if name == "f1")
        ] == [
            False,
            True,
            False,
        ]
        assert changes(told, "speaker f2") == []

    play(virtual, monkeypatch, story)


def test_polls_yield_to_speech(virtual: Virtual, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(60)
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(1)
        before, sounding = world.desk.vitals().polls.due, 0
        for _ in range(20):
            await asyncio.sleep(0.5)
            sounding += sum(one.speaker in ("f1", "f2", "a") for one in world.desk.on_air())
        assert sounding
        asked = world.desk.vitals().polls.due - before
        await asyncio.sleep(120)
        assert world.desk.vitals().polls.due > before + asked

    play(virtual, monkeypatch, story)


def test_sound_that_nobody_ordered_is_an_alarm_that_rings(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(30)
        world.horns["f1"].begin(Heard(world.now, text="谁在说话"), 60)
        await asyncio.sleep(30)
        assert changes(told, "unordered f1") == ["raised"]
        assert "unordered f1" in [one.name for one in world.desk.alarms.ringing()]
        assert rung(world) >= 1
        await asyncio.sleep(90)
        assert changes(told, "unordered f1") == ["raised", "cleared"]
        assert world.desk.alarms.ringing(), "it is over, and somebody must know of it"

    play(virtual, monkeypatch, story)


def test_a_lost_mains_is_told_and_a_low_battery_drops_repeats_but_not_the_first_burst(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(30)
        world.horns["f1"].lose_mains()
        await asyncio.sleep(30)
        assert changes(told, "mains f1") == ["raised"]
        assert changes(told, "battery f1") == []
        world.horns["f1"].supply.battery = 20
        await asyncio.sleep(30)
        assert changes(told, "battery f1") == ["raised"]
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(1900)
        (row,) = world.ledger.plans(world.ledger.documents()[0].key)
        outcomes = {(burst.speaker, burst.number): burst.outcome for burst in row.bursts}
        assert [outcomes["f1", number] for number in range(3)] == [
            Outcome.PLAYED,
            Outcome.REFUSED,
            Outcome.REFUSED,
        ]
        assert [outcomes["f2", number] for number in range(3)] == [Outcome.PLAYED] * 3
        world.horns["f1"].restore_mains()
        await asyncio.sleep(60)
        assert changes(told, "mains f1") == ["raised", "cleared"]

    play(virtual, monkeypatch, story)


def test_a_source_that_says_nothing_for_longer_than_it_should_is_an_alarm_until_it_speaks(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(570)
        assert changes(told, "source county") == []
        await asyncio.sleep(60)
        assert changes(told, "source county") == ["raised"]
        assert rung(world)
        await world.send(cap("A1", world.clock.now(), level="蓝"))
        await asyncio.sleep(30)
        assert changes(told, "source county") == ["raised", "cleared"]
        assert changes(told, "source county-b") == [], "nothing is expected of it"

    sources = (CONFIG.sources[0].model_copy(update={"expected_every_s": 600}), *CONFIG.sources[1:])
    play(virtual, monkeypatch, story, sources=sources)


def test_the_canary_sings_unheard_and_its_silence_is_an_alarm_that_rings(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, told: list[dict[str, Any]]) -> None:
        await asyncio.sleep(600)
        age = world.desk.vitals().canary_age
        assert age is not None
        assert age < 62
        assert world.ledger.documents() == []
        assert not any(horn.heard for horn in world.horns.values())
        assert not [one for one in told if one["kind"] not in ("alarm",)]
        await asyncio.sleep(400)
        assert changes(told, "canary") == []
        play_ = NullDriver.play
        monkeypatch.setattr(NullDriver, "play", lambda *_: asyncio.sleep(0))
        await asyncio.sleep(400)
        assert changes(told, "canary") == ["raised"]
        assert "canary" in [one.name for one in world.desk.alarms.ringing()]
        monkeypatch.setattr(NullDriver, "play", play_)
        await asyncio.sleep(120)
        assert changes(told, "canary") == ["raised", "cleared"]

    play(virtual, monkeypatch, story, canary=True)


def test_an_alarm_that_came_and_went_twice_unanswered_does_not_ring_again_after_a_restart(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        for _ in range(2):
            world.living.shared.alarms.set(AlarmKind.SOURCE, "x", Why(Reason.SOURCE_SILENT))
            await asyncio.sleep(5)
            world.living.shared.alarms.clear(AlarmKind.SOURCE, "x")
            await asyncio.sleep(5)
        assert await world.desk.alarms.acknowledge("source x", "李四") == ["source x"]
        await asyncio.sleep(5)
        world.crash()
        await asyncio.sleep(60)
        assert world.desk.alarms.ringing() == []

    play(virtual, monkeypatch, story)


def test_a_hold_of_everything_rings_for_each_red_it_holds_back_and_ends_by_itself(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        await world.desk.air.hold(15, "张三")
        for number in (1, 2):
            await world.send(cap(f"A{number}", world.clock.now()))
            await asyncio.sleep(20)
            held = [one.name for one in world.desk.alarms.ringing() if one.name.startswith("hold ")]
            assert len(held) == 1, f"red {number} is held back"
            await world.desk.alarms.acknowledge("all", "李四")
        assert not world.horns["f1"].heard
        assert world.desk.vitals().held_until
        await asyncio.sleep(16 * 60)
        assert world.desk.vitals().held_until is None
        assert world.horns["f1"].heard, "what was held back still holds and sounds"

    play(virtual, monkeypatch, story)


def test_a_hold_with_nothing_to_hold_back_ends_by_itself_too(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        await world.desk.air.hold(1, "张三")
        await asyncio.sleep(95)
        assert world.desk.vitals().held_until is None

    play(virtual, monkeypatch, story)


def test_a_red_that_sounds_from_memory_calls_somebody_though_the_disks_own_alarm_was_answered(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        one, other = (cap(name, world.clock.now()) for name in ("A1", "A2"))
        world.ail(apsw.FullError)
        with pytest.raises(LedgerFailed):
            await world.send(one)
        await world.desk.alarms.acknowledge("all", "李四")
        with pytest.raises(LedgerFailed):
            await world.send(other)
        await asyncio.sleep(30)
        assert [one.name.split()[0] for one in world.desk.alarms.ringing()] == ["alert"]
        assert rung(world)
        await world.desk.alarms.acknowledge("all", "李四")
        world.ail(None)
        await asyncio.sleep(5)
        await world.send(other)
        await world.send(one)
        await asyncio.sleep(30)
        assert [one.name for one in world.desk.alarms.ringing() if one.name.startswith("alert")] == []

    play(virtual, monkeypatch, story)


def test_the_minutes_of_a_night_are_not_forgotten_at_a_restart(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        await world.desk.speech.say("一二三", ["f1"], "李四", "夜里抢修")
        await asyncio.sleep(60)
        minutes = world.living.delivery.gate._minutes("f1", world.clock.now())
        assert minutes > 0
        world.crash()
        await asyncio.sleep(10)
        assert world.living.delivery.gate._minutes("f1", world.clock.now()) == minutes

    play(virtual, monkeypatch, story, start=day(2))


def test_a_call_that_was_due_when_the_daemon_went_down_is_made_after_it(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World, _told: list[dict[str, Any]]) -> None:
        monkeypatch.setattr(Ledger, "raise_alarm", lambda *_: asyncio.Event().wait())
        await world.send(cap("A1", day(2)))
        await asyncio.sleep(1)
        world.crash()
        monkeypatch.undo()
        await asyncio.sleep(60)
        assert [one.name.split()[0] for one in world.desk.alarms.ringing()] == ["alert"]
        await world.desk.alarms.acknowledge("all", "李四")
        await asyncio.sleep(10)
        world.crash()
        await asyncio.sleep(60)
        assert world.desk.alarms.ringing() == []

    play(virtual, monkeypatch, story, start=day(2))


def test_the_watcher_leaves_the_alarms_of_other_owners_to_them() -> None:
    everything = Vitals(
        now=START + timedelta(hours=1),
        trusted=False,
        lines={"a": True, "b": False},
        brokers={"county": False},
        tasks=[TaskState("dispatcher", State.DOWN, 7, None, "OSError")],
        alarms=[],
        voices={"espeak-ng": False},
        disk=Disk("I/O error", 1),
        oldest_unacknowledged=60.0,
        canary_age=200.0,
        sources={"county": START},
    )
    alarms = Alarms(SystemClock(assured=True), Events())
    watcher = Watcher(lambda: everything, alarms, START, {"county": timedelta(minutes=10)})
    for _ in range(LOOKS - 1):
        watcher.look()
    assert alarms.up() == [], "what flaps is no alarm"
    watcher.look()
    assert {alarm.name for alarm in alarms.up()} == {
        *("line b", "broker county", "voice espeak-ng", "disk space", "unacknowledged", "canary"),
        "source county",
    }
    missing = {complaint.name for complaint in complaints(everything)} - {alarm.name for alarm in alarms.up()}
    assert missing == {"disk", "clock", "task dispatcher"}, "disk, clock and tasks have owners of their own"
