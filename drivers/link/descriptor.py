"""Bytes through a non-blocking file descriptor on the event loop, for serial ports, sockets and
pseudo-terminals."""

from __future__ import annotations

import asyncio
import os

from drivers.errors import LinkLost
from drivers.link import Chunk
from drivers.link.inbox import Inbox

READ_MOST = 4096
"""Bytes read at once: more than the buffer of a port receives between two steps of the loop. Our choice."""


class Descriptor:
    """Reads and writes the descriptor `fd`. `port` names it in errors. Only one reader at a time.

    The caller closes `fd`, after `detach`. The end of file and every error of the system mean that the port
    is gone: LinkLost.
    """

    def __init__(self, fd: int, port: str) -> None:
        self._fd = fd
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._arrived = Inbox[Chunk | LinkLost]()
        self._gone: LinkLost | None = None
        self._room: asyncio.Future[None] | None = None
        self._loop.add_reader(fd, self._readable)

    async def read(self) -> Chunk:
        """The next chunk, in order of arrival. Raises LinkLost after the last one."""
        if self._gone and self._arrived.empty:
            raise self._gone
        chunk = await self._arrived.take()
        if isinstance(chunk, LinkLost):
            raise chunk
        return chunk

    async def write(self, data: bytes) -> None:
        """Returns when the system has taken all bytes. Raises LinkLost."""
        rest = memoryview(data)
        while rest:
            taken = self.offer(rest)
            rest = rest[taken:]
            if rest:
                await self._writable()

    def offer(self, data: bytes | memoryview) -> int:
        """Write the bytes that fit now. Returns their number: 0 when the system's buffer is full. Raises
        LinkLost."""
        if self._gone:
            raise self._gone
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            self._lose(error.strerror)
            raise LinkLost(port=self._port, why=error.strerror) from error

    def detach(self) -> None:
        """Stop using the descriptor, so that it can be closed. Waiting calls raise LinkLost. Idempotent."""
        self._lose("closed")

    async def _writable(self) -> None:
        self._room = self._loop.create_future()
        self._loop.add_writer(self._fd, self._has_room)
        try:
            await self._room
        finally:
            if not self._gone:
                self._loop.remove_writer(self._fd)
            self._room = None

    def _has_room(self) -> None:
        if self._room and not self._room.done():
            self._room.set_result(None)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_MOST)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error.strerror)
            return
        if data:
            self._arrived.put(Chunk(data, self._loop.time()))
        else:
            self._lose("end of file")

    def _lose(self, why: str | None) -> None:
        if self._gone:
            return
        self._gone = LinkLost(port=self._port, why=why)
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._arrived.put(self._gone)
        if self._room and not self._room.done():
            self._room.set_exception(self._gone)
