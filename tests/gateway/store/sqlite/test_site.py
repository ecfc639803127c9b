"""What stands until somebody changes it survives a restart: the hold of everything, relays that are on, alarms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.reason import Reason, Why
from gateway.store.chain.audit import verify
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START
from tests.support.disk import Disk
from tests.support.world import Inline

Virtual = Callable[[Any], Any]
LATER = START + timedelta(minutes=15)


@pytest.fixture
def twice(virtual: Virtual) -> Callable[..., None]:
    """Do the first with a ledger, the second with the same one after a restart; the chain must hold."""

    def run(first: Callable[[Ledger], Awaitable[None]], then: Callable[[Ledger], Awaitable[None]]) -> None:
        async def story() -> None:
            disk = Disk()
            for part in (first, then):
                ledger = await Ledger.open("ledger", Inline(), disk.name)
                await part(ledger)
                assert list(verify(ledger._writer.connection, bytes(32))) == []
                await ledger.close()

        virtual(story())

    return run


def acts(ledger: Ledger) -> list[tuple[str, str]]:
    return [(person, body) for person, body in ledger._all("SELECT person, body FROM act ORDER BY id")]


def test_a_hold_of_everything_outlives_a_restart_until_it_is_ended_by_name(
    twice: Callable[..., None],
) -> None:
    async def before(ledger: Ledger) -> None:
        assert ledger.held_until() is None
        await ledger.hold_everything(START, "张三", START + timedelta(minutes=5))
        await ledger.hold_everything(START, "李四", LATER)

    async def after(ledger: Ledger) -> None:
        assert ledger.held_until() == LATER
        await ledger.end_hold(LATER, "王五")
        assert ledger.held_until() is None
        assert [person for person, _ in acts(ledger)] == ["张三", "李四", "王五"]
        assert ledger._all("SELECT count(*) FROM chain WHERE kind = 'hold'") == [(4,)]

    twice(before, after)


def test_a_relay_that_is_on_is_known_after_a_restart_until_it_is_off(twice: Callable[..., None]) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.power_on("horns", 9, START)
        await ledger.power_on("horns", 9, LATER)
        await ledger.power_on("field", 2, START)

    async def after(ledger: Ledger) -> None:
        assert ledger.powered() == [("field", 2), ("horns", 9)]
        await ledger.power_off("horns", 9)
        await ledger.power_off("horns", 9)
        assert ledger.powered() == [("field", 2)]

    twice(before, after)


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
        assert ledger.alarms() == [loud], "a new one rings anew"

    twice(before, after)
