"""The duty room's speaker rings for what nobody may miss, until somebody has answered by name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from gateway.intake.readers import parse
from gateway.model.alarm import AlarmKind
from gateway.model.alert import Arrival
from gateway.model.delivery import Evidence
from gateway.model.event import Accepted, Rejected, SpeakerChanged
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.model.reason import Reason, Why
from gateway.model.record import Document, LedgerFailed, PlanRow
from gateway.model.speaker import Kind, Roster
from gateway.model.verdict import Air, Hold, Quarantine, Store, Verdict
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.duty_room import RINGS_S, SETTLE_S, DutyRoom
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from tests.support.county import ROSTER, SENDER, SPEAKERS, START, cap

Virtual = Callable[[Any], Any]
DUTY = replace(SPEAKERS[1], kind=Kind.DUTY)
WITH = Roster(1, ROSTER.villages, (*SPEAKERS[:1], DUTY, *SPEAKERS[2:]))
SILENT = Why(Reason.SOURCE_SILENT, {"source": "county", "since": "14:00"})
AIRED = Why(Reason.AIRED, {"hazard": "暴雨", "level": "red"})
UNREACHED = Why(Reason.UNREACHED, {"error": "no_answer", "unit": "2"})


class Memory:
    """A ledger in memory. `failing`: it can neither be read nor written."""

    def __init__(self) -> None:
        self.documents_by_key: dict[str, Document] = {}
        self.rows: list[PlanRow] = []
        self.known: set[str] = set()
        self.acts: list[tuple[str, str]] = []
        self.failing = False
        self.arrivals: dict[int, Arrival] = {}

    def arrival(self, number: int) -> tuple[Arrival, str, Why | None] | None:
        return (self.arrivals[number], "quarantined", None) if number in self.arrivals else None

    def live(self) -> list[str]:
        return [row.plan.id for row in self.rows if row.ended is None]

    def plan(self, plan: str) -> PlanRow | None:
        return next((row for row in self.rows if row.plan.id == plan), None)

    def plans(self, key: str) -> list[PlanRow]:
        return [row for row in self.rows if row.plan.alert == key]

    def since(self, start: datetime) -> list[PlanRow]:
        return [row for row in self.rows if row.plan.start >= start]

    def held(self) -> list[Document]:
        return [
            one
            for one in self.documents_by_key.values()
            if isinstance(one.verdict, Hold) and one.verdict.until
        ]

    def documents(self, most: int = 50) -> list[Document]:
        if self.failing:
            raise LedgerFailed("no disk")
        return list(self.documents_by_key.values())[:most]

    def quarantined(self, most: int = 100) -> list[tuple[int, Arrival, Why]]:
        unread = Why(Reason.UNKNOWN_FORMAT, {"saw": ""})
        return [(number, arrival, unread) for number, arrival in self.arrivals.items()][:most]

    def raised(self, name: str) -> bool:
        return name in self.known

    def document(self, key: str, source: str | None = None) -> Document | None:
        if self.failing:
            raise LedgerFailed("no disk")
        return self.documents_by_key.get(key)

    async def add_plan(self, plan: Plan, person: str, act: str) -> None:
        if self.failing:
            raise LedgerFailed("no disk")
        self.acts.append((person, act))


class Dispatcher:
    """Keeps what it is told: plans that begin, with whether they are kept, and plans that end, with the
    reason."""

    def __init__(self) -> None:
        self.taken: list[tuple[Plan, bool]] = []
        self.ended: list[tuple[str, Reason]] = []

    def take(self, plan: Plan, source: str, kept: bool = True) -> None:
        self.taken.append((plan, kept))

    def end(self, plan_id: str, why: Why) -> None:
        self.ended.append((plan_id, why.reason))


class Office:
    """A duty room with what is around it. `grave` are the keys of documents that speak of red or orange."""

    def __init__(self, roster: Roster = WITH) -> None:
        self.ledger, self.air, self.clock = Memory(), Dispatcher(), LoopClock(START)
        self.alarms = Alarms(self.clock, Events())
        self.grave: set[str] = set()
        self.room = DutyRoom(
            cast(Any, self.ledger),
            self.clock,
            roster,
            self.alarms,
            self.air,
            lambda document: document.key in self.grave,
            frozenset({"canary"}),
        )

    def document(self, identifier: str, verdict: Verdict, source: str = "county") -> str:
        """A document of which this was decided. Returns its key."""
        alert = parse(cap(identifier, START))[0]
        key = alert.key.digest
        self.ledger.documents_by_key[key] = Document(key, 1, source, START, alert, verdict, ())
        return key

    def planned(
        self, key: str, class_: Class = Class.RED, act: Act = Act.WARNING, start: datetime = START
    ) -> Plan:
        """A plan that says this document."""
        parts = (Part(("a",), Script(ToneName.RED, ("暴雨。",), "warning")),)
        number = f"{len(self.ledger.rows):032}"
        plan = Plan(number, key, act, class_, parts, Schedule(2, (0.0,)), start, None, 1)
        self.ledger.rows.append(PlanRow(plan, None))
        return plan

    async def told(self, key: str, verdict: Verdict) -> None:
        """The room hears what was decided of a document."""
        self.room.note(Accepted(1, "", START.isoformat(), key, "A1", SENDER, verdict))
        await asyncio.sleep(0.1)

    @property
    def ringing(self) -> list[str]:
        return [alarm.name for alarm in self.alarms.ringing()]

    @property
    def rings(self) -> list[str]:
        """The texts that were said, ring after ring."""
        return [plan.parts[0].script.text for plan, _ in self.air.taken]


Story = Callable[[Office], Awaitable[None]]


def play(
    virtual: Virtual, story: Story, roster: Roster = WITH, before: Callable[[Office], None] | None = None
) -> None:
    """The story beside a room that runs; `before` is what an earlier life left."""

    async def run() -> None:
        office = Office(roster)
        if before:
            before(office)
        running = asyncio.create_task(office.room.run())
        await asyncio.sleep(3)
        await story(office)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())


def test_a_ringing_alarm_is_said_by_the_duty_rooms_speakers_again_and_again(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        assert office.air.taken == []
        office.alarms.set(AlarmKind.LINE, "bus", UNREACHED)
        await asyncio.sleep(60)
        assert office.air.taken == [], "this alarm does not ring"
        office.alarms.set(AlarmKind.SOURCE, "county", SILENT)
        await asyncio.sleep(SETTLE_S + 0.5)
        ((plan, kept),) = office.air.taken
        assert kept
        assert (plan.act, plan.class_, plan.targets, plan.alert) == (Act.RING, Class.RED, ("b",), "")
        assert plan.schedule == Schedule(1, RINGS_S)
        assert plan.schedule.bursts[:5] == (0, 30, 60, 180, 300)
        text = plan.parts[0].script.text
        assert text.startswith("值班室请注意。")
        assert "county" in text
        assert text.endswith("请到控制台确认。")
        assert office.ledger.acts == [("duty room", "ring for source county")]
        await asyncio.sleep(600)
        assert len(office.air.taken) == 1, "the plan rings by itself"

    play(virtual, story)


def test_causes_that_come_together_are_rung_together_the_gravest_first(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        office.alarms.set(AlarmKind.SOURCE, "county", SILENT)
        await asyncio.sleep(1)
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        office.alarms.set(AlarmKind.SOUND, "hall", UNREACHED, urgent=True)
        await asyncio.sleep(SETTLE_S + 0.5)
        (text,) = office.rings
        assert "暴雨红色" in text
        assert "另有2件事需要处理。" in text
        assert office.ledger.acts == [("duty room", "ring for source county, alert x, sound hall")]

    play(virtual, story)


def test_another_cause_takes_the_place_of_the_ring_once_it_has_settled(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        office.alarms.set(AlarmKind.SOURCE, "county", SILENT)
        await asyncio.sleep(SETTLE_S + 0.5)
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        await asyncio.sleep(SETTLE_S / 2)
        assert len(office.air.taken) == 1
        await asyncio.sleep(SETTLE_S)
        (first, _), (second, _) = office.air.taken
        assert office.air.ended == [(first.id, Reason.REPLACED)]
        assert second.id != first.id
        assert "另有1件事" in office.rings[1]

    play(virtual, story)


def test_it_rings_until_everything_is_answered_by_name(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        office.alarms.set(AlarmKind.SOURCE, "county", SILENT)
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        await asyncio.sleep(10)
        office.alarms.clear(AlarmKind.SOURCE, "county")
        await asyncio.sleep(10)
        assert len(office.air.taken) == 1, "what is over and unanswered rings on"
        await office.alarms.acknowledge("alert x", "李四")
        await asyncio.sleep(10)
        assert [reason for _, reason in office.air.ended] == [Reason.REPLACED]
        assert "另有" not in office.rings[-1]
        await office.alarms.acknowledge("all", "李四")
        await asyncio.sleep(10)
        assert [reason for _, reason in office.air.ended] == [Reason.REPLACED, Reason.ACKNOWLEDGED]
        assert len(office.air.taken) == 2
        await asyncio.sleep(3 * 3600)
        assert len(office.air.taken) == 2

    play(virtual, story)


def test_after_two_hours_without_an_answer_it_begins_again(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        await asyncio.sleep(RINGS_S[-1])
        assert len(office.air.taken) == 1
        await asyncio.sleep(120)
        (first, _), (second, _) = office.air.taken
        assert first.not_after
        assert second.start > first.not_after - timedelta(seconds=10)
        assert office.rings[0] == office.rings[1]

    play(virtual, story)


def test_without_a_duty_room_that_itself_is_an_alarm_until_there_is_nothing_to_ring_for(
    virtual: Virtual,
) -> None:
    async def story(office: Office) -> None:
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        await asyncio.sleep(5)
        assert office.air.taken == []
        ((name, why),) = [(alarm.name, alarm.why.reason) for alarm in office.alarms.up()]
        assert (name, why) == ("duty room", Reason.NO_DUTY_ROOM)
        await office.alarms.acknowledge("all", "李四")
        await asyncio.sleep(5)
        assert office.alarms.up() == []

    play(virtual, story, roster=ROSTER)


def test_on_a_disk_that_fails_it_rings_from_memory(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        office.ledger.failing = True
        office.alarms.call(AlarmKind.ALERT, "x", AIRED)
        await asyncio.sleep(SETTLE_S + 0.5)
        assert [kept for _, kept in office.air.taken] == [False]
        assert office.ledger.acts == []

    play(virtual, story)


NIGHT = datetime(2026, 7, 29, 6, 30, tzinfo=START.tzinfo)


@pytest.mark.parametrize(
    ("verdict", "grave", "calls"),
    [
        (Hold(Why(Reason.ONE_PERSON)), False, True),
        (Hold(Why(Reason.HELD_AT_NIGHT), NIGHT), False, True),
        (Hold(Why(Reason.QUIET_HOURS), NIGHT), False, True),
        (Hold(Why(Reason.VETO_WINDOW), NIGHT), False, False),
        (Hold(Why(Reason.VETO_WINDOW), NIGHT), True, True),
        (Quarantine(Why(Reason.SENDER_NOT_ALLOWED)), False, False),
        (Quarantine(Why(Reason.SENDER_NOT_ALLOWED)), True, True),
        (Store(Why(Reason.STORED_BY_RULE)), True, False),
        (Air(AIRED), True, False),
    ],
)
def test_a_warning_that_waits_for_a_person_or_is_grave_calls(
    virtual: Virtual, verdict: Verdict, grave: bool, calls: bool
) -> None:
    """An Air verdict calls by the plan it led to, and here it led to none."""

    async def story(office: Office) -> None:
        key = office.document("A1", verdict)
        office.grave = {key} if grave else set()
        await office.told(key, verdict)
        assert office.ringing == ([f"alert {key}"] if calls else [])

    play(virtual, story)


@pytest.mark.parametrize(
    ("class_", "act", "calls"),
    [
        (Class.MOVE, Act.MOVE, True),
        (Class.RED, Act.WARNING, True),
        (Class.ORANGE, Act.WARNING, True),
        (Class.YELLOW, Act.WARNING, False),
        (Class.BLUE, Act.WARNING, False),
        (Class.RED, Act.CORRECTION, False),
    ],
)
def test_a_warning_that_airs_calls_where_its_plan_is_grave(
    virtual: Virtual, class_: Class, act: Act, calls: bool
) -> None:
    async def story(office: Office) -> None:
        key = office.document("A1", Air(AIRED))
        office.planned(key, class_, act)
        await office.told(key, Air(AIRED))
        assert office.ringing == ([f"alert {key}"] if calls else [])

    play(virtual, story)


def test_a_document_calls_once_and_what_concerns_nobody_never(virtual: Virtual) -> None:
    async def story(office: Office) -> None:
        key = office.document("A1", Air(AIRED))
        office.planned(key)
        office.alarms.call(AlarmKind.ALERT, key, AIRED)
        await office.alarms.acknowledge("all", "李四")
        await office.told(key, Air(AIRED))
        assert office.ringing == [], "it called when it sounded from memory"
        trial = office.document("C1", Air(AIRED), source="canary")
        office.planned(trial)
        await office.told(trial, Air(AIRED))
        await office.told("nobody knows it", Air(AIRED))
        other = office.document("A2", Air(AIRED))
        office.planned(other)
        office.room.note(SpeakerChanged(other, "p", Act.WARNING, "a", 0, Evidence.SENT, None, None, None))
        await asyncio.sleep(1)
        assert office.ringing == []

    play(virtual, story)


def test_after_a_crash_it_calls_for_what_it_had_not_called_for(virtual: Virtual) -> None:
    keys: dict[str, str] = {}

    def left(office: Office) -> None:
        for name, ago in (("new", 1), ("known", 1), ("old", 3)):
            keys[name] = office.document(name, Air(AIRED))
            office.planned(keys[name], start=START - timedelta(hours=ago))
        keys["held"] = office.document("held", Hold(Why(Reason.HELD_AT_NIGHT), NIGHT))
        office.ledger.known.add(f"alert {keys['known']}")
        keys["asked"] = office.document("asked", Hold(Why(Reason.LOOKS_LIKE_LIFT, {"words": "解除"})))
        keys["refused"] = office.document("refused", Quarantine(Why(Reason.SENDER_NOT_ALLOWED)))
        office.grave = {keys["refused"]}
        red = "暴雨红色预警".encode()
        for number, raw, ago in ((7, red, 1), (8, b"noise", 1), (9, red, 1), (10, red, 3)):
            office.ledger.arrivals[number] = Arrival(raw, "county", "", START - timedelta(hours=ago))
        office.ledger.known.add("quarantine 9")
        keys["ring"] = office.planned("", act=Act.RING).id

    async def story(office: Office) -> None:
        called = {f"alert {keys[name]}" for name in ("new", "held", "asked", "refused")}
        assert set(office.ringing) == {*called, "quarantine 7"}
        assert office.air.ended == [(keys["ring"], Reason.REPLACED)], "the ring of the earlier life is over"
        assert len(office.air.taken) == 1

    play(virtual, story, before=left)


def test_a_ledger_that_cannot_be_read_at_the_start_does_not_keep_it_from_ringing(virtual: Virtual) -> None:
    def left(office: Office) -> None:
        office.planned(office.document("A1", Air(AIRED)))
        office.ledger.failing = True

    async def story(office: Office) -> None:
        assert office.ringing == []
        office.alarms.set(AlarmKind.DISK, "", Why(Reason.DISK_TROUBLE, {"error": "no disk"}))
        await asyncio.sleep(SETTLE_S + 0.5)
        assert len(office.air.taken) == 1

    play(virtual, story, before=left)


@pytest.mark.parametrize(
    ("raw", "source", "rings"),
    [
        ("暴雨红色预警".encode(), "county", True),
        (b"<severity>Extreme</severity>", "county", True),
        ("暴雨蓝色预警".encode(), "county", False),
        (b"noise", "county", False),
        ("暴雨红色预警".encode(), "canary", False),
    ],
)
def test_an_arrival_that_cannot_be_read_rings_if_it_looks_grave(
    virtual: Virtual, raw: bytes, source: str, rings: bool
) -> None:
    async def story(office: Office) -> None:
        office.ledger.arrivals[7] = Arrival(raw, source, "", START)
        office.room.note(Rejected(7, 4, "", START.isoformat(), "", "sent", 1, Why(Reason.NOT_XML), member=2))
        await asyncio.sleep(0.1)
        assert office.ringing == (["quarantine 7"] if rings else [])

    play(virtual, story)


@pytest.mark.parametrize(
    ("reason", "rings"), [(Reason.CONTENT_GRAVER, True), (Reason.CONTENT_CHANGED, False)]
)
def test_a_known_identity_that_became_graver_rings(virtual: Virtual, reason: Reason, rings: bool) -> None:
    async def story(office: Office) -> None:
        key = office.document("A1", Store(Why(Reason.STORED_BY_RULE)))
        await office.told(key, Quarantine(Why(reason, {"as": "county"})))
        assert office.ringing == ([f"alert {key}"] if rings else [])

    play(virtual, story)
