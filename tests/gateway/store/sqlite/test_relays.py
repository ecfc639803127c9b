"""Power relays in the tables and the chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START

LATER = START + timedelta(minutes=15)


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
