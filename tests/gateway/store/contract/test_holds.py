"""Holds of everything: the newest lasts until it is ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.store.contract import Ledger
from tests.support.county import START
from tests.support.ledgers import Place

Lives = Callable[..., None]
LATER = START + timedelta(minutes=15)


def test_the_newest_hold_outlives_a_restart_until_it_is_ended(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        assert ledger.held_until() is None
        await ledger.hold_everything(START, "张三", LATER)
        await ledger.hold_everything(START, "李四", START + timedelta(minutes=5))

    async def after(ledger: Ledger) -> None:
        assert ledger.held_until() == START + timedelta(minutes=5), "the newest, not the longest"
        await ledger.end_hold(START, "王五")
        assert ledger.held_until() is None
        assert [person for person, _ in place.acts(ledger)] == ["张三", "李四", "王五"]

    lives(before, after)


def test_ending_no_hold_keeps_the_act_alone(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.end_hold(START, "王五")

    async def after(ledger: Ledger) -> None:
        assert ledger.held_until() is None
        assert place.acts(ledger) == [("王五", "resume")]

    lives(before, after)
