"""Voice tests and pronunciations, each in the person's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from gateway.judge.rules import Rules
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.office.speech import SpeechActs
from tests.support.acting import Desk, desk
from tests.support.county import ROSTER, day
from tests.support.rules import RULES

Virtual = Callable[[Any], Any]
SITE = replace(RULES, quiet=((time(23), time(5)),))
"""A site whose people do not rest at noon."""


def acts(here: Desk, rules: Rules = RULES, learn: Callable[[Mapping[str, str]], None] = print) -> SpeechActs:
    return SpeechActs(here.ledger, here.clock, ROSTER, rules, here.delivery, learn)


def test_a_voice_test_is_in_the_ledger_before_it_plays(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            plan = await acts(here).say("一二三", ["a", "h1"], "王芳", "检修")
            assert here.delivery.taken == [plan]
            assert (plan.act, plan.targets) == (Act.TEST, ("a", "h1"))
            assert here.ledger.live() == [plan.id]
            assert here.record() == [("王芳", "say 一二三 (检修)")]

    virtual(story())


def test_a_speaker_that_is_not_there_is_refused(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).say("一二三", ["a", "nobody"], "王芳")
            assert refused.value.why == Why(Reason.UNKNOWN_SPEAKER, {"speaker": "nobody"})
            assert refused.value.unknown
            assert (here.delivery.taken, here.record()) == ([], [])

    virtual(story())


@pytest.mark.parametrize(
    ("rules", "at", "quiet"),
    [
        (RULES, day(13), True),
        (SITE, day(13), False),
        (RULES, day(22), True),
        (SITE, day(22), False),
        (SITE, day(23, 30), True),
    ],
)
def test_a_voice_test_obeys_the_quiet_hours_of_the_site(
    virtual: Virtual, rules: Rules, at: datetime, quiet: bool
) -> None:
    async def story() -> None:
        async with desk(at) as here:
            if not quiet:
                await acts(here, rules).say("一二三", ["a"], "王芳")
                return
            with pytest.raises(Refused) as refused:
                await acts(here, rules).say("一二三", ["a"], "王芳")
            assert refused.value.why == Why(Reason.TEST_IN_QUIET_HOURS)
            await acts(here, rules).say("一二三", ["a"], "王芳", "夜里抢修")

    virtual(story())


def test_what_is_taught_is_learned_whole_and_can_be_taken_back(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            learned: list[Mapping[str, str]] = []
            await acts(here, learn=learned.append).teach("六安", " lu4  an1 ", "王芳")
            await acts(here, learn=learned.append).teach("舒城", "shu1 cheng2", "李四")
            await acts(here, learn=learned.append).teach("六安", "", "李四")
            assert learned == [
                {"六安": "lu4 an1"},
                {"六安": "lu4 an1", "舒城": "shu1 cheng2"},
                {"舒城": "shu1 cheng2"},
            ]
            assert [person for person, _ in here.record()] == ["王芳", "李四", "李四"]

    virtual(story())


@pytest.mark.parametrize("syllables", ["lu4", "lu4 an9", "liu"])
def test_syllables_that_cannot_be_said_are_refused(virtual: Virtual, syllables: str) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).teach("六安", syllables, "王芳")
            assert refused.value.why.reason is Reason.PRONUNCIATION_WRONG
            assert "六安" in refused.value.why.fields["fault"]
            assert here.ledger.pronunciations() == {}

    virtual(story())
