"""A ledger file that is read without its daemon: its schema, its faults, its last link, all of its rows."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import apsw
import pytest

from gateway.model.record import LedgerFailed
from gateway.store.copies.offline import LedgerFile
from gateway.store.copies.trial import schema
from gateway.store.sqlite.ledger import key
from tests.support.documents import filled


def ledger_at(folder: Path) -> Path:
    path = folder / "ledger.sqlite"

    async def fill() -> None:
        await (await filled(path, 3)).close()

    asyncio.run(fill())
    return path


def test_a_sound_ledger_has_no_fault_and_tells_all_of_its_rows(tmp_path: Path) -> None:
    path = ledger_at(tmp_path)
    with LedgerFile(path) as ledger:
        assert ledger.schema == schema()
        assert list(ledger.faults(key(path))) == []
        number, hashed = ledger.last_link()
        assert number > 0
        assert len(bytes.fromhex(hashed)) == 32
        kinds = [json.loads(line)["kind"] for line in ledger.lines()]
        assert kinds.count("document") == 3
        assert "act" in kinds


def test_a_row_that_was_changed_is_a_fault_and_another_past_than_the_backups_too(tmp_path: Path) -> None:
    path = ledger_at(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    backup = ledger_at(other)
    changed = apsw.Connection(str(path))
    changed.execute("UPDATE act SET person = '李四'")
    changed.close()
    with LedgerFile(path) as ledger, LedgerFile(backup) as before:
        (fault,) = ledger.faults(key(path))
        assert fault.row.startswith("act")
        assert list(ledger.differs(ledger)) == []
        assert len(list(ledger.differs(before))) <= 1


def test_a_file_that_is_not_there_or_is_no_ledger_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LedgerFailed):
        LedgerFile(tmp_path / "absent.sqlite")
    (tmp_path / "text.sqlite").write_text("no database at all\n" * 100)
    with LedgerFile(tmp_path / "text.sqlite") as ledger, pytest.raises(LedgerFailed):
        list(ledger.lines())
