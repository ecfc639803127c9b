"""Quarantine: bytes that cannot be parsed are kept with the reason, and a person can have them judged
again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest

from gateway.intake import Unreadable
from gateway.intake.lanes import Waiting
from gateway.model.alert import Arrival
from gateway.model.event import Event, Rejected
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.pending import AGAIN_S
from gateway.pipeline.quarantine import Quarantining
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from gateway.store import contract
from tests.support.county import START, cap
from tests.support.documents import arrival

Virtual = Callable[[Any], Any]
BAD = arrival(b"<alert>")
UNREADABLE = Unreadable(Why(Reason.MISSING_ELEMENT, {"expected": "identifier"}), "identifier", 1)


class Shelf:
    """The ledger, as far as the quarantine asks it."""

    def __init__(self) -> None:
        self.receipts: list[dict[str, Any]] = []
        self.inside: dict[int, Arrival] = {}
        self.broken = False
        self.acts: list[tuple[int, str, datetime]] = []
        self.numbers: dict[str, int] = {}
        self.takes_s = 0.0

    def arrival(self, number: int) -> tuple[Arrival, str, None]:
        return BAD, "new", None

    async def arrive(self, came: Arrival, urgent: bool = False) -> tuple[int, bool]:
        await asyncio.sleep(self.takes_s)
        new = came.digest not in self.numbers
        return self.numbers.setdefault(came.digest, 10 + len(self.numbers)), new

    async def quarantine(self, number: int, source: str, why: Why, receipt: str) -> None:
        if self.broken:
            raise LedgerFailed("full")
        self.inside[number] = BAD
        told = json.loads(receipt)
        names = [(one["arrival"], one["quarantine"]) for one in self.receipts]
        if (told["arrival"], told["quarantine"]) not in names:
            self.receipts.append(told)

    async def unquarantine(self, number: int, person: str, at: datetime) -> Arrival | None:
        self.acts.append((number, person, at))
        return self.inside.pop(number, None)


class Scene:
    """A quarantine with all that it talks to."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.published: list[Event] = []
        self.owed = 0
        events = Events()
        events.listen(self.published.append)
        ledger = cast("contract.Ledger", self.shelf)
        self.backlog = Backlog(ledger)
        self.quarantine = Quarantining(ledger, LoopClock(START), self.backlog, events, self._owed)

    def _owed(self) -> None:
        self.owed += 1


def test_the_sender_and_the_event_stream_are_told_why(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        await scene.quarantine.put(4, BAD, UNREADABLE)
        (event,) = scene.published
        assert isinstance(event, Rejected)
        assert (event.quarantine, event.element, event.line) == (4, "identifier", 1)
        (receipt,) = scene.shelf.receipts
        assert (receipt["quarantine"], receipt["reason"]) == (4, "missing_element")
        assert scene.owed == 1

    virtual(story())


def batch() -> Arrival:
    good, bad = cap("B1", START), cap("B2", START).replace(b"<sent>", b"<sent>yesterday ")
    members = (one[one.index(b"<alert") :] for one in (good, bad))
    return arrival(b"<alerts>" + b"".join(members) + b"</alerts>")


def test_a_member_that_cannot_be_read_has_a_number_of_its_own_and_is_told_once(virtual: Virtual) -> None:
    async def story() -> None:
        scene, whole = Scene(), batch()
        (rejected,) = await scene.quarantine.put_members(4, whole)
        assert (rejected.arrival, rejected.member, rejected.element) == (10, 2, "sent")
        (event,) = scene.published
        assert isinstance(event, Rejected)
        assert (event.arrival, event.quarantine, event.member) == (4, 10, 2)
        (receipt,) = scene.shelf.receipts
        assert (receipt["arrival"], receipt["quarantine"], receipt["member"]) == (4, 10, 2)
        assert receipt["digest"] == hashlib.sha256(whole.raw).hexdigest(), "the sender can compute it"
        assert await scene.quarantine.put_members(4, whole) == (rejected,)
        assert len(scene.published) == len(scene.shelf.receipts) == 1
        assert await scene.quarantine.put_members(5, whole) == (rejected,)
        assert [one["arrival"] for one in scene.shelf.receipts] == [4, 5], "another batch has it as well"
        assert len(scene.published) == 1

    virtual(story())


def test_many_members_are_written_together(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.shelf.takes_s = 0.05
        bad = (cap(f"B{number}", START).replace(b"<sent>", b"<sent>yesterday ") for number in range(200))
        members = (one[one.index(b"<alert") :] for one in (cap("A", START), *bad))
        whole = arrival(b"<alerts>" + b"".join(members) + b"</alerts>")
        began = asyncio.get_running_loop().time()
        rejected = await scene.quarantine.put_members(4, whole)
        assert [one.member for one in rejected] == list(range(2, 202))
        assert asyncio.get_running_loop().time() - began < 1.0, "the next warning is judged after it"

    virtual(story())


def test_while_the_disk_refuses_a_member_is_told_to_nobody(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.shelf.broken = True
        with pytest.raises(LedgerFailed):
            await scene.quarantine.put_members(4, batch())
        assert (scene.published, scene.owed) == ([], 0)

    virtual(story())


def test_while_the_disk_refuses_nobody_is_told_and_the_arrival_has_another_turn(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.shelf.broken = True
        with pytest.raises(LedgerFailed):
            await scene.quarantine.put(4, BAD, UNREADABLE)
        await scene.quarantine.put_waiting(Waiting(4, BAD, None, False), BAD, UNREADABLE)
        assert (scene.published, scene.owed) == ([], 0)
        await asyncio.sleep(AGAIN_S + 0.1)
        assert (await scene.backlog.first()).number == 4

    virtual(story())


def test_a_person_has_an_arrival_judged_again_once(virtual: Virtual) -> None:
    async def story() -> None:
        scene = Scene()
        scene.shelf.inside[4] = arrival(cap("R1", START))
        assert await scene.quarantine.release(4, "王芳")
        assert not await scene.quarantine.release(4, "王芳")
        waiting = await scene.backlog.first()
        assert (waiting.number, waiting.alerts, waiting.urgent) == (4, None, True), "it is parsed again"
        assert not scene.backlog
        assert scene.shelf.acts[0][:2] == (4, "王芳")

    virtual(story())


def test_members_that_a_fault_of_ours_cannot_tell_apart_stop_nothing(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(came: Arrival) -> None:
        raise KeyError("page")

    monkeypatch.setattr("gateway.pipeline.quarantine.lost", faulty)

    async def story() -> None:
        scene = Scene()
        assert await scene.quarantine.put_members(7, batch()) == ()
        assert scene.shelf.receipts == []

    virtual(story())
