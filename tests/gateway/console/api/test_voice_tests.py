"""Voice tests."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.support.api import NOBODY, OWNER, Virtual, ask
from tests.support.world import World


def test_a_test_is_said_inside_its_wording_and_words_of_a_hazard_are_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        order = {"text": "一二三", "speakers": ["a"]}
        assert (await client.post("/api/v1/say", json=order, headers=OWNER)).status_code == 202
        await asyncio.sleep(30)
        heard = "".join(sound.text or "" for sound in world.horns["a"].heard)
        assert heard.startswith("现在进行广播设备测试")
        assert "一二三" in heard
        assert heard.endswith("测试完毕。")
        bad = {"text": "洪水来了", "speakers": ["a"]}
        refused = await client.post("/api/v1/say", json=bad, headers=OWNER)
        assert (refused.status_code, refused.json()["detail"]["reason"]) == (409, "test_words")

    ask(virtual, story, headers=NOBODY)


@pytest.mark.parametrize(("named", "recorded"), [({"person": "王芳"}, "王芳"), ({}, "owner")])
def test_a_test_is_recorded_by_name_or_as_the_owners(
    virtual: Virtual, named: dict[str, str], recorded: str
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/say", json={"text": "一二三", "speakers": ["a"], **named})
        acts = world.ledger._all("SELECT person FROM act WHERE body LIKE 'say%'")
        assert acts == [(recorded,)]

    ask(virtual, story)
