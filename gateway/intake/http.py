"""Warnings and gauge values over HTTP: a source posts bytes and learns whether they were accepted.

This module knows neither tokens nor pages. Its callers hand it the source of a request (`sender`), `accept`,
the clock and the bodies of its answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from gateway.intake import Accept, Backlogged
from gateway.intake.body import received
from gateway.intake.door import AGAIN_S, Crowded, Door
from gateway.intake.glance import looks_grave
from gateway.intake.readers.formats.schema import PostedValue, SimpleAlert
from gateway.intake.reply import replied
from gateway.model.alert import AlertKey, Arrival
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed

CAP_EXAMPLE = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>…</identifier>'
    "<sender>county@weather.example</sender><sent>2026-07-28T14:30:00+08:00</sent><status>Actual</status>"
    "<msgType>Alert</msgType><scope>Public</scope><info>…</info></alert>"
)
_BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cap+xml": {"schema": {"type": "string"}, "example": CAP_EXAMPLE},
            "application/json": {
                "schema": SimpleAlert.model_json_schema(ref_template="#/components/schemas/{model}")
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "description": "One document, under any name. 一份预警文件，字段名不限。",
                }
            },
        },
    }
}


_MEANT = {
    200: "已经有了 It is known already",
    207: "其中几份结果不同 Its members fare differently",
    415: "压缩方式不认得 The coding is not read",
    429: "一时太多 Too much at once",
    503: "磁盘写不进 The disk takes nothing",
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"description": meant} for status, meant in _MEANT.items()
}
"""What a post may be answered besides 202 and the refusals of every route."""


def router(
    sender: Callable[[Request], Any],
    accept: Accept,
    now: Callable[[], datetime],
    why: Callable[[Why], dict[str, Any]],
    links: Callable[[Sequence[AlertKey]], dict[str, Any]],
) -> APIRouter:
    """The routes `/alerts` and `/readings`.

    `sender` gives the source of a request, or raises. `why` writes the body of a refusal, `links` the body of
    an acceptance.
    """
    api = APIRouter()
    door = Door()

    @api.post(
        "/alerts",
        status_code=202,
        responses=_ANSWERS,
        openapi_extra=_BODIES,
        summary="发送预警 Send alerts: CAP 1.2 (XML, JSON), simple JSON, and more (docs/formats)",
    )
    async def post_alert(request: Request, source: str = Depends(sender)) -> Response:
        """202 with keys and links; 200 for a duplicate; 422 for what cannot be read, kept in quarantine; 409
        for the identity of a document that we hold with other content, also kept there.

        The body may be compressed (Content-Encoding gzip or deflate, twice at most; 415 for others), and may
        be a form (multipart or urlencoded) with one document in it. UTF-8, GB18030 (GBK, GB2312) and UTF-16
        are read whatever is declared.

        207 where members of a document fare differently: `members` has each with its own status. The bytes
        are on disk by then. 429 where too much comes at once, 503 while the disk takes nothing: send it again
        after Retry-After.
        """
        peer = request.client.host if request.client else ""
        try:
            with door.entering(source) as visit:
                body = await received(request, why, visit.grow)
                arrival = Arrival(body.raw, source, peer, now(), body.charset)
                visit.ask(looks_grave(arrival))
                answer = await accept(arrival)
        except (Crowded, Backlogged) as crowded:
            detail = why(Why(Reason.CROWDED))
            raise HTTPException(429, detail, {"Retry-After": str(AGAIN_S)}) from crowded
        except LedgerFailed as error:
            detail = why(Why(Reason.DISK_TROUBLE, {"error": str(error)}))
            raise HTTPException(503, detail, {"Retry-After": "5"}) from error
        return JSONResponse(*replied(answer, why, links))

    @api.post(
        "/readings",
        status_code=202,
        responses=_ANSWERS,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": PostedValue.model_json_schema()}},
            }
        },
        summary="雨量、水位 A gauge's reading",
    )
    async def post_reading(request: Request, source: str = Depends(sender)) -> Response:
        """As /alerts. A value that reaches a threshold makes a draft, whose key is answered."""
        return await post_alert(request, source)

    return api
