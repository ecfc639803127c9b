"""One sound for many lines is cut and coded once, while lines come, go or wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from drivers import Sound
from drivers.openhorn.bodies import Codec
from drivers.openhorn.chunks import Chunks
from tests.support.drivers.openhorn import speech

Run = Callable[[Any], Any]


class Spring:
    """A sound that flows half a second at a time.

    It counts how often it was opened, and dries up where the test says.
    """

    def __init__(self, dries_up: bool = False) -> None:
        self.opened = 0
        self.dries_up = dries_up
        self.sound = Sound(8000, self._open, 3.0)

    async def _open(self) -> AsyncIterator[bytes]:
        self.opened += 1
        for second in range(6):
            await asyncio.sleep(0.5)
            if self.dries_up and second == 3:
                raise OSError("dry")
            yield speech(0.5)


def taker(spring: Spring, codec: Codec = Codec.ADPCM) -> tuple[Chunks, asyncio.Task[None]]:
    chunks = Chunks(spring.sound, codec)
    return chunks, asyncio.create_task(chunks.fill(lambda: None))


def test_lines_that_carry_one_sound_share_its_coding_also_who_comes_late(virtual: Run) -> None:
    async def story() -> None:
        spring = Spring()
        first, filling = taker(spring)
        await asyncio.sleep(1.6)
        late, catching_up = taker(spring)
        await asyncio.sleep(0.1)
        assert late.ready == first.ready
        assert 0 < len(late.ready) < 60
        await asyncio.gather(filling, catching_up)
        assert first.whole
        assert late.whole
        assert late.ready == first.ready
        assert len(late.ready) == 60
        assert spring.opened == 1
        other, coding = taker(spring, Codec.ALAW)
        await coding
        assert other.whole
        assert spring.opened == 2, "another codec is another coding"

    virtual(story())


def test_a_reader_that_leaves_takes_nothing_from_the_others_and_the_last_ends_the_work(virtual: Run) -> None:
    async def story() -> None:
        spring = Spring()
        _, leaving = taker(spring)
        staying, filling = taker(spring)
        await asyncio.sleep(1.1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await filling
        assert staying.whole
        assert spring.opened == 1
        alone = Spring()
        _, leaving = taker(alone)
        await asyncio.sleep(1.1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await asyncio.sleep(0)
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "coding"]
        again, filling = taker(alone)
        await filling
        assert again.ready == staying.ready

    virtual(story())


@pytest.mark.parametrize("takers", [1, 3])
def test_a_sound_that_breaks_off_is_known_to_all_readers(virtual: Run, takers: int) -> None:
    async def story() -> None:
        spring = Spring(dries_up=True)
        taking = [taker(spring) for _ in range(takers)]
        await asyncio.gather(*(filling for _, filling in taking))
        assert [str(chunks.broken) for chunks, _ in taking] == ["dry"] * takers
        assert not any(chunks.whole for chunks, _ in taking)

    virtual(story())
