"""Opening and closing drills, each in the person's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.event import DrillChanged
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.office.drills import DrillActs
from tests.support.county import ROSTER, START
from tests.support.office_desk import Desk, desk
from tests.support.rules import RULES

Virtual = Callable[[Any], Any]
HOUR = timedelta(hours=1)
BEGIN, END = START + HOUR, START + 2 * HOUR


def acts(here: Desk) -> DrillActs:
    return DrillActs(here.ledger, here.clock, ROSTER, RULES, here.delivery, here.events, {"county"})


def test_a_drill_has_a_number_and_its_notice_plays(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            drill = await acts(here).open(["341523104202", "f1"], "county", BEGIN, END, "王芳")
            assert (drill.number, drill.speakers) == (1, ("h1", "h2", "f1"))
            (notice,) = here.delivery.taken
            assert (notice.act, notice.targets) == (Act.NOTICE, ("h1", "h2", "f1"))
            assert here.ledger.drills(START) == [drill]
            assert here.record()[0][0] == "王芳"
            assert here.told == [DrillChanged(1, True, "王芳")]

    virtual(story())


def test_the_same_drill_is_opened_once(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            first = await acts(here).open(["h1"], "county", BEGIN, END, "王芳")
            assert await acts(here).open(["h1"], "county", BEGIN, END, "王芳") == first
            assert len(here.delivery.taken) == 1

    virtual(story())


@pytest.mark.parametrize(
    ("places", "source", "why", "unknown"),
    [
        (["h1"], "nobody", Why(Reason.DRILL_SOURCE, {"source": "nobody"}), False),
        (["h1", "火星"], "county", Why(Reason.UNKNOWN_PLACE, {"place": "火星"}), True),
        ([], "county", Why(Reason.UNKNOWN_PLACE, {"place": ""}), True),
    ],
)
def test_a_source_or_a_place_that_is_not_there_is_refused(
    virtual: Virtual, places: list[str], source: str, why: Why, unknown: bool
) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).open(places, source, BEGIN, END, "王芳")
            assert (refused.value.why, refused.value.unknown) == (why, unknown)
            assert (here.delivery.taken, here.ledger.drills(START)) == ([], [])

    virtual(story())


def test_the_judge_of_drills_refuses_with_its_own_reason(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).open(["h1"], "county", START, END, "王芳")
            assert refused.value.why.reason is Reason.DRILL_TOO_SOON

    virtual(story())


def test_closing_a_drill_ends_its_notice_and_leaves_the_notice_of_another(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            drill = await acts(here).open(["h1"], "county", BEGIN, END, "王芳")
            later = await acts(here).open(["h1"], "county", BEGIN + 3 * HOUR, END + 3 * HOUR, "王芳")
            await acts(here).close(drill.number, "李四")
            ((speakers, why, plans),) = here.delivery.stopped
            assert speakers == ["h1"]
            assert why == Why(Reason.STOPPED, {"person": "李四"})
            assert plans == frozenset({here.delivery.taken[0].id})
            assert here.ledger.drills(START) == [later]
            assert here.record()[-1][0] == "李四"
            assert here.told[-1] == DrillChanged(1, False, "李四")

    virtual(story())


def test_closing_a_drill_ends_the_exercises_at_its_speakers_and_no_warning(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            drill = await acts(here).open(["h1"], "county", BEGIN, END, "王芳")
            _, warning = await here.aired()
            for name, speaker in (("here", "h1"), ("there", "f1")):
                part = replace(warning.parts[0], targets=(speaker,))
                exercise = replace(warning, id=name, alert="", act=Act.DRILL, parts=(part,))
                await here.ledger.add_plan(exercise, "王芳", "test")
            await acts(here).close(drill.number, "李四")
            ((_, _, plans),) = here.delivery.stopped
            assert plans
            assert set(plans) == {here.delivery.taken[0].id, "here"}

    virtual(story())


def test_a_drill_that_is_not_there_cannot_be_closed(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).close(7, "王芳")
            assert refused.value.why == Why(Reason.UNKNOWN_DRILL, {"number": "7"})
            assert refused.value.unknown

    virtual(story())
