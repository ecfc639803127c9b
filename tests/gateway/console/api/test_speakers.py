"""Speakers over the API: each with its place, its line and its last burst.

Covers gateway/console/views/speakers.py too.
"""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import Virtual, ask, sent
from tests.support.county import ROSTER, START, TOGETHER, cap
from tests.support.world import World

PATH = "/api/v1/speakers"


def test_every_speaker_is_listed_with_its_last_burst(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        rows = (await client.get(PATH)).json()["speakers"]
        assert [row["id"] for row in rows] == [speaker.id for speaker in ROSTER.speakers]
        assert all(row["line_up"] and row["last"] is None for row in rows)
        key = await sent(client, cap("A", START))
        await asyncio.sleep(600)
        rows = {row["id"]: row for row in (await client.get(PATH)).json()["speakers"]}
        assert {name for name, row in rows.items() if row["last"]} == set(TOGETHER)
        assert {rows[name]["last"]["key"] for name in TOGETHER} == {key}
        assert rows["f1"]["last"]["speaker"] == "f1"
        assert (rows["a"]["region"], rows["a"]["line"], rows["a"]["unit"]) == ("341523104201", "chip-a", 1)

    ask(virtual, story)
