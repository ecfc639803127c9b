"""Hooks: a service calls that it has news."""

from __future__ import annotations

from fastapi import APIRouter, Request

from gateway.console.access.callers import no_token
from gateway.console.desk import Feeds
from gateway.console.views import View
from gateway.intake import Unreadable
from gateway.intake.readers.formats import caiyun


def routes(feeds: Feeds) -> APIRouter:
    """For services that sign their calls with the feed's secret."""
    api = APIRouter()

    @api.post("/hooks/{source}", status_code=202)
    async def hook(source: str, request: Request) -> View:
        """Caiyun calls that there is news: the feed of this name is asked at once."""
        secret = feeds.secret(source)
        raw = await request.body()
        try:
            event = caiyun.call(raw, secret) if secret else ""
        except Unreadable as unreadable:
            raise no_token() from unreadable
        if not event:
            raise no_token()
        feeds.ask(source)
        return {"event": event}

    return api
