"""Gauges: the draft that a value makes, once, and the gauges that have fallen silent; over a daemon of the
simulated county."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.announcements import script
from gateway.announcements.script import seconds
from gateway.intake import Accepted, Rejected, Unreadable
from gateway.intake.readers.formats import gauge
from gateway.judge.rules import DEFAULTS
from gateway.judge.threshold import draft, stage
from gateway.model.plan import Act, Class
from gateway.model.speaker import Refuge
from gateway.model.station import GaugeValue, Stage, Station, Threshold
from gateway.voice.text.spoken import spoken
from tests.support.county import CONFIG, ROSTER, START, TOWNSHIP
from tests.support.world import World

Virtual = Callable[[Any], Any]
RAIN = Station(
    "hewan-rain",
    "河湾雨量站",
    "rain",
    (Threshold(60, 50, 80),),
    (TOWNSHIP,),
    "青石镇应急办",
    silent_after_min=30,
)
RIVER = Station(
    "hewan-river", "河湾水位站", "water_level", (Threshold(0, 101.5, 102.0),), (TOWNSHIP,), "青石镇应急办"
)


def told(mm: float, when: Any = START, station: str = "hewan-rain", **changes: Any) -> bytes:
    plain = {
        "station": station,
        "kind": "rain",
        "value": mm,
        "unit": "mm",
        "window_min": 60,
        "at": when.isoformat(),
    }
    return json.dumps({**plain, **changes}).encode()


@pytest.mark.parametrize(
    ("value", "reached"),
    [(0, Stage.CALM), (49.9, Stage.CALM), (50, Stage.PREPARE), (79.9, Stage.PREPARE), (80, Stage.MOVE)],
)
def test_a_value_reaches_a_stage_at_its_threshold(value: float, reached: Stage) -> None:
    assert stage(RAIN, GaugeValue(RAIN.id, "rain", value, 60, START)) is reached
    assert stage(RAIN, GaugeValue(RAIN.id, "rain", 500, 1440, START)) is Stage.CALM, (
        "no threshold for that window"
    )


def test_the_draft_says_act_and_place_first_and_fits_25_seconds() -> None:
    made = draft(RAIN, GaugeValue(RAIN.id, "rain", 82.5, 60, START), Stage.MOVE)
    words = script.order(made.infos[0])
    assert words.sentences[1] == "河湾雨量站一带可能发生山洪，请立即转移。"
    assert seconds(words) <= 25
    assert "八十二点五毫米" in spoken(words.text).words
    river = draft(RIVER, GaugeValue(RIVER.id, "water_level", 102.35, 0, START), Stage.MOVE)
    assert "水位一百零二点三五米" in spoken(script.order(river.infos[0]).text).words


def test_each_village_is_told_its_own_way_and_one_that_named_none_no_blank() -> None:
    refuges = {"341523104201": Refuge("青石中学", "村东公路", "王建国", "0564-8621234")}
    station = replace(RAIN, areas=("341523104201", "341523104202"))
    made = draft(station, GaugeValue(RAIN.id, "rain", 82.5, 60, START), Stage.MOVE, refuges)
    first, second = made.infos
    assert first.headline == "河湾雨量站一带可能发生山洪，请立即沿村东公路转移到青石中学。"
    assert second.headline == "河湾雨量站一带可能发生山洪，请立即转移。"
    assert [[pair.value for pair in one.areas[0].geocodes] for one in made.infos] == [
        ["341523104201"],
        ["341523104202"],
    ]
    assert all(seconds(script.order(one)) <= 25 for one in made.infos)


def test_a_hazard_without_a_template_borrows_no_advice() -> None:
    made = draft(replace(RAIN, hazard="沙尘暴"), GaugeValue(RAIN.id, "rain", 82.5, 60, START), Stage.MOVE)
    assert made.infos[0].headline == "河湾雨量站一带可能发生沙尘暴，请立即转移。"
    assert made.infos[0].instruction == ""


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"unit": "m"}, "unit"),
        ({"value": -1}, "value"),
        ({"value": 1e9}, "value"),
        ({"value": "many"}, "value"),
        ({"at": 1785220200}, "at"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_key(changes: dict[str, Any], element: str) -> None:
    with pytest.raises(Unreadable) as raised:
        gauge.parse(told(60, **changes))
    assert raised.value.element == element


def county(virtual: Virtual, story: Callable[[World], Any], rules: str = "") -> None:
    async def run() -> None:
        sources = tuple(
            one.model_copy(update={"senders": (*one.senders, "station:hewan-rain")}) for one in CONFIG.sources
        )
        world = World(
            1,
            START,
            config=CONFIG.model_copy(update={"sources": sources}),
            roster=replace(ROSTER, stations=(RAIN,), rules=rules),
        )
        await world.start()
        await story(world)
        await world.end()

    virtual(run())


def heard(world: World) -> list[str]:
    return [
        one.text for horn in world.horns.values() for one in horn.heard if one.text and "转移" in one.text
    ]


def test_a_value_makes_a_draft_that_rings_the_duty_room_and_airs_when_a_person_says_yes(
    virtual: Virtual,
) -> None:
    async def story(world: World) -> None:
        desk = world.desk
        assert await world.send(told(20)) == Accepted(1, (), True)
        answer = await world.send(told(82.5, START + timedelta(minutes=1)))
        assert isinstance(answer, Accepted)
        (key,) = answer.keys
        await asyncio.sleep(60)
        assert not heard(world)
        document = world.ledger.document(key.digest)
        assert document
        assert document.verdict.why.reason == "one_person"
        assert [one.name for one in desk.alarms.ringing()] == [f"alert {key.digest}"]
        # The same stage again makes no second draft; the same bytes again are the same draft.
        answer = await world.send(told(83, START + timedelta(minutes=2)))
        assert answer.keys == ()  # type: ignore[union-attr]
        assert await desk.review.approve(key.digest, "王芳") == 0
        await asyncio.sleep(60)
        row = world.ledger.plans(key.digest)[0]
        assert (row.plan.act, row.plan.class_) == (Act.MOVE, Class.MOVE)
        assert heard(world)

    county(virtual, story)


def test_it_airs_alone_where_a_rule_says_so(virtual: Virtual) -> None:
    rules = DEFAULTS.replace(
        'orders = ["prepare", "move"]\nday = "one"\nnight = "one"',
        'orders = ["move"]\nday = "at_once"\nnight = "at_once"',
    )
    assert rules != DEFAULTS

    async def story(world: World) -> None:
        await world.send(told(85))
        await asyncio.sleep(60)
        assert heard(world)

    county(virtual, story, rules)


def test_a_crash_loses_no_draft_and_makes_none_twice(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        assert world._life
        answer = await world.send(told(82.5))
        world.crash()
        await asyncio.sleep(30)
        assert world._life
        again = await world.send(told(82.5))
        assert again.keys == answer.keys  # type: ignore[union-attr]
        answer = await world.send(told(84, START + timedelta(minutes=5)))
        assert answer.keys == ()  # type: ignore[union-attr]

    county(virtual, story)


def test_an_unknown_station_a_stranger_and_silence_are_told(virtual: Virtual) -> None:
    async def story(world: World) -> None:
        desk = world.desk
        stranger = await world.send(told(10, station="nobody"))
        assert isinstance(stranger, Rejected)
        assert stranger.why.reason == "sender_not_allowed"
        await asyncio.sleep(31 * 60)
        assert "station hewan-rain" in {one.name for one in desk.alarms.up()}
        await world.send(told(10, world.clock.now()))
        assert "station hewan-rain" not in {one.name for one in desk.alarms.up()}
        late = await world.send(told(90, world.clock.now() - timedelta(hours=2)))
        assert late.keys == ()  # type: ignore[union-attr]

    county(virtual, story)
