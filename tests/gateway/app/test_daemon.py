"""The daemon over the simulated county: its tasks, its voices, the line that systemd shows.

Covers the parts that the daemon is made of: delivery, desk, intake, monitoring, office, pipeline, shared,
tasks, watched and web of gateway/app.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.app.recordings import recordings
from gateway.app.voices import SiteVoices
from gateway.config.voice import WyomingTable
from gateway.model.alert import Arrival
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.repertoire import Past
from tests.support.county import CONFIG, LINES, ROSTER, START, cap
from tests.support.office_desk import desk
from tests.support.world import World

Virtual = Callable[[Any], Any]


def test_its_tasks_are_a_list_and_all_of_them_run(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, START, config=CONFIG.model_copy(update={"canary": True}))
        await world.start()
        await asyncio.sleep(1)
        names = [task.name for task in world.living.tasks()]
        assert names[: len(LINES)] == [f"line {name}" for name in LINES]
        assert names[len(LINES) :] == [
            "line canary",
            "dispatcher",
            "pipeline",
            "held",
            "receipts",
            "answers",
            "clock",
            "alarms",
            "duty room",
            "polls",
            "watch",
            "canary",
        ]
        running = {task.name for task in world.living.supervisor.tasks() if task.state == "up"}
        assert running == set(names)
        await world.end()

    virtual(story())


def test_it_says_in_a_line_how_it_is(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        status = world.living.watched.status
        assert status() == "线路 lines 4/4, 正在播 on air 0, 报警 alarms 0"
        await world.send(cap("A1", START))
        await asyncio.sleep(3)
        world.living.lines._there["horns"] = False
        playing = len(world.desk.on_air())
        assert playing > 0
        assert (
            status() == f"线路 lines 3/4, 正在播 on air {playing}, 报警 alarms {len(world.desk.alarms.up())}"
        )
        await world.end()

    virtual(story())


def test_names_that_people_taught_before_are_learned_at_the_start(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await world.desk.speech.teach("六安", "lu4 an1", "王芳")
        assert world.learned[-1] == {"六安": "lu4 an1"}
        world.crash()
        world.learned.clear()
        await asyncio.sleep(3)
        assert world.learned == [{"六安": "lu4 an1"}]
        await world.end()

    virtual(story())


def test_a_ledger_that_can_be_read_at_last_gives_back_its_hold_and_what_was_not_judged(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        until = START + timedelta(minutes=5)
        await world.ledger.hold_everything(START, "王芳", until)
        await world.ledger.arrive(Arrival(cap("A1", START), "county", "test", START))
        await asyncio.sleep(5)
        assert world.desk.vitals().held_until is None
        assert world.ledger.documents() == []
        world.living._go_on()
        assert world.desk.vitals().held_until == until
        await asyncio.sleep(5)
        assert [document.alert.identifier for document in world.ledger.documents()] == ["A1"]
        assert world.desk.on_air() == []
        await world.end()

    virtual(story())


def test_names_that_people_teach_go_before_the_sites_own_pronunciations(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        async with desk() as here:
            config = CONFIG.model_copy(update={"data": tmp_path, "voice": WyomingTable()})
            site = Lexicon.of({"六安": "liu4 an1", "舒城": "shu1 cheng2"})
            voices = SiteVoices(config, site, recordings(config, here.ledger))
            voices.learn({"六安": "lu4 an1"})
            assert dict(voices.announcer._readings._cuts._lexicon.phrases) == {
                "六安": ("lu4", "an1"),
                "舒城": ("shu1", "cheng2"),
            }
            assert voices.engines() == {"espeak-ng": True, "wyoming": True}
            assert [task.name for task in voices.tasks(ROSTER, Past, lambda: START)] == ["rehearsal"]
            await voices.announcer.close()
            alone = SiteVoices(
                CONFIG.model_copy(update={"data": tmp_path}), site, recordings(config, here.ledger)
            )
            assert (list(alone.tasks(ROSTER, Past, lambda: START)), list(alone.engines())) == (
                [],
                ["espeak-ng"],
            )
            await alone.announcer.close()

    virtual(story())
