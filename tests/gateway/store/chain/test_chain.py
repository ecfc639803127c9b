"""A thousand links: an edit, a deletion, a cut, a chain that is hashed again and a changed row are found and
named."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.chain import thinning
from gateway.store.chain.audit import Damage, Fault, sound, verify
from gateway.store.chain.chain import TABLES, end, link, seal
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.ledger import Ledger, key
from tests.support.county import START, cap
from tests.support.documents import arrival, entry, filled

ROWS = 1000
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> apsw.Connection:
    """A ledger of a thousand acts, each a link, in memory."""
    path = tmp_path_factory.mktemp("chain") / "ledger.sqlite"

    async def fill() -> None:
        ledger = await Ledger.open(path, ThreadPoolExecutor(1))
        await asyncio.gather(*(ledger.act(START, "张三", f"第 {number} 件") for number in range(ROWS)))
        await ledger.close()

    asyncio.run(fill())
    memory = apsw.Connection(":memory:")
    source = apsw.Connection(str(path))
    with memory.backup("main", source, "main") as copying:
        copying.step()
    source.close()
    chained = ChainedConnection(memory, KEY)
    memory.execute("DELETE FROM chain; DELETE FROM chain_end")
    chained.begin()
    chained.adopt()
    chained.finish()
    assert faults(memory) == []
    assert memory.execute("SELECT count(*) FROM chain").get == ROWS
    return memory


def faults(ledger: apsw.Connection) -> list[Fault]:
    return list(verify(ledger, KEY))


def test_at_rows_here_and_there_it_is_found_and_named(thousand: apsw.Connection) -> None:
    found_at(thousand, range(1, ROWS + 1, 27))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_at_every_row_it_is_found_and_named(thousand: apsw.Connection, part: int) -> None:
    found_at(thousand, range(1 + part, ROWS + 1, 4))


def one_row(connection: apsw.Connection, sql: str, *bindings: Any) -> tuple[Any, ...]:
    """The first row, which is there."""
    row: tuple[Any, ...] | None = connection.execute(sql, bindings).fetchone()
    assert row is not None
    return row


def found_at(thousand: apsw.Connection, numbers: range) -> None:
    for number in numbers:
        kind, name = one_row(thousand, "SELECT kind, name FROM chain WHERE n = ?", number)
        row = f"{kind} {name}"
        for sql in (
            f"UPDATE chain SET digest = zeroblob(32) WHERE n = {number}",
            f"UPDATE act SET body = body || '！' WHERE id = {name}",
            f"DELETE FROM act WHERE id = {name}",
            f"DELETE FROM chain WHERE n = {number}",
            f"DELETE FROM chain WHERE n >= {number}",
        ):
            thousand.execute("SAVEPOINT edit")
            thousand.execute(sql)
            found = faults(thousand)
            thousand.execute("ROLLBACK TO edit; RELEASE edit")
            assert row in {fault.row for fault in found}, (sql, found)
            assert "UPDATE chain" not in sql or found[0].link == number, (sql, found)
    assert faults(thousand) == []


def test_a_chain_hashed_again_from_any_row_on_lacks_the_seals_of_the_key(thousand: apsw.Connection) -> None:
    for number in (1, 2, 17, 500, 999, 1000):
        thousand.execute("SAVEPOINT edit")
        hash_again(thousand, number, bytes(32))
        found = faults(thousand)
        thousand.execute("ROLLBACK TO edit; RELEASE edit")
        assert found[0].what == Damage.UNSEALED
        assert found[0].link == number


def hash_again(ledger: apsw.Connection, number: int, secret: bytes) -> None:
    """Edit a row, then hash everything after it again, with the seals of another key."""
    ledger.execute("UPDATE act SET body = '什么也没有' WHERE id = ?", (number,))
    chained = ChainedConnection(ledger, secret)
    before = ledger.execute("SELECT hash FROM chain WHERE n = ?", (number - 1,)).fetchone()
    last = before[0] if before else bytes(32)
    rows: list[tuple[Any, ...]] = ledger.execute(
        "SELECT n, at, kind, name, digest FROM chain WHERE n >= ? ORDER BY n", (number,)
    ).fetchall()
    for n, at, kind, name, what in rows:
        if n == number:
            chained.begin()
            chained.put("act", "UPDATE act SET at = at WHERE id = ?", (number,))
            what = ledger.execute("SELECT digest FROM chain ORDER BY n DESC LIMIT 1").get
            ledger.execute("DELETE FROM chain WHERE n > ?", (ROWS,))
        last = link(last, n, at, kind, name, what)
        values = (what, last, seal(secret, n, last), n)
        ledger.execute("UPDATE chain SET digest = ?, hash = ?, seal = ? WHERE n = ?", values)
    ledger.execute("UPDATE chain_end SET n = ?, seal = ?", (ROWS, end(secret, ROWS, last)))


def test_the_seals_of_a_shorter_chain_do_not_seal_its_end(thousand: apsw.Connection) -> None:
    """Who cuts the tail has the seal of the last link that is left, but that is not the seal of an end."""
    thousand.execute("SAVEPOINT edit")
    thousand.execute("DELETE FROM act WHERE id > 900")
    thousand.execute("DELETE FROM chain WHERE n > 900")
    thousand.execute("UPDATE chain_end SET (n, seal) = (SELECT n, seal FROM chain WHERE n = 900)")
    found = faults(thousand)
    thousand.execute("ROLLBACK TO edit; RELEASE edit")
    assert [fault.what for fault in found] == [Damage.OTHER_END]


def test_every_table_but_the_chain_is_watched_in_every_column(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    asyncio.run(_made(path))
    ledger = apsw.Connection(str(path))
    names = {name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    work = {"answer", "ending", "reply_document"}  # follows from rows that are watched
    assert names - {"chain", "chain_end", "sqlite_stat1"} - work == set(TABLES)
    assert list(TABLES) == sorted(TABLES)
    for kind, table in TABLES.items():
        columns = {row[1] for row in ledger.execute(f"PRAGMA table_info({kind})")}
        assert columns - {"raw", "charset"} == {*table.key, *table.columns}, kind


async def _made(path: Path) -> None:
    await (await Ledger.open(path, ThreadPoolExecutor(1))).close()


def test_a_key_is_made_whole_and_for_the_owner_alone(tmp_path: Path) -> None:
    first = key(tmp_path / "ledger.sqlite")
    assert len(first) == 32
    assert key(tmp_path / "ledger.sqlite") == first
    assert (tmp_path / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert key(tmp_path / "other.sqlite") != first


# --- retention leaves the chain whole ------------------------------------------------------------------


def test_rows_that_are_too_old_leave_with_their_links_and_the_chain_still_holds(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path)
        secret = key(path)
        assert await ledger.retire(START + timedelta(days=364)) == 0
        assert await ledger.retire(START + timedelta(days=366)) == 21
        kept = ledger.arrival(1)
        assert kept
        assert kept[0].raw == b""
        assert len(ledger.documents(100)) == 20
        assert sound(path, secret) == []
        await ledger.retire(START + timedelta(days=3 * 365 + 1))
        assert ledger.documents(100) == []
        assert sound(path, secret) == []
        left = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        for kind in set(TABLES) - {"site"}:
            assert left.execute(f"SELECT count(*) FROM {kind}").get == 0, kind
        await ledger.act(START, "张三", "stop all")
        await ledger.retire(START + timedelta(days=3 * 365 + 1))
        assert left.execute("SELECT count(*) FROM chain").get < 8
        assert sound(path, secret) == []
        assert {fault.what for fault in sound(path, bytes(32))} == {
            Damage.UNSEALED,
            Damage.LET_GO,
            Damage.OTHER_END,
        }
        await ledger.close()

    asyncio.run(story())


def test_the_canary_leaves_after_a_day_and_nothing_else_does(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 3)
        for minute in range(30):
            raw = cap(f"K{minute}", START)
            number, _ = await ledger.arrive(arrival(raw, "canary", START + timedelta(minutes=minute)))
            await ledger.enter(number, [entry(raw, "canary")], [])
            await ledger.record([], (), dict.fromkeys(ledger.live(), entry(raw).judgement.verdict.why))
        count = "SELECT count(*) FROM chain"
        before = ledger._all(count)[0][0]
        await ledger.retire(START + timedelta(days=2))
        await ledger.retire(START + timedelta(days=2))
        assert len(ledger.documents(100)) == 3
        assert ledger._all("SELECT count(*) FROM arrival")[0][0] == 4
        assert ledger._all(count)[0][0] < before - 30 * 3
        assert sound(path, key(path)) == []
        await ledger.close()

    asyncio.run(story())


def test_nothing_leaves_while_a_plan_may_sound(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 3)
        raw = cap("B1", START)
        number, _ = await ledger.arrive(arrival(raw))
        await ledger.enter(number, [entry(raw)], [])
        assert ledger.live()
        assert await ledger.retire(START + timedelta(days=5 * 365)) == 0
        assert len(ledger.documents()) == 4
        await ledger.close()

    asyncio.run(story())


def test_a_thinning_cut_short_anywhere_leaves_a_chain_that_holds(tmp_path: Path) -> None:
    """The power fails after any of its transactions; the next run begins again."""
    path = tmp_path / "ledger.sqlite"

    async def story() -> None:
        ledger = await filled(path, 12)
        await ledger.retire(START + timedelta(days=366))
        await ledger.close()

    asyncio.run(story())
    database, secret = apsw.Connection(str(path)), key(path)
    chained = ChainedConnection(database, secret)
    for half in range(12):
        chained.begin()
        found = one_row(database, "SELECT key, arrival FROM document LIMIT 1")
        chained.drop("document", "key = ?", found[:1])
        chained.drop("mention", "document = ?", found[:1])
        chained.drop("sense", "document = ?", found[:1])
        chained.drop("burst", "plan IN (SELECT id FROM plan WHERE document = ?)", found[:1])
        chained.drop("plan", "document = ?", found[:1])
        chained.finish()
        upto = database.execute("SELECT max(n) FROM chain").get
        after = 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(thinning, "A_TIME", 7)
            for _ in range(half * 3):
                after = thinning.thin(chained, after, upto) if after < upto else after
        assert list(verify(database, secret)) == [], half


def test_gaps_that_follow_each_other_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"

    async def story() -> None:
        await (await filled(path, 5)).close()

    asyncio.run(story())
    database, secret = apsw.Connection(str(path)), key(path)
    chained = ChainedConnection(database, secret)
    chained.begin()
    chained.drop("receipt", "1", ())
    chained.drop("burst", "1", ())
    chained.drop("plan", "1", ())
    chained.finish()
    monkeypatch.setattr(thinning, "A_TIME", 7)
    after, upto = 0, database.execute("SELECT max(n) FROM chain").get
    while after < upto:
        after = thinning.thin(chained, after, upto)
    assert list(verify(database, secret)) == []
    beside = "SELECT count(*) FROM chain AS a JOIN chain AS b ON b.first = a.n + 1 WHERE a.first IS NOT NULL"
    assert database.execute(beside).get == 0


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_row_is_called_the_same_by_us_and_by_sqlite(first: str, second: str) -> None:
    """Else a name with a rare character would count as another row's."""
    ours = TABLES["document"].called([first, second])
    assert ours == NAMES.execute("SELECT json_array(?, ?)", (first, second)).get
    assert TABLES["document"].values(ours) == (first, second)


NAMES = apsw.Connection(":memory:")
