"""Sound on the disk: pieces of voices that are slow or not always there, and recordings of the site.

A sound that cannot be kept or read is made again. The oldest sounds go if there are too many. A damaged file
counts as missing. Nothing is synced: a crash loses sounds, never a warning.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

MOST_BYTES = 200 * 1024 * 1024
"""Seventy minutes of pieces at a voice's own speed and 24 kHz: all templates with the names of a county. Our
choice."""
FULL = 0.9
"""Share of the bytes above which nothing more is put there beforehand.

The rest is for pieces that sound now. Our choice.
"""
KIND, PIECES = ".speech", ".piece"
"""The suffix of the files, and that of pieces. Earlier versions kept finished sentences as KIND in the folder
of the pieces."""
HALF = ".new"
"""The suffix of a file that is being written."""
DIGEST = hashlib.sha256().digest_size
"""Bytes of the digest at the beginning of each file."""


class Shelf:
    """The sounds in a folder. The folder is made when the first sound is kept.

    `kind` is the suffix of its files. Files whose suffix is `former` are removed. Only one process may put
    sounds into a folder: the folder is read once.
    """

    def __init__(
        self, folder: Path, most_bytes: int = MOST_BYTES, kind: str = KIND, former: str = HALF
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._kind = kind
        self._former = former
        self._complained = False
        self._known: OrderedDict[str, int] | None = None
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        """The sound of this key, None if it is missing or damaged. It counts as new again."""
        file = self._file(key)
        try:
            whole = file.read_bytes()
            if hashlib.sha256(whole[DIGEST:]).digest() != whole[:DIGEST]:
                log.warning("%s is not what was kept, it is made again", file)
                self._remove(file.name)
                return None
        except OSError:
            return None
        if self._known and file.name in self._known:
            self._known.move_to_end(file.name)
        with suppress(OSError):  # the sound is good even if the disk takes no new date
            file.touch()
        return whole[DIGEST:]

    def __contains__(self, key: str) -> bool:
        """Whether there is a file of this key, which is not read. A folder that cannot be read has none."""
        try:
            return self._file(key).exists()
        except OSError:
            return False

    @property
    def full(self) -> bool:
        """Whether nothing more should be put here beforehand."""
        self._sizes()
        return self._bytes > FULL * self._most_bytes

    def put(self, key: str, pcm: bytes) -> None:
        """Keep a sound. It never fails: a sound that the disk does not take is made again later."""
        file = self._file(key)
        new = file.with_suffix(HALF)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            sizes = self._sizes()
            new.write_bytes(hashlib.sha256(pcm).digest() + pcm)
            new.rename(file)
            self._bytes += DIGEST + len(pcm) - sizes.pop(file.name, 0)
            sizes[file.name] = DIGEST + len(pcm)
            self._let_go(sizes)
            self._complained = False
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            if not self._complained:
                log.warning("speech is not kept on the disk: %s", error)
            self._complained = True

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{self._kind}"

    def _let_go(self, sizes: OrderedDict[str, int]) -> None:
        """Remove the oldest files if there are too many bytes. The newest stays in any case: it may be large.
        Raises OSError."""
        while self._bytes > self._most_bytes and len(sizes) > 1:
            self._remove(next(iter(sizes)))

    def _remove(self, name: str) -> None:
        """Remove a file. Raises OSError."""
        (self._folder / name).unlink(missing_ok=True)
        if self._known:
            self._bytes -= self._known.pop(name, 0)

    def _sizes(self) -> OrderedDict[str, int]:
        """The bytes of each file by its name, the one that was used longest ago first.

        The first call reads the folder. It removes the files of the former kind, and those that a crash left
        half written.
        """
        if self._known is None:
            found: list[tuple[int, str, int]] = []
            with suppress(OSError), os.scandir(self._folder) as entries:
                for entry in entries:
                    with suppress(OSError):
                        if entry.name.endswith(self._kind):
                            found.append((entry.stat().st_mtime_ns, entry.name, entry.stat().st_size))
                        elif entry.name.endswith((HALF, self._former)):
                            Path(entry.path).unlink()
            self._known = OrderedDict((name, size) for _, name, size in sorted(found))
            self._bytes = sum(self._known.values())
        return self._known
