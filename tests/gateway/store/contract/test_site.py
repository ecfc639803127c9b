"""Site data: numbered versions of the roster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gateway.store.contract import Ledger
from tests.support.county import ROSTER, START
from tests.support.ledgers import Place

Lives = Callable[..., None]
SMALLER = replace(ROSTER, speakers=ROSTER.speakers[:3])


def test_a_changed_roster_has_the_next_number_and_an_equal_one_stays(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        assert ledger.numbered(ROSTER).version == 1
        saved = await ledger.save_roster(ROSTER, START, "seed")
        assert saved == replace(ROSTER, version=1)
        assert ledger.numbered(SMALLER).version == 2

    async def after(ledger: Ledger) -> None:
        assert (await ledger.save_roster(ROSTER, START, "张三")).version == 1
        assert (await ledger.save_roster(SMALLER, START, "张三")).version == 2
        assert (await ledger.save_roster(ROSTER, START, "张三")).version == 3

    lives(before, after)


def test_an_act_is_kept_in_the_name_of_a_person(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.act(START, "张三", "stop all")
        await ledger.act(START, "李四", "stop 石桥")

    async def after(ledger: Ledger) -> None:
        assert place.acts(ledger) == [("张三", "stop all"), ("李四", "stop 石桥")]

    lives(before, after)
