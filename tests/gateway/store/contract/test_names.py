"""Names: the pronunciation that was taught last holds."""

from __future__ import annotations

from collections.abc import Callable

from gateway.store.contract import Ledger
from tests.support.county import START
from tests.support.ledgers import Place

Lives = Callable[..., None]


def test_the_pronunciation_taught_last_holds_until_it_is_taken_back(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        assert ledger.pronunciations() == {}
        await ledger.teach("六安", "liu4 an1", START, "张三")
        await ledger.teach("六安", "lu4 an1", START, "李四")
        await ledger.teach("石桥", "shi2 qiao2", START, "张三")

    async def after(ledger: Ledger) -> None:
        assert ledger.pronunciations() == {"六安": "lu4 an1", "石桥": "shi2 qiao2"}
        await ledger.teach("石桥", "", START, "王五")
        await ledger.teach("石桥", "", START, "王五")

    async def last(ledger: Ledger) -> None:
        assert ledger.pronunciations() == {"六安": "lu4 an1"}
        assert [person for person, _ in place.acts(ledger)] == ["张三", "李四", "张三", "王五", "王五"]

    lives(before, after, last)
