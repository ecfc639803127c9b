"""The ledger of an older version goes on under this one: it tells the same after every migration, the daemon
goes on where the old one died, and there is a way back."""

from __future__ import annotations

import asyncio
import json
import shutil
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.i18n.failed import Failed
from gateway.model.delivery import Outcome
from gateway.model.plan import Act
from gateway.runtime.clock import CHINA
from gateway.service import install, takeover
from gateway.service.box import Box
from gateway.site.load import lexicon
from gateway.store.chain.audit import sound
from gateway.store.copies import trial
from gateway.store.sqlite.ledger import Ledger
from gateway.store.sqlite.schema import newest
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.mandarin.pinyin import syllables
from tests.support.county import cap
from tests.support.old_site import SITES, told, unpack
from tests.support.simulated_site import SimulatedSite

Virtual = Callable[[Any], Any]
VERSION, SCHEMA = "131b8a5", 9
TOLD: dict[str, Any] = tomllib.loads((SITES / VERSION / "told.toml").read_text("utf-8"))
ROWS: dict[str, int] = TOLD.pop("row")
DIED = datetime(2026, 7, 27, 22, 50, 55, tzinfo=CHINA)
STARTED = datetime(2026, 7, 27, 22, 52, tzinfo=CHINA)
VILLAGES = ("square", "ferry", "dyke", "hall", "school")
"""Every speaker but the duty room's."""
PLANTED = """
ALTER TABLE alarm ADD COLUMN severity TEXT NOT NULL DEFAULT 'unknown';
CREATE TABLE person (name TEXT PRIMARY KEY, role TEXT NOT NULL) STRICT;
INSERT INTO person SELECT DISTINCT person, 'clerk' FROM act WHERE true;
"""
"""A change that a later version might make to the ledger."""
BROKEN = "CREATE TABLE person (name TEXT PRIMARY KEY) STRICT; ALTER TABLE nowhere ADD COLUMN x TEXT;"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return unpack(VERSION, tmp_path)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Make this program one of another schema: the first `schema` of its migrations, then `more`."""
    package, find = "gateway.store.sqlite", resources.files
    scripts = sorted(find(package).joinpath("migrations").iterdir(), key=lambda script: script.name)

    def become(schema: int, *more: str) -> None:
        folder = tmp_path / f"program-{schema}-{len(more)}"
        (folder / "migrations").mkdir(parents=True)
        for script in [script for script in scripts if script.name.endswith(".sql")][:schema]:
            (folder / "migrations" / script.name).write_bytes(script.read_bytes())
        for number, text in enumerate(more, start=schema + 1):
            (folder / "migrations" / f"{number:04}_later.sql").write_text(text, "utf-8")
        monkeypatch.setattr(resources, "files", lambda name: folder if name == package else find(name))

    return become


def visit(file: Path, doing: Callable[[Ledger], Awaitable[Any]]) -> Any:
    """Open the ledger as a daemon of this program does at its start, do something with it, close it."""

    async def run() -> Any:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(file, executor, now=lambda: STARTED)
        try:
            return await doing(ledger)
        finally:
            await ledger.close()
            executor.shutdown()

    return asyncio.run(run())


def told_now(file: Path) -> dict[str, Any]:
    """The answers of the ledger to this program."""

    async def tell(ledger: Ledger) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(json.dumps(told(ledger, file, STARTED)))
        return found

    return dict(visit(file, tell))


async def nothing(_ledger: Ledger) -> None:
    """A daemon that stops at once."""


async def something(ledger: Ledger) -> None:
    await ledger.act(STARTED, "李四", "something new")


def counted(file: Path) -> dict[str, int]:
    """Rows by table, whatever the schema."""
    connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").get for name in tables}
    connection.close()
    return found


def test_an_old_ledger_is_brought_up_to_date_and_tells_what_it_told(site: Path) -> None:
    file = site / "data" / "ledger.sqlite"
    assert trial.schema_of(file) == SCHEMA
    found = told_now(file)
    rows = found.pop("row")
    assert found == TOLD
    assert rows["link"] >= ROWS["link"], "a migration that changes rows adds links"
    assert {**{kind: rows[kind] for kind in ROWS}, "link": 0} == {**ROWS, "link": 0}
    assert trial.schema_of(file) == newest()
    assert sound(file, file.with_suffix(".key").read_bytes()) == []


def test_every_table_of_that_version_has_rows() -> None:
    """So that a migration which loses a table's rows is seen."""
    assert min(ROWS.values()) > 0
    assert {document["verdict"] for document in TOLD["document"]} == {
        "air",
        "hold",
        "stop",
        "store",
        "quarantine",
    }
    ends = {end for plan in TOLD["plan"] for outcomes in plan["outcomes"].values() for end in outcomes}
    assert ends >= {"played", "unproved", "silent", "refused", "cancelled"}


