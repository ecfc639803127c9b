"""Connections over real sockets: slow heads, heads without an end, too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from gateway.config.console import Http
from gateway.console import connections
from gateway.console.server import Web
from tests.support.processes import free_port

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@asynccontextmanager
async def served() -> AsyncIterator[Connect]:
    port = free_port()
    web = Web(FastAPI(), Http(port=port))
    serving = asyncio.create_task(web.run())
    await web.serving.wait()
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in writers:
            writer.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the server closes the connection without an answer."""
    try:
        async with asyncio.timeout(10):
            return await reader.read() == b""
    except ConnectionResetError:
        return True


async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    writer.write(REQUEST)
    async with asyncio.timeout(10):
        return (await reader.read(12)) == b"HTTP/1.1 404"


def test_a_connection_whose_head_does_not_come_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)

    async def story() -> None:
        async with served() as connect:
            silent, _ = await connect()
            half, writer = await connect()
            writer.write(REQUEST[:-4])
            later = await connect()
            assert await answered(*later), "its head came"
            assert await closed(silent)
            assert await closed(half)

    asyncio.run(story())


def test_a_head_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with served() as connect:
            reader, writer = await connect()
            writer.write(REQUEST[:-2])
            for number in range(connections.HEAD // 1000 + 10):
                writer.write(f"X-{number}: {'x' * 1000}\r\n".encode())
            assert await closed(reader)

    asyncio.run(story())


def test_more_connections_than_the_bound_are_closed_and_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FROM_ALL", 3)

    async def story() -> None:
        async with served() as connect:
            first = [await connect() for _ in range(3)]
            await asyncio.sleep(0.05)
            late, _ = await connect()
            assert await closed(late)
            assert await answered(*first[0])
            first[1][1].close()
            await asyncio.sleep(0.05)
            assert await answered(*await connect())

    asyncio.run(story())


def test_one_address_does_not_take_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FROM_ONE", 2)
    monkeypatch.setattr(connections.BoundedConnection, "address", "192.0.2.7")

    async def story() -> None:
        async with served() as connect:
            first = [await connect() for _ in range(2)]
            await asyncio.sleep(0.05)
            assert await closed((await connect())[0])
            assert await answered(*first[1])

    asyncio.run(story())
