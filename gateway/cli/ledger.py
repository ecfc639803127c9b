"""`tongluo ledger verify|export|backup|restore-test`: is it what was written, its export, its copies."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import plainly, settings_of
from gateway.config.config import load
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import SystemClock
from gateway.store.chain import audit
from gateway.store.copies import copying
from gateway.store.copies.offline import LedgerFile

app = typer.Typer(
    name="ledger",
    help="账本：核对、导出、备份、试恢复。 The ledger: verify, export, back up, try a backup.",
    no_args_is_help=True,
)

SHOWN = 20
"""Faults that are shown one by one; the rest is counted. Our choice."""


class Place:
    """The files of a configuration's ledger: the ledger, its key and the folder of its backups."""

    def __init__(self, config: Path, lang: str) -> None:
        self.lang = lang
        self.ledger = load(config).data / "ledger.sqlite"
        self.key = self.ledger.with_suffix(".key")
        self.folder = self.ledger.parent / "backup"

    def failed(self, key: str, **fields: object) -> Failed:
        """A Failed that says the phrase of this key."""
        return Failed(phrase(key, self.lang, **fields))

    def open(self, file: Path) -> LedgerFile:
        """A ledger for reading. Raises Failed where there is none, LedgerFailed where it cannot be read."""
        if not file.exists():
            raise self.failed("ledger_none", file=file)
        return LedgerFile(file)

    def secret(self) -> bytes:
        """The key that seals the chain. Raises OSError."""
        return self.key.read_bytes()

    def newest(self) -> Path | None:
        """The newest backup."""
        return max(self.folder.glob("*.sqlite"), default=None) if self.folder.is_dir() else None

    def complain(self, faults: Iterable[audit.Fault]) -> int:
        """Show the first faults. Returns how many there are."""
        count = 0
        for fault in faults:
            count += 1
            if count <= SHOWN:
                what = phrase(f"damage_{fault.what}", self.lang)
                fields = {"link": fault.link or "", "row": fault.row, "said": fault.detail}
                typer.echo(phrase("ledger_fault", self.lang, what=what, **fields), err=True)
        return count


@contextmanager
def _place(context: typer.Context) -> Iterator[Place]:
    """The ledger of the configuration that the options mean. A ledger that cannot be read is a Failed.

    Raises Failed, ConfigWrong.
    """
    settings = settings_of(context)
    place = Place(settings.needed(), settings.lang)
    try:
        yield place
    except (LedgerFailed, OSError) as error:
        raise place.failed("ledger_denied", file=place.ledger, why=error) from error


@app.command()
@plainly
def verify(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="另一份账本（备份）。 Another one, a backup.")] = None,
) -> None:
    """核对：逐环、逐行，并与最新备份对照；说出哪一行被动过。
    Link by link, row by row, and against the newest backup.
    """
    with _place(context) as place:
        ledger = place.open(file or place.ledger)
        faults = ledger.faults(place.secret())
        newest = place.newest()
        if newest and file is None:
            faults = chain(faults, ledger.differs(place.open(newest)))
        if count := place.complain(faults):
            raise place.failed("ledger_unsound", count=count)
        number, hashed = ledger.last_link()
        typer.echo(phrase("ledger_sound", place.lang, links=number, last=hashed))


@app.command()
@plainly
def export(context: typer.Context) -> None:
    """全部导出到标准输出，JSON Lines，带链。 Everything to stdout as JSON Lines, with the chain."""
    with _place(context) as place:
        for line in place.open(place.ledger).lines():
            sys.stdout.write(line + "\n")


@app.command()
@plainly
def backup(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="存到哪里（缺省为备份目录）。 Where to (default: with the others).")
    ] = None,
) -> None:
    """现在就备份一份并核对；网关不必停。 A copy now, verified; the gateway runs on."""
    with _place(context) as place:
        with place.open(place.ledger):
            pass
        place.folder.mkdir(mode=0o700, exist_ok=True)
        target = file or place.folder / f"ledger-{SystemClock().now():%Y%m%d-%H%M%S}.sqlite"
        partial = target.with_suffix(".partial")
        try:
            copying.copy(place.ledger, partial)
        except copying.NoCopy as error:
            raise place.failed("ledger_copy_failed", why=error) from error
        if count := place.complain(audit.sound(partial, place.secret())):
            partial.unlink()
            raise place.failed("ledger_unsound", count=count)
        partial.rename(target)
        typer.echo(phrase("ledger_copied", place.lang, file=target))


@app.command("restore-test")
@plainly
def restore_test(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="哪份备份（缺省为最新）。 Which backup (default: the newest).")
    ] = None,
) -> None:
    """试恢复：在临时目录里打开、写入、核对；不动现有账本。 Open, write to and verify a backup elsewhere."""
    with _place(context) as place:
        chosen = file or place.newest()
        if chosen is None:
            raise place.failed("ledger_no_backup", folder=place.folder)
        if count := place.complain(copying.restored(chosen, place.key)):
            raise place.failed("ledger_not_restorable", file=chosen, count=count)
        typer.echo(phrase("ledger_restorable", place.lang, file=chosen))
