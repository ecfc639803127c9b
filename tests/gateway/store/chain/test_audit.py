"""The chain shows whatever was changed after it was written; a copy is as good as the ledger."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import apsw
import pytest

from gateway.store.chain.audit import sound
from gateway.store.copies.export import export
from gateway.store.sqlite.ledger import key
from tests.support.documents import filled


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "ledger.sqlite"

    async def fill() -> None:
        await (await filled(path)).close()

    asyncio.run(fill())
    assert sound(path, key(path)) == []
    return path


@pytest.fixture
def ledger(written: Path, tmp_path: Path) -> Path:
    """A copy of its own for each."""
    for file in (written, written.with_suffix(".key")):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / written.name


def change(path: Path, sql: str) -> list[str]:
    """The audit's faults of a ledger after a foreign write."""
    database = apsw.Connection(str(path))
    database.execute(sql)
    assert database.total_changes() > 0
    database.close()
    return [fault.what for fault in sound(path, key(path))]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE arrival SET state = 'judged', why = NULL WHERE state = 'quarantined'",
        "UPDATE arrival SET kept = 0 WHERE id = 3",
        "UPDATE arrival SET peer = '10.0.0.1' WHERE id = 3",
        "UPDATE document SET held_until = '2027' WHERE rowid = 4",
        "UPDATE document SET sender = 'somebody' WHERE rowid = 4",
        "UPDATE plan SET ended = NULL WHERE rowid = 2",
        "UPDATE plan SET document = 'x' WHERE rowid = 2",
        "UPDATE receipt SET sent = 1 WHERE id = 7",
        "UPDATE burst SET outcome = 'silent' WHERE speaker = 'a'",
        "UPDATE site SET written_by = '李四'",
        "UPDATE chain SET said = replace(said, 'played', 'silent')",
        "UPDATE chain SET at = '2026' WHERE n = 9",
        "UPDATE chain SET kind = 'gong' WHERE n = 9",
        "INSERT INTO hold (at, person, until) VALUES ('2026', '李四', '2027')",
        "DELETE FROM chain",
        "UPDATE chain_end SET n = n - 1",
        "UPDATE arrival SET raw = x'00' WHERE id = 3",
        "UPDATE arrival SET charset = 'big5' WHERE id = 3",
        "UPDATE document SET verdict = replace(verdict, 'air', 'store') WHERE rowid = 4",
        "UPDATE burst SET body = replace(body, 'played', 'silent') WHERE speaker = 'a'",
        "UPDATE plan SET ended = '{}' WHERE rowid = 2",
        "DELETE FROM act",
        "DELETE FROM receipt WHERE id = 7",
        "INSERT INTO act (at, person, body) VALUES ('2026', '李四', 'stop')",
        "UPDATE chain SET digest = zeroblob(32) WHERE n = 9",
        "DELETE FROM chain WHERE n = 9",
        "DELETE FROM chain WHERE n > 150",
        "DELETE FROM chain_end",
    ],
)
def test_whatever_is_changed_afterwards_shows(ledger: Path, sql: str) -> None:
    assert change(ledger, sql)


def test_an_export_has_every_row_and_chinese_in_plain_sight(ledger: Path) -> None:
    lines = list(export(apsw.Connection(str(ledger))))
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds.count("document") == 20
    assert kinds.count("arrival") == 21
    assert kinds.count("link") == max(json.loads(line).get("n", 0) for line in lines)
    assert any("青石镇" in line for line in lines)
