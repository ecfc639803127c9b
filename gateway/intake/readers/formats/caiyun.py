"""Caiyun's alerts (docs.caiyunapp.com): `result.alert.content[]` of its weather API, version 2.6.

`code` is the type and the level, two digits each.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.formats.lift import renamed
from gateway.intake.readers.json_text import loaded
from gateway.intake.readers.keys import Entries, as_object, inner, needed, sent, text
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Reference, Scope, Status, national
from gateway.model.reason import Reason, Why
from gateway.wording.issuing import issuer

NAME = "caiyun"
"""The name of the format in refusals; i18n has its words."""
SENDER = "caiyun"
"""The sender of all these alerts. Caiyun is a relay: the office that it quotes is not the sender."""
_WEATHER = {"alert", "realtime", "minutely", "hourly", "daily"}
"""The parts of an answer."""
_SHORT = re.compile(r"(\d\d)(\d\d)")
_COMPACT = re.compile(r"\d\d[A-Z]\d{4}")
"""A letter code with two digits of the level: 11B0304."""
_REGION = re.compile(r"\d{6}|\d{12}")
"""A code of GB/T 2260. The nine digits that mostly stand in `regionId` are weather.com.cn's own."""
_TYPES = {"预警中": MsgType.ALERT, "预警解除": MsgType.CANCEL}


def entries(document: object) -> Entries | None:
    """The alerts of a weather answer, of a list of alerts, or one alert by itself."""
    if isinstance(document, dict) and _is_answer(document):
        return Entries("result.alert.content", _content(document))
    listed = document if isinstance(document, list) else [document]
    return Entries("", listed) if all(map(_is_alert, listed)) else None


def _is_answer(document: Mapping[str, Any]) -> bool:
    """Whether it is an answer of the weather API, also one without alerts."""
    result = document.get("result")
    if not isinstance(result, dict) or _WEATHER.isdisjoint(result):
        return False
    return "alert" not in result or isinstance(result["alert"], dict)


def _content(document: Mapping[str, Any]) -> object:
    """The list of alerts. Of an answer without one what it tells of itself: that is no empty list."""
    alert = inner(inner(document, "result"), "alert")
    content = alert.get("content")
    if content is not None:
        return content
    told = {"status": text(alert, "status") or text(document, "status"), "error": text(document, "error")}
    return [] if text(alert, "status") == "ok" else {key: value for key, value in told.items() if value}


def _is_alert(entry: object) -> bool:
    return isinstance(entry, dict) and "alertId" in entry and "pubtimestamp" in entry


def call(raw: bytes, secret: bytes) -> str:
    """The event of a webhook call, ALERT_ON or ALERT_OFF. The call holds no text: the feed has it.

    Its signature is sha1(secret + alert_id + nonce). Raises Unreadable if the signature is wrong.
    """
    message = as_object(loaded(raw)[1])
    signed = secret + needed(message, "alert_id").encode() + needed(message, "nonce").encode()
    right = hashlib.sha1(signed).hexdigest()  # noqa: S324 - Caiyun's own
    if not hmac.compare_digest(right.encode(), needed(message, "signature").lower().encode()):
        fields = {"element": "signature", "saw": text(message, "signature")[:40]}
        raise Unreadable(Why(Reason.BAD_VALUE, fields), "signature")
    return needed(message, "event")


def alert(entry: object) -> Alert:
    """One entry of `content`.

    A lift comes under the identifier of the alert that it lifts. Raises Unreadable.
    """
    fields = as_object(entry)
    identifier = needed(fields, "alertId")
    kind = _TYPES.get(text(fields, "status"))
    lifts = kind is MsgType.CANCEL
    return Alert(
        renamed(identifier) if lifts else identifier,
        SENDER,
        sent(fields, "pubtimestamp"),
        Status.ACTUAL,
        kind,
        Scope.PUBLIC,
        references=(Reference("", identifier, None),) if lifts else (),
        infos=(_info(fields),),
    )


def _issuer(fields: Mapping[str, Any]) -> str:
    """The office of the title. `source` is mostly the platform that passes warnings on; another office there
    counts, but for 中央气象台, which is named there for the warnings of others too."""
    source = text(fields, "source")
    named = "" if source.startswith("中央") else source
    return issuer(text(fields, "title"), text(fields, "description"), named)


def _info(fields: Mapping[str, Any]) -> Info:
    code = text(fields, "code")
    short = _SHORT.fullmatch(code)
    levelled = short[2] if short else code[-2:] if _COMPACT.fullmatch(code) else ""
    return Info(
        language="zh-CN",
        event=text(fields, "title"),
        event_codes=(Pair("weathercn", code[:2]) if len(code) <= 4 else Pair("code", code),),
        sender_name=_issuer(fields),
        headline=text(fields, "title"),
        description=text(fields, "description"),
        parameters=(Pair("LEVELCODE", levelled),) if levelled else (),
        areas=_areas(fields),
    )


def _areas(fields: Mapping[str, Any]) -> tuple[Area, ...]:
    """The area: `adcode`, else a `regionId` that is such a code, else the region of the national
    identifier."""
    identifier, region = text(fields, "alertId"), text(fields, "regionId")
    code = text(fields, "adcode") or (region if _REGION.fullmatch(region) else "")
    code = code or (identifier[:6] if national(identifier) else "")
    return (Area(text(fields, "location"), geocodes=(Pair(CPEAS, code),)),) if code else ()
