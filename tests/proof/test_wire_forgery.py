"""Corrupted, forged, replayed, reordered and foreign frames: openhorn accepts none.

TONGLUO_FULL=1 makes it ten million.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from drivers.errors import DriverError
from drivers.link.memory import pair
from drivers.openhorn.bodies import Status
from drivers.openhorn.driver import OpenhornDriver
from drivers.openhorn.frames import Decoder, seal
from tests.support.drivers import hostile_frames
from tests.support.drivers.hostile_frames import KEY, corrupted, obeyed, true

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
FULL = bool(os.environ.get("TONGLUO_FULL"))
FRAMES = 10_000_000 if FULL else 1_000_000
PROCESSES = 2


def test_no_corrupted_or_forged_frame_is_accepted() -> None:
    shares = PROCESSES * 8
    made, accepted = Counter[str](), Counter[str]()
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork")) as pool:
        for more, through in pool.map(corrupted, [-(-FRAMES // shares)] * shares, range(shares)):
            made += more
            accepted += through
    print(f"\n{made.total():,} frames: {dict(made)}; accepted {accepted.total()}")
    assert made.total() >= 0.99 * FRAMES
    assert min(made.values()) > FRAMES / 20
    assert not accepted


def test_the_way_of_making_them_is_not_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A codec that did not look at the MAC would be caught."""
    monkeypatch.setattr("drivers.openhorn.frames.hmac.compare_digest", lambda *_: True)
    _, accepted = corrupted(20_000, 1)
    assert set(accepted) >= {"rewritten", "guessed", "foreign"}


def test_units_act_on_nothing_replayed_reordered_or_for_others() -> None:
    async def story() -> tuple[Counter[str], Counter[str]]:
        return obeyed(FRAMES // 20, 7)

    made, wrong = asyncio.run(story())
    print(f"\n{dict(made)}; wrong {dict(wrong)}")
    assert not wrong


def test_the_gateway_believes_no_answer_recorded_earlier_or_of_another_unit(
    virtual: Callable[..., Any],
) -> None:
    """Every answer a unit ever gave is played back at every later question."""

    async def story() -> None:
        near, far = pair(1_000_000)
        loop = asyncio.get_running_loop()
        driver = OpenhornDriver(near, [1, 2], KEY, wall=lambda: 0x67000000 + int(loop.time()))
        running = asyncio.create_task(driver.run(lambda report: None))
        await far.open()
        await asyncio.sleep(0.01)
        recorded: list[bytes] = []
        asked = Decoder({1: KEY})

        async def replay() -> None:
            while True:
                chunk = await far.read()
                for question in asked.feed(chunk.data, chunk.at):
                    answer = Status(echo=question.counter)
                    own = seal(answer, key_id=1, dst=1, src=question.dst, counter=question.counter + 1)
                    other = seal(answer, key_id=1, dst=1, src=3 - question.dst, counter=question.counter + 1)
                    for old in [*recorded[-50:], other.encode(KEY)]:
                        await far.write(old)
                    recorded.append(own.encode(KEY))

        replaying = asyncio.create_task(replay())
        believed = 0
        questions = 2000 if FULL else 300
        for number in range(questions):
            try:
                await driver.status(1 + number % 2)
                believed += 1
            except DriverError:
                pass
        for task in (running, replaying):
            task.cancel()
        await asyncio.gather(running, replaying, return_exceptions=True)
        print(f"\n{questions} questions, {len(recorded)} answers recorded, believed {believed}")
        assert len(recorded) >= questions
        assert believed == 0

    virtual(story())


def test_true_frames_are_accepted() -> None:
    """The measure is not blind the other way either."""
    import random

    chance = random.Random(3)
    decoder = Decoder({1: KEY})
    wires = [true(chance, number + 1) for number in range(2000)]
    assert sum(len(decoder.feed(wire, 0.0)) for wire in wires) == 2000
    assert len(hostile_frames.WAYS) == 9
