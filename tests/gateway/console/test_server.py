"""The application as a whole. Covers gateway/console/desk.py too."""

from __future__ import annotations

import httpx

from tests.support.api import NOBODY, Virtual, ask
from tests.support.world import World


def test_a_foreign_host_name_is_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400

    ask(virtual, story, headers=NOBODY)
