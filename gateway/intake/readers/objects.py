"""Warnings as JSON: the document is parsed, and the first format of the registry that knows it reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import charset
from gateway.intake.readers.elements import DEEPEST
from gateway.intake.readers.keys import Entries
from gateway.intake.readers.position import Positions, deepest
from gateway.intake.readers.refusal import told
from gateway.intake.readers.registry import JSON, KNOWN, ObjectFormat
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why
from gateway.wording.characters import legible

NAME = "json"
"""The name in refusals of a document that is in no format yet."""


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The alerts of a JSON document, at least one. Raises Unreadable with the key that is wrong.

    An alert that cannot be read is a defect of the others in its document: one bad alert loses no other.
    """
    alerts = _each(opened(raw))
    if charset.text(raw) is None:
        return alerts
    lies = Defect("encoding", "utf-8")
    return tuple(replace(one, defects=(*one.defects, lies)) for one in alerts)


@dataclass
class Opened:
    """A parsed document whose format is known, before its alerts are read."""

    text: str
    document: Any
    form: ObjectFormat
    entries: Entries

    @property
    def listed(self) -> list[object]:
        """The entries, before they are read. Raises Unreadable if there is no list of them."""
        if isinstance(self.entries.listed, list):
            return self.entries.listed
        fields = {"saw": repr(self.entries.listed)[:80], "expected": "[…]"}
        failure = Unreadable(Why(Reason.BAD_VALUE, fields), self.entries.place)
        raise told(failure, self.form.NAME, line=self._positions.line_of_list())

    def each(self) -> Iterator[Alert | Unreadable]:
        """Every alert, or why it cannot be read. Raises Unreadable if there is no list of them."""
        for number, entry in enumerate(self.listed):
            try:
                yield legible(self.form.alert(entry))
            except Unreadable as failure:
                yield self._told(failure, number)

    def _told(self, failure: Unreadable, number: int) -> Unreadable:
        """A refusal of a format, with the place in the document."""
        inside = self.entries.place or isinstance(self.document, list)
        path = f"{self.entries.place}[{number}].{failure.element}".rstrip(".") if inside else failure.element
        line = failure.line or self._positions.line(number, failure.element)
        return told(
            failure, self.form.NAME, element=path, line=line, member=number + 1 if len(self.listed) > 1 else 0
        )

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.text, self.entries.place)


def opened(raw: bytes) -> Opened:
    """A document in the first format that knows it. Raises Unreadable."""
    text, document = _parsed(raw)
    if document == []:
        raise told(Unreadable(Why(Reason.EMPTY)), NAME)
    for form in JSON:
        if (entries := form.entries(document)) is not None:
            return Opened(text, document, form, entries)
    raise told(Unreadable(Why(Reason.UNKNOWN_FORMAT, {"saw": repr(document)[:20], "formats": KNOWN})), NAME)


def _parsed(raw: bytes) -> tuple[str, Any]:
    """The text and the JSON value of the bytes, bounded in depth. Raises Unreadable."""
    text = ""
    try:
        text = charset.text(raw) or raw.decode(json.detect_encoding(raw), "surrogatepass")
        document = json.loads(text)
    except RecursionError as error:
        raise _too_deep(text) from error
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise told(Unreadable(Why(Reason.NOT_JSON, {"saw": str(error)}), "", line), NAME) from error
    if _deeper(document, DEEPEST):
        raise _too_deep(text)
    return text, document


def _too_deep(text: str) -> Unreadable:
    why = Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)})
    return told(Unreadable(why), NAME, line=deepest(text, DEEPEST))


def _each(document: Opened) -> tuple[Alert, ...]:
    """The alerts of a document, each read by itself. Raises the first Unreadable if none can be read."""
    alerts: list[Alert] = []
    lost: list[Defect] = []
    first: Unreadable | None = None
    for number, one in enumerate(document.each()):
        if isinstance(one, Alert):
            alerts.append(one)
            continue
        first = first or one
        element = f"{document.entries.place}[{number}].{one.element}"
        lost.append(Defect(element, str(one.why.reason), one.line))
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
