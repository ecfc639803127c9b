"""Space kept beside the ledger for the day the disk is full: SQLite needs some even to delete."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 16 * 2**20
"""A ballast of 3 MB gave a hundred commits, a checkpoint and a DELETE on a full disk, 600 kB was too small to delete; five times that."""


class Ballast:
    """A file of `size` bytes that is really there, dropped when the disk is full and made again when there is room for it twice."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        self._path = path
        self._size = size
        self.take()

    def drop(self) -> bool:
        """Whether there was any to give."""
        with suppress(OSError):
            self._path.unlink()
            log.critical("the disk is full: %s gives its %d bytes", self._path, self._size)
            return True
        return False

    def take(self) -> None:
        """Have it again, where there is room; otherwise later."""
        if self._path.exists() or shutil.disk_usage(self._path.parent).free < 2 * self._size:
            return
        handle = os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._size)
        except OSError as error:
            log.warning("no room for ballast: %s", error)
            self._path.unlink()
        finally:
            os.close(handle)
