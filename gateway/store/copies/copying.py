"""Copies a ledger that may be in use and tests the copy: `python -m gateway.store.copies.copying LEDGER KEY TARGET`.

A process of its own, at the lowest priority: neither the daemon's loop nor its writer waits for it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import apsw

from gateway.store.chain.audit import Damage, Fault, main, sound
from gateway.store.chain.pen import Pen
from gateway.store.sqlite.ballast import SIZE
from gateway.store.sqlite.schema import migrate

ROOM = 4 * SIZE
"""A copy is not made unless this much is left beside it: it must not fill the disk it shall save. Our choice."""


class NoCopy(Exception):
    """The copy was not made; the sentence says why."""


def copy(ledger: Path, target: Path) -> None:
    """The ledger as of one moment, compact, in one file that is on the disk when this returns. Raises NoCopy."""
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
    """Whether a daemon could start from this backup: opened for writing in a folder of its own, brought up to date, written to, verified."""
    with tempfile.TemporaryDirectory(prefix="tongluo-restore-") as folder:
        place = Path(folder) / "ledger.sqlite"
        shutil.copyfile(backup, place)
        secret = key.read_bytes()
        if faults := sound(place, secret):
            return faults
        try:
            connection = apsw.Connection(str(place))
            connection.pragma("journal_mode", "wal")
            pen = Pen(connection, secret)
            migrate(pen)
            with connection:
                pen.begin()
                pen.insert("act", {"at": "", "person": "", "body": "restore test"})
                pen.finish()
            connection.close()
        except apsw.Error as error:
            return [Fault(Damage.UNREADABLE, said=str(error))]
        return sound(place, secret)


def run(ledger: Path, key: Path, target: Path) -> int:
    """Copy and test; says what is wrong as the audit does."""
    os.nice(19)
    try:
        copy(ledger, target)
    except NoCopy as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return main(target, key)


if __name__ == "__main__":
    sys.exit(run(*map(Path, sys.argv[1:])))
