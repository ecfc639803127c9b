"""The serial port on a real pseudo-terminal and a real loop.

Covers descriptor and inbox of drivers/link too.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import LinkLost
from drivers.link.serialport import SerialLink


class Cable:
    """A pseudo-terminal at a stable path; `far` is the other end's descriptor. `pull` is an unplug."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.far = -1
        self.plug()

    def plug(self) -> None:
        self.far, near = os.openpty()
        tty.setraw(near)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(near))
        os.close(near)

    def pull(self) -> None:
        if self.far >= 0:
            os.close(self.far)
            self.far = -1
            self.path.unlink()


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    plugged = Cable(tmp_path / "line")
    yield plugged
    plugged.pull()


def test_bytes_go_both_ways_unchanged(cable: Cable) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 115200)
        await link.open()
        await link.write(bytes(range(256)))
        assert os.read(cable.far, 1000) == bytes(range(256))
        before = asyncio.get_running_loop().time()
        os.write(cable.far, bytes(range(256)))
        chunk = await link.read()
        assert chunk.data == bytes(range(256))
        assert before <= chunk.at <= asyncio.get_running_loop().time()
        await link.close()
        await link.close()

    asyncio.run(story())


@pytest.mark.parametrize(("parity", "bits"), [("N", 10), ("E", 11)])
def test_write_returns_when_the_line_time_has_passed(cable: Cable, parity: str, bits: int) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 9600, parity)
        await link.open()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(link.write(b"x" * 48), link.write(b"y" * 48))
        assert loop.time() - began >= 96 * bits / 9600 - 0.001
        assert os.read(cable.far, 1000) == b"x" * 48 + b"y" * 48
        await link.close()

    asyncio.run(story())


def test_more_than_the_system_takes_at_once_arrives_whole(cable: Cable) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 100_000_000)
        await link.open()
        data = os.urandom(100_000)
        writing = asyncio.create_task(link.write(data))
        got = b""
        while len(got) < len(data):
            await asyncio.sleep(0.001)
            got += os.read(cable.far, 65536)
        await writing
        assert got == data
        await link.close()

    asyncio.run(story())


def test_an_unplug_wakes_the_reader_and_replugging_mends_it(cable: Cable) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 9600)
        await link.open()
        reading = asyncio.create_task(link.read())
        await asyncio.sleep(0.01)
        cable.pull()
        with pytest.raises(LinkLost, match="line"):
            await reading
        with pytest.raises(LinkLost):
            await link.write(b"x")
        with pytest.raises(LinkLost):
            await link.open()
        cable.plug()
        await link.open()
        os.write(cable.far, b"again")
        assert (await link.read()).data == b"again"
        await link.close()

    asyncio.run(story())


def test_an_unplug_wakes_a_writer_that_waits_for_room(cable: Cable) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 100_000_000)
        await link.open()
        writing = asyncio.create_task(link.write(bytes(200_000)))
        await asyncio.sleep(0.02)
        cable.pull()
        with pytest.raises(LinkLost):
            await writing
        await link.close()

    asyncio.run(story())


def test_close_wakes_the_reader(cable: Cable) -> None:
    async def story() -> None:
        link = SerialLink(str(cable.path), 9600)
        await link.open()
        reading = asyncio.create_task(link.read())
        await asyncio.sleep(0)
        await link.close()
        with pytest.raises(LinkLost):
            await reading

    asyncio.run(story())


def test_a_port_is_held_by_one(cable: Cable) -> None:
    async def story() -> None:
        first, second = SerialLink(str(cable.path), 9600), SerialLink(str(cable.path), 9600)
        await first.open()
        with pytest.raises(LinkLost, match="lock"):
            await second.open()
        await first.close()
        await second.open()
        await second.close()

    asyncio.run(story())


def test_an_unopened_port_says_so() -> None:
    async def story() -> None:
        with pytest.raises(LinkLost, match="not open"):
            await SerialLink("/dev/nowhere", 9600).read()
        with pytest.raises(LinkLost, match="/dev/nowhere"):
            await SerialLink("/dev/nowhere", 9600).open()

    asyncio.run(story())


def test_an_unknown_parity_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of N, E, O"):
        SerialLink("/dev/ttyUSB0", 9600, "X")
