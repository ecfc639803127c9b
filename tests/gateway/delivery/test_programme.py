"""A plan that waits for the morning keeps no other waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.airtime import Turn
from gateway.delivery.live import Live
from gateway.delivery.programme import Programme
from gateway.delivery.recorder import Recorder
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.runtime.clock import CHINA, LoopClock
from tests.support.rules import may_sound

NIGHT = datetime(2026, 7, 28, 23, 0, tzinfo=CHINA)
WORDS = Script(ToneName.ORANGE, ("预警广播。",), "warning")
ORANGE = Plan(
    "0" * 32,
    "",
    Act.WARNING,
    Class.ORANGE,
    (Part(("square",), WORDS, by_day=True),),
    Schedule(2, (0.0,)),
    NIGHT,
    None,
    1,
)
RECORDER = cast(Recorder, SimpleNamespace(note=lambda *_: None, tell=lambda *_: None, ending=()))


def test_an_orange_that_waits_for_the_morning_does_not_hold_up_a_correction(
    virtual: Callable[[Any], Any],
) -> None:
    parts = (Part(("square",), WORDS),)
    correction = replace(ORANGE, id="1" * 32, act=Act.CORRECTION, class_=Class.YELLOW, parts=parts)

    async def story() -> None:
        clock = LoopClock(NIGHT)
        roster = Roster(1, (), (Speaker("square", "", Region("341523104201"), "line", 1),))
        programme = Programme(RECORDER)

        def allowed(turn: Turn, now: datetime) -> bool:
            return may_sound(turn.plan, "square", now, 0) is None

        for plan in (ORANGE, correction):
            programme.add(Live(plan, "county", roster, clock))
        turn = programme.turn("square", None, partial(allowed, now=clock.now()))
        assert turn
        assert turn.plan is correction
        programme.remove(correction.id)
        assert programme.turn("square", None, partial(allowed, now=clock.now())) is None
        await asyncio.sleep(7.5 * 3600)
        turn = programme.turn("square", None, partial(allowed, now=clock.now()))
        assert turn
        assert turn.plan is ORANGE

    virtual(story())
