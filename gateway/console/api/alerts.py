"""The HTTP API, version 1: alerts in, what became of them, what is on the air, stop, test, health, live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from gateway.console.access.tokens import COOKIE, Tokens, bearer
from gateway.console.api import alarms as watch
from gateway.console.api import drills as drill
from gateway.console.api import names as readings
from gateway.console.api import review
from gateway.console.api.health import view as health_view
from gateway.console.desk import Desk
from gateway.console.views import views
from gateway.console.views.explanation import explanation
from gateway.intake import Unreadable, http
from gateway.intake.readers import caiyun
from gateway.model.record import OWNER
from gateway.receipts.bodies import body

KEEP_ALIVE_S = 15.0
"""A comment on a silent event stream, so that proxies and watchers know it lives. Our choice."""

CALL_MOST = 4096
"""Bytes of a webhook call, which is a few words. Our choice."""


class StopOrder(BaseModel):
    """`target`: a speaker's id, a village's name or 12-digit code, an alert's key, or "all"."""

    model_config = ConfigDict(extra="forbid")
    target: str = Field(min_length=1, max_length=100)


class TestOrder(BaseModel):
    """A test announcement inside the test wording, to at most three speakers; in quiet hours with a reason."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")
    text: str
    speakers: list[str]
    reason: str = ""


def router(desk: Desk, tokens: Tokens) -> APIRouter:
    """All routes under /api/v1."""
    api = APIRouter(prefix="/api/v1")
    owner = Depends(_owner(tokens))
    sender = _sender(desk, tokens)
    api.include_router(http.router(sender, desk.accept, desk.clock.now, views.why, views.links))

    @api.post("/hooks/{source}", status_code=202)
    async def hook(source: str, request: Request) -> dict[str, Any]:
        """Caiyun calls that there is news (it signs with the client secret): the feed of this name is asked at once."""
        secret = desk.hook_secret(source)
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > CALL_MOST:
                raise HTTPException(413, "太长 / too long")
        try:
            told = caiyun.call(bytes(raw), secret) if secret else ""
        except Unreadable as unreadable:
            raise _refuse() from unreadable
        if not told:
            raise _refuse()
        desk.feeds[source]()
        return {"event": told}

    @api.get("/alerts", dependencies=[owner])
    async def get_alerts(most: int = 50) -> dict[str, Any]:
        return {"alerts": [views.document(one) for one in desk.ledger.documents(min(most, 500))]}

    @api.get("/alerts/{key}")
    async def get_alert(key: str, source: str = Depends(sender)) -> dict[str, Any]:
        """A document, its verdict, and what became of it at every speaker. A source reads its own."""
        one = _own(desk, key, source)
        plans = [views.plan(desk, row) for row in desk.ledger.plans(key)]
        return {**views.document(one), "plans": plans}

    @api.get("/alerts/{key}/receipts")
    async def get_receipts(key: str, source: str = Depends(sender)) -> dict[str, Any]:
        """What a source was told of its document, oldest first, as it would be over MQTT; signed where it has a key (docs/receipts.md)."""
        _own(desk, key, source)
        return {"key": key, "receipts": desk.receipts(key, source)}

    @api.get("/alerts/{key}/trace")
    async def get_trace(key: str, source: str = Depends(sender)) -> dict[str, Any]:
        """Why it came to what it came to: every rule that was asked, the field and value it saw, what it answered, and what each speaker says."""
        one = _own(desk, key, source)
        plans = [row.plan for row in desk.ledger.plans(key)]
        return explanation(one.alert.identifier, one.key, one.verdict, one.trace, plans, desk.roster())

    @api.get("/speakers", dependencies=[owner])
    async def get_speakers() -> dict[str, Any]:
        return {"speakers": views.speakers(desk)}

    @api.get("/on-air", dependencies=[owner])
    async def get_on_air() -> dict[str, Any]:
        return {"on_air": views.on_air(desk)}

    @api.post("/stop", dependencies=[owner])
    async def stop(order: StopOrder) -> dict[str, Any]:
        """Silence now; what comes later is not barred."""
        return {"silenced": sorted(await desk.stop(order.target, "owner"))}

    @api.post("/say", dependencies=[owner], status_code=202)
    async def say(order: TestOrder) -> dict[str, Any]:
        plan = await desk.say(order.text, order.speakers, "owner", order.reason)
        return {"plan": plan.id, "text": plan.parts[0].script.text}

    @api.get("/health", dependencies=[owner])
    async def health() -> dict[str, Any]:
        """All that is watched; `status` is ok, degraded or failing, with `reasons`. 200 in any case."""
        return health_view(desk)

    api.include_router(watch.routes(desk), dependencies=[owner])
    api.include_router(drill.routes(desk), dependencies=[owner])
    api.include_router(readings.routes(desk), dependencies=[owner])
    api.include_router(review.routes(desk), dependencies=[owner])

    @api.get("/events", dependencies=[owner])
    async def events() -> StreamingResponse:
        """Server-sent events: accepted, speaker, summary, rejected, stop, alarm."""
        return StreamingResponse(
            _stream(desk), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    return api


async def _stream(desk: Desk) -> AsyncIterator[str]:
    with desk.events() as queue:
        yield ": connected\n\n"
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    event = await queue.get()
            except TimeoutError:
                yield ": alive\n\n"
                continue
            yield f"event: {event.kind}\ndata: {body(event)}\n\n"


def _refuse() -> HTTPException:
    return HTTPException(
        401, "需要凭证：Authorization: Bearer … / a bearer token is needed", {"WWW-Authenticate": "Bearer"}
    )


def _is_owner(tokens: Tokens, request: Request) -> bool:
    """By token, or by a browser's session for what changes nothing."""
    reading = (
        request.method in ("GET", "HEAD") and tokens.form_key(request.cookies.get(COOKIE, "")) is not None
    )
    return tokens.owns(bearer(request)) or reading


def _owner(tokens: Tokens) -> Callable[[Request], Any]:
    async def owner(request: Request) -> None:
        if not _is_owner(tokens, request):
            raise _refuse()

    return owner


def _sender(desk: Desk, tokens: Tokens) -> Callable[[Request], Any]:
    async def sender(request: Request) -> str:
        """The source a request comes from, or OWNER."""
        found = tokens.source(bearer(request))
        if found is None and _is_owner(tokens, request):
            found = OWNER
        if found is None:
            raise _refuse()
        return found

    return sender


def _own(desk: Desk, key: str, source: str) -> Any:
    one = desk.ledger.document(key, None if source == OWNER else source)
    if one is None:
        raise HTTPException(404, "没有这条预警 / no such alert")
    return one
