"""Receipts: owed until they are told, oldest first."""

from __future__ import annotations

from collections.abc import Callable

from gateway.store.contract import Ledger

Lives = Callable[..., None]
RECEIPTS = [
    ("county", "key", '"1"'),
    ("poll", "key", '"2"'),
    ("county", "other", '"3"'),
    ("county", "key", '"4"'),
]


def test_receipts_are_owed_until_they_are_told(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        assert (ledger.owed(), ledger.owing()) == ([], 0)
        await ledger.record([], RECEIPTS)
        assert [receipt.body for receipt in ledger.owed(2)] == ['"1"', '"2"']
        await ledger.told([receipt.id for receipt in ledger.owed(2)])

    async def after(ledger: Ledger) -> None:
        assert [receipt.body for receipt in ledger.owed()] == ['"3"', '"4"']
        assert ledger.owing() == 2
        await ledger.told([])
        assert ledger.owing() == 2

    lives(before, after)


def test_sources_that_cannot_be_reached_are_left_out(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        await ledger.record([], RECEIPTS)
        assert [receipt.body for receipt in ledger.owed(1, ["county"])] == ['"2"']
        assert ledger.owed(without=["county", "poll"]) == []

    lives(story)


def test_all_receipts_of_a_document_are_listed_sent_or_not(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await ledger.record([], RECEIPTS)
        await ledger.told([receipt.id for receipt in ledger.owed(1)])

    async def after(ledger: Ledger) -> None:
        assert [receipt.body for receipt in ledger.receipts("key")] == ['"1"', '"2"', '"4"']
        assert ledger.receipts("none") == []

    lives(before, after)