def test_a_changed_row_of_an_old_ledger_is_still_found(site: Path) -> None:
    file = site / "data" / "ledger.sqlite"
    told_now(file)
    connection = apsw.Connection(str(file))
    connection.execute("UPDATE act SET person = 'nobody' WHERE id = 1")
    connection.close()
    assert [fault.row for fault in sound(file, file.with_suffix(".key").read_bytes())] == ["act 1"]


def test_the_daemon_goes_on_where_the_old_one_died(site: Path, virtual: Virtual) -> None:
    async def story() -> None:
        place = SimulatedSite(site, STARTED)
        ledger, daemon = await place.start(), place.daemon
        keys = {document.alert.identifier: document.key for document in ledger.documents()}

        await asyncio.sleep(30)
        assert daemon.shared.roster.version == 3, "the old site data is the same in this version's words"
        assert ledger.powered() == []
        names = Lexicon.of(place.taught).over(lexicon(place.config))
        assert syllables("枫岗村", names)[:2] == ["feng1", "gang3"], (
            "taught goes before the configuration's gang1"
        )
        assert ledger.unjudged() == []
        assert ledger.unsettled() == []
        (lifted,) = ledger.plans(keys["R3"])
        assert [burst.outcome for burst in lifted.bursts] == [
            Outcome.PLAYED,
            Outcome.CANCELLED,
            Outcome.CANCELLED,
        ]
        assert [json.loads(receipt.body)["kind"] for receipt in place.told[:9]] == TOLD["owed"]
        assert ledger.owing() == 0

        await place.until(datetime(2026, 7, 27, 23, 10, 35, tzinfo=CHINA))
        assert not any(place.heard(name) for name in VILLAGES), "everything is on hold until 23:10:40"
        await place.until(datetime(2026, 7, 27, 23, 12, tzinfo=CHINA))
        assert place.heard("duty-room", "值班室请注意")
        assert f"alert {keys['R2']}" in await daemon.shared.alarms.acknowledge("all", "李四")
        await place.until(datetime(2026, 7, 27, 23, 30, tzinfo=CHINA))
        (red,) = ledger.plans(keys["R2"])
        assert red.ended
        assert {burst.outcome for burst in red.bursts} == {Outcome.PLAYED, Outcome.UNPROVED}
        assert len(red.bursts) == 3 * 5
        assert all(place.heard(name, "R2") for name in VILLAGES)

        await place.stop()
        await place.until(datetime(2026, 7, 28, 5, 59, 50, tzinfo=CHINA))
        ledger = await place.start()
        await place.until(datetime(2026, 7, 28, 5, 59, 58, tzinfo=CHINA))
        assert not place.heard("square", "W3")
        await place.until(datetime(2026, 7, 28, 6, 5, tzinfo=CHINA))
        morning = ledger.document(keys["W3"])
        assert morning
        assert morning.verdict.name == "air"
        assert place.heard("square", "W3")
        assert place.heard("square", "解除暴雨红色预警信号"), "the lift of R3 waited for the morning"

        await place.stop()
        await place.until(datetime(2026, 7, 28, 8, 49, tzinfo=CHINA))
        ledger = await place.start()
        await place.until(datetime(2026, 7, 28, 8, 55, tzinfo=CHINA))
        (notice,) = [row for row in ledger.since(DIED - timedelta(hours=6)) if row.plan.act is Act.NOTICE]
        assert [burst.outcome for burst in notice.bursts if burst.speaker == "school"] == ["silent", "played"]
        await place.until(datetime(2026, 7, 28, 9, 5, tzinfo=CHINA))
        exercise = cap("E2", place.clock.now()).replace(b">Actual<", b">Exercise<")
        await place.send(exercise, "county-mqtt")
        await asyncio.sleep(60)
        assert place.heard("square", "E2")
        await place.end()
        assert sound(place.file, place.file.with_suffix(".key").read_bytes()) == []

    virtual(story())


