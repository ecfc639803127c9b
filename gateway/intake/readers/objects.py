"""Warnings as JSON: the document is parsed, and the first format of the registry that knows it reads it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers import attachment, likeness
from gateway.intake.readers.answers import shape
from gateway.intake.readers.formats import cap_json, simple
from gateway.intake.readers.formats.registry import JSON, KNOWN, ObjectFormat
from gateway.intake.readers.json_text import loaded
from gateway.intake.readers.keys import Entries, shown
from gateway.intake.readers.lost import audible
from gateway.intake.readers.position import Positions
from gateway.intake.readers.refusal import SHOWN, told
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why
from gateway.wording.characters import legible

log = logging.getLogger(__name__)

MOST = 20
"""Lost members that are told as defects of each of the others. Our choice: each is quarantined by itself."""
NAME = "json"
"""The name in refusals of a document that is in no format yet."""


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The alerts of a JSON document in UTF-8, at least one. Raises Unreadable with the key that is wrong.

    An alert that cannot be read is a defect of the others in its document: one bad alert loses no other.
    """
    return _each(opened(raw))


def embedded(raw: bytes, identifier: str, block: int, place: int) -> bytes:
    """The bytes of an attachment that is embedded in CAP as JSON, as `envelope.embedded` has them of XML.

    Raises Unreadable, IndexError, StopIteration.
    """
    read = (cap_json.parts(entry) for entry in opened(raw).listed if isinstance(entry, dict))
    alert = next(parts for parts in read if parts.text("identifier") == identifier)
    return attachment.content(alert, block, place)


@dataclass
class Opened:
    """A parsed document whose format is known, before its alerts are read."""

    text: str
    document: Any
    form: ObjectFormat
    entries: Entries

    @property
    def listed(self) -> list[object]:
        """The entries, before they are read. Raises Unreadable if there is no list of them, or if alerts
        stand elsewhere too: nobody knows which of them are meant."""
        if self.entries.others:
            places = ", ".join(place[:SHOWN] for place in (self.entries.place or "…", *self.entries.others))
            why = Why(Reason.SEVERAL_PLACES, {"format": self.form.NAME, "saw": places[: 3 * SHOWN]})
            raise Unreadable(why)
        if isinstance(self.entries.listed, list):
            return self.entries.listed
        fields = {"saw": shown(self.entries.listed), "expected": "[…]"}
        failure = Unreadable(Why(Reason.BAD_VALUE, fields), self.entries.place)
        raise told(failure, self.form.NAME, line=self._positions.line_of_list())

    def each(self) -> Iterator[Alert | Unreadable]:
        """Every alert, or why it cannot be read. Raises Unreadable if there is no list of them.

        A fault of ours in one of several is told as theirs is: a list of the whole country loses one entry.
        """
        for number, entry in enumerate(self.listed):
            try:
                yield audible(legible(self._form(entry).alert(entry)))
            except Unreadable as failure:
                yield self._told(failure, number)
            except Exception as error:
                if len(self.listed) == 1:
                    raise
                log.exception("the reader %s failed on entry %d", self.form.NAME, number)
                why = Why(Reason.READER_FAILED, {"error": type(error).__name__})
                yield self._told(Unreadable(why), number)

    def _form(self, entry: object) -> ObjectFormat:
        """The format of the document; of an entry in our simple JSON among others, simple JSON: read as
        another it would lose its level and its act."""
        return simple if simple.certain(entry) else self.form

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
    try:
        text, document = loaded(raw)
    except Unreadable as broken:
        raise told(broken, NAME) from broken
    if document == []:
        raise told(Unreadable(Why(Reason.EMPTY)), NAME)
    for form in JSON:
        if (entries := form.entries(document)) is not None:
            return Opened(text, document, form, entries)
    fields = {"fault": likeness.of_values(document), "keys": shape(document), "formats": KNOWN}
    why = Why(Reason.UNKNOWN_FORMAT, {name: value for name, value in fields.items() if value})
    raise told(Unreadable(why), NAME)


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
        if len(lost) < MOST:
            lost.append(Defect(element, str(one.why.reason), one.line))
    if first and not alerts:
        raise first
    return tuple(replace(each, defects=(*each.defects, *lost)) if lost else each for each in alerts)
