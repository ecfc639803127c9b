"""Storage: a write is on the disk when it is awaited, or it failed and nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY, LedgerFailed, Trouble
from gateway.store.contract import Ledger
from tests.support.county import START, cap
from tests.support.documents import arrival, entry
from tests.support.ledgers import Place

Lives = Callable[..., None]


def test_a_write_that_the_disk_refuses_is_not_kept_and_reading_goes_on(place: Place) -> None:
    async def story() -> None:
        ledger = await place.open()
        heard: list[Trouble | None] = []
        ledger.on_trouble(heard.append)
        await ledger.arrive(arrival(b"kept"))
        place.fail()
        with pytest.raises(LedgerFailed):
            await ledger.arrive(arrival(b"lost"))
        assert [came.raw for _, came in ledger.unjudged()] == [b"kept"]
        (trouble,) = heard
        assert trouble is not None
        assert ledger.trouble == trouble
        place.heal()
        while ledger.trouble:
            await asyncio.sleep(0.1)
        assert heard == [trouble, None], "told once, and once that it is over"
        await ledger.arrive(arrival(b"after"))
        assert [came.raw for _, came in ledger.unjudged()] == [b"kept", b"after"]
        await ledger.close()

    place.run(story())


def test_a_later_listener_hears_of_trouble_at_once(place: Place) -> None:
    async def story() -> None:
        ledger = await place.open()
        place.fail()
        with pytest.raises(LedgerFailed):
            await ledger.act(START, "张三", "stop all")
        heard: list[Trouble | None] = []
        ledger.on_trouble(heard.append)
        assert heard == [ledger.trouble]
        place.heal()
        await ledger.close()

    place.run(story())


def test_everything_decided_of_an_arrival_is_kept_together_or_not_at_all(place: Place) -> None:
    async def story() -> None:
        ledger = await place.open()
        raw = cap("A1", START)
        number, _ = await ledger.arrive(arrival(raw))
        place.fail()
        with pytest.raises(LedgerFailed):
            await ledger.enter(number, [entry(raw)], [("key", "{}")])
        place.heal()
        await place.cut(ledger)
        ledger = await place.open()
        assert (ledger.documents(), ledger.live(), ledger.owed()) == ([], [], [])
        assert [kept for kept, _ in ledger.unjudged()] == [number]
        await ledger.close()

    place.run(story())


def test_writes_of_many_tasks_are_all_kept_and_commits_are_counted(place: Place) -> None:
    async def story() -> None:
        ledger = await place.open()
        began = ledger.commits.count
        await asyncio.gather(*(ledger.arrive(arrival(b"%d" % number)) for number in range(50)))
        assert {came.raw for _, came in ledger.unjudged()} == {b"%d" % number for number in range(50)}
        assert ledger.commits.count > began
        await place.cut(ledger)
        ledger = await place.open()
        assert len(ledger.unjudged()) == 50
        await ledger.close()

    place.run(story())


def test_a_row_leaves_once_it_is_old_and_has_ended(lives: Lives) -> None:
    raw, again = cap("A1", START), cap("A2", START)
    canary = replace(entry(again), source=CANARY)
    plan, trial = entry(raw).judgement.plan, canary.judgement.plan
    assert plan
    assert trial

    async def before(ledger: Ledger) -> None:
        for decided, bytes_ in ((entry(raw), raw), (canary, again)):
            number, _ = await ledger.arrive(arrival(bytes_, decided.source))
            await ledger.enter(number, [decided], [])
        assert await ledger.retire(START + timedelta(days=3000)) == 0, "a plan is live"
        ends = {plan.id: Why(Reason.SPOKEN), trial.id: Why(Reason.SPOKEN)}
        await ledger.record([], ends=ends)
        await ledger.retire(START + timedelta(days=2))

    async def after(ledger: Ledger) -> None:
        assert ledger.document(canary.alert.key.digest) is None
        assert ledger.document(entry(raw).alert.key.digest)
        await ledger.retire(START + timedelta(days=3000))
        assert ledger.document(entry(raw).alert.key.digest) is None
        assert ledger.plan(plan.id) is None

    lives(before, after)
