"""A source sends alerts and reads its own. Everything else under /api/v1 is the owner's."""

from __future__ import annotations

import re

import httpx
from fastapi import FastAPI

from tests.support.api import COUNTY, NOBODY, Virtual, ask
from tests.support.world import World

THEIRS = re.compile(r"POST /api/v1/(alerts|readings|hooks/.*)|GET /api/v1/alerts/\{key\}.*")
"""What a source may ask for. A hook has a secret of its own."""


def test_a_sources_token_opens_no_other_door(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        transport = client._transport
        assert isinstance(transport, httpx.ASGITransport)
        assert isinstance(transport.app, FastAPI)
        paths = transport.app.openapi()["paths"].items()
        doors = [(method.upper(), path) for path, ways in paths if "/api/v1/" in path for method in ways]
        others = [door for door in doors if not THEIRS.fullmatch(" ".join(door))]
        assert len(others) > 20
        assert len(doors) - len(others) == 6
        for method, path in others:
            answer = await client.request(method, re.sub(r"\{.*?\}", "1", path), headers=COUNTY)
            assert answer.status_code == 401, f"{method} {path}"

    ask(virtual, story, headers=NOBODY)
