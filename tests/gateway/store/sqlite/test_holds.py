"""A hold of everything in the tables and the chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START

LATER = START + timedelta(minutes=15)


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
