"""Which plan sounds when, over the real daemon of the simulated county.

These tests cover the folder gateway/delivery/ as a whole: pre-emption and stand-ins (air, dispatcher, turns),
earshot, second ways (route), power relays (relays), stops and holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from firmware_sim.speaker import Heard
from gateway.delivery.relays import Relays
from gateway.model.delivery import Burst, Outcome
from gateway.model.speaker import Position, Power, Reach, Roster
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.canary import NullDriver
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from gateway.store.sqlite.ledger import Ledger
from tests.support import voices
from tests.support import world as worlds
from tests.support.county import ROSTER, START, cap, words
from tests.support.disk import Disk
from tests.support.world import World

Virtual = Callable[[Any], Any]
HERE, ELSEWHERE = Position(31.46, 116.94), Position(31.60, 116.94)


def play(
    virtual: Virtual,
    patch: pytest.MonkeyPatch,
    story: Callable[[World], Coroutine[Any, Any, None]],
    **changes: dict[str, Any],
) -> None:
    """A story in which some speakers of the roster are changed, by id."""
    speakers = tuple(replace(one, **changes.get(one.id, {})) for one in ROSTER.speakers)
    patch.setattr(worlds, "ROSTER", Roster(0, ROSTER.villages, speakers))

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        await story(world)
        await world.end()

    virtual(run())


def test_the_tone_is_heard_while_the_words_are_made_and_the_lift_is_ready_before_they_end(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        engine = voices.Engine()
        world = World(1, START, voices.announcer(engine))
        await world.start()
        await asyncio.sleep(1)
        engine.trouble, engine.slow_s, engine.said = "slow", 1.1, []
        sent = world.now
        await world.send(cap("R1", world.clock.now()))
        await asyncio.sleep(1)
        assert world.horns["f1"].playing, "its tone: the first sentence takes longer"
        assert not engine.said
        await asyncio.sleep(60)
        burst = world.horns["f1"].heard[0]
        assert burst.whole
        assert burst.began - sent < 1
        lift = next(at for at, said in engine.said if "解除" in said)
        spoken = max(at for at, said in engine.said if "停止户外活动" in said)
        assert spoken <= lift < (burst.ended or 0)
        why = bursts(world, "R1")["f1", 0].why
        assert why
        assert set(why.fields["readings"].split()) == {"espeak-ng"}, "the ledger knows who said it"
        await world.end()

    virtual(story())


def bursts(world: World, identifier: str) -> dict[tuple[str, int], Burst]:
    found = [one for one in world.ledger.documents() if one.alert.identifier == identifier]
    return {(one.speaker, one.number): one for row in world.ledger.plans(found[0].key) for one in row.bursts}


def kinds(world: World, kind: str) -> list[str]:
    return [receipt.body for _, receipt in world.told if f'"kind": "{kind}"' in receipt.body]


def test_a_red_cuts_a_yellow_off_in_mid_sentence_which_begins_again_and_its_sender_is_told_each_once(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World) -> None:
        await world.send(cap("Y1", world.clock.now(), level="黄"))
        await asyncio.sleep(123)
        assert words("Y1") in (world.horns["a"].playing.text or "")  # type: ignore[union-attr]
        sent = world.now
        await world.send(cap("R1", world.clock.now()))
        await asyncio.sleep(2)
        cut = next(sound for sound in world.horns["a"].heard if words("Y1") in (sound.text or ""))
        assert not cut.whole
        assert cut.ended is not None
        assert cut.ended - sent <= 0.3, "within 300 ms (docs/reliability.md, Who has the air)"
        red = next(sound for sound in world.horns["a"].heard if words("R1") in (sound.text or ""))
        assert red.began - sent <= 1.0
        await asyncio.sleep(300)
        again = [sound for sound in world.horns["a"].heard if words("Y1") in (sound.text or "")]
        assert again[-1].whole
        assert again[-1].began > red.began
        first = bursts(world, "Y1")["a", 0]
        assert (first.outcome, first.take) == (Outcome.PLAYED, 1)
        assert len([body for body in kinds(world, "preempted") if '"speaker": "a"' in body]) == 1

    play(virtual, monkeypatch, story)


def test_within_a_band_the_next_waits_for_the_end_of_the_burst_and_its_sender_is_told_once(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World) -> None:
        await world.send(cap("O1", world.clock.now(), level="橙", code="11B06"))
        await asyncio.sleep(5)
        await world.send(cap("R1", world.clock.now()))
        await asyncio.sleep(300)
        horn = [sound for sound in world.horns["a"].heard if sound.text]
        orange = max(
            at
            for at, sound in enumerate(horn)
            if words("O1") in (sound.text or "") and sound.began < world.began + 120
        )
        red = min(at for at, sound in enumerate(horn) if words("R1") in (sound.text or ""))
        assert all(sound.whole for sound in horn[: red + 1])
        assert orange < red
        assert len([body for body in kinds(world, "waiting") if '"speaker": "a"' in body]) == 1

    play(virtual, monkeypatch, story)


@pytest.mark.parametrize(("near", "apart"), [(HERE, True), (ELSEWHERE, False)])
def test_speakers_within_earshot_that_cannot_begin_together_sound_one_after_the_other(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch, near: Position, apart: bool
) -> None:
    monkeypatch.setattr(voices, "SECONDS_A_CHARACTER", 0.1)

    async def story(world: World) -> None:
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(300)
        chip = list(world.horns["a"].heard)
        horn = list(world.horns["f1"].heard)
        assert chip
        assert horn
        together = any(
            one.began < (other.ended or 0) and other.began < (one.ended or 0)
            for one in chip
            for other in horn
        )
        assert together != apart

    play(virtual, monkeypatch, story, a={"position": HERE}, f1={"position": near})


def test_a_silent_speaker_is_tried_over_its_second_way(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World) -> None:
        world.horns["f1"].faults.dead = True
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(400)
        assert any(words("A1") in (sound.text or "") for sound in world.horns["b"].heard)
        assert bursts(world, "A1")["f1", 0].outcome is Outcome.PLAYED
        assert "sound f1" not in [one.name for one in world.desk.alarms.up()]

    play(virtual, monkeypatch, story, f1={"backup": Reach("chip-b", 1)}, b={"line": "horns", "unit": 3})


def test_where_there_is_no_second_way_the_neighbour_says_it_and_the_silence_is_an_alarm(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World) -> None:
        world.horns["f1"].faults.dead = True
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(900)
        found = bursts(world, "A1")
        assert found["f1", 0].outcome is Outcome.SILENT
        assert found["b", 0].outcome is Outcome.PLAYED
        assert found["b", 1].outcome is Outcome.PLAYED, "the later bursts too"
        assert "sound f1" in [one.name for one in world.desk.alarms.up()]
        assert "sound f1" in [one.name for one in world.desk.alarms.ringing()]

    play(virtual, monkeypatch, story, f1={"neighbour": "b"})


def test_a_stop_silences_and_bars_nothing_and_a_hold_begins_again(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(world: World) -> None:
        await world.send(cap("A1", world.clock.now()))
        await asyncio.sleep(5)
        stopped = world.now
        assert "a" in await world.desk.air.stop("all", "张三")
        assert world.horns["a"].playing is None
        assert world.now - stopped < 1
        assert bursts(world, "A1")["a", 2].outcome is Outcome.CANCELLED
        await world.send(cap("A2", world.clock.now(), code="11B06"))
        await asyncio.sleep(5)
        playing: Heard | None = world.horns["a"].playing
        assert playing
        assert words("A2") in (playing.text or "")
        await world.desk.air.hold(5, "张三")
        assert world.horns["a"].playing is None
        await asyncio.sleep(280)
        assert world.horns["a"].playing is None
        await asyncio.sleep(120)
        assert bursts(world, "A2")["a", 0].outcome is Outcome.PLAYED

    play(virtual, monkeypatch, story)


class Board(NullDriver):
    """A relay board: what it was told, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[float, int, bool]] = []

    async def power(self, unit: int, on: bool) -> None:
        self.told.append((round(asyncio.get_running_loop().time(), 1), unit, on))


def test_relays_bracket_what_needs_them_and_go_off_after_the_last_and_after_a_crash(virtual: Virtual) -> None:
    async def run() -> None:
        disk, board, clock = Disk(), Board(), LoopClock(START)
        ledger = await Ledger.open("ledger", worlds.Inline(), disk.name)
        relays = Relays(ledger, clock, {"board": board}, Alarms(clock, Events()))
        one = Power(Reach("board", 4), 3.0, 2.0)
        began = asyncio.get_running_loop().time()
        await relays.on([one], grave=False)
        assert asyncio.get_running_loop().time() - began == pytest.approx(3.0)
        assert ledger.powered() == [("board", 4)]
        await relays.on([one], grave=False)
        await relays.off([one])
        assert [on for _, _, on in board.told] == [True], "somebody still needs it"
        await relays.off([one])
        assert [on for _, _, on in board.told] == [True, False]
        assert ledger.powered() == []
        await relays.on([one], grave=False)
        await Relays(ledger, clock, {"board": board}, Alarms(clock, Events())).settle()
        assert [on for _, _, on in board.told] == [True, False, True, False]
        assert ledger.powered() == []
        await ledger.close()

    virtual(run())
