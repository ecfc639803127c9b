"""Space in reserve beside the ledger, for a full disk: SQLite needs space even to delete."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 16 * 2**20
"""Measured on a full disk: 3 MB were enough for a hundred commits, a checkpoint and a DELETE; 600 kB were too
small to delete. This is five times the former."""


class Ballast:
    """A file of allocated bytes. It is deleted when the disk is full, and made again when there is room for
    two."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        """`size` in bytes."""
        self._path = path
        self._size = size

    def drop(self) -> bool:
        """Delete the file. Returns whether there was one."""
        with suppress(OSError):
            self._path.unlink()
            log.critical("the disk is full: %s gives its %d bytes", self._path, self._size)
            return True
        return False

    def take(self) -> bool:
        """Make the file, where there is room. Returns whether it is there."""
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
