"""A stranger's body is not read, a large one is not kept, a slow one is not waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.console.access.admission import BODY_S, PACE, SMALL
from gateway.intake import LARGEST
from tests.support.api import COUNTY, NOBODY, OWNER, Virtual, ask
from tests.support.world import World

ACTS = (
    "/api/v1/stop",
    "/api/v1/say",
    "/api/v1/drills",
    "/api/v1/hold",
    "/api/v1/alarms/all/acknowledge",
    "/api/v1/quarantine/1/release",
    "/api/v1/correct",
    "/api/v1/explain",
)
FORMS = ("/stop", "/hold", "/again", "/acknowledge")


class Body:
    """A body of pieces of a kilobyte, which counts those that were read."""

    def __init__(self, pieces: int, wait_s: float = 0.0) -> None:
        self.pieces = pieces
        self.wait_s = wait_s
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.pieces):
            if self.wait_s:
                await asyncio.sleep(self.wait_s)
            self.read += 1
            yield b"x" * 1024


def test_not_a_byte_of_a_strangers_body_is_read(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        for path in (*ACTS, *FORMS, "/api/v1/alerts", "/api/v1/readings"):
            body = Body(200_000)
            answer = await client.post(path, content=aiter(body))
            assert answer.status_code == (403 if path in FORMS else 401), path
            assert answer.headers["connection"] == "close"
            assert body.read == 0, path

    ask(virtual, story, headers=NOBODY)


def test_a_source_is_refused_before_its_body_is_looked_at(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        for path in ACTS:
            assert (await client.post(path, content=b"{")).status_code == 401, path

    ask(virtual, story, headers=COUNTY)


def test_of_a_large_body_no_more_than_the_route_takes_is_read(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        small = dict.fromkeys((*ACTS[:-1], "/login", "/api/v1/hooks/any"), SMALL)
        documents = dict.fromkeys(("/api/v1/alerts", "/api/v1/readings", "/api/v1/explain"), LARGEST)
        for path, most in (small | documents).items():
            body = Body(200_000)
            answer = await client.post(path, content=aiter(body))
            assert answer.status_code == 413, (path, answer.text)
            assert body.read <= most // 1024 + 2, path
            assert answer.json()["detail"]["fields"]["expected"] == str(most)

    ask(virtual, story, headers=OWNER)


def test_a_body_that_does_not_come_is_not_waited_for(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        answer = await client.post("/api/v1/alerts", content=aiter(Body(1000, wait_s=3600)))
        assert answer.status_code == 408
        assert loop.time() - began == pytest.approx(BODY_S)
        assert answer.json()["detail"]["reason"] == "body_late"

    ask(virtual, story, headers=COUNTY)


def test_a_slow_line_may_send_a_large_document(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        answer = await client.post("/api/v1/alerts", content=aiter(Body(400, wait_s=1024 / PACE)))
        assert answer.status_code == 422, "all of it came, and it is no warning"
        late = await client.post("/api/v1/alerts", content=aiter(Body(400, wait_s=2 * 1024 / PACE)))
        assert late.status_code == 408

    ask(virtual, story, headers=COUNTY)


def test_bytes_that_are_no_text_get_the_refusal_of_a_wrong_request(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        answer = await client.post(
            "/api/v1/hold", content=b"\x04D\xff\xfe", headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["detail"]["reason"] == "bad_request"

    ask(virtual, story, headers=OWNER)


def test_a_number_that_no_row_can_have_is_a_wrong_request(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        for number in (-(10**20), -1, 0, 2**63, 10**30):
            for path in ("quarantine?most={}", "alerts?most={}", "quarantine/{}"):
                assert (await client.get("/api/v1/" + path.format(number))).status_code == 422, path
            answer = await client.delete(f"/api/v1/drills/{number}?person=a")
            assert answer.status_code == 422

    ask(virtual, story, headers=OWNER)
