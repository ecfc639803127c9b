"""Documents: everything decided of an arrival is kept together, and the first entry of a document stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.intake.readers import parse
from gateway.model.judgement import Ending, Judgement, Policy
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY, Document, Entry
from gateway.model.verdict import Air, Hold, Step, Stop, Store
from gateway.store.contract import Ledger
from tests.support.county import ROSTER, START, cap, reference
from tests.support.documents import POLICY, arrival, entry
from tests.support.rules import judge

Lives = Callable[..., None]
WINDOW = START - timedelta(hours=3)
STRANGER = Policy("stranger", frozenset())


async def enter(ledger: Ledger, decided: Entry, raw: bytes, *receipts: tuple[str, str]) -> frozenset[str]:
    number, _ = await ledger.arrive(arrival(raw, decided.source))
    return await ledger.enter(number, [decided], receipts)


def test_a_document_comes_back_as_it_was_entered(lives: Lives) -> None:
    raw = cap("A1", START)
    decided = entry(raw)
    key = decided.alert.key.digest

    async def before(ledger: Ledger) -> None:
        assert await enter(ledger, decided, raw, (key, '"accepted"')) == frozenset()

    async def after(ledger: Ledger) -> None:
        document = ledger.document(key)
        assert document
        number, verdict, trace = document.arrival, decided.judgement.verdict, decided.judgement.trace
        assert document == Document(key, number, "county", START, decided.alert, verdict, trace)
        kept = ledger.arrival(number)
        assert kept
        assert (kept[0].raw, kept[1]) == (raw, "judged")
        assert decided.judgement.plan
        assert ledger.live() == [decided.judgement.plan.id]
        assert [(receipt.source, receipt.body) for receipt in ledger.owed()] == [("county", '"accepted"')]
        assert (ledger.document("0" * 32), ledger.document(key, "other")) == (None, None)

    lives(before, after)


def test_the_first_entry_of_a_document_stands(lives: Lives) -> None:
    raw = cap("A1", START)
    decided = entry(raw)
    other = replace(decided, judgement=Judgement(Store(Why(Reason.NO_WARNING)), ()))

    async def story(ledger: Ledger) -> None:
        await enter(ledger, decided, raw)
        await enter(ledger, other, raw + b" ")
        document = ledger.document(decided.alert.key.digest)
        assert document
        assert isinstance(document.verdict, Air)

    lives(story)


def test_a_quarantined_entry_gives_way_to_the_next_one(lives: Lives) -> None:
    raw = cap("A1", START)
    forged = replace(entry(raw, "county", STRANGER), source="county")
    assert forged.judgement.verdict.name == "quarantine"

    async def before(ledger: Ledger) -> None:
        await enter(ledger, forged, raw)
        ((_, _, why),) = ledger.quarantined()
        assert why == forged.judgement.verdict.why

    async def after(ledger: Ledger) -> None:
        await enter(ledger, entry(raw), raw + b" ")
        document = ledger.document(forged.alert.key.digest)
        assert document
        assert isinstance(document.verdict, Air)

    lives(before, after)


def test_a_document_of_several_sources_is_the_oldest_that_was_not_quarantined(lives: Lives) -> None:
    raw = cap("A1", START)
    forged = entry(raw, "stranger", STRANGER)
    key = forged.alert.key.digest

    async def story(ledger: Ledger) -> None:
        await enter(ledger, forged, raw)
        only = ledger.document(key)
        assert only
        assert only.source == "stranger"
        await enter(ledger, replace(entry(raw), at=START + timedelta(minutes=1)), raw)
        oldest = ledger.document(key)
        assert oldest
        assert oldest.source == "county"
        assert {name for name in ("county", "stranger", "x") if ledger.document(key, name)} == {
            "county",
            "stranger",
        }

    lives(story)


def test_a_plan_that_was_kept_before_its_document_is_named(lives: Lives) -> None:
    raw = cap("A1", START)
    decided = entry(raw)
    plan = decided.judgement.plan
    assert plan

    async def before(ledger: Ledger) -> None:
        await ledger.record([], plans=[plan])

    async def after(ledger: Ledger) -> None:
        assert await enter(ledger, decided, raw) == {decided.alert.key.digest}
        assert ledger.live() == [plan.id]

    lives(before, after)


def test_an_ending_ends_a_plan_that_is_unsettled_until_it_is_recorded(lives: Lives) -> None:
    raw, cancel = cap("A1", START), cap("C1", START)
    decided = entry(raw)
    plan = decided.judgement.plan
    assert plan
    why = Why(Reason.CANCELLED, {"by": "C1"})
    stop = replace(entry(cancel), judgement=Judgement(Stop(why), (), None, (Ending(plan.id, why),)))

    async def before(ledger: Ledger) -> None:
        await enter(ledger, decided, raw)
        await enter(ledger, stop, cancel)

    async def after(ledger: Ledger) -> None:
        row = ledger.plan(plan.id)
        assert row
        assert row.ended == why
        assert (ledger.live(), ledger.unsettled()) == ([], [plan.id])
        await ledger.record([], ends={plan.id: Why(Reason.SPOKEN)})
        row = ledger.plan(plan.id)
        assert row
        assert row.ended == why, "the first ending stands"
        assert ledger.unsettled() == []

    lives(before, after)


def test_a_hold_ends_by_itself_or_is_decided(lives: Lives) -> None:
    def held(name: str, minutes: int | None) -> tuple[Entry, bytes]:
        raw = cap(name, START)
        until = None if minutes is None else START + timedelta(minutes=minutes)
        return replace(entry(raw), judgement=Judgement(Hold(Why(Reason.VETO_WINDOW), until), ())), raw

    late, soon, person = held("A1", 9), held("A2", 5), held("A3", None)
    air = Judgement(Air(Why(Reason.AIRED)), (Step("held", "until", "now", "air"),))

    async def before(ledger: Ledger) -> None:
        for decided, raw in (late, soon, person):
            await enter(ledger, decided, raw)
        assert [document.alert.identifier for document in ledger.held()] == ["A2", "A1"]
        await ledger.decide(soon[0].alert.key.digest, "county", air, ['"aired"'])

    async def after(ledger: Ledger) -> None:
        assert [document.alert.identifier for document in ledger.held()] == ["A1"]
        document = ledger.document(soon[0].alert.key.digest)
        assert document
        assert (document.verdict, document.trace) == (air.verdict, air.trace)
        assert [(receipt.document, receipt.body) for receipt in ledger.owed()] == [(document.key, '"aired"')]

    lives(before, after)


def test_documents_this_source_has_sent_before_are_known(lives: Lives) -> None:
    raw = cap("A1", START)
    decided = entry(raw)
    key = decided.alert.key.digest

    async def story(ledger: Ledger) -> None:
        await enter(ledger, decided, raw)
        document = ledger.document(key)
        assert document
        assert ledger.known([key, "0" * 32], "county") == {key}
        assert ledger.known([key], "county", document.arrival) == set()
        assert ledger.known([key], "other") == set()

    lives(story)


def test_the_newest_documents_come_first_without_those_of_the_canary(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        for minute, name in enumerate(("A1", "A2", "A3")):
            raw = cap(name, START)
            await enter(ledger, replace(entry(raw), at=START + timedelta(minutes=minute)), raw)
        raw = cap("A4", START)
        await enter(ledger, replace(entry(raw), source=CANARY), raw)
        assert [document.alert.identifier for document in ledger.documents(2)] == ["A3", "A2"]
        assert len(ledger.documents()) == 3

    lives(story)


def past(ledger: Ledger, raw: bytes, *senses: str) -> list[str]:
    return [one.alert.identifier for one in ledger.past(parse(raw)[0], WINDOW, senses)]


def test_the_past_of_an_alert_is_what_refers_to_it_or_says_the_same(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        for minute, (name, senses) in enumerate({"A1": ("rain",), "A2": (), "A3": ("wind",)}.items()):
            raw = cap(name, START)
            at = START + timedelta(minutes=minute)
            await enter(ledger, replace(entry(raw), senses=senses, at=at), raw)
        update = cap("U1", START, msg_type="Update", references=reference("A2", START))
        await enter(ledger, replace(entry(update), at=START + timedelta(minutes=5)), update)

    async def after(ledger: Ledger) -> None:
        assert past(ledger, cap("B1", START)) == []
        assert past(ledger, cap("B1", START), "rain") == ["A1"]
        assert past(ledger, cap("B1", START), "rain", "wind") == ["A1", "A3"]
        assert past(ledger, cap("A2", START)) == ["A2", "U1"], "its own key, and what refers to it"
        cancel = cap("C1", START, msg_type="Cancel", references=reference("A2", START), info=False)
        assert past(ledger, cancel) == ["A2", "U1"]

    lives(before, after)


def test_a_quarantined_document_shadows_nothing(lives: Lives) -> None:
    raw = cap("A1", START)
    forged = entry(raw, "stranger", STRANGER)

    async def story(ledger: Ledger) -> None:
        await enter(ledger, forged, raw)
        found = ledger.past(forged.alert, WINDOW, ())
        assert judge(forged.alert, POLICY, found, ROSTER, START).verdict.name == "air"

    lives(story)


def test_what_stands_of_a_sender_is_what_has_a_warning_or_waits_or_ended_something(lives: Lives) -> None:
    red, waiting, listed = cap("R", START), cap("W", START), cap("S", START)
    other = cap("O", START, sender="other")
    aired = entry(red)
    held = replace(entry(waiting), judgement=Judgement(Hold(Why(Reason.ONE_PERSON)), ()))
    stored = replace(entry(listed), judgement=Judgement(Store(Why(Reason.NO_WARNING)), ()))
    theirs = replace(entry(other), source="stranger")
    end = cap("C", START, msg_type="Cancel", references=reference("X", START))
    lift = replace(entry(end), judgement=Judgement(Stop(Why(Reason.LIFTED), ("K",)), ()))

    async def before(ledger: Ledger) -> None:
        for decided, raw in ((aired, red), (held, waiting), (stored, listed), (theirs, other), (lift, end)):
            await enter(ledger, decided, raw)

    async def after(ledger: Ledger) -> None:
        asked = parse(cap("L", START, msg_type="Cancel"))[0]
        found = {past.alert.identifier: past for past in ledger.standing(asked, "county", WINDOW)}
        assert found.keys() == {"R", "W", "C"}
        assert found["R"].live
        assert (found["W"].reason, found["C"].ends) == (Reason.ONE_PERSON, ("K",))
        assert ledger.standing(asked, "county", START + timedelta(minutes=1)) == []

    lives(before, after)
