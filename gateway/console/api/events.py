"""Live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from gateway.model.event import Event
from gateway.receipts.bodies import body

KEEP_ALIVE_S = 15.0
"""After so long without an event a comment is sent, so that proxies keep the connection. Our choice."""

Watch = Callable[[], AbstractContextManager[asyncio.Queue[Event]]]


def routes(watch: Watch) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/events")
    async def events() -> StreamingResponse:
        """Server-sent events, each with its kind and its JSON (`gateway.model.event`)."""
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(_stream(watch), media_type="text/event-stream", headers=headers)

    return api


async def _stream(watch: Watch) -> AsyncIterator[str]:
    with watch() as queue:
        yield ": connected\n\n"
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    event = await queue.get()
            except TimeoutError:
                yield ": alive\n\n"
                continue
            yield f"event: {event.kind}\ndata: {body(event)}\n\n"
