"""The configuration of an older version is read by this one, key by key."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gateway.config.config import load
from gateway.config.sources import FeedSource, HttpSource, MqttSource
from gateway.config.voice import WyomingTable
from gateway.model.judgement import Trust
from gateway.model.place import Contact
from gateway.model.plan import Tier
from gateway.model.speaker import Curve, Kind, Position, Power, Reach
from gateway.runtime.clock import CHINA
from gateway.site.check import recordings, wiring
from gateway.site.load import load_site, rules_of
from gateway.site.policies import policies
from tests.support.old_site import unpack

VERSION = "131b8a5"
NIGHT = datetime(2026, 7, 27, 22, 52, tzinfo=CHINA)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return unpack(VERSION, tmp_path)


def test_the_configuration_of_an_old_site_is_read_and_can_be_wired(site: Path) -> None:
    config = load(site / "gateway.toml")
    assert wiring(config, load_site(config)) == []
    assert recordings(config) == []
    assert (config.data, config.log, config.canary, config.watch_only) == (site / "data", "json", True, False)
    assert (config.http.host, config.http.port, config.clock.trust) == ("127.0.0.1", 8760, "always")
    assert config.voice == WyomingTable(port=10200, name="zh_CN-huayan-medium")
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
    assert rules.quiet_span(NIGHT) == (
        datetime(2026, 7, 27, 22, tzinfo=CHINA),
        datetime(2026, 7, 28, 6, tzinfo=CHINA),
    )
    assert {rule.window_s for rule in rules.rules if rule.day == "window"} == {90}
