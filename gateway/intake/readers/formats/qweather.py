"""QWeather's weather alert API, version 1 (dev.qweather.com): `{metadata, alerts: [...]}`.

It names no area: the area of the source holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.intake.readers.formats.lift import renamed
from gateway.intake.readers.keys import Entries, as_object, at, inner, needed, sent, text
from gateway.model.alert import Alert, Info, MsgType, Pair, Reference, Scope, Severity, Status, spelt
from gateway.wording.issuing import issuer

NAME = "qweather"
"""The name of the format in refusals; i18n has its words."""
SENDER = "qweather"
"""The sender of all these alerts. QWeather is a relay: the office that it quotes is not the sender."""
_TYPES = {"alert": MsgType.ALERT, "update": MsgType.UPDATE, "cancel": MsgType.CANCEL}


_OWN = {"issuedTime", "messageType", "relatedAlertIds", "senderName", "effectiveTime", "expireTime"}
"""Keys of one alert that lists of others under the same name do not have."""


def entries(document: object) -> Entries | None:
    """The alerts of an answer of the API: with its metadata, else with an alert of its own or with none."""
    if not isinstance(document, dict) or "alerts" not in document:
        return None
    listed = document["alerts"]
    others = isinstance(listed, list) and listed and not any(map(_own, listed))
    if "metadata" in document or not (others or "sender" in document):
        return Entries("alerts", listed)
    return None


def _own(entry: object) -> bool:
    return isinstance(entry, dict) and not _OWN.isdisjoint(entry)


def alert(entry: object) -> Alert:
    """One entry of `alerts`. Raises Unreadable."""
    fields = as_object(entry)
    identifier = needed(fields, "id")
    message = inner(fields, "messageType") or {"code": text(fields, "msgType")}
    kind = text(message, "code").lower()
    older = message.get("supersedes") or fields.get("relatedAlertIds") or []
    named = older if isinstance(older, list) else [older] if isinstance(older, str) else []
    references = [str(name) for name in named if str(name) != identifier]
    if kind == "cancel" and not references:
        references, identifier = [identifier], renamed(identifier)
    return Alert(
        identifier,
        SENDER,
        sent(fields, "issuedTime"),
        Status.ACTUAL,
        _TYPES.get(kind),
        Scope.PUBLIC,
        references=tuple(Reference("", name, None) for name in references),
        infos=(_info(fields),),
    )


def _info(fields: Mapping[str, Any]) -> Info:
    event = inner(fields, "eventType") or {"name": text(fields, "event")}
    colour = text(inner(fields, "color"), "code")
    responses = fields.get("responseTypes")
    return Info(
        language="zh-CN",
        event=text(event, "name"),
        event_codes=(Pair("qweather", text(event, "code")),),
        response_types=tuple(map(str, responses)) if isinstance(responses, list) else (),
        urgency=text(fields, "urgency") or "Unknown",
        severity=spelt(Severity, text(fields, "severity")) or Severity.UNKNOWN,
        certainty=text(fields, "certainty") or "Unknown",
        effective=at(fields, "effectiveTime"),
        onset=at(fields, "onsetTime"),
        expires=at(fields, "expireTime"),
        sender_name=issuer(text(fields, "headline"), text(fields, "description"), text(fields, "senderName")),
        headline=text(fields, "headline"),
        description=text(fields, "description"),
        instruction=text(fields, "instruction"),
        parameters=(Pair("color", colour),) if colour else (),
    )
