"""Power relays: known to be on until they are off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.store.contract import Ledger
from tests.support.county import START

Lives = Callable[..., None]


def test_a_relay_that_is_on_is_known_after_a_restart_until_it_is_off(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.power_on("horns", 9, START)
        await ledger.power_on("horns", 9, START + timedelta(minutes=1))
        await ledger.power_on("field", 2, START)

    async def after(ledger: Ledger) -> None:
        assert ledger.powered() == [("field", 2), ("horns", 9)]
        await ledger.power_off("horns", 9)
        await ledger.power_off("horns", 9)

    async def last(ledger: Ledger) -> None:
        assert ledger.powered() == [("field", 2)]

    lives(before, after, last)
