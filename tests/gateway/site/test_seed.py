"""The seed of a roster: what it means, and the fault that names the row that is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.model.region import Region
from gateway.model.speaker import Curve, Kind, Position, Power, Reach
from gateway.model.station import Threshold
from gateway.site.check import wiring
from gateway.site.seed import load_roster

EXAMPLES = Path(__file__).parents[3] / "configs"

ROSTER = """
[[village]]
code = "341523104201"
name = "石桥村"
[[speaker]]
id = "a"
name = "甲"
region = "341523104201"
line = "l"
"""


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('[[speaker]]\nid = "a"\nname = "乙"\nregion = "341523104201"\nline = "l"\nunit = 2', "speaker a"),
        ('[[speaker]]\nid = "b"\nname = "乙"\nregion = "341523104201"\nline = "l"', "already a"),
        ('[[speaker]]\nid = "b"\nname = "乙"\nregion = "3415"\nline = "m"', "line 'm'"),
        ('[[speaker]]\nid = "b"\nname = "乙"\nregion = "石桥"\nline = "l"\nunit = 2', "region '石桥'"),
        (
            '[[speaker]]\nid = "乙"\nname = "乙"\nregion = "341523104201"\nline = "l"\nunit = 2',
            "speaker.1.id",
        ),
        ('[[village]]\ncode = "1"\nname = "无"', "village 无"),
    ],
)
def test_a_wrong_roster_is_answered_with_the_speaker_or_village(
    tmp_path: Path, more: str, named: str
) -> None:
    seed = tmp_path / "site.toml"
    seed.write_text(ROSTER + more, "utf-8")
    with pytest.raises(ConfigWrong) as raised:
        load_roster(seed, {"l"})
    assert named in "\n".join(raised.value.faults)


PLACE = '[[place]]\ncode = "bank"\nname = "河岸"\n'
STATION = """
[[station]]
id = "hewan"
name = "河湾"
kind = "rain"
areas = ["341523104201"]
issuer = "青石镇"
"""
LIMIT = "[[station.threshold]]\nwindow_min = 60\nprepare = 30\nmove = 50\n"
BEYOND = '[[speaker]]\nid = "b"\nname = "乙"\nregion = "341523104201"\nline = "l"\nunit = 2\n'


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (PLACE, "place bank (河岸): name its speakers, regions or outline"),
        (PLACE + 'speakers = ["nobody"]', "no speaker is called 'nobody'"),
        (PLACE + 'regions = ["341523"]', "region '341523' is not a 12-digit code"),
        (PLACE + 'groups = ["一组"]\nspeakers = ["a"]', "groups need regions"),
        (PLACE + "outline = [[31.4, 116.9], [31.5, 116.9]]", "at least three pairs"),
        ('[[place]]\ncode = "341523104202"\nname = "河岸"\nspeakers = ["a"]', "a code of its own"),
        (STATION + LIMIT.replace("50", "30"), "move 30 must lie above prepare 30"),
        (STATION.replace("341523104201", "bank") + LIMIT, "area 'bank' is neither"),
        (STATION, "threshold"),
        (BEYOND + 'backup = { line = "m", unit = 1 }', "backup.line 'm'"),
        (BEYOND + 'power = { line = "m", unit = 1 }', "power.line 'm'"),
        (BEYOND + 'neighbour = "b"', "neighbour 'b' is not another speaker's id"),
        (BEYOND.replace("341523104201", "990000000000"), "are the gateway's own"),
        (BEYOND.replace('"b"', '"canary"'), "are the gateway's own"),
    ],
)
def test_a_wrong_row_is_answered_with_its_name_and_what_is_needed(
    tmp_path: Path, more: str, named: str
) -> None:
    seed = tmp_path / "site.toml"
    seed.write_text(ROSTER + more, "utf-8")
    with pytest.raises(ConfigWrong) as raised:
        load_roster(seed, {"l"})
    assert named in "\n".join(raised.value.faults)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    seed = tmp_path / "site.toml"
    seed.write_text(ROSTER + BEYOND + 'neighbour = "x"\n' + PLACE, "utf-8")
    with pytest.raises(ConfigWrong) as raised:
        load_roster(seed, {"l"})
    assert len(raised.value.faults) == 2


def test_a_seed_becomes_a_roster(tmp_path: Path) -> None:
    seed = tmp_path / "site.toml"
    more = """
position = [31.46, 116.94]
kind = "duty"
curve = "flat"
backup = { line = "m", unit = 7 }
power = { line = "m", unit = 8, lead_s = 4 }
"""
    seed.write_text(
        ROSTER.replace("石桥村", '石桥村"\nshelter = "小学')
        + BEYOND
        + more
        + PLACE
        + 'speakers = ["b"]'
        + STATION
        + LIMIT,
        "utf-8",
    )
    roster = load_roster(seed, {"l", "m"})
    (village,) = roster.villages
    assert (village.region, village.name) == (Region("341523104201"), "石桥村")
    assert village.refuge
    assert village.refuge.shelter == "小学"
    speaker = roster.speaker("b")
    assert speaker
    assert (speaker.line, speaker.unit, speaker.kind, speaker.curve) == ("l", 2, Kind.DUTY, Curve.FLAT)
    assert speaker.position == Position(31.46, 116.94)
    assert speaker.backup == Reach("m", 7)
    assert speaker.power == Power(Reach("m", 8), 4.0, 2.0)
    (place,) = roster.places
    assert (place.code, place.name, place.speakers) == ("bank", "河岸", ("b",))
    (station,) = roster.stations
    assert station.thresholds == (Threshold(60, 30, 50),)
    assert roster.version == 0, "the ledger gives it its number"


def test_the_examples_are_the_simulated_township_and_can_be_wired() -> None:
    site = load(EXAMPLES / "gateway.example.toml")
    roster = load_roster(EXAMPLES / "site.example.toml", {line.name for line in site.lines})
    village = tomllib.loads((EXAMPLES / "village.example.toml").read_text("utf-8"))
    assert {
        (line["name"], line["protocol"], line["baud"], line.get("profile")) for line in village["lines"]
    } == {(line.name, line.protocol, line.baud, getattr(line, "profile", None)) for line in site.lines}
    assert {
        (unit["name"], unit["title"], unit["place"], line["name"], unit["unit"], unit.get("group", ""))
        for line in village["lines"]
        for unit in line["units"]
    } == {(s.id, s.name, s.region.code, s.line, s.unit, s.group) for s in roster.speakers}
    assert {place["code"]: place["name"] for place in village["places"]} == {
        place.region.code: place.name for place in roster.villages
    }
    assert all("key_file" in fault or "keys/" in fault for fault in wiring(site, roster))
