"""Finished sound on the disk: of voices that are slow or not always there, and of recordings of the site.

A sound that cannot be kept or read is made again. The oldest sounds go if there are too many. A damaged file
counts as missing.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024 * 1024
"""Half an hour of speech: the sentences that a township repeats within a year. Our choice."""
FULL = 0.9
"""Share of the bytes above which nothing more is put there beforehand.

The rest is for sentences that sound now. Our choice.
"""
KIND = ".speech"
"""The suffix of the files."""
DIGEST = hashlib.sha256().digest_size
"""Bytes of the digest at the beginning of each file."""


class Shelf:
    """The sounds in a folder. The folder is made when the first sound is kept."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._complained = False

    def get(self, key: str) -> bytes | None:
        """The sound of this key, None if it is missing or damaged. It counts as new again."""
        file = self._file(key)
        try:
            whole = file.read_bytes()
            if hashlib.sha256(whole[DIGEST:]).digest() != whole[:DIGEST]:
                log.warning("%s is not what was kept, it is made again", file)
                file.unlink()
                return None
        except OSError:
            return None
        with suppress(OSError):  # the sound is good even if the disk takes no new date
            file.touch()
        return whole[DIGEST:]

    def __contains__(self, key: str) -> bool:
        """Whether there is a file of this key. The file is not read."""
        return self._file(key).exists()

    @property
    def full(self) -> bool:
        """Whether nothing more should be put here beforehand."""
        return sum(size for _, size, _ in self._kept()) > FULL * self._most_bytes

    def put(self, key: str, pcm: bytes) -> None:
        """Keep a sound. It never fails: a sound that the disk does not take is made again later."""
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
        """Remove the oldest files if there are too many bytes, and the files that a crash left half written.

        `newest` stays in any case: it may be large, and a clock may have been set back. Raises OSError.
        """
        files = self._kept()
        spare = sum(size for _, size, _ in files) - self._most_bytes
        for _, size, file in files:
            if spare <= 0:
                break
            if file != newest:
                file.unlink(missing_ok=True)
                spare -= size
        for half in self._folder.glob("*.new"):
            half.unlink(missing_ok=True)

    def _kept(self) -> list[tuple[int, int, Path]]:
        """Each file with the time of its last use and its bytes, the oldest first."""
        return sorted(
            (file.stat().st_mtime_ns, file.stat().st_size, file) for file in self._folder.glob(f"*{KIND}")
        )
