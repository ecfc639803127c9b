"""Space kept beside the ledger for the day the disk is full: SQLite needs some even to delete."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 16 * 2**20
"""On a full disk a ballast of 3 MB gave room for a hundred commits, a checkpoint and a DELETE, 600 kB was too small to delete (measured);
this is five times the former."""


class Ballast:
    """A file of `size` bytes that is really there, dropped when the disk is full and made again when there is room for it twice."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        self._path = path
        self._size = size

    def drop(self) -> bool:
        """Whether there was any to give."""
        with suppress(OSError):
            self._path.unlink()
            log.critical("the disk is full: %s gives its %d bytes", self._path, self._size)
            return True
        return False

    def take(self) -> bool:
        """Have it, where there is room. Returns whether it is there."""
        try:
            if self._path.exists() and self._path.stat().st_size == self._size:
                return True
            space = os.statvfs(self._path.parent)
            if space.f_bavail * space.f_frsize < 2 * self._size:
                return False
            self._fill()
        except OSError as error:
            log.warning("no ballast: %s", error)
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return False
        return True

    def _fill(self) -> None:
        handle = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._size)
            os.fsync(handle)
        finally:
            os.close(handle)
