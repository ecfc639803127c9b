"""One burst on its way through one line: who fails is tried again at once, whatever else is being made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from drivers import Capability, Driver, Fault, Report, Sound, Units, Utterance
from drivers.errors import NoAnswer
from gateway.delivery import Voices
from gateway.delivery.playing import PAUSES_S, Group, Playing, Stage
from gateway.model.delivery import Burst, Form
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.model.speaker import Hearing
from gateway.runtime.clock import LoopClock
from tests.support.county import START

Virtual = Callable[[Any], Any]
SAID = Script(ToneName.RED, ("暴雨红色预警。",), "warning-red")


class Slow:
    """Voices that take a minute to make anything ready."""

    def length(self, script: Script, readings: int, hearing: Hearing) -> float:
        return 10.0

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        async def silence() -> AsyncIterator[bytes]:
            yield bytes(2)

        return Sound(16000, silence, 10.0)

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        await asyncio.sleep(60)


class Deaf:
    """A driver whose unit never answers."""

    def __init__(self) -> None:
        self.tries: list[float] = []
        self.heard: Callable[[str, Fault], None] = lambda name, fault: None

    def can(self, unit: int) -> Capability:
        return Capability.AUDIO

    async def run(self, report: Callable[[Report], None]) -> None: ...

    async def play(self, units: Units, utterance: Utterance) -> None:
        self.tries.append(asyncio.get_running_loop().time())
        self.heard("a", Fault(NoAnswer(unit=1)))


def test_a_speaker_that_fails_at_once_is_tried_again_while_the_lift_is_being_made(virtual: Virtual) -> None:
    async def story() -> list[float]:
        driver, clock = Deaf(), LoopClock(START)
        plan = Plan(
            "p",
            "k",
            Act.WARNING,
            Class.RED,
            (Part(("a",), SAID),),
            Schedule(1, (0.0,)),
            START,
            None,
            1,
            ready=(SAID,),
        )
        group = Group(plan, 0, 0, plan.parts[0], "line", Form.AUDIO, None, Hearing(), units={"a": 1})

        async def kept() -> None: ...

        stage = Stage(
            cast("Driver", driver),
            cast("Voices", Slow()),
            {},
            clock,
            None,
            kept,
            lambda: None,
            lambda burst: None,
        )
        playing = Playing(group, {"a": Burst("p", "a", 0)}, stage, everyone=False)
        driver.heard = playing.learn
        await playing.run()
        return driver.tries

    tries = virtual(story())
    assert [later - tries[0] for later in tries] == pytest.approx(
        [sum(PAUSES_S[:n]) for n in range(len(PAUSES_S) + 1)], abs=0.1
    )
