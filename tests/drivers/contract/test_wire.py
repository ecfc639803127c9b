"""Octets one by one, with holes, in noise; a line that is unplugged and plugged in again."""

from __future__ import annotations

import asyncio
import random

import pytest

from drivers import Alive, Cleared, Fact, Fault, Finished
from drivers.errors import CutShort, LinkLost
from drivers.link.memory import Wire, clean, one_byte_at_a_time
from tests.support.drivers.bench import Bench, OnLine, failure, with_a_hole

WRITES = range(5)
"""Which write has a hole, counted from 0."""
MOMENTS_S = (0.0, 0.01, 0.02, 0.05, 0.2, 0.5, 1.5)
"""When the line is unplugged, in seconds after the play was asked for."""
TOLD_S = 2.0
"""A burst whose end the unit would have told of ends within this time of the loss."""
MENDED_S = 5.0
"""A line that is whole again serves within this time."""


def noisy(seed: int) -> Wire:
    """The first write and a third of the others are wrapped in octets that no unit sends, 128 and above."""
    chance = random.Random(seed)
    count = iter(range(1_000_000))

    def noise(most: int) -> bytes:
        return bytes(chance.randrange(128, 256) for _ in range(chance.randint(1, most)))

    def wire(data: bytes) -> list[tuple[float, bytes]]:
        return [(0.0, noise(12) + data + noise(3) if next(count) == 0 or chance.random() < 0.33 else data)]

    return wire


def test_octets_that_arrive_one_by_one_are_understood(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        line.near.wire = line.far.wire = one_byte_at_a_time
        assert await line.play(line.units, line.first) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.first) for unit in line.units)

    on_line(story)


@pytest.mark.parametrize("number", WRITES)
@pytest.mark.parametrize("end", ["question", "answer"])
def test_a_hole_in_a_frame_is_not_heard_twice_and_the_next_burst_is_whole(
    on_line: OnLine, number: int, end: str
) -> None:
    async def story(line: Bench) -> None:
        (line.spoil_question if end == "question" else line.spoil_answer)(number, with_a_hole)
        ends = await line.play(line.units, line.first)
        await asyncio.sleep(30)
        for unit, fact in zip(line.units, ends, strict=True):
            if line.member.stream or line.member.asks_again:
                assert fact == line.member.end
            assert fact == line.member.end or failure(fact).transient
            assert line.begun(unit, line.first) <= 1
            assert line.whole(unit, line.first) or isinstance(fact, Fault)
        line.near.wire = line.far.wire = clean
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.second) for unit in line.units)

    on_line(story)


@pytest.mark.parametrize("seed", range(3))
def test_answers_in_noise_are_found_and_a_stream_out_of_step_is_opened_again(
    on_line: OnLine, seed: int
) -> None:
    async def story(line: Bench) -> None:
        line.far.wire = noisy(seed)
        await check_noise(line)

    on_line(story)


@pytest.mark.parametrize("everywhere", [True, False])
def test_noise_on_a_quiet_line_costs_the_next_burst_nothing(on_line: OnLine, everywhere: bool) -> None:
    async def story(line: Bench) -> None:
        noise = bytes(range(128, 160))
        await line.far.write(noise)
        if everywhere:
            await line.near.write(noise)
        await asyncio.sleep(1.0)
        await check_noise(line)

    on_line(story)


async def check_noise(line: Bench) -> None:
    """The first burst is heard whole; on a stream it meets a lost link, and the second is heard whole."""
    ends, burst = await line.play(line.units, line.first), line.first
    if line.member.stream:
        assert any(isinstance(end, Fault) and isinstance(end.error, LinkLost) for end in ends)
        line.far.wire = clean
        await asyncio.sleep(MENDED_S)
        ends, burst = await line.play(line.units, line.second), line.second
    assert ends == [line.member.end] * len(line.units)
    assert all(line.whole(unit, burst) for unit in line.units)


@pytest.mark.parametrize("moment", MOMENTS_S)
def test_a_line_that_is_unplugged_ends_the_play_and_speaks_again_when_it_is_plugged_in(
    on_line: OnLine, moment: float
) -> None:
    async def story(line: Bench) -> None:
        playing = line.start(line.units, line.first)
        await asyncio.sleep(moment)
        line.near.cut()
        async with asyncio.timeout(TOLD_S if line.member.end.known else None):
            ends = await playing
        assert line.lost() == line.units
        for unit, end in zip(line.units, ends, strict=True):
            check_lost(line, unit, end)
        line.reports.clear()
        line.near.mend()
        await asyncio.sleep(MENDED_S)
        for unit in line.units:
            assert any(isinstance(fact, Cleared | Alive) for fact in line.facts(unit, None))
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.second) for unit in line.units)

    on_line(story)


def check_lost(line: Bench, unit: int, end: Fact) -> None:
    """A burst whose end is only reckoned may be finished: its unit plays on without the line."""
    if end == Finished(known=False):
        assert line.member.end == end
        assert line.begun(unit, line.first) == 1
    else:
        assert isinstance(end, Fault)
        assert isinstance(end.error, LinkLost | CutShort)
        assert end.error.transient


def test_a_play_while_the_line_is_unplugged_is_a_lost_link_at_once(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        line.near.cut()
        await asyncio.sleep(0.1)
        async with asyncio.timeout(1):
            ends = await line.play(line.units, line.first)
        for end in ends:
            assert isinstance(end, Fault)
            assert isinstance(end.error, LinkLost)
            assert end.error.transient
        await asyncio.sleep(60)
        line.near.mend()
        await asyncio.sleep(MENDED_S)
        assert all(line.heard(unit, line.first) == [] for unit in line.units)
        assert await line.play(line.units, line.first) == [line.member.end] * len(line.units)

    on_line(story)
