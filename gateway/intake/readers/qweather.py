"""QWeather's weather alert API, version 1 (dev.qweather.com): `{metadata, alerts: [...]}`. It names no area: the source's own holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.intake.readers.keys import at, inner, needed, sent, text, told
from gateway.model.alert import Alert, Info, MsgType, Pair, Reference, Scope, Severity, Status

SENDER = "qweather"
"""Who speaks: a relay, whatever office it quotes."""
_TYPES = {"alert": MsgType.ALERT, "update": MsgType.UPDATE, "cancel": MsgType.CANCEL}


def fits(document: Mapping[str, Any]) -> bool:
    return "alerts" in document and ("metadata" in document or "sender" not in document)


def alert(one: object) -> Alert:
    """One of `alerts`. Raises Unreadable."""
    found = told(one)
    identifier = needed(found, "id")
    message = inner(found, "messageType") or {"code": text(found, "msgType")}
    said = text(message, "code").lower()
    older = message.get("supersedes") or found.get("relatedAlertIds") or ()
    references = [str(name) for name in older if isinstance(older, list) and str(name) != identifier]
    if said == "cancel" and not references:
        # It is lifted under its own name: the end gets one of its own, or it would be a duplicate.
        references, identifier = [identifier], f"{identifier}.cancel"
    return Alert(
        identifier,
        SENDER,
        sent(found, "issuedTime"),
        Status.ACTUAL,
        _TYPES.get(said),
        Scope.PUBLIC,
        references=tuple(Reference("", name, None) for name in references),
        infos=(_info(found),),
    )


def _info(found: Mapping[str, Any]) -> Info:
    event = inner(found, "eventType") or {"name": text(found, "event")}
    severity, colour = text(found, "severity").lower(), text(inner(found, "color"), "code")
    responses = found.get("responseTypes")
    return Info(
        language="zh-CN",
        event=text(event, "name"),
        event_codes=(Pair("qweather", text(event, "code")),),
        response_types=tuple(map(str, responses)) if isinstance(responses, list) else (),
        urgency=text(found, "urgency") or "Unknown",
        severity=next((value for value in Severity if value.lower() == severity), Severity.UNKNOWN),
        certainty=text(found, "certainty") or "Unknown",
        effective=at(found, "effectiveTime"),
        onset=at(found, "onsetTime"),
        expires=at(found, "expireTime"),
        sender_name=text(found, "senderName"),
        headline=text(found, "headline"),
        description=text(found, "description"),
        instruction=text(found, "instruction"),
        parameters=(Pair("color", colour),) if colour else (),
    )
