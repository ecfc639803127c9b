"""Caiyun's alerts (docs.caiyunapp.com): `result.alert.content[]` of its v2.6 weather API.

Its `code` is type and level, two digits each.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.keys import as_object, inner, needed, sent, text
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Reference, Scope, Status
from gateway.model.reason import Reason, Why

SENDER = "caiyun"
"""The sender of all its alerts: a relay, whichever office it quotes."""
_TYPES = {"预警中": MsgType.ALERT, "预警解除": MsgType.CANCEL}


def listed(document: Mapping[str, Any]) -> object | None:
    """The alerts of a weather answer; None if it is none."""
    return inner(inner(document, "result"), "alert").get("content")


def fits(document: Mapping[str, Any]) -> bool:
    """Whether it is one alert by itself."""
    return "alertId" in document and "pubtimestamp" in document


def call(raw: bytes, secret: bytes) -> str:
    """The event of a webhook call, ALERT_ON or ALERT_OFF. It has no text; the feed has.

    Its signature is sha1(secret + alert_id + nonce). Raises Unreadable if it is wrong.
    """
    try:
        fields = as_object(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)})) from error
    signed = secret + needed(fields, "alert_id").encode() + needed(fields, "nonce").encode()
    expected = hashlib.sha1(signed).hexdigest()  # noqa: S324 - Caiyun's own
    if not hmac.compare_digest(expected.encode(), needed(fields, "signature").lower().encode()):
        raise Unreadable(
            Why(Reason.BAD_VALUE, {"element": "signature", "saw": text(fields, "signature")[:40]}),
            "signature",
        )
    return needed(fields, "event")


def alert(document: object) -> Alert:
    """One element of `content`. A lift has the identifier of the warning that it lifts. Raises Unreadable."""
    fields = as_object(document)
    identifier = needed(fields, "alertId")
    kind = _TYPES.get(text(fields, "status"))
    lifts = kind is MsgType.CANCEL
    return Alert(
        f"{identifier}.cancel" if lifts else identifier,
        SENDER,
        sent(fields, "pubtimestamp"),
        Status.ACTUAL,
        kind,
        Scope.PUBLIC,
        references=(Reference("", identifier, None),) if lifts else (),
        infos=(_info(fields),),
    )


def _info(fields: Mapping[str, Any]) -> Info:
    code, place = text(fields, "code"), text(fields, "adcode")
    return Info(
        language="zh-CN",
        event=text(fields, "title"),
        event_codes=(Pair("weathercn", code[:2]),),
        sender_name=text(fields, "source"),
        headline=text(fields, "title"),
        description=text(fields, "description"),
        parameters=(Pair("LEVELCODE", code[2:4]),) if len(code) == 4 else (),
        areas=(Area(text(fields, "location"), geocodes=(Pair(CPEAS, place),)),) if place else (),
    )
