"""Turn-taking on a line: one exchange at a time, urgent ones first, and reopening."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest

from drivers.errors import LinkLost
from drivers.line import POLL_PATIENCE_S, Line, Rank
from drivers.link import Chunk
from drivers.link.memory import MemoryEnd, pair


class Desk:
    """A running line, the far end of its cable, and what was overheard."""

    def __init__(self) -> None:
        self.near, self.far = pair(9600)
        self.overheard: list[bytes] = []
        self.changes: list[bool] = []
        self.line = Line(self.near, self._listen)

    def _listen(self, chunk: Chunk) -> None:
        self.overheard.append(chunk.data)


Story = Callable[[Desk], Awaitable[None]]


@pytest.fixture
def at_desk(virtual: Callable[..., Any]) -> Callable[[Story], None]:
    def run(story: Story) -> None:
        async def whole() -> None:
            desk = Desk()
            running = asyncio.create_task(desk.line.run(desk.changes.append))
            await desk.far.open()
            await desk.line.up.wait()
            await story(desk)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

        virtual(whole())

    return run


async def echo(far: MemoryEnd) -> None:
    while True:
        await far.write((await far.read()).data)


def test_what_comes_in_a_turn_goes_to_its_holder_and_the_rest_to_the_listener(
    at_desk: Callable[[Story], None],
) -> None:
    async def story(desk: Desk) -> None:
        await desk.far.write(b"before")
        async with desk.line.turn() as turn:
            await desk.far.write(b"during")
            assert (await turn.receive()).data == b"during"
        await desk.far.write(b"after")
        await asyncio.sleep(0)
        assert desk.overheard == [b"before", b"after"]

    at_desk(story)


def test_exchanges_take_turns_in_the_order_they_asked(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        answering = asyncio.create_task(echo(desk.far))

        async def ask(question: bytes) -> bytes:
            async with desk.line.turn() as turn:
                await turn.send(question)
                return (await turn.receive()).data

        questions = [bytes([number]) * 3 for number in range(20)]
        assert await asyncio.gather(*map(ask, questions)) == questions
        assert [chunk.data for chunk in desk.near.sent] == questions
        answering.cancel()

    at_desk(story)


def test_an_urgent_turn_overtakes_all_that_wait_but_not_the_one_under_way(
    at_desk: Callable[[Story], None],
) -> None:
    async def story(desk: Desk) -> None:
        order: list[str] = []

        async def take(name: str, rank: Rank = Rank.PLAY) -> None:
            async with desk.line.turn(rank):
                order.append(name)
                await asyncio.sleep(1)

        async with asyncio.TaskGroup() as tasks:
            for name in ("first", "second", "third"):
                tasks.create_task(take(name))
            await asyncio.sleep(0.5)
            tasks.create_task(take("stop", Rank.STOP))
        assert order == ["first", "stop", "second", "third"]

    at_desk(story)


def test_a_cancelled_waiter_never_takes_the_line_with_it(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        async def take(seconds: float) -> None:
            async with desk.line.turn():
                await asyncio.sleep(seconds)

        for moment in (0.0, 0.5, 1.0, 1.5):
            tasks = [asyncio.create_task(take(1)) for _ in range(3)]
            asyncio.get_running_loop().call_later(moment, tasks[1].cancel)
            await asyncio.gather(*tasks, return_exceptions=True)
            async with asyncio.timeout(1), desk.line.turn():
                pass

    at_desk(story)


def test_a_waiter_cancelled_just_as_the_line_is_handed_to_it_hands_it_on(
    at_desk: Callable[[Story], None],
) -> None:
    async def story(desk: Desk) -> None:
        async def take() -> None:
            async with desk.line.turn():
                pytest.fail("a cancelled waiter took the line")

        async with desk.line.turn():
            waiter = asyncio.create_task(take())
            await asyncio.sleep(0)
        waiter.cancel()
        async with asyncio.timeout(1), desk.line.turn():
            pass
        assert waiter.cancelled()

    at_desk(story)


def test_a_lost_link_wakes_the_exchange_under_way(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        asyncio.get_running_loop().call_later(1, desk.near.cut)
        with pytest.raises(LinkLost):
            async with desk.line.turn() as turn:
                await turn.receive()
        with pytest.raises(LinkLost):
            async with desk.line.turn():
                pytest.fail("a turn on a line that is down")
        assert desk.changes == [True, False]

    at_desk(story)


def test_a_mended_line_works_again_within_five_seconds(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        for away in (0.1, 60.0):
            desk.near.cut()
            await asyncio.sleep(away)
            desk.near.mend()
            async with asyncio.timeout(5.01):
                await desk.line.up.wait()
            await desk.far.open()
            async with desk.line.turn() as turn:
                await turn.send(b"hello")
            assert (await desk.far.read()).data == b"hello"
        assert desk.changes == [True, False, True, False, True]

    at_desk(story)


def test_a_sweep_of_questions_waits_for_a_round_of_orders(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        taken: list[str] = []

        async def take(name: str, rank: Rank) -> None:
            async with desk.line.turn(rank):
                taken.append(name)
                await asyncio.sleep(0.02)

        async def orders() -> None:
            for _ in range(32):
                await take("order", Rank.PLAY)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(40):
                tasks.create_task(take("question", Rank.POLL))
            await asyncio.sleep(0.03)
            tasks.create_task(orders())
        begun = taken.index("order")
        assert begun <= 2  # the question under way when the first order came
        assert taken[begun : begun + 32] == ["order"] * 32
        assert len(taken) == 72

    at_desk(story)


def test_a_question_that_waited_long_gets_one_turn_between_two_orders(
    at_desk: Callable[[Story], None],
) -> None:
    async def story(desk: Desk) -> None:
        taken: list[str] = []

        async def take(name: str, rank: Rank) -> None:
            async with desk.line.turn(rank):
                taken.append(name)
                await asyncio.sleep(0.1)

        async def orders() -> None:
            for _ in range(100):
                await take("order", Rank.PLAY)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(orders())
            await asyncio.sleep(0.05)
            for _ in range(20):
                tasks.create_task(take("question", Rank.POLL))
        first = taken.index("question")
        assert first == pytest.approx(POLL_PATIENCE_S / 0.1, abs=2)
        under_way = taken[first : len(taken) - taken[::-1].index("order")]
        assert "question" in under_way
        assert ("question", "question") not in pairwise(under_way)

    at_desk(story)


def test_a_stop_goes_before_orders_and_questions(at_desk: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        taken: list[Rank] = []

        async def take(rank: Rank) -> None:
            async with desk.line.turn(rank):
                taken.append(rank)
                await asyncio.sleep(0.3)

        async with asyncio.TaskGroup() as tasks:
            for rank in (Rank.PLAY, Rank.POLL, Rank.PLAY, Rank.STOP):
                tasks.create_task(take(rank))
        assert taken == [Rank.PLAY, Rank.STOP, Rank.PLAY, Rank.POLL]

    at_desk(story)
