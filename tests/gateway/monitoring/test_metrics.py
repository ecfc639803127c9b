"""The page of the metrics for given values."""

from __future__ import annotations

import asyncio
from datetime import datetime

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.delivery import Evidence
from gateway.model.event import SpeakerChanged
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.monitoring.metrics import REMEMBERED, Metrics, Tally
from gateway.monitoring.vitals import Vitals
from gateway.runtime.clock import CHINA

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)


def alarm(kind: AlarmKind, subject: str) -> Alarm:
    return Alarm(kind, subject, Why(Reason.UNREACHED), NOW, rings=False)


async def scraped(metrics: Metrics) -> str:
    return metrics.page().decode()


def test_alarms_that_last_are_counted_by_kind_and_every_kind_is_there() -> None:
    alarms = [alarm(AlarmKind.SPEAKER, "a"), alarm(AlarmKind.SPEAKER, "b"), alarm(AlarmKind.DISK, "")]
    vitals = Vitals(now=NOW, trusted=True, lines={}, brokers={}, tasks=[], alarms=alarms)
    page = asyncio.run(scraped(Metrics(Tally(lambda: NOW), lambda: vitals, lambda _: None)))
    assert "tongluo_alarms_open 3.0" in page
    assert 'tongluo_alarms_open_by_kind{kind="speaker"} 2.0' in page
    assert 'tongluo_alarms_open_by_kind{kind="disk"} 1.0' in page
    for kind in AlarmKind:
        assert f'tongluo_alarms_open_by_kind{{kind="{kind.name.lower()}"}}' in page


def test_after_a_storm_the_tally_holds_no_more_than_it_may() -> None:
    tally = Tally(lambda: NOW)
    for number in range(3 * REMEMBERED):
        tally.note(SpeakerChanged(f"k{number}", "p", Act.WARNING, "a", 0, Evidence.SENT, None, None, None))
    assert len(tally.first_orders) == REMEMBERED
    assert len(tally._ordered) == REMEMBERED
