"""Each event that is no receipt, byte for byte as the event stream sends it. tests/gateway/receipts has the
receipts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.event import (
    AlarmChanged,
    Approved,
    DrillChanged,
    Event,
    HoldBegan,
    HoldEnded,
    LocalUse,
    SaidAgain,
    Stopped,
)
from gateway.model.reason import Reason, Why
from gateway.receipts.bodies import body
from gateway.runtime.clock import CHINA

AT = datetime(2026, 7, 28, 9, 0, 1, 250000, tzinfo=CHINA)
RAISED = Alarm(AlarmKind.SOURCE, "county", Why(Reason.SOURCE_SILENT, {"source": "county"}), AT, rings=True)
CLEARED = Alarm(AlarmKind.DISK, "", Why(Reason.DISK_TROUBLE), AT, True, AT + timedelta(minutes=5), "李四")

GOLDEN: list[tuple[Event, str]] = [
    (
        AlarmChanged(RAISED),
        '{"kind": "alarm", "name": "source county", "reason": "source_silent",'
        ' "fields": {"source": "county"}, "since": "2026-07-28 09:00:01.250000+08:00", "cleared": null,'
        ' "rings": true, "acknowledged_by": ""}',
    ),
    (
        AlarmChanged(CLEARED),
        '{"kind": "alarm", "name": "disk", "reason": "disk_trouble", "fields": {},'
        ' "since": "2026-07-28 09:00:01.250000+08:00", "cleared": "2026-07-28 09:05:01.250000+08:00",'
        ' "rings": true, "acknowledged_by": "李四"}',
    ),
    (
        LocalUse("square", "microphone"),
        '{"kind": "local_use", "speaker": "square", "source": "microphone"}',
    ),
    (
        Stopped("all", "张三", ("bridge", "square")),
        '{"kind": "stop", "target": "all", "person": "张三", "speakers": ["bridge", "square"]}',
    ),
    (
        SaidAgain("k1", "张三", ("bridge",)),
        '{"kind": "again", "key": "k1", "person": "张三", "speakers": ["bridge"]}',
    ),
    (
        HoldBegan("张三", AT),
        '{"kind": "hold", "person": "张三", "until": "2026-07-28 09:00:01.250000+08:00"}',
    ),
    (HoldEnded("张三"), '{"kind": "resume", "person": "张三"}'),
    (Approved("k1", "张三", 1), '{"kind": "approval", "key": "k1", "person": "张三", "more": 1}'),
    (DrillChanged(4, True, "张三"), '{"kind": "drill", "number": 4, "open": true, "person": "张三"}'),
    (DrillChanged(4, False, "张三"), '{"kind": "drill", "number": 4, "open": false, "person": "张三"}'),
]
RECEIPTS = {"accepted", "rejected", "speaker", "waiting", "preempted", "summary"}


@pytest.mark.parametrize(("event", "text"), GOLDEN, ids=lambda value: getattr(value, "kind", ""))
def test_an_event_is_this_text(event: Event, text: str) -> None:
    assert body(event) == text


def test_every_event_has_its_text_and_a_kind_of_its_own() -> None:
    kinds = [event.kind for event in get_args(Event)]
    assert len(kinds) == len(set(kinds))
    assert {event.kind for event, _ in GOLDEN} | RECEIPTS == set(kinds)
