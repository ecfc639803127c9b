"""Finished sound on the disk, by what it is made of: for voices that are slow or not always there, and for recordings of the site.

What cannot be kept or read is made again; the oldest goes when there is too much. A file that is not what was put there is taken for none.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024 * 1024
"""Half an hour of speech. Our choice: what a township says in a year and repeats."""
FULL = 0.9
"""Share of the most that is full: what is wanted now still finds room where nothing is laid in beforehand. Our choice."""
KIND = ".speech"
DIGEST = hashlib.sha256().digest_size


class Shelf:
    """`folder` need not be there yet."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._complained = False

    def get(self, key: str) -> bytes | None:
        """The PCM, None where it is not there whole. It counts as new again."""
        file = self._file(key)
        try:
            whole = file.read_bytes()
            if hashlib.sha256(whole[DIGEST:]).digest() != whole[:DIGEST]:
                log.warning("%s is not what was kept, it is made again", file)
                file.unlink()
                return None
        except OSError:
            return None
        with suppress(OSError):  # where nothing can be written what is there is good all the same
            file.touch()
        return whole[DIGEST:]

    def __contains__(self, key: str) -> bool:
        """Whether there is something of that key, without reading it."""
        return self._file(key).exists()

    @property
    def full(self) -> bool:
        """Whether something must go before more can come."""
        return sum(size for _, size, _ in self._kept()) > FULL * self._most_bytes

    def put(self, key: str, pcm: bytes) -> None:
        """Keep it. Never fails: what the disk does not take is made again when it is wanted."""
        file = self._file(key)
        new = file.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new.write_bytes(hashlib.sha256(pcm).digest() + pcm)
            new.rename(file)
            self._let_go(file)
            self._complained = False
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            if not self._complained:
                log.warning("speech is not kept on the disk: %s", error)
            self._complained = True

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{KIND}"

    def _let_go(self, newest: Path) -> None:
        """The oldest, where they are too many, and what a crash left half written. `newest` stays whatever its size, and whatever a clock that was set
        back says of it. Raises OSError."""
        files = self._kept()
        spare = sum(size for _, size, _ in files) - self._most_bytes
        for _, size, file in files:
            if spare <= 0:
                break
            if file != newest:
                file.unlink(missing_ok=True)
                spare -= size
        for left in self._folder.glob("*.new"):
            left.unlink(missing_ok=True)

    def _kept(self) -> list[tuple[int, int, Path]]:
        """When each file was last wanted, its bytes and itself; the oldest first."""
        return sorted(
            (file.stat().st_mtime_ns, file.stat().st_size, file) for file in self._folder.glob(f"*{KIND}")
        )
