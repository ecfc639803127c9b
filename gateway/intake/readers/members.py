"""The members of a document with several alerts, when some can be read and others cannot.

A member that cannot be read becomes a document of its own: it is quarantined under its own number, shown, and
released. The others go on without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers import envelope, objects
from gateway.intake.readers.document import Came, opened
from gateway.intake.readers.keys import Entries
from gateway.intake.readers.refusal import lower
from gateway.model.alert import Alert

_LOST = re.compile(r"alert/|.*\[\d+\]\.")
"""How the readers name the element of a member that they lost (`envelope`, `objects`)."""

BESIDE = 1000
"""Characters of a value beside a list that goes with each of its members, at most. Our choice."""


@dataclass(frozen=True)
class Lost:
    """A member that cannot be read."""

    member: int
    """Its place in the document, from 1."""
    raw: bytes
    """A document in the same format, in UTF-8, that holds this member alone."""
    unreadable: Unreadable
    """Why, with the line and the path in the whole document."""


def losing(alerts: Iterable[Alert]) -> bool:
    """Whether the document of these alerts had a member that could not be read."""
    return any(_LOST.match(defect.element) for alert in alerts for defect in alert.defects)


def lost(came: Came) -> tuple[Lost, ...]:
    """The members of a document that cannot be read, in order. Raises Unreadable if the document cannot."""
    document = opened(came)
    found = _elements(document.body) if document.body.startswith(b"<") else _objects(document.body)
    return tuple(replace(one, unreadable=lower(one.unreadable, document.above)) for one in found)


def unread(came: Came) -> tuple[Lost, ...]:
    """The members of a document of several alerts, none of which can be read. Never raises."""
    try:
        found = lost(came)
    except Unreadable:
        return ()
    return found if len(found) > 1 else ()


def _elements(raw: bytes) -> tuple[Lost, ...]:
    found: list[Lost] = []
    members = envelope.members(raw)
    for number, (parts, read) in enumerate(zip(members, envelope.each(members), strict=True), 1):
        if isinstance(read, Unreadable):
            alone = etree.tostring(parts.element, encoding="UTF-8", xml_declaration=True, with_tail=False)
            found.append(Lost(number, alone, read))
    return tuple(found)


def _objects(raw: bytes) -> tuple[Lost, ...]:
    opened = objects.opened(raw)
    found: list[Lost] = []
    whole, holder, key = _shell(opened.document, opened.entries)
    for number, (entry, read) in enumerate(zip(opened.listed, opened.each(), strict=True), 1):
        if isinstance(read, Unreadable):
            holder[key] = [entry]
            found.append(Lost(number, _bytes(whole[""]), read))
    return tuple(found)


def _bytes(document: object) -> bytes:
    """JSON in UTF-8; a single surrogate, which UTF-8 cannot hold, as the escape that it came as."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _shell(document: Any, entries: Entries) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The document without its list, under the key "", with the object and the key in which the list stands.

    What is large beside the list is left out: every member gets a copy of it. Where the place is none of the
    document, as where a format puts two lists together, it is made.
    """
    whole: dict[str, Any] = {"": document}
    holder, last = whole, ""
    for key in filter(None, entries.place.split(".")):
        inner = holder[last] if isinstance(holder.get(last), dict) else {}
        holder[last] = {name: value for name, value in inner.items() if name == key or _small(value)}
        holder, last = holder[last], key
    return whole, holder, last


def _small(value: object) -> bool:
    """Whether a value beside a list may go with every member of it. A list is none: it may hold members."""
    return not isinstance(value, list) and len(json.dumps(value, ensure_ascii=False)) <= BESIDE
