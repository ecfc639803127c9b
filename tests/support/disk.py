"""A disk in memory (an apsw VFS). A power cut loses, keeps or tears its unsynced writes."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count

import apsw

SECTOR = 512
"""A write is torn between sectors of this size: what disks promise to write whole."""

_numbers = count()


class Contents:
    """One file: what a reader sees now, what would survive, and the writes between the two."""

    def __init__(self, durable: bytes = b"") -> None:
        self.live = bytearray(durable)
        self.durable = bytearray(durable)
        self.unsynced: list[tuple[int, bytes] | int] = []

    def write(self, data: bytes, offset: int) -> None:
        _put(self.live, data, offset)
        self.unsynced.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.live[size:]
        self.unsynced.append(size)

    def sync(self) -> None:
        for change in self.unsynced:
            if isinstance(change, int):
                del self.durable[change:]
            else:
                _put(self.durable, change[1], change[0])
        self.unsynced.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """The bytes after a power cut: each unsynced write is lost, whole, or torn."""
        found = bytearray(self.durable)
        for change in self.unsynced:
            fate = chance.choice(("lost", "whole", "torn"))
            if isinstance(change, int):
                if fate == "whole":
                    del found[change:]
                continue
            offset, data = change
            if fate == "whole":
                _put(found, data, offset)
            elif fate == "torn":
                for start in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        _put(found, data[start : start + SECTOR], offset + start)
        return bytes(found)


def _put(contents: bytearray, data: bytes, offset: int) -> None:
    if len(contents) < offset:
        contents.extend(bytes(offset - len(contents)))
    contents[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """`name` is what Ledger.open takes as `vfs`."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.name = f"disk-{next(_numbers)}"
        self.files = {name: Contents(data) for name, data in (files or {}).items()}
        self.ailment: type[apsw.Error] | None = None
        """What every write and sync fails with at present: apsw.FullError, apsw.IOError,
        apsw.ReadOnlyError."""
        self.barred = False
        """No file can be opened."""
        self.failures: int | None = None
        """After so many failures it is well again by itself; None: it stays as it is."""
        self.syncs = 0
        """Syncs so far."""
        super().__init__(self.name, "")

    def cut(self, chance: random.Random) -> Disk:
        """The power fails. The disk as the next start finds it; whatever still writes to this one writes into
        nothing."""
        found = Disk({name: contents.after_cut(chance) for name, contents in self.files.items()})
        found.ailment, found.barred = self.ailment, self.barred
        return found

    def check(self) -> None:
        """Raises what ails it."""
        if not self.ailment:
            return
        if self.failures is not None:
            self.failures -= 1
        ailment = self.ailment
        if self.failures == 0:
            self.ailment = self.failures = None
        raise ailment("the simulated disk")

    def synced(self) -> None:
        """Count, or fail."""
        self.syncs += 1
        self.check()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> OpenFile:  # type: ignore[override]  # apsw takes any object with these methods
        if self.barred:
            raise apsw.CantOpenError("the simulated disk")
        plain = (
            name.filename() if isinstance(name, apsw.URIFilename) else (name or f"temporary-{next(_numbers)}")
        )
        flags[1] = flags[0]
        return OpenFile(self.files.setdefault(plain, Contents()), self.check, self.synced)

    def xDelete(self, name: str, _sync_folder: bool) -> None:
        self.files.pop(name, None)

    def xAccess(self, name: str, _flags: int) -> bool:
        return name in self.files

    def xFullPathname(self, name: str) -> str:
        return name


class OpenFile:
    """An open file, as SQLite asks for it."""

    def __init__(self, contents: Contents, check: Callable[[], None], synced: Callable[[], None]) -> None:
        self._contents = contents
        self._check = check
        self._synced = synced

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._contents.live[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._check()
        self._contents.write(bytes(data), offset)

    def xTruncate(self, size: int) -> None:
        self._contents.truncate(size)

    def xSync(self, _flags: int) -> None:
        self._synced()
        self._contents.sync()

    def xFileSize(self) -> int:
        return len(self._contents.live)

    def xClose(self) -> None:
        pass

    def xLock(self, _level: int) -> None:
        pass

    def xUnlock(self, _level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0
