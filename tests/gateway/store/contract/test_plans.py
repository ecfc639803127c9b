"""Plans: live until they have ended, each with the newest state of its bursts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.store.contract import Ledger
from tests.support.county import START, cap
from tests.support.documents import arrival, entry
from tests.support.ledgers import Place

Lives = Callable[..., None]


def plan(name: str, minutes: int = 0) -> Plan:
    """A plan that no document led to."""
    made = entry(cap("A1", START)).judgement.plan
    assert made
    return replace(made, id=name, alert="", start=START + timedelta(minutes=minutes))


def test_a_plan_a_person_ordered_is_kept_with_the_act(lives: Lives, place: Place) -> None:
    ordered = plan("p1")

    async def before(ledger: Ledger) -> None:
        await ledger.add_plan(ordered, "张三", "say 试音")

    async def after(ledger: Ledger) -> None:
        row = ledger.plan("p1")
        assert row
        assert (row.plan, row.ended, row.bursts) == (ordered, None, ())
        assert ledger.plan("p2") is None
        assert place.acts(ledger) == [("张三", "say 试音")]

    lives(before, after)


def test_the_newest_state_of_a_burst_stands_with_its_receipts(lives: Lives) -> None:
    queued = Burst("p1", "a", 0)
    played = replace(
        queued, evidence=Evidence.PROVED, outcome=Outcome.PLAYED, why=Why(Reason.SPOKEN), boot="b"
    )
    later, other = Burst("p1", "a", 1), Burst("p1", "b", 0, began=START)

    async def before(ledger: Ledger) -> None:
        await ledger.add_plan(plan("p1"), "张三", "say")
        await ledger.record([later, other, queued])
        await ledger.record([played], [("county", "key", '"played"')])

    async def after(ledger: Ledger) -> None:
        row = ledger.plan("p1")
        assert row
        assert row.bursts == (played, other, later)
        assert [(receipt.source, receipt.document) for receipt in ledger.owed()] == [("county", "key")]

    lives(before, after)


def test_plans_are_live_in_the_order_of_their_start_until_they_end(lives: Lives) -> None:
    why = Why(Reason.STOPPED, {"person": "李四"})

    async def before(ledger: Ledger) -> None:
        for name, minutes in (("p2", 2), ("p3", 3), ("p1", 1)):
            await ledger.add_plan(plan(name, minutes), "张三", "say")
        assert ledger.live() == ["p1", "p2", "p3"]
        await ledger.record([], ends={"p2": why})

    async def after(ledger: Ledger) -> None:
        assert ledger.live() == ["p1", "p3"]
        row = ledger.plan("p2")
        assert row
        assert row.ended == why
        assert ledger.unsettled() == []
        assert [row.plan.id for row in ledger.since(START + timedelta(minutes=2))] == ["p2", "p3"]

    lives(before, after)


def test_a_plan_that_played_from_memory_is_kept_once(lives: Lives) -> None:
    memory = plan("p1")

    async def before(ledger: Ledger) -> None:
        await ledger.record([Burst("p1", "a", 0)], plans=[memory])
        await ledger.record([], plans=[replace(memory, start=START + timedelta(hours=1))])

    async def after(ledger: Ledger) -> None:
        row = ledger.plan("p1")
        assert row
        assert (row.plan, row.bursts) == (memory, (Burst("p1", "a", 0),))

    lives(before, after)


def test_the_plans_of_a_document_are_found_by_its_key(lives: Lives) -> None:
    raw = cap("A1", START)
    decided = entry(raw)
    first = decided.judgement.plan
    assert first
    key = decided.alert.key.digest
    second = replace(first, id="p2", start=first.start + timedelta(minutes=5))

    async def before(ledger: Ledger) -> None:
        number, _ = await ledger.arrive(arrival(raw))
        await ledger.enter(number, [decided], [])
        await ledger.record([], plans=[second])

    async def after(ledger: Ledger) -> None:
        assert [row.plan for row in ledger.plans(key)] == [first, second]
        assert ledger.plans("0" * 32) == []

    lives(before, after)


def test_a_plan_has_a_delivery_at_each_of_its_speakers(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        ordered = plan("p1")
        await ledger.add_plan(ordered, "张三", "say")
        name = ordered.targets[1]
        await ledger.record([Burst("p1", name, 0, Evidence.SENT)])
        row = ledger.plan("p1")
        assert row
        deliveries = row.deliveries
        assert [delivery.speaker for delivery in deliveries] == list(ordered.targets)
        assert [delivery.speaker for delivery in deliveries if delivery.bursts] == [name]

    lives(story)
