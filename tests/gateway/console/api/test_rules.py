"""The rules in words."""

from __future__ import annotations

import httpx

from tests.support.api import Virtual, ask
from tests.support.world import World


def test_the_rules_are_sentences_in_both_languages(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        told = (await client.get("/api/v1/rules")).json()
        assert "暴雨，红色：任何时间立即播出。" in told["sentences"]
        assert "rainstorm, red: sounds at once at any hour." in told["sentences_en"]
        assert len(told["sentences"]) == len(told["sentences_en"]) == len(told["rules"]) + 2

    ask(virtual, story)
