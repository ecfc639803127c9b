"""Health over the real daemon of the simulated county. Covers gateway/console/views/health.py too."""

from __future__ import annotations

import asyncio
from typing import Any

import apsw
import httpx
import pytest

from gateway.console.views.health import health
from gateway.model.alarm import Severity
from gateway.model.alert import Arrival
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.monitoring.polling import Condition
from gateway.monitoring.vitals import Disk, Status, Vitals, alive, complaints, status
from gateway.monitoring.voice import VoiceState
from gateway.runtime.supervisor import State, TaskState
from tests.support.api import NOBODY, OWNER, Virtual, ask
from tests.support.county import LINES, START, cap
from tests.support.world import World


def test_a_healthy_county_is_ok_and_everything_is_shown(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await world.send(cap("A1", START, level="黄"))
        await asyncio.sleep(120)
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "ok", body["reasons"]
        assert body["reasons"] == []
        assert set(body["lines"]) == set(LINES)
        assert body["clock"] == {"trusted": True, "jumped": None}
        assert {"dispatcher", "pipeline", "receipts", "clock"} <= set(body["tasks"])
        assert body["tasks"]["dispatcher"]["state"] == "up"
        assert body["tasks"]["dispatcher"]["ticked_s"] is not None
        assert body["sources"]["county"]["last"].startswith(START.isoformat()[:16])
        assert body["disk"]["trouble"] == ""
        assert body["oldest_unacknowledged_s"] is None

    ask(virtual, story, headers=NOBODY)


def test_a_line_that_is_lost_degrades_and_all_lines_lost_fails(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        for count, line in enumerate(LINES, start=1):
            world.living.lines._there[line] = False
            body = (await client.get("/api/v1/health", headers=OWNER)).json()
            assert body["status"] == ("failing" if count == len(LINES) else "degraded")
            assert len(body["reasons"]) == count
        said = next(one for one in body["reasons"] if one["name"] == "line horns")
        assert "horns" in said["sentence"]
        assert "horns" in said["sentence_en"]

    ask(virtual, story, headers=NOBODY)


def test_a_disk_that_takes_nothing_fails_until_it_takes_something(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        transactions = world.ledger._writer._transactions
        commit = transactions._commit

        def full(*_: object) -> list[Any]:
            raise apsw.FullError("database or disk is full")

        monkeypatch.setattr(transactions, "_commit", full)
        with pytest.raises(LedgerFailed):
            await world.desk.accept(Arrival(cap("A1", START), "county", "test", START))
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "failing"
        assert "database or disk is full" in body["reasons"][0]["sentence"]
        monkeypatch.setattr(transactions, "_commit", commit)
        await asyncio.sleep(5)
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert [one["name"] for one in body["reasons"]] == ["duty room"], (
            "the disk rang and nobody can be called"
        )

    ask(virtual, story, headers=NOBODY)


def test_the_oldest_that_waits_for_the_disk_is_seen(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        arrive, free = world.ledger.arrive, asyncio.Event()

        async def stalled(*whole: Any) -> tuple[int, bool]:
            await free.wait()
            result: tuple[int, bool] = await arrive(*whole)
            return result

        monkeypatch.setattr(world.ledger, "arrive", stalled)
        sending = [
            asyncio.create_task(world.send(cap(f"A{number}", START, level="蓝"))) for number in range(3)
        ]
        await asyncio.sleep(7)
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "failing"
        assert body["oldest_unacknowledged_s"] == pytest.approx(7, abs=0.1)
        free.set()
        await asyncio.gather(*sending)
        assert (await client.get("/api/v1/health", headers=OWNER)).json()["status"] == "ok"

    ask(virtual, story, headers=NOBODY)


def test_a_stuck_pipeline_ends_livez_and_is_an_alarm_until_it_runs_again(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        pipeline: Any = world.living.pipeline.pipeline
        assert (await client.get("/livez")).status_code == 200
        stuck = True

        async def enter(*_: object) -> None:
            while stuck:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    if not stuck:
                        raise

        await asyncio.sleep(1)
        pipeline._judge_together = enter
        await world.send(cap("A1", START))
        await asyncio.sleep(25)
        answer = await client.get("/livez")
        assert (answer.status_code, answer.content) == (503, b"")
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "failing"
        assert body["tasks"]["pipeline"]["state"] == "stuck"
        assert "task pipeline" in [alarm["name"] for alarm in body["alarms"]]
        stuck = False
        del pipeline._judge_together
        for task in asyncio.all_tasks():
            if task.get_name() == "pipeline":
                task.cancel()
        await asyncio.sleep(25)
        assert (await client.get("/livez")).status_code == 200
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert [one["name"] for one in body["reasons"]] == ["duty room"], (
            "a red sounds and nobody can be called"
        )
        assert world.heard("a", "A1"), "the warning that was in the stuck task's hands sounds"

    ask(virtual, story, headers=NOBODY)


def test_what_is_wrong_is_said_once_worst_first_and_an_alarms_own_words_hold() -> None:
    down = TaskState("line a", State.DOWN, 7, None, "OSError")
    vitals = Vitals(
        now=START,
        trusted=False,
        lines={"a": True, "b": False},
        brokers={"county": False},
        tasks=[down],
        alarms=[],
        voices={"espeak-ng": False},
        disk=Disk("I/O error", 1),
        canary_age=200.0,
        speakers={"x": Condition()},
    )
    found = complaints(vitals)
    assert [one.name for one in found if one.severity is Severity.FAILING] == ["disk", "canary"]
    assert {one.name for one in found} == {
        *("disk", "canary", "task line a", "line b", "broker county", "voice espeak-ng"),
        *("disk space", "clock"),
    }
    assert status(found) is Status.FAILING
    assert status(found[2:]) is Status.DEGRADED
    assert alive(vitals)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (VoiceState(), {"name": "espeak-ng", "missing": None, "pace": None, "slow": False, "trial": ""}),
        (
            VoiceState("kokoro zm_yunjian", None, 0.8044, trial="2026-12-03"),
            {"name": "kokoro zm_yunjian", "missing": None, "pace": 0.8, "slow": True, "trial": "2026-12-03"},
        ),
        (
            VoiceState("kokoro x", None, 0.5, {"kokoro": 2}, refused={"火。": "0.6 s a syllable"}),
            {"name": "kokoro x", "pace": 0.5, "said": {"kokoro": 2}, "refused": {"火。": "0.6 s a syllable"}},
        ),
    ],
)
def test_the_voice_that_shall_speak_is_shown_with_its_pace(
    state: VoiceState, shown: dict[str, object]
) -> None:
    vitals = Vitals(now=START, trusted=True, lines={}, brokers={}, tasks=[], alarms=[], voice=state)
    assert shown.items() <= health(vitals)["voice"].items()


def test_what_the_voice_lacks_is_a_sentence_and_no_complaint() -> None:
    missing = VoiceState("kokoro zm_yunjian", Why(Reason.VOICE_STYLE, {"style": "zm_yunjian"}))
    vitals = Vitals(
        now=START, trusted=True, lines={"a": True}, brokers={}, tasks=[], alarms=[], voice=missing
    )
    assert complaints(vitals) == []
    shown = health(vitals)["voice"]["missing"]
    assert shown["reason"] == "voice_style"
    assert shown["sentence"].startswith("语音缺少音色 zm_yunjian，现在由自带的 espeak-ng 说话")
