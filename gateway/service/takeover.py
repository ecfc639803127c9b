"""May this program take over a site? Asked of the new version before the old one is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from gateway.config.config import Config, load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.site.check import wiring
from gateway.site.load import load_site
from gateway.store.sqlite.ledger import Ledger

LEDGER = "ledger.sqlite"


def schema() -> int:
    """The ledger's schema this program writes."""
    migrations = resources.files("gateway.store.sqlite").joinpath("migrations").iterdir()
    return sum(entry.name.endswith(".sql") for entry in migrations)


def schema_of(ledger: Path) -> int:
    """The schema a ledger has; nought where there is none yet."""
    if not ledger.exists():
        return 0
    connection = apsw.Connection(str(ledger), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(connection.pragma("user_version"))
    finally:
        connection.close()


def faults(
    config: Path, lang: str = "zh", place: Callable[[Config], Path] = lambda site: site.data
) -> list[str]:
    """Why this program cannot run that site, one line each; nothing is changed. `place` says where the site's data lies."""
    try:
        site = load(config)
        roster = load_site(site)
    except ConfigWrong as wrong:
        return wrong.faults
    found = wiring(site, roster)
    ledger = place(site) / LEDGER
    has, writes = schema_of(ledger), schema()
    if has > writes:
        found.append(phrase("ledger_newer", lang, file=ledger, has=has, writes=writes))
    return found


def backup(ledger: Path, copy: Path) -> None:
    """A whole copy of a ledger that may be in use, opened once with this program's schema to see that it can be. Raises apsw.Error."""
    with TemporaryDirectory(dir=copy.parent, prefix="trial-") as folder:
        trial = Path(folder) / LEDGER
        for target in (copy, trial):
            target.unlink(missing_ok=True)
            source, sink = (
                apsw.Connection(str(ledger), flags=apsw.SQLITE_OPEN_READONLY),
                apsw.Connection(str(target)),
            )
            with sink.backup("main", source, "main") as copying:
                copying.step()
            source.close()
            sink.close()
        asyncio.run(_open(trial))


async def _open(ledger: Path) -> None:
    executor = ThreadPoolExecutor(1, "trial")
    opened = await Ledger.open(ledger, executor)
    opened.live()
    await opened.close()
    executor.shutdown()
