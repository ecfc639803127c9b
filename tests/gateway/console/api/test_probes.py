"""The page for machines: /metrics."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.api import NOBODY, OWNER, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


def values(page: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and its labels' values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


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
        really = Counter(str(one.outcome) for row in rows for one in row.deliveries)
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
        assert seen[("tongluo_commit_seconds_count",)] == world.ledger.commits.count > 4
        assert ("tongluo_canary_age_seconds",) not in seen

    ask(virtual, story, headers=NOBODY)


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

    ask(virtual, abroad, headers=NOBODY, peer="198.51.100.7")
    ask(virtual, here, headers=NOBODY)
