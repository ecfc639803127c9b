"""Caiyun's alerts (docs.caiyunapp.com): `result.alert.content[]` of its weather API, version 2.6.

`code` is the type and the level, two digits each.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.keys import Entries, as_object, inner, needed, sent, text
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Reference, Scope, Status
from gateway.model.reason import Reason, Why

NAME = "caiyun"
"""The name of the format in refusals; i18n has its words."""
SENDER = "caiyun"
"""The sender of all these alerts. Caiyun is a relay: the office that it quotes is not the sender."""
_ISSUER = re.compile(
    r"(.{2,30}?(?:台|局|厅|站|办|中心|指挥部|政府|委员会|办公室))"
    r"(?=\d|于|将|继续|更新|变更|升级|降级|调整|发布|解除|取消|撤销|撤下)"
)
_TYPES = {"预警中": MsgType.ALERT, "预警解除": MsgType.CANCEL}


def entries(document: object) -> Entries | None:
    """The alerts of a weather answer, of a list of alerts, or one alert by itself."""
    if isinstance(document, dict):
        content = inner(inner(document, "result"), "alert").get("content")
        if content is not None:
            return Entries("result.alert.content", content)
    listed = document if isinstance(document, list) else [document]
    return Entries("", listed) if all(map(_is_alert, listed)) else None


def _is_alert(entry: object) -> bool:
    return isinstance(entry, dict) and "alertId" in entry and "pubtimestamp" in entry


def call(raw: bytes, secret: bytes) -> str:
    """The event of a webhook call, ALERT_ON or ALERT_OFF. The call holds no text: the feed has it.

    Its signature is sha1(secret + alert_id + nonce). Raises Unreadable if the signature is wrong.
    """
    try:
        message = as_object(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)})) from error
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
        f"{identifier}.cancel" if lifts else identifier,
        SENDER,
        sent(fields, "pubtimestamp"),
        Status.ACTUAL,
        kind,
        Scope.PUBLIC,
        references=(Reference("", identifier, None),) if lifts else (),
        infos=(_info(fields),),
    )


def _issuer(title: str) -> str:
    """The office that a title names before its act: 云溪县气象台解除暴雨橙色预警. "" where it names none.

    `source` is the platform that passes warnings on.
    """
    found = _ISSUER.match(title)
    return found.group(1) if found else ""


def _info(fields: Mapping[str, Any]) -> Info:
    code, place = text(fields, "code"), text(fields, "adcode")
    return Info(
        language="zh-CN",
        event=text(fields, "title"),
        event_codes=(Pair("weathercn", code[:2]),) if len(code) <= 4 else (),
        sender_name=_issuer(text(fields, "title")) or text(fields, "source"),
        headline=text(fields, "title"),
        description=text(fields, "description"),
        parameters=(Pair("LEVELCODE", code[2:4]),) if len(code) == 4 else (),
        areas=(Area(text(fields, "location"), geocodes=(Pair(CPEAS, place),)),) if place else (),
    )
