"""A pseudo-terminal in place of a serial cable. The daemon opens a stable path; the simulator has the other
end."""

from __future__ import annotations

import os
import tty
from pathlib import Path

from drivers.errors import LinkLost
from drivers.link import Chunk
from drivers.link.descriptor import Descriptor
from drivers.link.paced import PacedLink


def terminal(path: Path, baud: int) -> PacedLink:
    """The simulator's end of a line at the pace of its baud rate. Others open the line at `path`."""
    return PacedLink(Terminal(path, baud), baud)


class Terminal:
    """Implements Link, without a pace. `open` makes the pair and the symlink `path`; `close` removes both.

    It keeps a descriptor of the other side open, so that a daemon can close the line and open it again.
    """

    def __init__(self, path: Path, baud: int) -> None:
        self.path = path
        self.baud = baud
        self._fds: tuple[int, int] | None = None
        self._descriptor: Descriptor | None = None

    async def open(self) -> None:
        """Idempotent. Raises LinkLost when `path` exists and is no symlink, and when its folder cannot be
        made."""
        if self._descriptor:
            return
        master, slave = os.openpty()
        self._fds = master, slave
        tty.setraw(master)
        tty.setraw(slave)
        os.set_blocking(master, False)
        try:
            self._name(os.ttyname(slave))
        except OSError as error:
            await self.close()
            raise LinkLost(port=str(self.path), why=error.strerror) from error
        self._descriptor = Descriptor(master, str(self.path))

    async def read(self) -> Chunk:
        return await self._way().read()

    async def write(self, data: bytes) -> None:
        """Bytes that nobody reads are lost once the system's buffer is full, as on a wire."""
        self._way().offer(data)

    async def close(self) -> None:
        if self._descriptor:
            self._descriptor.detach()
            self._descriptor = None
        if self._fds:
            name = os.ttyname(self._fds[1])
            if self.path.is_symlink() and str(self.path.readlink()) == name:
                self.path.unlink()
            for fd in self._fds:
                os.close(fd)
            self._fds = None

    def _name(self, device: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not self.path.is_symlink():
            raise FileExistsError(17, "the path is taken by a file that is not a symlink")
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(device)
        fresh.replace(self.path)

    def _way(self) -> Descriptor:
        if self._descriptor is None:
            raise LinkLost(port=str(self.path), why="not open")
        return self._descriptor
