"""Arrivals: the bytes are kept once, and are new until they are judged or quarantined."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.reason import Reason, Why
from gateway.store.contract import Ledger
from tests.support.county import START, cap
from tests.support.documents import arrival, entry
from tests.support.ledgers import Place

Lives = Callable[..., None]
WHY = Why(Reason.NOT_XML, {"saw": "<"})


def test_the_same_bytes_from_one_source_are_one_arrival(lives: Lives) -> None:
    numbers: list[int] = []

    async def before(ledger: Ledger) -> None:
        number, new = await ledger.arrive(arrival())
        assert new
        numbers.append(number)

    async def after(ledger: Ledger) -> None:
        assert await ledger.arrive(arrival()) == (numbers[0], False)
        other, new = await ledger.arrive(arrival(source="other"), urgent=True)
        assert new
        assert other > numbers[0]

    lives(before, after)


def test_an_arrival_comes_back_as_it_came_and_waits_to_be_judged(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        for raw in (b"\xff\x00", "铜锣".encode(), b"x"):
            await ledger.arrive(arrival(raw))

    async def after(ledger: Ledger) -> None:
        waiting = ledger.unjudged()
        assert [came.raw for _, came in waiting] == [b"\xff\x00", "铜锣".encode(), b"x"]
        first, second, third = (number for number, _ in waiting)
        assert ledger.arrival(first) == (arrival(b"\xff\x00"), "new", None)
        assert [number for number, _ in ledger.unjudged(first, 1)] == [second]
        assert ledger.unjudged(third) == []
        assert ledger.arrival(third + 1) is None

    lives(before, after)


def test_what_the_sender_stated_of_the_encoding_comes_back_with_the_bytes(lives: Lives) -> None:
    """With another charset the same bytes are another document: it may be readable where the first is not."""

    async def before(ledger: Ledger) -> None:
        number, new = await ledger.arrive(arrival(charset="GBK"))
        assert new
        await ledger.quarantine(number, "county", WHY, '"rejected"')
        assert await ledger.arrive(arrival(charset="GBK")) == (number, False)
        assert (await ledger.arrive(arrival(charset="Big5")))[1]
        assert (await ledger.arrive(arrival()))[1]

    async def after(ledger: Ledger) -> None:
        ((number, came, _),) = ledger.quarantined()
        assert came == arrival(charset="GBK")
        assert ledger.arrival(number) == (came, "quarantined", WHY)
        assert [came.charset for _, came in ledger.unjudged()] == ["Big5", ""]
        assert await ledger.unquarantine(number, "张三", START) == came

    lives(before, after)


def test_an_arrival_is_quarantined_once_and_its_source_is_owed_one_receipt(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        number, _ = await ledger.arrive(arrival())
        await ledger.quarantine(number, "county", WHY, '"rejected"')
        await ledger.quarantine(number, "county", Why(Reason.EMPTY), '"again"')

    async def after(ledger: Ledger) -> None:
        ((number, came, why),) = ledger.quarantined()
        assert (came, why) == (arrival(), WHY)
        assert ledger.arrival(number) == (arrival(), "quarantined", WHY)
        assert ledger.unjudged() == []
        assert [(receipt.document, receipt.body) for receipt in ledger.owed()] == [("", '"rejected"')]

    lives(before, after)


def test_an_arrival_that_was_judged_is_not_quarantined_any_more(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        raw = cap("A1", START)
        number, _ = await ledger.arrive(arrival(raw))
        await ledger.enter(number, [entry(raw)], [])
        await ledger.quarantine(number, "county", WHY, "{}")
        kept = ledger.arrival(number)
        assert kept
        assert kept[1] == "judged"
        assert ledger.owed() == []

    lives(story)


def test_a_quarantined_arrival_is_new_again_by_order_of_a_person(lives: Lives, place: Place) -> None:
    async def before(ledger: Ledger) -> None:
        number, _ = await ledger.arrive(arrival())
        await ledger.quarantine(number, "county", WHY, "{}")
        assert await ledger.unquarantine(number, "张三", START) == arrival()
        assert await ledger.unquarantine(number, "李四", START) is None
        assert await ledger.unquarantine(number + 1, "李四", START) is None

    async def after(ledger: Ledger) -> None:
        ((number, came),) = ledger.unjudged()
        assert came == arrival()
        assert ledger.quarantined() == []
        assert place.acts(ledger) == [("张三", f"release {number}")]

    lives(before, after)


def test_the_newest_quarantined_come_first_and_no_more_than_asked_for(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        for number in range(5):
            kept, _ = await ledger.arrive(arrival(b"%d" % number))
            await ledger.quarantine(kept, "county", WHY, "{}")
        assert [came.raw for _, came, _ in ledger.quarantined(2)] == [b"4", b"3"]

    lives(story)


def test_bytes_that_come_again_are_owed_their_receipts_once_more(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        number, _ = await ledger.arrive(arrival())
        await ledger.quarantine(number, "county", WHY, f'{{"arrival":{number}}}')
        await ledger.told([receipt.id for receipt in ledger.owed()])
        assert ledger.owed() == []

    async def after(ledger: Ledger) -> None:
        number, new = await ledger.arrive(arrival())
        assert not new
        assert [receipt.body for receipt in ledger.owed()] == [f'{{"arrival":{number}}}']

    lives(before, after)
