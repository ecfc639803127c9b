"""The hand-over: delivery is told of each decision once, from the ledger or from memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.event import Accepted, Event
from gateway.model.record import CANARY, Entry
from gateway.pipeline.handover import Handover
from gateway.pipeline.pending import Pending
from gateway.receipts import bodies
from gateway.runtime.events import Events
from tests.support.documents import arrival
from tests.support.handover import DeliveryLog, key_of, lifted, orange_gale, plan_of, red, yellow


class Scene:
    """A hand-over with all that it talks to."""

    def __init__(self) -> None:
        self.delivery = DeliveryLog()
        self.pending = Pending()
        self.published: list[Event] = []
        self.owed = 0
        events = Events()
        events.listen(self.published.append)
        self.handover = Handover(self.delivery, self.pending, events, self._owed)

    def _owed(self) -> None:
        self.owed += 1

    def give(self, *entries: Entry, planned: frozenset[str] = frozenset()) -> None:
        self.handover.give(entries, [accepted(entry) for entry in entries], planned)


def accepted(entry: Entry) -> Accepted:
    return bodies.accepted(entry.alert, entry.judgement.verdict, arrival(), 1)


def test_a_decision_in_the_ledger_ends_plans_and_then_sounds_its_own() -> None:
    scene, warning = Scene(), red()
    end = lifted(warning)
    scene.give(warning, end)
    assert scene.delivery.told == [
        ("take", plan_of(warning).id, "county"),
        ("end", plan_of(warning).id, "cancelled"),
        ("take", plan_of(end).id, "county"),
    ]
    assert scene.published == [accepted(warning), accepted(end)]
    assert scene.owed == 1


def test_a_plan_that_an_earlier_run_sounded_from_memory_is_not_said_again() -> None:
    scene, warning = Scene(), red()
    scene.give(warning, planned=frozenset({key_of(warning)}))
    assert scene.delivery.told == [("name", plan_of(warning).id, "county")]


@pytest.mark.parametrize("entry", [red(), orange_gale()], ids=["red", "orange"])
def test_a_grave_decision_that_the_disk_refused_sounds_from_memory_and_not_again_when_it_is_written(
    entry: Entry,
) -> None:
    scene = Scene()
    scene.handover.give_pending(entry)
    scene.handover.give_pending(entry)
    assert scene.delivery.told == [("take from memory", plan_of(entry).id, "county")]
    assert (scene.published, scene.owed) == ([], 0), "nothing is promised yet"
    scene.give(entry)
    assert scene.delivery.told[1:] == [("wake",)]
    assert scene.published == [accepted(entry)]
    assert len(scene.pending) == 0


def test_a_lesser_decision_that_the_disk_refused_waits_for_the_ledger() -> None:
    scene, lesser = Scene(), yellow()
    scene.handover.give_pending(lesser)
    assert scene.delivery.told == []
    scene.give(lesser)
    assert scene.delivery.told == [("wake",)], "delivery finds it in the ledger"


def test_an_end_that_the_disk_refused_takes_effect_at_once() -> None:
    scene, warning = Scene(), red()
    scene.handover.give_pending(lifted(warning))
    assert scene.delivery.told == [("end", plan_of(warning).id, "cancelled")], "its lift waits for the disk"


def test_nobody_is_told_of_the_canary() -> None:
    scene = Scene()
    scene.give(replace(red(), source=CANARY))
    assert scene.published == []
