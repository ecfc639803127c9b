"""The health page, /livez and /metrics over the real daemon of the simulated county."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import apsw
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.app.desk import desk
from gateway.console import Tokens, create
from gateway.model.alarm import Severity
from gateway.model.alert import Arrival
from gateway.model.delivery import Evidence
from gateway.model.event import SpeakerChanged
from gateway.model.plan import Act
from gateway.model.record import LedgerFailed
from gateway.monitoring.vitals import Disk, SpeakerPulse, Status, Vitals, alive, complaints, status
from gateway.runtime.supervisor import State, TaskState
from tests.support.county import LINES, START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
OWNER = {"Authorization": "Bearer owner"}
Story = Callable[[httpx.AsyncClient, World], Coroutine[Any, Any, None]]


def ask(virtual: Virtual, story: Story, peer: str = "127.0.0.1") -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        assert world._life
        app = create(desk(world._life.daemon), Tokens("owner", {"county": "county-token"}))
        transport = httpx.ASGITransport(app, client=(peer, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await story(client, world)
        await world.end()

    virtual(run())


def daemon(world: World) -> Any:
    assert world._life
    return world._life.daemon


def values(page: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and its labels' values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


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

    ask(virtual, story)


def test_a_line_that_is_lost_degrades_and_all_lines_lost_fails(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        desk = daemon(world)
        for count, line in enumerate(LINES, start=1):
            desk._lines[line] = False
            body = (await client.get("/api/v1/health", headers=OWNER)).json()
            assert body["status"] == ("failing" if count == len(LINES) else "degraded")
            assert len(body["reasons"]) == count
        said = next(one for one in body["reasons"] if one["name"] == "line horns")
        assert "horns" in said["sentence"]
        assert "horns" in said["sentence_en"]

    ask(virtual, story)


def test_a_disk_that_takes_nothing_fails_until_it_takes_something(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        desk = daemon(world)
        writer = desk.ledger._writer
        commit = writer._commit

        def full(*_: object) -> list[Any]:
            raise apsw.FullError("database or disk is full")

        monkeypatch.setattr(writer, "_commit", full)
        with pytest.raises(LedgerFailed):
            await desk.accept(Arrival(cap("A1", START), "county", "test", START))
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "failing"
        assert "database or disk is full" in body["reasons"][0]["sentence"]
        monkeypatch.setattr(writer, "_commit", commit)
        await asyncio.sleep(5)
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert [one["name"] for one in body["reasons"]] == ["duty room"], (
            "the disk rang and nobody can be called"
        )

    ask(virtual, story)


def test_the_oldest_that_waits_for_the_disk_is_seen(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        desk = daemon(world)
        arrive, free = desk.ledger.arrive, asyncio.Event()

        async def stalled(*whole: object) -> tuple[int, bool]:
            await free.wait()
            result: tuple[int, bool] = await arrive(*whole)
            return result

        monkeypatch.setattr(desk.ledger, "arrive", stalled)
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

    ask(virtual, story)


def test_a_stuck_pipeline_ends_livez_and_is_an_alarm_until_it_runs_again(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        desk = daemon(world)
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
        desk._pipeline._judge_together = enter
        await world.send(cap("A1", START))
        await asyncio.sleep(25)
        answer = await client.get("/livez")
        assert (answer.status_code, answer.content) == (503, b"")
        body = (await client.get("/api/v1/health", headers=OWNER)).json()
        assert body["status"] == "failing"
        assert body["tasks"]["pipeline"]["state"] == "stuck"
        assert "task pipeline" in [alarm["name"] for alarm in body["alarms"]]
        stuck = False
        del desk._pipeline._judge_together
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

    ask(virtual, story)


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
        speakers={"x": SpeakerPulse()},
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


def test_metrics_tell_what_became_of_the_warnings(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await world.send(cap("A1", START))
        await world.send(b"rubbish")
        await asyncio.sleep(3600)
        await world.send(cap("B1", world.clock.now(), area="999999000000"))
        await world.send(cap("C1", world.clock.now(), level="黄"))
        await asyncio.sleep(600)
        seen = values((await client.get("/metrics")).text)
        assert seen["tongluo_arrivals_total", "county"] == 4
        assert seen["tongluo_verdicts_total", "unreadable"] == 1
        assert seen["tongluo_verdicts_total", "hold"] == 1
        assert seen["tongluo_verdicts_total", "air"] == 2, "the red at once, the yellow after its window"
        assert ("tongluo_verdicts_total", "ignore") not in seen, "what came at the start is judged once"
        rows = [row for one in world.ledger.documents(9) for row in world.ledger.plans(one.key)]
        really = Counter(str(one.outcome) for row in rows for one in world.ledger.deliveries(row))
        counted = {key[1]: value for key, value in seen.items() if key[0] == "tongluo_deliveries_total"}
        assert counted == really
        assert seen[("tongluo_deliveries_planned_total",)] == sum(len(row.plan.targets) for row in rows)
        bursts = sum(value for key, value in seen.items() if key[0] == "tongluo_bursts_total")
        assert bursts == sum(len(row.bursts) for row in rows)
        assert seen[("tongluo_first_order_seconds_count",)] == 2
        assert seen[("tongluo_first_order_seconds_sum",)] == pytest.approx(120, abs=1), "its veto window"
        assert seen["tongluo_task_restarts_total", "dispatcher"] == 0
        assert seen[("tongluo_clock_trusted",)] == 1
        assert seen[("tongluo_disk_trouble",)] == 0
        assert seen[("tongluo_commit_seconds_count",)] == daemon(world).ledger.commits.count > 4
        assert ("tongluo_canary_age_seconds",) not in seen

    ask(virtual, story)


def test_metrics_are_for_this_machine_or_the_owner(virtual: Virtual) -> None:
    async def abroad(client: httpx.AsyncClient, _world: World) -> None:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer x"})).status_code == 401
        county = {"Authorization": "Bearer county-token"}
        assert (await client.get("/metrics", headers=county)).status_code == 401
        assert (await client.get("/metrics", headers=OWNER)).status_code == 200

    async def here(client: httpx.AsyncClient, _world: World) -> None:
        assert (await client.get("/metrics")).status_code == 200
        passed_on = {"X-Forwarded-For": "198.51.100.7"}
        assert (await client.get("/metrics", headers=passed_on)).status_code == 401

    ask(virtual, abroad, "198.51.100.7")
    ask(virtual, here)


def test_after_a_storm_the_tally_holds_no_more_than_it_may(virtual: Virtual) -> None:
    from gateway.monitoring.metrics import REMEMBERED, Tally

    tally = Tally(lambda: START)
    for number in range(3 * REMEMBERED):
        tally.note(SpeakerChanged(f"k{number}", "p", Act.WARNING, "a", 0, Evidence.SENT, None, None, None))
    assert len(tally.first_orders) == REMEMBERED
    assert len(tally._ordered) == REMEMBERED
