"""Stopping what plays, holding everything, ending the hold: silence first, then the record in the person's
name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.event import HoldBegan, HoldEnded, Stopped
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.model.refused import Refused
from gateway.office.air import LONGEST_HOLD_MIN, AirActs
from tests.support.acting import Desk, desk
from tests.support.county import ROSTER

Virtual = Callable[[Any], Any]


class Vetoes:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    async def __call__(self, key: str, person: str) -> None:
        self.heard.append((key, person))


def acts(here: Desk, veto: Vetoes | None = None) -> AirActs:
    return AirActs(here.ledger, here.clock, ROSTER, here.delivery, here.events, veto or Vetoes())


def test_a_stop_silences_then_is_recorded_and_told(virtual: Virtual, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with desk() as here:
            act = here.ledger.act

            async def record(*whole: Any) -> None:
                here.delivery.steps.append("record")
                await act(*whole)

            monkeypatch.setattr(here.ledger, "act", record)
            here.delivery.playing = frozenset({"h1", "f1"})
            assert await acts(here).stop("341523104202", "王芳") == {"h1"}
            assert here.delivery.steps == ["silence", "record"]
            assert here.delivery.stopped == [(["h1", "h2"], Why(Reason.STOPPED, {"person": "王芳"}), None)]
            assert here.record() == [("王芳", "stop 341523104202")]
            assert here.told == [Stopped("341523104202", "王芳", ("h1",))]

    virtual(story())


def test_a_speaker_is_silent_also_where_the_disk_takes_no_record(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with desk() as here:

            async def refuse(*_: Any) -> None:
                raise LedgerFailed("full")

            monkeypatch.setattr(here.ledger, "act", refuse)
            with pytest.raises(LedgerFailed):
                await acts(here).stop("all", "王芳")
            assert here.delivery.steps == ["silence"]

    virtual(story())


def test_an_alert_is_stopped_by_its_plans_wherever_they_play(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            key, plan = await here.aired()
            await acts(here).stop(key, "王芳")
            assert plan.act is Act.WARNING
            ((speakers, _, plans),) = here.delivery.stopped
            assert speakers == [speaker.id for speaker in ROSTER.speakers]
            assert plans == frozenset({plan.id})

    virtual(story())


def test_an_alert_that_is_held_is_vetoed_and_nobody_is_silenced(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            vetoes = Vetoes()
            key = await here.held()
            assert await acts(here, vetoes).stop(key, "王芳") == frozenset()
            assert vetoes.heard == [(key, "王芳")]
            assert here.delivery.stopped == []

    virtual(story())


def test_a_target_that_means_nothing_is_refused_and_changes_nothing(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).stop("火星", "王芳")
            assert refused.value.why == Why(Reason.UNKNOWN_TARGET, {"target": "火星"})
            assert refused.value.unknown
            assert (here.delivery.steps, here.record(), here.told) == ([], [], [])

    virtual(story())


def test_a_hold_ends_by_itself_or_by_a_person_each_in_the_record(virtual: Virtual) -> None:
    async def story() -> None:
        async with desk() as here:
            until = here.clock.now() + timedelta(minutes=LONGEST_HOLD_MIN)
            assert await acts(here).hold(LONGEST_HOLD_MIN, "王芳") == until
            assert here.delivery.held == here.ledger.held_until() == until
            await acts(here).resume("李四")
            assert here.delivery.held is None
            assert here.ledger.held_until() is None
            assert [person for person, _ in here.record()] == ["王芳", "李四"]
            assert here.told == [HoldBegan("王芳", until), HoldEnded("李四")]

    virtual(story())


@pytest.mark.parametrize("minutes", [0, -1, LONGEST_HOLD_MIN + 0.1])
def test_a_hold_of_another_length_is_refused(virtual: Virtual, minutes: float) -> None:
    async def story() -> None:
        async with desk() as here:
            with pytest.raises(Refused) as refused:
                await acts(here).hold(minutes, "王芳")
            assert refused.value.why == Why(Reason.HOLD_LENGTH, {"most": "120"})
            assert not refused.value.unknown
            assert here.delivery.held is None
            assert here.record() == []

    virtual(story())
