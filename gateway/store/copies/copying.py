"""Copies a ledger that may be in use, and tests the copy.

It is a program: `python -m gateway.store.copies.copying LEDGER KEY TARGET`. It runs at the lowest priority,
so that neither the loop of the daemon nor its writer waits for it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import apsw

from gateway.store.chain.audit import Damage, Fault, main, sound
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.ballast import SIZE
from gateway.store.sqlite.schema import migrate

ROOM = 4 * SIZE
"""The bytes that must stay free beside a copy, because a copy must not fill the disk. Our choice."""


class NoCopy(Exception):
    """The copy was not made. The message says why."""


def copy(ledger: Path, target: Path) -> None:
    """Copy the ledger as of one moment, compact, into one file. It is on the disk when this returns.

    Raises NoCopy.
    """
    space = os.statvfs(target.parent)
    size = ledger.stat().st_size
    if space.f_bavail * space.f_frsize < size + ROOM:
        raise NoCopy(f"the copy takes {size >> 20} MB and {ROOM >> 20} MB must stay free on {target.parent}")
    target.unlink(missing_ok=True)
    source = apsw.Connection(str(ledger), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        source.execute("VACUUM INTO ?", (str(target),))
    except apsw.Error as error:
        raise NoCopy(f"{ledger} cannot be copied: {error}") from error
    finally:
        source.close()
    target.chmod(0o600)
    for place in (target, target.parent):
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def restored(backup: Path, key: Path) -> list[Fault]:
    """The faults of a backup; none where a daemon could start from it.

    A copy of it in a folder of its own is verified, brought up to date, written to, and verified again.
    """
    with tempfile.TemporaryDirectory(prefix="tongluo-restore-") as folder:
        place = Path(folder) / "ledger.sqlite"
        shutil.copyfile(backup, place)
        secret = key.read_bytes()
        if faults := sound(place, secret):
            return faults
        try:
            connection = apsw.Connection(str(place))
            connection.pragma("journal_mode", "wal")
            chained = ChainedConnection(connection, secret)
            migrate(chained)
            with connection:
                chained.begin()
                chained.insert("act", {"at": "", "person": "", "body": "restore test"})
                chained.finish()
            connection.close()
        except apsw.Error as error:
            return [Fault(Damage.UNREADABLE, detail=str(error))]
        return sound(place, secret)


def run(ledger: Path, key: Path, target: Path) -> int:
    """Copy and test. It prints the faults and returns the exit code, as `audit.main` does."""
    os.nice(19)
    try:
        copy(ledger, target)
    except NoCopy as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return main(target, key)


if __name__ == "__main__":
    sys.exit(run(*map(Path, sys.argv[1:])))
