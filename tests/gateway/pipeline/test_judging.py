"""The judges' input for a document, and its verdict where the judges or the readers fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.judge.sense import senses
from gateway.model.alert import Alert, Arrival, Status
from gateway.model.drill import Drill
from gateway.model.judgement import Judgement, Past, Policy, Trust
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Store
from gateway.pipeline.judging import MEMORY, Judging
from gateway.pipeline.pending import Pending
from gateway.runtime.clock import LoopClock
from tests.support.county import RELAY, ROSTER, SENDER, SPEAKERS, START, cap
from tests.support.rules import judge

Virtual = Callable[[Any], Any]
COUNTY = Policy("county", frozenset({SENDER}))
RELAYED = Policy("poll", frozenset({RELAY}), trust=Trust.RELAYED)
ELSEWHERE = Roster(1, (), SPEAKERS[:1])
STORED = Judgement(Store(Why(Reason.STORED_BY_RULE)), ())


class Asked:
    """A judge that keeps what it was handed and answers the same to everything."""

    def __init__(self, answer: Judgement = STORED) -> None:
        self.answer = answer
        self.alert: Alert
        self.policy: Policy
        self.past: Sequence[Past]
        self.roster: Roster
        self.held: Hold | None
        self.more: dict[str, Any]

    def __call__(self, *handed: Any, **more: Any) -> Judgement:
        names = ("alert", "policy", "past", "roster", "now", "held", "trusted")
        known = dict(zip(names, handed, strict=False)) | more
        self.alert, self.policy, self.past = known["alert"], known["policy"], known["past"]
        self.roster, self.held = known["roster"], known.get("held")
        self.more = known
        return self.answer


def parsed(arrival: Arrival) -> tuple[Alert, ...]:
    return parse(arrival.raw)


class Room:
    """The surroundings of the judges.

    `known` is what the ledger remembers; `pending` what the ledger lacks.
    """

    def __init__(self, judging: Any = judge, reads: Callable[[Arrival], Any] = parsed) -> None:
        self.clock = LoopClock(START)
        self.known: list[Past] = []
        self.asked: list[tuple[Alert, Any, tuple[str, ...]]] = []
        self.pending = Pending()
        self.decided: list[Plan] = []
        self.drills: list[Drill] = []
        self.failing = False
        self.judging = Judging(
            self._past,
            self.clock,
            reads,
            judging,
            senses,
            {"county": COUNTY, "poll": RELAYED},
            lambda source: ELSEWHERE if source == "poll" else ROSTER,
            self._open,
            self.pending,
        )

    def _past(self, alert: Alert, since: Any, keys: tuple[str, ...]) -> list[Past]:
        if self.failing:
            raise LedgerFailed("no disk")
        self.asked.append((alert, since, keys))
        return list(self.known)

    def _open(self, decided: Sequence[Plan]) -> Sequence[Drill]:
        self.decided = list(decided)
        return self.drills

    def decide(self, raw: bytes, source: str = "county", **more: Any) -> Judgement:
        arrival = Arrival(raw, source, "test", START)
        judgement: Judgement = self.judging.decide(parse(raw)[0], arrival, more.pop("recent", []), **more)
        return judgement


def play(virtual: Virtual, story: Callable[[], None]) -> None:
    """In a loop, by whose time the clock goes."""

    async def run() -> None:
        story()

    virtual(run())


def past(identifier: str, source: str = "county") -> Past:
    return Past(parse(cap(identifier, START))[0], source, "air", START)


def entry(identifier: str) -> Entry:
    """One that airs, decided a moment ago."""
    alert = parse(cap(identifier, START))[0]
    return Entry(alert, "county", START, judge(alert, COUNTY, [], ROSTER, START))


def test_the_judges_are_handed_the_policy_the_speakers_the_past_and_the_time(virtual: Virtual) -> None:
    def story() -> None:
        asked = Asked()
        room = Room(asked)
        room.known = [past("A1"), past("A2", "poll"), past("A3", "gone")]
        assert room.decide(cap("B1", START)) is STORED
        assert (asked.alert.identifier, asked.policy, asked.roster) == ("B1", COUNTY, ROSTER)
        assert (asked.held, asked.more["trusted"], asked.more["now"]) == (None, True, START)
        assert [(one.alert.identifier, one.trust) for one in asked.past] == [
            ("A1", Trust.OFFICIAL),
            ("A2", Trust.RELAYED),
            ("A3", Trust.OFFICIAL),
        ]
        ((alert, since, keys),) = room.asked
        assert since == START - MEMORY == START - timedelta(hours=3)
        assert keys == senses(alert) != ()
        room.decide(cap("S1", START, sender=RELAY), "poll")
        assert (asked.policy, asked.roster) == (RELAYED, ELSEWHERE)
        room.clock.trusted = False
        room.decide(cap("B2", START))
        assert asked.more["trusted"] is False

    play(virtual, story)


def test_a_source_that_is_no_longer_configured_speaks_for_nobody(virtual: Virtual) -> None:
    def story() -> None:
        judgement = Room().decide(cap("A1", START), "gone")
        assert (judgement.verdict.name, judgement.verdict.why.reason) == (
            "quarantine",
            Reason.SENDER_NOT_ALLOWED,
        )
        assert judgement.plan is None

    play(virtual, story)


def test_what_was_decided_a_moment_ago_belongs_to_the_past(virtual: Virtual) -> None:
    def story() -> None:
        asked = Asked()
        room = Room(asked)
        room.known = [past("A0")]
        room.decide(cap("A2", START), recent=[entry("A1"), entry("A2")])
        assert [(one.alert.identifier, one.live) for one in asked.past] == [("A0", False), ("A1", True)]
        assert asked.past[1].plan
        again = cap("B1", START).replace("按B1号".encode(), "按A1号".encode())
        assert Room().decide(again, recent=[entry("A1")]).verdict.why.reason is Reason.SAME_RECENTLY

    play(virtual, story)


def test_a_hold_that_has_ended_is_judged_without_itself_and_with_what_came_over_other_roads(
    virtual: Virtual,
) -> None:
    def story() -> None:
        asked = Asked()
        room = Room(asked)
        room.known = [past("A1"), past("A1", "county-b"), past("A2")]
        over = Hold(Why(Reason.VETO_WINDOW), START)
        room.decide(cap("A1", START), held=over)
        assert asked.held is over
        assert [(one.alert.identifier, one.source) for one in asked.past] == [
            ("A1", "county-b"),
            ("A2", "county"),
        ]
        room.decide(cap("A1", START))
        assert len(asked.past) == 3

    play(virtual, story)


def test_drills_are_asked_with_every_plan_that_is_not_in_the_ledger_yet(virtual: Virtual) -> None:
    def story() -> None:
        asked = Asked()
        room = Room(asked)
        room.drills = [Drill("county", ("all",), ("a",), START, START + timedelta(hours=1), "王芳", 1)]
        silent = replace(entry("A3"), judgement=STORED)
        before, waiting = entry("A1"), entry("A2")
        room.pending.add(waiting)
        room.pending.add(silent)
        room.decide(cap("B1", START), recent=[before])
        assert room.decided == [before.judgement.plan, waiting.judgement.plan]
        assert asked.more["drills"] == room.drills

    play(virtual, story)


@pytest.mark.parametrize("status", Status)
def test_what_its_status_alone_answers_asks_nothing_of_the_past(virtual: Virtual, status: Status) -> None:
    """Every other document is judged with its past."""

    def story() -> None:
        room = Room()
        verdict = room.decide(cap("A1", START, status=status.value)).verdict
        by_status = verdict.why.reason in (Reason.HEARTBEAT, Reason.DRAFT, Reason.NOT_ACTUAL)
        assert bool(room.asked) is (status in (Status.ACTUAL, Status.EXERCISE))
        assert room.asked or by_status, "nothing that may sound is judged without its past"

    play(virtual, story)


def test_a_disk_that_cannot_be_read_has_no_past_and_a_red_airs_all_the_same(virtual: Virtual) -> None:
    def story() -> None:
        room = Room()
        room.failing = True
        judgement = room.decide(cap("A1", START))
        assert judgement.verdict.name == "air"
        assert judgement.plan

    play(virtual, story)


@pytest.mark.parametrize("fault", [ValueError("oops"), KeyError("x"), RecursionError(), ZeroDivisionError()])
def test_a_judge_that_fails_leaves_the_document_in_quarantine(virtual: Virtual, fault: Exception) -> None:
    def failing(*_: Any, **__: Any) -> Judgement:
        raise fault

    def story() -> None:
        judgement = Room(failing).decide(cap("A1", START))
        assert (judgement.verdict.name, judgement.verdict.why.reason) == ("quarantine", Reason.JUDGE_FAILED)
        assert (judgement.plan, judgement.endings) == (None, ())
        assert [(step.rule, step.answer) for step in judgement.trace] == [("judge", "failed")]

    play(virtual, story)


def test_a_reader_that_fails_makes_the_document_unreadable_and_names_the_fault(virtual: Virtual) -> None:
    def story() -> None:
        def reads(_: Arrival) -> Any:
            raise ZeroDivisionError("oops")

        with pytest.raises(Unreadable) as caught:
            Room(reads=reads).judging.parse(Arrival(b"x", "county", "", START))
        assert caught.value.why == Why(Reason.READER_FAILED, {"error": "ZeroDivisionError"})
        with pytest.raises(Unreadable) as caught:
            Room().judging.parse(Arrival(b"x", "county", "", START))
        assert caught.value.why.reason is Reason.UNKNOWN_FORMAT
        assert Room().judging.parse(Arrival(cap("A1", START), "county", "", START))[0].identifier == "A1"

    play(virtual, story)


def test_an_entry_has_the_arrivals_source_and_time_and_the_keys_of_what_it_says(virtual: Virtual) -> None:
    def story() -> None:
        alert = parse(cap("A1", START))[0]
        arrival = Arrival(cap("A1", START), "county-b", "peer", START + timedelta(seconds=3))
        (made,) = Room(lambda *_, **__: STORED).judging.entries([alert], arrival, [])
        assert made == Entry(alert, "county-b", START + timedelta(seconds=3), STORED, senses(alert))

    play(virtual, story)


def test_a_yes_stands_first_in_the_trace_and_a_plan_that_sounds_from_memory_is_kept(virtual: Virtual) -> None:
    def story() -> None:
        room = Room()
        said_yes = Hold(Why(Reason.TWO_PEOPLE), needs=2, approved=("李四", "王芳"))
        step = room.decide(cap("A1", START), held=said_yes).trace[0]
        assert (step.rule, step.saw, step.answer) == ("approval", "李四、王芳", "yes")
        sounding = entry("A2")
        room.pending.add(sounding)
        late = parse(cap("A2", START))[0]
        room.clock.jump(7 * 3600.0)
        room.clock.trusted = True
        judgement = room.judging.decide(late, Arrival(b"", "county", "", START))
        assert judgement == sounding.judgement, "it has expired meanwhile and sounds already"

    play(virtual, story)


def test_a_dry_run_judges_each_document_after_those_before_it(virtual: Virtual) -> None:
    def story() -> None:
        bodies = [cap(name, START).decode().split("?>\n")[1] for name in ("A1", "A2")]
        bodies.append(bodies[0].replace("A1</identifier>", "A3</identifier>"))
        entries = Room().judging.dry_run(f"<alerts>{''.join(bodies)}</alerts>".encode(), "county")
        assert [(one.alert.identifier, one.judgement.verdict.name) for one in entries] == [
            ("A1", "air"),
            ("A2", "air"),
            ("A3", "ignore"),
        ]
        assert entries[2].judgement.verdict.why.reason is Reason.REISSUED
        assert {one.source for one in entries} == {"county"}

    play(virtual, story)


def test_a_dry_run_of_a_gauge_is_refused_because_it_would_move_what_is_known_of_it(virtual: Virtual) -> None:
    def story() -> None:
        told = {"station": "hewan-rain", "kind": "rain", "value": 60, "unit": "mm", "window_min": 60}
        raw = json.dumps({**told, "at": START.isoformat()}).encode()
        with pytest.raises(Unreadable) as caught:
            Room().judging.dry_run(raw, "gauges")
        assert (caught.value.why.reason, caught.value.element) == (Reason.UNKNOWN_FORMAT, "station")
        with pytest.raises(Unreadable):
            Room().judging.dry_run(b"", "county")

    play(virtual, story)
