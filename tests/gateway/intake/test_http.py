"""Warnings over HTTP: each answer of the intake has its status, and a storm is turned away unread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from gateway.intake import Acceptance, Accepted, Backlogged, Rejected
from gateway.intake.door import AGAIN_S, BYTES
from gateway.intake.http import router
from gateway.intake.readers import LARGEST
from gateway.model.alert import AlertKey, Arrival
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from tests.support.county import START

KEY = AlertKey("county", "A1", START)


class Intake:
    """Answers every arrival in one way, and keeps what came."""

    def __init__(self, answer: Acceptance | Exception) -> None:
        self.answer = answer
        self.arrived: list[Arrival] = []

    async def accept(self, arrival: Arrival) -> Acceptance:
        self.arrived.append(arrival)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def why(why: Why) -> dict[str, Any]:
    return {"reason": str(why.reason)}


def links(keys: Sequence[AlertKey]) -> dict[str, Any]:
    return {"keys": [key.identifier for key in keys]}


def posted(intake: Intake, body: bytes, path: str = "/alerts") -> httpx.Response:
    def sender(request: Request) -> str:
        return "county"

    app = FastAPI()
    app.include_router(router(sender, intake.accept, lambda: START, why, links))

    async def story() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post(path, content=body)

    return asyncio.run(story())


@pytest.mark.parametrize("path", ["/alerts", "/readings"])
def test_the_bytes_arrive_as_they_came_under_the_name_of_their_source(path: str) -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    assert posted(intake, b"<alert/>", path).status_code == 202
    (arrival,) = intake.arrived
    assert (arrival.raw, arrival.source, arrival.at) == (b"<alert/>", "county", START)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (Accepted(7, (KEY,), False), 202, {"keys": ["A1"]}),
        (Accepted(7, (KEY,), True), 200, {"keys": ["A1"]}),
        (
            Rejected(7, Why(Reason.NOT_XML, {"format": "cap"}), "sent", 3),
            422,
            {"quarantine": 7, "element": "sent", "line": 3, "format": "cap", "reason": "not_xml"},
        ),
        (Backlogged(), 429, {"detail": {"reason": "crowded"}}),
        (LedgerFailed("full"), 503, {"detail": {"reason": "disk_trouble"}}),
    ],
)
def test_every_answer_has_its_status(
    answer: Acceptance | Exception, status: int, body: dict[str, object]
) -> None:
    response = posted(Intake(answer), b"<alert/>")
    assert response.status_code == status
    assert response.json() == body
    assert ("retry-after" in response.headers) is (status in (429, 503))


def test_a_document_that_is_too_large_is_refused_unread() -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, b" " * (LARGEST + 1))
    assert response.status_code == 413
    assert response.json() == {"detail": {"reason": "too_large"}}
    assert intake.arrived == []


def test_beyond_the_bounds_a_sender_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.intake.door.BYTES", 4)
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, b"<alert/>")
    assert BYTES > LARGEST, "the real bound takes the largest document"
    assert response.status_code == 429
    assert response.headers["retry-after"] == str(AGAIN_S)
    assert intake.arrived == []
