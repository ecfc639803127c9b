"""The supervisor under virtual time: a task that dies is started again alone, one that keeps dying is tried
now and then, and a stuck one is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from gateway.runtime.pulse import Pulse
from gateway.runtime.supervisor import DOWN_S, ROUND_S, State, Supervisor, TaskState

Virtual = Callable[[Any], Any]


async def forever() -> None:
    await asyncio.Event().wait()


def supervised(
    virtual: Virtual,
    supervisor: Supervisor,
    story: Callable[[], Coroutine[Any, Any, None]],
    content: list[float] | None = None,
) -> None:
    """Tell a story while a supervisor runs.

    `content` takes the loop's time of each round in which all tasks have shown life.
    """

    async def run() -> None:
        times = content if content is not None else []
        running = asyncio.create_task(supervisor.run(lambda: times.append(asyncio.get_running_loop().time())))
        try:
            await story()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    virtual(run())


def state(supervisor: Supervisor, name: str) -> TaskState:
    return next(task for task in supervisor.tasks() if task.name == name)


def test_a_task_that_dies_is_started_again_and_the_others_never_notice(virtual: Virtual) -> None:
    starts = {"good": 0, "bad": 0}

    async def good() -> None:
        starts["good"] += 1
        await forever()

    async def bad() -> None:
        starts["bad"] += 1
        await asyncio.sleep(20)
        raise ValueError("a wire came loose")

    supervisor = Supervisor()
    supervisor.add("good", good)
    supervisor.add("bad", bad)

    async def story() -> None:
        await asyncio.sleep(65)
        assert starts == {"good": 1, "bad": 4}
        assert state(supervisor, "bad").restarts == 3
        assert "a wire came loose" in state(supervisor, "bad").fault
        assert not supervisor.down

    supervised(virtual, supervisor, story)


def test_a_task_that_is_cancelled_from_within_or_simply_ends_is_started_again(virtual: Virtual) -> None:
    starts: list[str] = []

    async def ends() -> None:
        starts.append("ends")
        await asyncio.sleep(30)

    async def cancels() -> None:
        starts.append("cancels")
        await asyncio.sleep(30)
        raise asyncio.CancelledError

    supervisor = Supervisor()
    supervisor.add("ends", ends)
    supervisor.add("cancels", cancels)

    async def story() -> None:
        await asyncio.sleep(45)
        assert sorted(starts) == ["cancels", "cancels", "ends", "ends"]

    supervised(virtual, supervisor, story)


def test_a_task_that_keeps_dying_is_down_once_and_comes_back_alone_after_an_hour(virtual: Virtual) -> None:
    changes: list[str] = []
    plugged = False
    starts = 0

    async def line() -> None:
        nonlocal starts
        starts += 1
        if not plugged:
            raise OSError("no such port")
        await forever()

    supervisor = Supervisor(lambda task: changes.append(f"{task.name} {task.state}"))
    supervisor.add("line", line)
    supervisor.add("other", forever)

    async def story() -> None:
        nonlocal plugged
        await asyncio.sleep(3600)
        assert supervisor.down == {"line"}
        assert changes[-1] == "line down"
        assert changes.count("line down") == 1
        assert starts <= 6 + 3600 / DOWN_S
        plugged = True
        await asyncio.sleep(DOWN_S + 20)
        assert not supervisor.down
        assert changes[-1] == "line up"
        assert state(supervisor, "line").state is State.UP

    supervised(virtual, supervisor, story)


def test_a_task_that_is_down_is_not_up_for_living_a_moment(virtual: Virtual) -> None:
    async def dies() -> None:
        await asyncio.sleep(1)
        raise OSError

    supervisor = Supervisor()
    supervisor.add("dies", dies)

    async def story() -> None:
        await asyncio.sleep(20)
        for _ in range(200):
            await asyncio.sleep(1)
            assert supervisor.down == {"dies"}

    supervised(virtual, supervisor, story)


def test_one_that_waits_rightly_is_alive_for_a_day(virtual: Virtual) -> None:
    pulse = Pulse()

    async def waits() -> None:
        with pulse.resting():
            await forever()

    supervisor = Supervisor()
    supervisor.add("waits", waits, pulse)
    rounds: list[float] = []

    async def story() -> None:
        await asyncio.sleep(86400)
        assert len(rounds) >= 86400 / ROUND_S - 1
        assert state(supervisor, "waits").restarts == 0

    supervised(virtual, supervisor, story, rounds)


def test_a_stuck_task_stops_the_heartbeat_at_once_and_is_started_again_within_twenty_seconds(
    virtual: Virtual,
) -> None:
    pulse, lives = Pulse(), 0

    async def works() -> None:
        nonlocal lives
        lives += 1
        for _ in range(30 if lives == 1 else 10**9):
            pulse.tick()
            await asyncio.sleep(1)
        await forever()  # at work and stuck: it did not say that it rests

    supervisor = Supervisor()
    supervisor.add("works", works, pulse)
    supervisor.add("other", forever)
    rounds: list[float] = []

    async def story() -> None:
        begin = asyncio.get_running_loop().time()
        await asyncio.sleep(30)
        assert len(rounds) >= 5
        await asyncio.sleep(21)
        assert lives == 2
        assert not [at for at in rounds if begin + 36 < at < begin + 45]
        assert state(supervisor, "works").fault == "showed no sign of life"
        await asyncio.sleep(30)
        assert rounds[-1] > begin + 70
        assert state(supervisor, "works").state is State.UP

    supervised(virtual, supervisor, story, rounds)


def test_a_stuck_task_that_does_not_even_end_stops_the_heartbeat_for_good(virtual: Virtual) -> None:
    pulse, obstinate = Pulse(), True

    async def deaf() -> None:
        while obstinate:
            with suppress(asyncio.CancelledError):
                await forever()

    supervisor = Supervisor()
    supervisor.add("deaf", deaf, pulse)
    rounds: list[float] = []

    async def story() -> None:
        nonlocal obstinate
        begin = asyncio.get_running_loop().time()
        await asyncio.sleep(600)
        assert [at for at in rounds if at > begin + ROUND_S] == []
        assert state(supervisor, "deaf").state is State.STUCK
        obstinate = False

    supervised(virtual, supervisor, story, rounds)


def test_a_rest_through_which_work_waits_is_no_life(virtual: Virtual) -> None:
    work: list[str] = []
    pulse = Pulse(lambda: bool(work))
    lives = 0

    async def overslept() -> None:
        nonlocal lives
        lives += 1
        with pulse.resting():
            await forever()

    supervisor = Supervisor()
    supervisor.add("overslept", overslept, pulse)

    async def story() -> None:
        await asyncio.sleep(100)
        assert lives == 1
        work.append("a warning nobody woke it for")
        await asyncio.sleep(20.5)
        assert lives == 2

    supervised(virtual, supervisor, story)


def test_half_a_task_that_lives_does_not_speak_for_the_other_half(virtual: Virtual) -> None:
    first, second, lives = Pulse(), Pulse(), 0

    async def halves() -> None:
        nonlocal lives
        lives += 1
        while True:
            first.tick()
            await asyncio.sleep(1)

    supervisor = Supervisor()
    supervisor.add("halves", halves, first, second)

    async def story() -> None:
        await asyncio.sleep(21)
        assert lives == 2

    supervised(virtual, supervisor, story)


def test_a_machine_that_stood_still_blames_nobody(virtual: Virtual) -> None:
    pulse = Pulse()

    async def works() -> None:
        while True:
            pulse.tick()
            await asyncio.sleep(1)

    supervisor = Supervisor()
    supervisor.add("works", works, pulse)

    async def story() -> None:
        await asyncio.sleep(12)
        asyncio.get_running_loop().now += 300  # type: ignore[attr-defined]
        await asyncio.sleep(1)
        assert supervisor.lag > 250
        assert state(supervisor, "works").restarts == 0

    supervised(virtual, supervisor, story)


def test_a_stop_ends_every_task_and_waits_for_none_too_long(virtual: Virtual) -> None:
    ended: list[str] = []

    async def tidy() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(1)
            ended.append("tidy")

    async def deaf() -> None:
        for _ in range(2):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)
        ended.append("deaf")

    supervisor = Supervisor()
    supervisor.add("tidy", tidy)
    supervisor.add("deaf", deaf)

    async def run() -> None:
        running = asyncio.create_task(supervisor.run())
        await asyncio.sleep(10)
        before = asyncio.get_running_loop().time()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert asyncio.get_running_loop().time() - before < 6
        assert ended == ["tidy"]

    virtual(run())
