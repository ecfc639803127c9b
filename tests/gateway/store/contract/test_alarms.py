"""Alarms: up once by their name, and listed until they are over and somebody has taken note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.reason import Reason, Why
from gateway.store.contract import Ledger
from tests.support.county import START
from tests.support.ledgers import Place

Lives = Callable[..., None]
LATER = START + timedelta(minutes=15)
QUIET = Alarm(AlarmKind.SPEAKER, "a", Why(Reason.UNREACHED, {"speaker": "石桥一号"}), START, rings=False)
LOUD = replace(QUIET, kind=AlarmKind.DISK, subject="", rings=True)


def test_an_alarm_is_up_once(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        assert not ledger.raised("speaker a")
        for alarm in (QUIET, LOUD, replace(QUIET, since=LATER)):
            await ledger.raise_alarm(alarm)

    async def after(ledger: Ledger) -> None:
        assert ledger.alarms() == [QUIET, LOUD]
        assert (ledger.raised("speaker a"), ledger.raised("speaker b")) == (True, False)

    lives(before, after)


def test_an_alarm_that_is_over_may_be_raised_again(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.raise_alarm(QUIET)
        await ledger.clear_alarm("speaker a", LATER)
        await ledger.clear_alarm("speaker b", LATER)
        assert ledger.alarms() == []
        assert ledger.raised("speaker a")
        await ledger.raise_alarm(replace(QUIET, since=LATER))

    async def after(ledger: Ledger) -> None:
        assert ledger.alarms() == [replace(QUIET, since=LATER)]

    lives(before, after)


def test_an_alarm_that_rings_is_listed_until_somebody_has_acknowledged_it(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.raise_alarm(LOUD)
        await ledger.clear_alarm("disk", LATER)

    async def after(ledger: Ledger) -> None:
        assert ledger.alarms() == [replace(LOUD, cleared=LATER)]
        await ledger.acknowledge("disk", "张三", LATER)
        assert ledger.alarms() == []
        assert place.acts(ledger) == [("张三", "acknowledge disk")]

    lives(before, after)


def test_the_first_person_who_acknowledged_stays_named(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.raise_alarm(LOUD)
        await ledger.acknowledge("disk", "张三", LATER)
        await ledger.acknowledge("disk", "李四", LATER)

    async def after(ledger: Ledger) -> None:
        assert ledger.alarms() == [replace(LOUD, acknowledged_by="张三")]

    lives(before, after)
