"""A line behind a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from drivers.errors import LinkLost
from drivers.link.reach import reach
from drivers.link.serialport import SerialLink
from drivers.link.tcp import TcpLink


class Peer:
    """A server that remembers its connections and what they said."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.came = bytearray()
        self.port = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while data := await reader.read(4096):
            self.came += data
        writer.close()


@asynccontextmanager
async def peer(port: int = 0) -> Any:
    it = Peer()
    server = await asyncio.start_server(it.connected, "127.0.0.1", port)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
        for writer in it.writers:
            writer.close()


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_octets_go_both_ways_over_one_connection() -> None:
    async def story() -> None:
        async with peer() as it, asyncio.timeout(5):
            link = TcpLink("127.0.0.1", it.port)
            await link.open()
            big = bytes(range(256)) * 4000
            await link.write(b"question")
            await link.write(big)
            while len(it.came) < len(big) + 8:
                await asyncio.sleep(0.001)
            assert bytes(it.came) == b"question" + big
            it.writers[0].write(b"answer")
            assert (await link.read()).data == b"answer"
            assert len(it.writers) == 1
            await link.close()
            with pytest.raises(LinkLost):
                await link.write(b"x")

    run(story())


def test_a_peer_that_goes_is_a_lost_link_and_it_can_be_opened_again() -> None:
    async def story() -> None:
        async with peer() as it, asyncio.timeout(5):
            link = TcpLink("localhost", it.port)
            for _ in range(2):
                await link.open()
                while not it.writers:
                    await asyncio.sleep(0.001)
                it.writers.pop().close()
                with pytest.raises(LinkLost):
                    await link.read()
            await link.close()

    run(story())


def test_closing_wakes_who_waits_for_octets() -> None:
    async def story() -> None:
        async with peer() as it, asyncio.timeout(5):
            link = TcpLink("127.0.0.1", it.port)
            await link.open()
            reading = asyncio.create_task(link.read())
            await asyncio.sleep(0.01)
            await link.close()
            with pytest.raises(LinkLost):
                await reading

    run(story())


def test_nobody_there_is_a_lost_link() -> None:
    async def story() -> None:
        async with peer() as it:
            port = it.port
        async with asyncio.timeout(5):
            with pytest.raises(LinkLost, match=str(port)):
                await TcpLink("127.0.0.1", port).open()

    run(story())


def test_an_opening_that_is_given_up_leaves_nothing_open() -> None:
    async def story() -> None:
        link = TcpLink("192.0.2.1", 502)  # TEST-NET-1 (RFC 5737): nobody answers, or nobody can be reached
        opening = asyncio.create_task(link.open())
        await asyncio.sleep(0.05)
        opening.cancel()
        with pytest.raises((asyncio.CancelledError, LinkLost)):
            await opening
        assert link._way.closed

    run(story())


@pytest.mark.parametrize(
    ("port", "kind"),
    [
        ("/dev/ttyUSB0", SerialLink),
        ("COM3", SerialLink),
        ("tcp://10.0.0.7:502", TcpLink),
        ("tcp://[::1]:502", TcpLink),
        ("rtu+tcp://10.0.0.7:4001", TcpLink),
    ],
)
def test_a_port_names_its_link(port: str, kind: type) -> None:
    link = reach(port, 19200)
    assert isinstance(link, kind)
    assert link.baud == 19200


@pytest.mark.parametrize(
    "port",
    [
        "tcp://gateway.example:502",
        "tcp://10.0.0.7",
        "udp://10.0.0.7:502",
        "tcp://10.0.0.7:502/x",
        "tcp://10.0.0.7:0",
    ],
)
def test_a_port_that_cannot_be_is_said_at_once(port: str) -> None:
    with pytest.raises(ValueError, match=r"port|host"):
        reach(port, 9600)


def test_no_thread_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()

        def never(*_: object) -> Callable[[], None]:
            pytest.fail("a thread was asked for")

        monkeypatch.setattr(loop, "run_in_executor", never)
        async with peer() as it, asyncio.timeout(5):
            link = TcpLink("localhost", it.port)
            await link.open()
            await link.close()

    run(story())
