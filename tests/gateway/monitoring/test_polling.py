"""Polling, over a line whose units answer as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from drivers import Alive, Capability, Fault, LocalUse, Report, SpeakerStatus
from drivers.errors import NoAnswer
from gateway.model import event
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.polling import FIRST_S, LOOK_AGAIN_S, LOW_BATTERY, ROUND_S, Condition, Polling
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from tests.support.county import START

Virtual = Callable[[Any], Any]
PLACE = Region("330127000000")
SPEAKERS = tuple(Speaker(name, f"村口{name}", PLACE, "bus", unit) for unit, name in enumerate("ab", start=1))


class Line:
    """A driver of which only the status is asked; None is no answer."""

    def __init__(self) -> None:
        self.answers: dict[int, SpeakerStatus | None] = {1: SpeakerStatus(), 2: SpeakerStatus()}
        self.asked: list[tuple[float, int]] = []
        self.capability = Capability.STATUS

    def can(self, unit: int) -> Capability:
        return self.capability

    async def status(self, unit: int) -> SpeakerStatus:
        self.asked.append((asyncio.get_running_loop().time(), unit))
        answer = self.answers[unit]
        if answer is None:
            raise NoAnswer(unit=unit)
        return answer


class Place:
    """The polling of two speakers, with what comes of it."""

    def __init__(self) -> None:
        self.line, self.events, self.shown = Line(), Events(), list[tuple[str, dict[str, object]]]()
        self.alarms = Alarms(LoopClock(START), self.events)
        self.sounding: set[str] = set()
        self.heard: list[object] = []
        self.events.listen(self.heard.append)
        self.polling = Polling(
            LoopClock(START),
            Roster(1, (), SPEAKERS),
            {"bus": self.line},  # type: ignore[dict-item]
            self.alarms,
            self.events,
            self.sounding.__contains__,
            lambda speaker, condition: self.shown.append((speaker, condition.shown)),
        )

    @property
    def up(self) -> list[str]:
        return [alarm.name for alarm in self.alarms.up()]


def play(virtual: Virtual, story: Callable[[Place], Awaitable[None]]) -> None:
    async def run() -> None:
        place = Place()
        running = asyncio.create_task(place.polling.run())
        await story(place)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())


def test_every_speaker_is_asked_once_a_round_spread_over_it(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(FIRST_S + 2 * ROUND_S - 0.1)
        times = [at - began - FIRST_S for at, _ in place.line.asked]
        assert times == [0, ROUND_S / 2, ROUND_S, 1.5 * ROUND_S]
        assert [unit for _, unit in place.line.asked] == [1, 2, 1, 2]
        assert (place.polling.due, place.polling.answered) == (4, 4)
        assert place.polling.conditions["a"].heard

    play(virtual, story)


def test_the_second_miss_is_an_alarm_and_the_next_answer_ends_it(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.line.answers[1] = None
        await asyncio.sleep(FIRST_S + 0.1)
        assert place.up == [], "one miss is none"
        await asyncio.sleep(LOOK_AGAIN_S)
        assert place.up == ["speaker a"]
        assert place.alarms.up()[0].why.fields == {"error": "no_answer", "unit": "1"}
        assert place.polling.conditions["a"].silent
        place.line.answers[1] = SpeakerStatus()
        await asyncio.sleep(ROUND_S + LOOK_AGAIN_S)
        assert place.up == []
        assert [shown["silent"] for speaker, shown in place.shown if speaker == "a"] == [False, True, False]

    play(virtual, story)


def test_a_speaker_where_we_sound_or_that_cannot_tell_is_not_asked(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.sounding.add("a")
        await asyncio.sleep(FIRST_S + ROUND_S)
        assert {unit for _, unit in place.line.asked} == {2}
        place.line.capability = Capability.AUDIO
        asked = len(place.line.asked)
        await asyncio.sleep(3 * ROUND_S)
        assert len(place.line.asked) == asked

    play(virtual, story)


def test_mains_and_battery_are_alarms_of_their_own_and_a_weak_speaker_has_both(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.line.answers[1] = SpeakerStatus(mains=False, battery=LOW_BATTERY)
        await asyncio.sleep(FIRST_S + 0.1)
        assert place.up == ["mains a"]
        assert not place.polling.weak("a")
        place.line.answers[1] = SpeakerStatus(mains=False, battery=LOW_BATTERY - 1)
        await asyncio.sleep(ROUND_S)
        assert place.up == ["mains a", "battery a"]
        assert place.polling.weak("a")
        place.line.answers[1] = SpeakerStatus(mains=True, battery=LOW_BATTERY - 1)
        await asyncio.sleep(ROUND_S)
        assert place.up == ["battery a"]
        assert not place.polling.weak("a"), "it is charging"
        assert not place.polling.weak("nobody")

    play(virtual, story)


def test_sound_that_nobody_ordered_is_an_alarm_at_the_second_look(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.line.answers[1] = SpeakerStatus(playing=True)
        await asyncio.sleep(FIRST_S + 0.1)
        assert place.up == []
        await asyncio.sleep(LOOK_AGAIN_S)
        assert place.up == ["unordered a"]
        assert place.alarms.ringing()
        place.line.answers[1] = SpeakerStatus(playing=True, local_use="microphone")
        await asyncio.sleep(ROUND_S + LOOK_AGAIN_S)
        assert place.up == []
        assert [told for told in place.heard if isinstance(told, event.LocalUse)] == [
            event.LocalUse("a", "microphone")
        ]

    play(virtual, story)


def test_every_report_but_a_failure_is_a_sign_of_life(virtual: Virtual) -> None:
    async def story(place: Place) -> None:
        place.polling.report("bus", Report(0.0, 1, None, Fault(NoAnswer(unit=1))))
        place.polling.report("bus", Report(0.0, 9, None, Alive()))
        place.polling.report("another line", Report(0.0, 1, None, Alive()))
        assert place.polling.conditions == {"a": Condition(), "b": Condition()}
        place.polling.report("bus", Report(0.0, 1, None, Alive()))
        place.polling.report("bus", Report(0.0, 2, None, LocalUse("telephone")))
        assert place.polling.conditions["a"].heard == START
        assert place.polling.conditions["b"].local_use == "telephone"
        assert place.heard == [event.LocalUse("b", "telephone")]

    play(virtual, story)
