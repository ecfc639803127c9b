"""Again: what was stopped is said where it has not been heard whole, if it still holds; once, by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.intake.readers import parse
from gateway.judge import Past, Policy
from gateway.judge.sense import senses
from gateway.model.alert import Arrival
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.event import SaidAgain
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.model.refused import Refused
from gateway.office.again import Resumptions
from gateway.office.review import ReviewActs
from tests.support.county import ROSTER, SENDER, START, TOGETHER, cap, reference
from tests.support.office_desk import Desk, desk
from tests.support.rules import RULES, judge

Virtual = Callable[[Any], Any]
STOPPED = Why(Reason.STOPPED, {"person": "王芳"})


def acts(here: Desk) -> Resumptions:
    return Resumptions(here.ledger, here.clock, ROSTER, here.delivery, here.events)


async def stopped(here: Desk, *heard: str, act: Act = Act.WARNING) -> tuple[str, Plan]:
    """A warning that these speakers have heard whole, and that was then stopped everywhere."""
    key, plan = await here.aired(act)
    bursts = [
        Burst(
            plan.id,
            name,
            number,
            Evidence.SOUNDING if name in heard and not number else Evidence.SENT,
            Outcome.PLAYED if name in heard and not number else Outcome.CANCELLED,
            None if name in heard and not number else STOPPED,
        )
        for name in plan.targets
        for number in range(plan.rounds[name])
    ]
    await here.ledger.record(bursts, ends={plan.id: Why(Reason.SPOKEN)})
    return key, plan


async def refused(here: Desk, key: str) -> Why:
    before = here.record()
    with pytest.raises(Refused) as why:
        await acts(here).again(key, "李四")
    assert (here.record(), here.delivery.taken) == (before, [])
    return why.value.why


def test_it_is_said_where_it_was_not_heard_whole_and_kept_in_the_persons_name(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, first = await stopped(here, "a", "f1")
            await asyncio.sleep(300)
            plan = await acts(here).again(key, "李四")
            assert set(plan.targets) == set(TOGETHER) - {"a", "f1"}
            assert plan.parts[0].script == first.parts[0].script
            assert (plan.start, plan.not_after) == (START + timedelta(seconds=300), first.not_after)
            assert plan.schedule.bursts == first.schedule.bursts
            assert here.delivery.taken == [plan]
            assert here.delivery.sources == ["county"]
            assert here.record()[-1] == ("李四", f"again {key}")
            assert here.told == [SaidAgain(key, "李四", plan.targets)]
            assert [row.plan.id for row in here.ledger.plans(key)] == [first.id, plan.id]

    virtual(story())


def test_asked_for_twice_it_is_one_plan(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await stopped(here, "a")
            both = await asyncio.gather(acts(here).again(key, "李四"), acts(here).again(key, "李四"))
            third = await acts(here).again(key, "王芳")
            assert {plan.id for plan in (*both, third)} == {both[0].id}
            assert len(here.ledger.plans(key)) == 2
            assert [act for _, act in here.record()] == [f"again {key}"]

    virtual(story())


def test_stopped_once_more_it_can_be_said_once_more(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await stopped(here, "a")
            plan = await acts(here).again(key, "李四")
            cut = [
                Burst(plan.id, name, number, Evidence.SENT, Outcome.CANCELLED, STOPPED)
                for name in plan.targets
                for number in range(plan.rounds[name])
            ]
            await here.ledger.record(cut, ends={plan.id: Why(Reason.SPOKEN)})
            later = await acts(here).again(key, "李四")
            assert later.id != plan.id
            assert later.targets == plan.targets

    virtual(story())


def test_it_is_refused_where_nothing_is_to_be_said(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            assert (await refused(here, "0" * 32)).reason is Reason.UNKNOWN_ALERT
            key, _ = await stopped(here, *TOGETHER)
            assert (await refused(here, key)).reason is Reason.AGAIN_HEARD
        async with desk() as here:
            key, _ = await here.aired()
            assert (await refused(here, key)).reason is Reason.AGAIN_HEARD, "it is still said"
        async with desk() as here:
            assert (await refused(here, await here.held())).reason is Reason.ONE_PERSON
        async with desk() as here:
            key, _ = await stopped(here, act=Act.NOTICE)
            assert (await refused(here, key)).reason is Reason.NEVER_AIRED

    virtual(story())


def test_it_is_refused_once_it_has_expired_unless_nobody_knows_the_time(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, plan = await stopped(here)
            assert plan.not_after
            await asyncio.sleep((plan.not_after - START).total_seconds())
            assert (await refused(here, key)).reason is Reason.AGAIN_EXPIRED
            here.clock.trusted = False
            assert (await acts(here).again(key, "李四")).targets == plan.targets

    virtual(story())


async def comes(here: Desk, raw: bytes) -> Entry:
    """A later document of the county's, judged and kept."""
    now = here.clock.now()
    (alert,) = parse(raw)
    past: list[Past] = here.ledger.past(alert, now - timedelta(hours=3), senses(alert))
    judgement = judge(alert, Policy("county", frozenset({SENDER})), past, ROSTER, now)
    number, _ = await here.ledger.arrive(Arrival(raw, "county", "test", now))
    entry = Entry(alert, "county", now, judgement, senses(alert))
    await here.ledger.enter(number, [entry], [])
    return entry


def test_it_is_refused_once_it_was_lifted_replaced_or_taken_back(virtual: Virtual) -> None:
    async def story() -> None:
        for kind, reason in (("Cancel", Reason.AGAIN_LIFTED), ("Update", Reason.AGAIN_REPLACED)):
            async with desk() as here:
                key, _ = await stopped(here, "a")
                await asyncio.sleep(60)
                raw = cap(
                    "A1C",
                    here.clock.now(),
                    msg_type=kind,
                    references=reference("A1", START),
                    info=kind == "Update",
                )
                await comes(here, raw)
                assert (await refused(here, key)).reason is reason
        async with desk() as here:
            key, _ = await stopped(here, "a")
            await ReviewActs(
                here.ledger, here.clock, ROSTER, RULES, here.delivery, here.events, _never, _never
            ).correct(key, "王芳")
            here.delivery.taken.clear()
            assert await refused(here, key) == Why(Reason.TAKEN_BACK, {"person": "王芳"})

    virtual(story())


async def _never(*_: Any) -> Any:
    raise AssertionError("nobody asked for this")


def test_where_a_later_issue_is_heard_the_earlier_one_is_not_said_again(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await stopped(here, "a")
            await asyncio.sleep(60)
            entry = await comes(here, cap("A2", here.clock.now()))
            assert entry.judgement.plan
            assert set(entry.judgement.plan.targets) == set(TOGETHER)
            assert (await refused(here, key)).reason is Reason.AGAIN_REPLACED

    virtual(story())


def test_a_disk_that_takes_nothing_is_not_waited_for(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with desk() as here:
            key, _ = await stopped(here, "a")
            monkeypatch.setattr(here.delivery, "on_disk", lambda: asyncio.sleep(3600))
            before = asyncio.get_running_loop().time()
            assert await acts(here).again(key, "李四")
            assert asyncio.get_running_loop().time() - before < 10

    virtual(story())


def test_only_the_bursts_that_still_hold_are_planned(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, plan = await stopped(here, "a")
            assert plan.not_after
            await asyncio.sleep((plan.not_after - START).total_seconds() - 900)
            later = await acts(here).again(key, "李四")
            assert later.schedule.bursts == tuple(burst for burst in plan.schedule.bursts if burst <= 900)
            assert replace(later, parts=()).class_ is plan.class_

    virtual(story())
