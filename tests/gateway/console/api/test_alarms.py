"""Alarms over the API: what is up, what rings, and who took note of it.

Covers gateway/console/views/alarms.py too.
"""

from __future__ import annotations

import httpx

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from tests.support.api import Virtual, ask
from tests.support.world import World

PATH = "/api/v1/alarms"


def test_an_alarm_is_listed_until_it_is_over_and_rings_until_it_is_acknowledged(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        alarms = world.living.shared.alarms
        silent = Why(Reason.SOURCE_SILENT, {"source": "county"})
        alarms.set(AlarmKind.SOURCE, "county", silent, urgent=True)
        body = (await client.get(PATH)).json()
        assert [alarm["name"] for alarm in body["alarms"]] == ["source county"]
        assert [alarm["name"] for alarm in body["ringing"]] == ["source county"]
        assert body["ringing"][0]["cleared"] is None
        alarms.clear(AlarmKind.SOURCE, "county")
        body = (await client.get(PATH)).json()
        assert body["alarms"] == []
        assert [alarm["name"] for alarm in body["ringing"]] == ["source county"], "it is over and rings on"
        done = await client.post(f"{PATH}/source county/acknowledge", json={"person": "李四"})
        assert done.json() == {"acknowledged": ["source county"]}
        assert (await client.get(PATH)).json() == {"alarms": [], "ringing": []}

    ask(virtual, story)


def test_a_name_under_which_nothing_rings_is_refused_and_all_may_be_none(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        refused = await client.post(f"{PATH}/disk/acknowledge", json={"person": "李四"})
        assert refused.status_code == 404
        assert refused.json()["detail"]["reason"] == "not_ringing"
        assert (await client.post(f"{PATH}/all/acknowledge", json={"person": "李四"})).json() == {
            "acknowledged": []
        }
        nameless = await client.post(f"{PATH}/all/acknowledge", json={})
        assert nameless.status_code == 422

    ask(virtual, story)
