"""Warnings as JSON: the document is parsed, and the first format of the registry that knows it reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import charset
from gateway.intake.readers.elements import DEEPEST
from gateway.intake.readers.keys import Entries
from gateway.intake.readers.registry import JSON
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why
from gateway.wording.characters import legible


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The alerts of a JSON document, at least one. Raises Unreadable with the key that is wrong.

    An alert that cannot be read is a defect of the others in its document: one bad alert loses no other.
    """
    _, entries, alert = members(raw)
    alerts = _each(entries, alert)
    if charset.text(raw) is None:
        return alerts
    lies = Defect("encoding", "utf-8")
    return tuple(replace(one, defects=(*one.defects, lies)) for one in alerts)


def members(raw: bytes) -> tuple[Any, Entries, Callable[[object], Alert]]:
    """A parsed document, the entries of its alerts, and the reader of one. Raises Unreadable."""
    document = _parsed(raw)
    if document == []:
        raise Unreadable(Why(Reason.EMPTY))
    for form in JSON:
        if (entries := form.entries(document)) is not None:
            return document, entries, form.alert
    raise Unreadable(Why(Reason.UNKNOWN_FORMAT, {"saw": repr(document)[:20]}))


def _parsed(raw: bytes) -> Any:
    """The JSON value of the bytes, bounded in depth. Raises Unreadable."""
    try:
        document = json.loads(charset.text(raw) or raw)
    except RecursionError as error:
        raise Unreadable(Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})) from error
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)}), "", line) from error
    if _deeper(document, DEEPEST):
        raise Unreadable(Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)}))
    return document


def _each(entries: Entries, alert: Callable[[object], Alert]) -> tuple[Alert, ...]:
    """The alerts of the entries, each read by itself. Raises the first Unreadable if none can be read."""
    if not isinstance(entries.listed, list):
        fields = {"element": entries.place, "saw": repr(entries.listed)[:80], "expected": "[…]"}
        raise Unreadable(Why(Reason.BAD_VALUE, fields), entries.place)
    alerts: list[Alert] = []
    lost: list[Defect] = []
    first: Unreadable | None = None
    for number, entry in enumerate(entries.listed):
        try:
            alerts.append(legible(alert(entry)))
        except Unreadable as failure:
            first = first or failure
            lost.append(Defect(f"{entries.place}[{number}].{failure.element}", str(failure.why.reason)))
    if first and not alerts:
        raise first
    return tuple(replace(each, defects=(*each.defects, *lost)) if lost else each for each in alerts)


def _deeper(document: object, most: int) -> bool:
    """Whether lists and objects are nested deeper than this."""
    level = [document]
    for _ in range(most + 1):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
