"""NMC's list of warnings (http://www.nmc.cn/rest/findAlarm): `data.page.list[]`, `data.provinceAlarms[]`.

A title, a time and an identifier: it has no text. The format is not published; it is known from programs that
read it (docs/formats/nmc.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from gateway.codes import named
from gateway.intake.readers.formats.listed import region
from gateway.intake.readers.keys import Entries, as_object, inner, needed, sent, text
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Scope, Status
from gateway.wording.issuing import issuer

NAME = "nmc"
"""The name of the format in refusals; i18n has its words."""
SENDER = "nmc"
"""The sender of all these alerts. NMC's site is a relay: the office that it quotes is not the sender."""
_PLACE = "data.page.list"
_PICTURE = re.compile(r"p(\d{4})00(\d)\.\w+$")
"""CMA's pictures: four digits of the hazard, two zeros, one of the level (p0002003.png)."""


def entries(document: object) -> Entries | None:
    """The alerts of an answer. An answer that tells of a failure beside its page has no list."""
    if not isinstance(document, dict):
        return None
    data = inner(document, "data")
    if "page" in data or "provinceAlarms" in data:
        return Entries(_PLACE, _listed(data) if _succeeded(document) else _failure(document))
    return None


def _succeeded(document: Mapping[str, Any]) -> bool:
    return text(document, "code") in ("", "0", "200")


def _failure(document: Mapping[str, Any]) -> dict[str, str]:
    """What the answer tells of itself, in the place of its list: an answer without one is no empty list."""
    return {key: text(document, key) for key in ("code", "msg") if text(document, key)}


def _listed(data: Mapping[str, Any]) -> object:
    """The alerts of the page, then those of provinces that it has not. What is no list is given as it is."""
    page, given = inner(data, "page"), data.get("provinceAlarms")
    listed, provinces = page.get("list"), given if isinstance(given, list) else []
    if listed is None and (provinces or text(page, "count") == "0"):
        listed = []
    if not isinstance(listed, list):
        return listed
    count, first = text(page, "count"), text(page, "pageNo") in ("", "1")
    if first and count not in ("", "0") and not (listed or provinces):
        return {"count": count}  # it has lost its alerts
    known = set(map(_same, listed))
    return [*listed, *(one for one in provinces if _same(one) not in known)]


def _same(entry: object) -> str:
    """The same for two entries that are equal: lists of thousands are compared by it."""
    return json.dumps(entry, sort_keys=True)


def alert(entry: object) -> Alert:
    """One entry of the list. Raises Unreadable.

    The list holds what stands: it has no message type.
    """
    fields = as_object(entry)
    identifier = needed(fields, "alertid")
    return Alert(
        identifier,
        SENDER,
        sent(fields, "issuetime"),
        Status.ACTUAL,
        MsgType.ALERT,
        Scope.PUBLIC,
        infos=(_info(identifier, fields),),
    )


def _info(identifier: str, fields: Mapping[str, Any]) -> Info:
    title = needed(fields, "title")
    picture = _PICTURE.search(text(fields, "pic"))
    return Info(
        language="zh-CN",
        event=title,
        event_codes=(Pair("cma", picture[1]),) if picture and not named(title).code else (),
        sender_name=issuer(title),
        headline=title,
        parameters=(Pair("cmaLevel", picture[2]),) if picture else (),
        areas=(Area(geocodes=codes),) if (codes := region(identifier)) else (),
    )
