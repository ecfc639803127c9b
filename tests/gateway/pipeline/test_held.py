"""A held document is decided when its time comes, to the second, or when people have said yes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import apsw
import pytest

from gateway.model.record import Document
from gateway.model.verdict import Hold
from tests.support.county import POLL, RELAY, START, TOGETHER, cap, day, reference
from tests.support.world import World

Virtual = Callable[[Any], Any]
Story = Callable[[World], Awaitable[None]]
WINDOW = 120
"""Seconds of the veto window by the default rules: yellow rainstorm, red and orange fog."""


def play(virtual: Virtual, story: Story, start: datetime = START) -> None:
    async def run() -> None:
        world = World(1, start)
        await world.start()
        await world.rest(1)
        await story(world)
        await world.end()

    virtual(run())


async def sent(world: World, identifier: str, source: str = "county", **more: Any) -> str:
    """A warning that is sent now. Returns its key once it is entered."""
    await world.send(cap(identifier, world.wall(world.now).replace(microsecond=0), **more), source)
    await world.rest(0.5)
    return key(world, identifier)


def key(world: World, identifier: str) -> str:
    return next(one.key for one in world.ledger.documents() if one.alert.identifier == identifier)


def document(world: World, named: str) -> Document:
    found = world.ledger.document(named)
    assert found
    return found


def verdict(world: World, named: str) -> tuple[str, str]:
    found = document(world, named).verdict
    return found.name, found.why.reason


def hold(world: World, named: str) -> Hold:
    found = document(world, named).verdict
    assert isinstance(found, Hold)
    return found


def began(world: World, identifier: str) -> datetime:
    """When the first speaker that speaks began to say it."""
    return world.wall(min(sound.began for sound in world.heard("a", identifier)))


async def until(world: World, at: datetime) -> None:
    await asyncio.sleep((at - world.wall(world.now)).total_seconds())


def test_a_veto_window_ends_by_itself_to_the_second(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        yellow = await sent(world, "Y1", level="黄")
        end = hold(world, yellow).until
        assert verdict(world, yellow) == ("hold", "veto_window")
        assert end == document(world, yellow).at + timedelta(seconds=WINDOW)
        await until(world, end - timedelta(seconds=1))
        assert verdict(world, yellow) == ("hold", "veto_window")
        assert world.ledger.plans(yellow) == []
        await until(world, end + timedelta(seconds=0.5))
        assert verdict(world, yellow) == ("air", "aired")
        assert [row.plan.start for row in world.ledger.plans(yellow)] == [end]
        await world.rest(60)
        assert timedelta(0) <= began(world, "Y1") - end < timedelta(seconds=5)

    play(virtual, story)


def test_each_is_released_in_its_own_time(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        first = await sent(world, "Y1", level="黄", area="341523104201")
        await world.rest(40)
        second = await sent(world, "Y2", level="黄", area="341523104202")
        assert [one.key for one in world.ledger.held()] == [first, second]
        await world.rest(WINDOW - 30)
        assert (verdict(world, first)[0], verdict(world, second)[0]) == ("air", "hold")
        await world.rest(40)
        assert verdict(world, second)[0] == "air"
        assert world.ledger.held() == []

    play(virtual, story)


def test_a_window_opens_when_the_night_is_over(virtual: Virtual) -> None:
    """A release may lead to another hold: what was held for the night still has its veto window."""

    async def story(world: World) -> None:
        fog = await sent(world, "F1", code="11B17", level="橙")
        assert (verdict(world, fog), hold(world, fog).until) == (("hold", "held_at_night"), day(6, 30))
        await until(world, day(6, 30) + timedelta(seconds=1))
        assert verdict(world, fog) == ("hold", "veto_window")
        assert hold(world, fog).until == day(6, 30) + timedelta(seconds=WINDOW)
        assert "held_at_night" in hold(world, fog).passed, "it is not held for that again"
        await world.rest(WINDOW + 1)
        assert verdict(world, fog) == ("air", "aired")

    play(virtual, story, start=day(6))


def test_a_crash_delays_no_release_and_makes_none_twice(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        yellow = await sent(world, "Y1", level="黄")
        end = hold(world, yellow).until
        assert end
        await until(world, end - timedelta(seconds=20))
        world.crash()
        await until(world, end + timedelta(seconds=0.5))
        assert verdict(world, yellow) == ("air", "aired")
        world.crash()
        await world.rest(60)
        assert len(world.ledger.plans(yellow)) == 1
        assert len(world.ledger.receipts(yellow)) >= 2, "held, then aired"

    play(virtual, story)


def test_a_warning_whose_hold_ended_while_the_daemon_was_down_is_released_at_the_start(
    virtual: Virtual,
) -> None:
    async def story(world: World) -> None:
        gale = await sent(world, "W1", code="11B06", level="橙", minutes=720)
        assert verdict(world, gale) == ("hold", "held_at_night")
        world.crash()
        world.clock.jump(2 * 3600.0)
        world.clock.trusted = True  # so long it was down
        await world.rest(10)
        assert verdict(world, gale) == ("air", "aired")

    play(virtual, story, start=day(6))


def test_a_clock_that_is_set_forward_releases_at_once(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        gale = await sent(world, "W1", code="11B06", level="橙", minutes=720)
        world.clock.jump(800.0)
        await world.rest(3)
        assert verdict(world, gale) == ("air", "aired")

    play(virtual, story, start=day(6, 20))


@pytest.mark.parametrize("leap", [600.0, -600.0, 86400.0, -86400.0])
def test_a_veto_window_is_a_length_of_time_however_the_clock_leaps(virtual: Virtual, leap: float) -> None:
    async def story(world: World) -> None:
        fog = await sent(world, "F1", code="11B17", level="橙")
        assert verdict(world, fog) == ("hold", "veto_window")
        await world.rest(60)
        world.clock.jump(leap)
        await world.rest(WINDOW - 70)
        assert verdict(world, fog) == ("hold", "veto_window"), "nobody's time to say no is cut short"
        await world.rest(15)
        assert verdict(world, fog) == ("air", "aired")

    play(virtual, story)


def test_a_night_is_not_over_because_a_clock_leapt_to_the_morning(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        gale = await sent(world, "W1", code="11B06", level="橙", minutes=2000)
        assert verdict(world, gale) == ("hold", "held_at_night")
        world.clock.jump(6 * 3600.0)
        await world.rest(60)
        assert verdict(world, gale) == ("hold", "held_at_night")
        world.clock.jump(-6 * 3600.0)
        await world.rest(60)
        world.clock.trusted = False
        world.clock.jump(-50 * 365 * 86400.0)
        await world.rest(2.5 * 3600 - 180)
        assert verdict(world, gale) == ("hold", "held_at_night")
        await world.rest(120)
        assert verdict(world, gale)[0] == "air", "it has waited as long as that night was"

    play(virtual, story, start=day(4))


def test_a_refused_warning_is_never_released(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        yellow = await sent(world, "Y1", level="黄")
        await world.ask(lambda desk: desk.review.veto(yellow, "李四"))
        await world.rest(2 * WINDOW)
        assert verdict(world, yellow) == ("store", "stopped")
        assert world.ledger.plans(yellow) == []
        assert not any(world.heard(name, "Y1") for name in TOGETHER)

    play(virtual, story)


def test_a_held_warning_that_expired_or_was_cancelled_meanwhile_never_sounds(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        short = await sent(world, "W1", code="11B06", level="橙", minutes=20)
        at = document(world, await sent(world, "W2", code="11B06", level="橙", minutes=720)).alert.sent
        cancel = cap(
            "W2C", world.wall(world.now), msg_type="Cancel", references=reference("W2", at), info=False
        )
        await world.send(cancel)
        await until(world, day(6, 40))
        assert verdict(world, short) == ("store", "expired")
        assert verdict(world, key(world, "W2"))[0] != "air"
        assert world.ledger.held() == []
        assert world.ledger.live() == []
        assert not any(world.heard(name) for name in TOGETHER)

    play(virtual, story, start=day(6))


def test_a_held_warning_stays_ended_by_an_end_whose_clock_ran_behind_it(virtual: Virtual) -> None:
    """The end came after it, was sent before it, and names it under another time."""

    async def story(world: World) -> None:
        held = await sent(world, "W3", code="11B06", level="橙", minutes=720)
        at = document(world, held).alert.sent
        names = reference("W3", at + timedelta(minutes=2))
        await world.rest(30)
        await world.send(
            cap("W3C", at - timedelta(minutes=1), msg_type="Cancel", references=names, info=False)
        )
        await until(world, day(6, 40))
        assert verdict(world, held)[0] == "store"
        assert world.ledger.live() == []
        assert not any(world.heard(name) for name in TOGETHER)

    play(virtual, story, start=day(6))


def test_a_yes_releases_at_once_and_stands_in_the_trace(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        relayed = await sent(world, "S1", POLL, sender=RELAY)
        assert (verdict(world, relayed), hold(world, relayed).until) == (("hold", "one_person"), None)
        await world.rest(3600)
        assert verdict(world, relayed) == ("hold", "one_person"), "it waits for a person for ever"
        assert await world.ask(lambda desk: desk.review.approve(relayed, "李四")) == 0
        assert verdict(world, relayed) == ("air", "aired")
        step = document(world, relayed).trace[0]
        assert (step.rule, step.saw, step.answer) == ("approval", "李四", "yes")
        await world.rest(60)
        assert world.heard("a", "S1")

    play(virtual, story)


@pytest.mark.parametrize("ailment", [apsw.FullError, apsw.IOError])
def test_a_warning_released_while_the_disk_fails_sounds_once_and_is_entered_when_it_heals(
    virtual: Virtual, ailment: type[apsw.Error]
) -> None:
    async def story(world: World) -> None:
        gale = await sent(world, "W1", code="11B06", level="橙", minutes=720)
        await until(
            world,
            day(
                6,
                29,
            ),
        )
        world.ail(ailment)
        await until(world, day(6, 32))
        assert verdict(world, gale)[0] == "hold", "the ledger could not be told"
        assert len(world.said("f1")) == 1, "an orange sounds from memory"
        assert timedelta(0) <= began(world, "W1") - day(6, 30) < timedelta(seconds=10)
        world.ail(None)
        await until(world, day(6, 40))
        assert verdict(world, gale) == ("air", "aired")
        assert len(world.ledger.plans(gale)) == 1
        await until(world, day(7, 30))
        assert {burst.number for burst in world.ledger.plans(gale)[0].bursts} == {0, 1}
        assert len(world.said("f1")) == 2, "two bursts, as orange has, and the first only once"

    play(virtual, story, start=day(6))


def test_a_yellow_released_while_the_disk_fails_waits_for_the_disk(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        yellow = await sent(world, "Y1", level="黄")
        world.ail(apsw.FullError)
        await world.rest(WINDOW + 60)
        assert not world.heard("a", "Y1")
        world.ail(None)
        await world.rest(30)
        assert verdict(world, yellow) == ("air", "aired")
        await world.rest(60)
        assert len(world.said("f1")) == 1

    play(virtual, story)
