"""A site of an older version goes on under this one: its configuration is read, its ledger tells the same after every migration, the daemon
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

from gateway.config.config import load
from gateway.config.sources import FeedSource, HttpSource, MqttSource
from gateway.i18n.failed import Failed
from gateway.model.delivery import Outcome
from gateway.model.judgement import Trust
from gateway.model.place import Contact
from gateway.model.plan import Act, Tier
from gateway.model.speaker import Curve, Kind, Position, Power, Reach
from gateway.runtime.clock import CHINA
from gateway.service import install, takeover
from gateway.service.box import Box
from gateway.site.check import recordings, wiring
from gateway.site.load import lexicon, load_site, rules_of
from gateway.site.policies import policies
from gateway.store.chain.audit import sound
from gateway.store.sqlite.ledger import Ledger
from gateway.store.sqlite.schema import newest
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.mandarin.pinyin import syllables
from tests.simulation.county import cap
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
"""What a later version might do to the ledger."""
BROKEN = "CREATE TABLE person (name TEXT PRIMARY KEY) STRICT; ALTER TABLE nowhere ADD COLUMN x TEXT;"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return unpack(VERSION, tmp_path)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Make this program one of another schema: the first `schema` of its migrations, then `more` of its own."""
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
    """What the ledger tells this program."""

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


def test_the_configuration_of_an_old_site_is_read_and_can_be_wired(site: Path) -> None:
    config = load(site / "gateway.toml")
    assert wiring(config, load_site(config)) == []
    assert recordings(config) == []
    assert (config.data, config.log, config.canary, config.watch_only) == (site / "data", "json", True, False)
    assert (config.http.host, config.http.port, config.clock.trust) == ("127.0.0.1", 8760, "always")
    assert config.voice
    assert (config.voice.engine, config.voice.port, config.voice.name) == (
        "wyoming",
        10200,
        "zh_CN-huayan-medium",
    )
    (broker,) = config.brokers
    assert (broker.host, broker.port, broker.protocol, broker.keepalive_s) == (
        "mqtt.county.example",
        8883,
        "3.1.1",
        60,
    )
    assert (broker.username, broker.receipts, broker.status) == (
        "qingshi",
        "qingshi/receipts",
        "qingshi/status",
    )
    assert broker.password_file == site / "keys" / "broker.password"
    (hook,) = config.webhooks
    assert (hook.url, hook.events, hook.plain) == ("http://192.168.1.20/tongluo", ("alarm", "verdict"), True)
    county, gauges, weather = config.sources
    assert isinstance(county, MqttSource)
    assert county.places == [("county", "tongluo/alerts"), ("county", "tongluo/urgent")]
    assert county.silent_after_s == 172800
    assert isinstance(gauges, HttpSource)
    assert gauges.token_file.read_text("utf-8").strip() == "not-a-secret-gauges.token"
    assert isinstance(weather, FeedSource)
    assert (weather.every_s, weather.mutable, weather.most, weather.inside) == (300, True, 20, False)


def test_what_the_sources_of_an_old_site_may_do_is_the_same(site: Path) -> None:
    found = policies(load(site / "gateway.toml"))
    county, gauges, weather = found["county-mqtt"], found["gauges"], found["weather"]
    assert county.senders == {"county@weather.example", "office@weather.example"}
    assert (county.tier, gauges.tier, weather.tier) == (Tier.COUNTY, Tier.TOWNSHIP, Tier.COUNTY)
    assert (county.trust, weather.trust) == (Trust.OFFICIAL, Trust.RELAYED)
    assert (county.no_area, weather.no_area) == ("hold", "whole")
    assert county.addresses == {"qingshi-gateway"}
    assert county.restrictions == {"青石镇应急办"}


def test_the_roster_and_the_rules_of_an_old_site_are_the_same(site: Path) -> None:
    roster = load_site(load(site / "gateway.toml"))
    assert [one.id for one in roster.speakers] == ["square", "duty-room", "ferry", "dyke", "hall", "school"]
    square, duty_room, ferry, dyke, hall, _ = roster.speakers
    assert (square.name, square.region.code, square.line, square.unit) == (
        "石桥村广场",
        "341523104201",
        "square",
        1,
    )
    assert duty_room.kind is Kind.DUTY
    assert (ferry.group, ferry.position, ferry.backup) == (
        "上河组",
        Position(31.4621, 116.9480),
        Reach("field", 3),
    )
    assert (dyke.neighbour, dyke.risk_point, dyke.power) == ("ferry", True, Power(Reach("bus", 1009), 3, 60))
    assert (hall.emergency_volume, hall.languages, hall.curve) == (80, ("ug", "zh"), Curve.FLAT)
    (school,) = roster.places
    assert (school.code, school.kind, school.contacts) == (
        "QS-SCHOOL",
        "school",
        (Contact("张校长", "0564-8620001"),),
    )
    assert {one.id for one in roster.members(school)} == {"school", "dyke"}
    (gauge,) = roster.stations
    assert (gauge.thresholds[0].prepare, gauge.thresholds[0].move, gauge.silent_after_min) == (50, 80, 2880)
    assert roster.villages[1].refuge
    assert roster.villages[1].refuge.shelter == "青石中学"
    rules = rules_of(roster)
    assert rules.quiet_span(STARTED) == (
        datetime(2026, 7, 27, 22, tzinfo=CHINA),
        datetime(2026, 7, 28, 6, tzinfo=CHINA),
    )
    assert {rule.window for rule in rules.rules if rule.day == "window"} == {timedelta(seconds=90)}


def test_an_old_ledger_is_brought_up_to_date_and_tells_what_it_told(site: Path) -> None:
    file = site / "data" / "ledger.sqlite"
    assert takeover.schema_of(file) == SCHEMA
    found = told_now(file)
    rows = found.pop("row")
    assert found == TOLD
    assert rows["link"] >= ROWS["link"], "a migration that changes rows adds links"
    assert {**{kind: rows[kind] for kind in ROWS}, "link": 0} == {**ROWS, "link": 0}
    assert takeover.schema_of(file) == newest()
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
        assert daemon.roster().version == 3, "the old site data is the same in this version's words"
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
        assert f"alert {keys['R2']}" in await daemon.acknowledge("all", "李四")
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


# --- the way back -----------------------------------------------------------------------------------------------------


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
    assert takeover.schema_of(kept) == SCHEMA
    assert ledger.read_bytes() == old, "the trial changed the copy's copy alone"
    assert not [path for path in box.data.iterdir() if path.is_dir()], "the trial has gone"

    visit(ledger, nothing)
    assert takeover.schema_of(ledger) == later
    after = counted(ledger)
    assert after["chain"] >= before["chain"]
    assert {**before, "chain": 0} == {**{table: after.get(table) for table in before}, "chain": 0}
    visit(ledger, something)

    install._go_back(box, "0.1.0", "", kept)
    assert asked == [("stop", "tongluo"), ("daemon-reload",), ("restart", "--no-block", "tongluo")]
    assert box.running() == "0.1.0"
    assert takeover.schema_of(ledger) == SCHEMA
    assert counted(ledger) == before
    assert sound(ledger, ledger.with_suffix(".key").read_bytes()) == []
    failed = box.data / "failed-0.2.0.sqlite"
    assert takeover.schema_of(failed) == later, "what the new version wrote is kept for whoever looks at it"
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
    assert takeover.schema_of(ledger) == SCHEMA
    assert "person" not in counted(ledger)
