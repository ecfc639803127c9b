"""Refusals: the answer of every route to an act that is refused.

404 where nothing has the name that was given, 422 where a request is not as the route wants it, else 409.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from drivers import validation
from gateway.console.views.reasons import why
from gateway.intake.readers.refusal import SHOWN
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused

_PLACES = ("body", "query", "path", "header", "cookie", "form")
"""Where FastAPI found a key. The key alone is told, unless it has no name."""


_TEXT = {"type": "string"}
_REFUSAL = {
    "type": "object",
    "properties": {
        "reason": _TEXT,
        "fields": {"type": "object", "additionalProperties": _TEXT},
        "sentence": {**_TEXT, "description": "中文 Chinese"},
        "sentence_en": {**_TEXT, "description": "英文 English"},
    },
}
_DETAIL = {"type": "object", "properties": {"detail": _REFUSAL}}
_MEANT = {
    400: "请求不成样子 The request is no request",
    401: "需要凭证 A credential is needed",
    404: "没有这一个 There is none of this name",
    408: "正文没有按时收全 The body did not come in time",
    409: "现在不能这样做 It cannot be done now",
    413: "正文太大 The body is too large",
    422: "请求不对，或来件读不懂 The request is wrong, or what came cannot be read",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": meant, "content": {"application/json": {"schema": _DETAIL}}}
    for status, meant in _MEANT.items()
}
"""The refusals of every route in `/openapi.json`, in place of FastAPI's own."""


async def refuse(_: Request, refused: Exception) -> JSONResponse:
    """The handler of Refused. `detail` is the reason with its fields and its sentence in both languages."""
    assert isinstance(refused, Refused)
    return JSONResponse({"detail": why(refused.why)}, 404 if refused.unknown else 409)


async def correct(_: Request, wrong: Exception) -> JSONResponse:
    """The handler of a request that has a wrong or missing key.

    `detail` tells the first fault as a reason. `faults` has each of them, where there are more.
    """
    assert isinstance(wrong, RequestValidationError)
    faults = [why(_told(fault)) for fault in wrong.errors()]
    detail = {**faults[0], **({"faults": faults} if len(faults) > 1 else {})}
    return JSONResponse({"detail": detail}, 422)


async def tell(request: Request, error: Exception) -> Response:
    """The handler of HTTPException. Where a library says no in English, the refusal is told as a reason."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        return JSONResponse({"detail": why(Why(Reason.BAD_REQUEST))}, 400)
    return await http_exception_handler(request, error)


def _told(fault: Mapping[str, Any]) -> Why:
    place, keys = fault["loc"][0], [str(key) for key in fault["loc"][1:]]
    if fault["type"] == "json_invalid" or place not in _PLACES:
        keys = []
    fields = {"element": ".".join(keys), **validation.named(fault), "saw": _shown(fault)}
    return Why(Reason.BAD_REQUEST, {name: value for name, value in fields.items() if value})


def _shown(fault: Mapping[str, Any]) -> str:
    """The value that was sent, "" where there is none to tell."""
    value = fault.get("input")
    if fault["type"] in ("missing", "json_invalid") or isinstance(value, (dict, bytes)):
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)[:SHOWN]
