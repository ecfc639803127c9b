"""May this program take over a ledger of another version? Its schema tells, and a copy that is opened
once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from gateway.model.record import LedgerFailed
from gateway.store.copies.offline import LedgerFile
from gateway.store.sqlite.ledger import Ledger
from gateway.store.sqlite.schema import newest


def schema() -> int:
    """The number of the schema that this program writes."""
    return newest()


def schema_of(ledger: Path) -> int:
    """The number of the schema of a ledger; 0 where there is none yet. Raises LedgerFailed."""
    if not ledger.exists():
        return 0
    with LedgerFile(ledger) as file:
        return file.schema


def copy(ledger: Path, target: Path) -> None:
    """A whole copy of a ledger that may be in use. Another copy is opened once with this program's schema, to
    see that it can be.

    Raises LedgerFailed.
    """
    with TemporaryDirectory(dir=target.parent, prefix="trial-") as folder:
        opened = Path(folder) / "ledger.sqlite"
        try:
            for place in (target, opened):
                _copy(ledger, place)
            asyncio.run(_open(opened))
        except apsw.Error as error:
            raise LedgerFailed(str(error)) from error


def _copy(ledger: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    source, sink = (
        apsw.Connection(str(ledger), flags=apsw.SQLITE_OPEN_READONLY),
        apsw.Connection(str(target)),
    )
    with sink.backup("main", source, "main") as copying:
        copying.step()
    source.close()
    sink.close()


async def _open(path: Path) -> None:
    with ThreadPoolExecutor(1, "trial") as executor:
        ledger = await Ledger.open(path, executor)
        ledger.live()
        await ledger.close()