# --- the way back --------------------------------------------------------------------------------------


LATER = [*range(SCHEMA + 1, newest() + 1), "planted"]
"""Every migration that came after that version, and one that might come next."""


@pytest.fixture(params=LATER)
def later(request: pytest.FixtureRequest, program: Callable[..., None]) -> Iterator[int]:
    """This program as it was when that migration was its newest. Its number."""
    if request.param == "planted":
        program(newest(), PLANTED)
        yield newest()
    else:
        program(request.param)
        yield request.param


def boxed(site: Path, root: Path) -> Box:
    """A box on which that site was installed; its programs only write down what they are asked."""
    box = Box(root, live=False, lang="en")
    shutil.copytree(site, box.etc)
    shutil.copytree(site / "data", box.data)
    (box.versions / "0.1.0").mkdir(parents=True)
    box.config.write_text(
        box.config.read_text("utf-8").replace('data = "data"', f'data = "{box.data}"'), "utf-8"
    )
    return box


def test_each_later_migration_keeps_every_row_and_its_copy_leads_back(
    site: Path, tmp_path: Path, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = boxed(site, tmp_path / "box")
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(Box, "systemctl", lambda _box, *words: asked.append(words))
    ledger = box.data / takeover.LEDGER
    before, old = counted(ledger), ledger.read_bytes()

    assert takeover.faults(box.config, "en") == [], "the new program may take over"
    kept = install._keep_ledger(box, "0.2.0")
    assert kept
    assert trial.schema_of(kept) == SCHEMA
    assert ledger.read_bytes() == old, "the trial changed the copy's copy alone"
    assert not [path for path in box.data.iterdir() if path.is_dir()], "the trial has gone"

    visit(ledger, nothing)
    assert trial.schema_of(ledger) == later
    after = counted(ledger)
    assert after["chain"] >= before["chain"]
    assert {**before, "chain": 0} == {**{table: after.get(table) for table in before}, "chain": 0}
    visit(ledger, something)

    install._go_back(box, "0.1.0", "", kept)
    assert asked == [("stop", "tongluo"), ("daemon-reload",), ("restart", "--no-block", "tongluo")]
    assert box.running() == "0.1.0"
    assert trial.schema_of(ledger) == SCHEMA
    assert counted(ledger) == before
    assert sound(ledger, ledger.with_suffix(".key").read_bytes()) == []
    failed = box.data / "failed-0.2.0.sqlite"
    assert trial.schema_of(failed) == later, "what the new version wrote is kept"
    assert counted(failed)["act"] == before["act"] + 1


def test_the_old_program_reads_what_came_back_as_before(
    site: Path, tmp_path: Path, program: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = boxed(site, tmp_path / "box")
    monkeypatch.setattr(Box, "systemctl", lambda _box, *_words: None)
    ledger = box.data / takeover.LEDGER
    program(newest(), PLANTED)
    kept = install._keep_ledger(box, "0.2.0")
    visit(ledger, nothing)
    install._go_back(box, "0.1.0", "", kept)
    monkeypatch.undo()
    found = told_now(ledger)
    found.pop("row")
    assert found == TOLD


def test_a_ledger_of_a_later_schema_is_refused_by_this_program(
    site: Path, program: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = site / "data" / takeover.LEDGER
    assert takeover.faults(site / "gateway.toml", "en") == []
    program(newest(), PLANTED)
    visit(file, nothing)
    assert takeover.faults(site / "gateway.toml", "en") == []
    monkeypatch.undo()
    (fault,) = takeover.faults(site / "gateway.toml", "en")
    assert f"schema {newest() + 1}, this program knows {newest()}" in fault


def test_a_migration_that_fails_changes_nothing_and_stops_the_upgrade(
    site: Path, tmp_path: Path, program: Callable[..., None]
) -> None:
    box = boxed(site, tmp_path / "box")
    ledger = box.data / takeover.LEDGER
    before = ledger.read_bytes()
    program(newest(), BROKEN)
    with pytest.raises(Failed, match="nowhere"):
        install._keep_ledger(box, "0.2.0")
    assert ledger.read_bytes() == before
    with pytest.raises(apsw.SQLError, match="nowhere"):
        visit(ledger, nothing)
    assert trial.schema_of(ledger) == SCHEMA
    assert "person" not in counted(ledger)
