"""Alarms in the tables and the chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.reason import Reason, Why
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START

LATER = START + timedelta(minutes=15)


def acts(ledger: Ledger) -> list[tuple[str, str]]:
    return [(person, body) for person, body in ledger._all("SELECT person, body FROM act ORDER BY id")]


def test_an_alarm_is_up_once_and_one_that_rings_stays_until_somebody_has_heard_it(
    twice: Callable[..., None],
) -> None:
    quiet = Alarm(AlarmKind.SPEAKER, "a", Why(Reason.UNREACHED, {"x": "y"}), START, rings=False)
    loud = replace(quiet, kind=AlarmKind.DISK, subject="", rings=True)

    async def before(ledger: Ledger) -> None:
        for alarm in (quiet, loud, replace(quiet, since=LATER)):
            await ledger.raise_alarm(alarm)
        assert ledger.alarms() == [quiet, loud]
        await ledger.clear_alarm("speaker a", LATER)
        await ledger.clear_alarm("disk", LATER)

    async def after(ledger: Ledger) -> None:
        assert ledger.alarms() == [replace(loud, cleared=LATER)]
        await ledger.acknowledge("disk", "张三", LATER)
        assert ledger.alarms() == []
        assert acts(ledger) == [("张三", "acknowledge disk")]
        await ledger.raise_alarm(loud)
        assert ledger.alarms() == [loud], "a new one rings again"

    twice(before, after)
