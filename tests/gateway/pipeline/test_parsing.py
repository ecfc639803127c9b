"""The bytes of an arrival become alerts, or a gauge's value becomes its draft."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.intake import Unreadable
from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Policy
from gateway.model.reason import Reason
from gateway.model.station import Station, Threshold
from gateway.monitoring.alarms import Alarms
from gateway.pipeline.gauges import Gauges
from gateway.pipeline.parsing import Parsing
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from tests.support.county import SENDER, START, TOWNSHIP, cap

RAIN = Station("rain", "河湾雨量站", "rain", (Threshold(60, 50, 80),), (TOWNSHIP,), "青石镇应急办")
POLICIES = {
    "county": Policy("county", frozenset({SENDER})),
    "gauges": Policy("gauges", frozenset({"station:rain", "station:gone"})),
}


def value(mm: float, station: str = "rain") -> bytes:
    fields = {"kind": "rain", "value": mm, "unit": "mm", "window_min": 60, "at": START.isoformat()}
    return json.dumps({"station": station, **fields}).encode()


def parsed(raw: bytes, source: str) -> tuple[Alert, ...]:
    async def story() -> tuple[Alert, ...]:
        clock = LoopClock(START)
        alarms = Alarms(clock, Events())
        return Parsing(POLICIES, {}, Gauges((RAIN,), clock, alarms))(Arrival(raw, source, "test", START))

    return asyncio.run(story())


def test_a_document_becomes_its_alerts() -> None:
    (alert,) = parsed(cap("A", START), "county")
    assert alert.identifier == "A"


def test_bytes_that_no_format_knows_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        parsed(b"good morning", "county")


def test_a_gauges_value_becomes_a_draft_where_it_reaches_a_stage_and_nothing_below() -> None:
    (draft,) = parsed(value(85), "gauges")
    assert draft.sender == "station:rain"
    assert parsed(value(5), "gauges") == ()


@pytest.mark.parametrize(
    ("raw", "source", "reason"),
    [
        (value(85), "county", Reason.SENDER_NOT_ALLOWED),
        (value(85), "unknown", Reason.SENDER_NOT_ALLOWED),
        (value(85, "other"), "gauges", Reason.SENDER_NOT_ALLOWED),
        (value(85, "gone"), "gauges", Reason.BAD_VALUE),
    ],
    ids=["another source", "no source of the site", "another station", "a station that the site has not"],
)
def test_a_source_speaks_only_for_its_own_stations(raw: bytes, source: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        parsed(raw, source)
    assert refused.value.why.reason is reason
