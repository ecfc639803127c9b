"""The chain shows whatever was changed after it was written; a copy is as good as the ledger."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import apsw
import pytest
from county import ROSTER, START, cap
from test_ledger import arrival, entry

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.reason import Reason, Why
from gateway.store.audit import ROWS, export, sound, verify
from gateway.store.backup import KEPT, Backup, audit
from gateway.store.ledger import Ledger, key


async def filled(path: Path, documents: int = 20) -> Ledger:
    """A ledger with a bit of everything."""
    ledger = await Ledger.open(path, ThreadPoolExecutor(1))
    await ledger.save_roster(ROSTER, START, "seed")
    for count in range(documents):
        raw = cap(f"A{count}", START)
        number, _ = await ledger.arrive(arrival(raw))
        one = entry(raw)
        await ledger.enter(number, [one], [(one.alert.key.digest, "{}")])
        plan = one.judgement.plan
        assert plan
        bursts = [Burst(plan.id, name, 0, Evidence.SENT) for name in plan.targets]
        await ledger.record(bursts)
        done = [Burst(plan.id, name, 0, Evidence.SOUNDING, Outcome.PLAYED) for name in plan.targets]
        await ledger.record(done, [("county", one.alert.key.digest, "{}")], {plan.id: Why(Reason.SPOKEN)})
    number, _ = await ledger.arrive(arrival(b"nonsense"))
    await ledger.quarantine(number, "county", Why(Reason.NOT_XML), "{}")
    await ledger.act(START, "张三", "stop all")
    return ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"

    async def fill() -> None:
        await (await filled(path)).close()

    asyncio.run(fill())
    assert sound(path, key(path)) == []
    return path


def change(path: Path, sql: str) -> list[str]:
    """What the audit says of a ledger after somebody wrote into it."""
    database = apsw.Connection(str(path))
    database.execute(sql)
    assert database.total_changes() > 0
    database.close()
    return [fault.what for fault in sound(path, key(path))]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE arrival SET raw = x'00' WHERE id = 3",
        "UPDATE document SET verdict = replace(verdict, 'air', 'store') WHERE rowid = 4",
        "UPDATE burst SET body = replace(body, 'played', 'silent') WHERE speaker = 'a'",
        "UPDATE plan SET ended = '{}' WHERE rowid = 2",
        "DELETE FROM act",
        "DELETE FROM receipt WHERE id = 7",
        "INSERT INTO act (at, person, body) VALUES ('2026', '李四', 'stop')",
        "UPDATE chain SET digest = zeroblob(32) WHERE id = 9",
        "DELETE FROM chain WHERE id = 9",
        "DELETE FROM chain WHERE id > 150",
        "DELETE FROM seal",
    ],
)
def test_whatever_is_changed_afterwards_shows(ledger: Path, sql: str) -> None:
    assert change(ledger, sql)


def test_every_row_of_every_kind_is_watched(ledger: Path) -> None:
    """Deleted one at a time in a transaction that is rolled back: each is missed by name."""
    database, secret = apsw.Connection(str(ledger)), key(ledger)
    database.pragma("foreign_keys", 0)
    seen = 0
    for table in ("arrival", "document", "plan", "receipt", "act", "site"):
        column = "version" if table == "site" else "rowid"
        for (row,) in database.execute(f"SELECT {column} FROM {table}").fetchall():
            database.execute("BEGIN")
            database.execute(f"DELETE FROM {table} WHERE {column} = ?", (row,))
            assert any(fault.what == "the row is gone" for fault in verify(database, secret)), (table, row)
            database.execute("ROLLBACK")
            seen += 1
    assert seen > 100
    assert set(ROWS) >= {"arrival", "document", "verdict", "plan", "end", "burst", "receipt", "act", "site"}


def test_a_chain_made_anew_lacks_the_seal_of_the_right_key(ledger: Path) -> None:
    assert [fault.what for fault in sound(ledger, bytes(32))] == [
        "the end of the chain is not as it was sealed"
    ]


def test_an_export_has_every_row_and_chinese_in_plain_sight(ledger: Path) -> None:
    lines = list(export(apsw.Connection(str(ledger))))
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds.count("document") == 20
    assert kinds.count("arrival") == 21
    assert kinds.count("chain") == max(json.loads(line).get("id", 0) for line in lines if '"chain"' in line)
    assert any("青石镇" in line for line in lines)


def test_a_backup_is_made_while_commits_go_on_and_is_tested(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 60)
        said: list[str | None] = []
        days = iter(range(100))
        backup = Backup(ledger, path, lambda: START + timedelta(days=next(days)), said.append)
        acts = [ledger.act(START, "张三", f"act {number}") for number in range(50)]
        results = await asyncio.gather(backup.once(), *acts)
        copy = results[0]
        assert copy
        assert said == [None]
        assert await audit(copy, path.with_suffix(".key")) is None
        for _ in range(KEPT + 2):
            await backup.once()
        assert len(list((tmp_path / "backup").glob("*.sqlite"))) == KEPT
        await ledger.close()

    asyncio.run(story())


def test_a_backup_that_is_not_good_is_an_alarm_and_no_old_one_goes(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 3)
        said: list[str | None] = []
        backup = Backup(ledger, path, lambda: START, said.append)
        apsw.Connection(str(path)).execute("UPDATE act SET person = '李四'")
        assert await backup.once() is None
        assert said[0]
        assert "the row was changed" in said[0]
        assert not list((tmp_path / "backup").iterdir())
        await ledger.close()

    asyncio.run(story())


def test_what_is_too_old_leaves_and_the_chain_still_holds(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path)
        assert await ledger.retire(START + timedelta(days=364)) == 0
        assert await ledger.retire(START + timedelta(days=366)) == 21
        kept = ledger.arrival(1)
        assert kept
        assert kept[0].raw == b""
        assert len(ledger.documents(100)) == 20
        assert await ledger.retire(START + timedelta(days=3 * 365 + 1)) == 20
        assert ledger.documents(100) == []
        await ledger.close()
        assert sound(path, key(path)) == []

    asyncio.run(story())
