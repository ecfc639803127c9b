"""After a crash: the bursts that are said again, and those that are not.

Covers gateway/delivery/dispatcher.py and aftermath.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import apsw
import pytest

from gateway.model.delivery import Burst, Evidence, Form, Outcome
from gateway.model.record import LedgerFailed
from tests.support import voices
from tests.support.county import START, TOGETHER, cap, reference
from tests.support.world import World

Virtual = Callable[[Any], Any]


@pytest.mark.parametrize(("boot", "times"), [("loop", 1), ("another", 2)])
def test_a_clip_that_was_taken_plays_on_through_a_crash_but_not_through_a_power_cut(
    virtual: Virtual, boot: str, times: int
) -> None:
    """A horn that plays its own clip needs no daemon to end it.

    After a power cut nobody knows whether it ended.
    """

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(3)
        world.crash()
        world.clock.boot = boot
        await asyncio.sleep(120)
        for name in ("h1", "h2"):
            heard = world.horns[name].heard
            assert len(heard) == times, name
            assert heard[-1].whole
        (row,) = world.ledger.plans(world.ledger.documents()[0].key)
        outcomes = {burst.speaker: burst.outcome for burst in row.bursts if burst.number == 0}
        assert outcomes["h1"] is Outcome.UNPROVED
        assert sum(sound.whole for sound in world.horns["f1"].heard) == 1, "it remembers"
        await world.end()

    virtual(run())


def test_a_sound_that_the_crash_cut_off_is_heard_whole_though_its_unit_calls_the_token_over(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the kill matrix.

    The unit had run dry and ended the burst; only another token sounds there again.
    """
    monkeypatch.setattr(voices, "SECONDS_A_CHARACTER", 0.2)

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(8)
        assert world.horns["f1"].playing
        start = world.start

        async def late() -> None:
            await asyncio.sleep(30)
            await start()

        monkeypatch.setattr(world, "start", late)
        world.crash()
        await asyncio.sleep(300)
        assert any(sound.whole for sound in world.horns["f1"].heard)
        (row,) = world.ledger.plans(world.ledger.documents()[0].key)
        first = {burst.speaker: burst for burst in row.bursts if burst.number == 0}
        assert first["f1"].outcome is Outcome.PLAYED
        assert first["f1"].take == 1
        await world.end()

    virtual(run())


def test_a_clip_that_something_graver_cut_off_after_a_crash_does_not_play_on(virtual: Virtual) -> None:
    """Found by the simulation.

    The red that cut the orange off was lifted before the next crash, and the orange counted as said.
    """

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("O1", world.clock.now(), level="橙", code="11B06"))
        await asyncio.sleep(3)
        sent = world.clock.now()
        await world.send(cap("R1", sent))
        await asyncio.sleep(0.2)
        world.crash()
        await asyncio.sleep(2.5)
        assert len(world.horns["h1"].heard) == 2, "the red goes first"
        lift = cap("R1C", world.clock.now(), msg_type="Cancel", references=reference("R1", sent), info=False)
        await world.send(lift)
        await asyncio.sleep(0.01)
        world.crash()
        await asyncio.sleep(120)
        orange = [sound for sound in world.horns["h1"].heard if sound.clip == 3]
        assert orange[-1].whole
        found = next(one for one in world.ledger.documents() if one.alert.identifier == "O1")
        (row,) = world.ledger.plans(found.key)
        first = next(burst for burst in row.bursts if (burst.speaker, burst.number) == ("h1", 0))
        assert first.outcome is Outcome.UNPROVED
        await world.end()

    virtual(run())


def test_only_a_clip_that_was_taken_in_this_boot_plays_on() -> None:
    taken = Burst("p", "h", 0, Evidence.ACCEPTED, form=Form.CLIP, boot="b")
    assert taken.plays_on("b")
    assert not taken.plays_on("c")
    assert not Burst("p", "h", 0, Evidence.SENT, form=Form.CLIP, boot="b").plays_on("b")
    assert not Burst("p", "h", 0, Evidence.ACCEPTED, form=Form.AUDIO, boot="b").plays_on("b")
    assert not Burst("p", "h", 0, Evidence.ACCEPTED, form=Form.CLIP).plays_on("")


@pytest.mark.parametrize(("later", "bursts"), [(60, 1), (3600, 3)], ids=["while it lasts", "after its end"])
def test_a_red_that_sounded_from_memory_before_a_crash_is_not_said_again_and_its_sender_is_told(
    virtual: Virtual, later: float, bursts: int
) -> None:
    """Found by the simulation.

    The plan was on the disk and its document was not. Nobody was told, or everything was said again.
    """

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        world.ail(apsw.IOError)
        red = cap("R1", START, minutes=300)
        with pytest.raises(LedgerFailed):
            await world.send(red)
        await asyncio.sleep(2)
        world.ail(None)
        await asyncio.sleep(5)
        assert world.ledger.trouble is None
        world.crash()
        await asyncio.sleep(later)
        await world.send(red, patient=True)
        await asyncio.sleep(60)
        assert len(world.horns["f1"].heard) == len(world.horns["h1"].heard) == bursts
        (found,) = world.ledger.documents()
        told = [json.loads(one.body) for one in world.ledger.receipts(found.key)]
        for burst in range(bursts):
            heard = {one["speaker"] for one in told if one["kind"] == "speaker" and one["burst"] == burst}
            assert heard == set(TOGETHER)
        assert [one["burst"] for one in told if one["kind"] == "summary"] == list(range(bursts))
        assert len(told) == len({(one["kind"], one.get("speaker"), one.get("burst")) for one in told})
        await world.end()

    virtual(run())
