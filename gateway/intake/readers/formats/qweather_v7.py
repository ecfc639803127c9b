"""QWeather's warning API, version 7, which its owner stopped on 2026-10-01: refused by name.

What still comes in this form comes out of a store or of an old program, and nobody can say how old it is. The
refusal says what to ask instead.
"""

from __future__ import annotations

from gateway.intake import Unreadable
from gateway.intake.readers.keys import Entries
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why

NAME = "qweather_v7"
_LISTS = ("warning", "warningLocList")
"""The list of `/v7/warning/now`, and that of `/v7/warning/list`."""
_AROUND = {"code", "updateTime", "fxLink", "refer"}
_OWN = {"severityColor", "typeName"}
"""Keys of one warning, beside `pubTime`."""


def entries(document: object) -> Entries | None:
    """The whole answer, also one without warnings; a list of its warnings, or one of them."""
    if isinstance(document, dict) and len(_AROUND & document.keys()) >= 2:
        return Entries("", [document]) if any(key in document for key in _LISTS) else None
    listed = document if isinstance(document, list) else [document]
    return Entries("", [document]) if listed and all(map(_is_warning, listed)) else None


def _is_warning(entry: object) -> bool:
    return isinstance(entry, dict) and "pubTime" in entry and bool(_OWN & entry.keys())


def alert(entry: object) -> Alert:
    """Never an alert. Raises Unreadable with the number of warnings that are not read."""
    listed = entry.get("warning") if isinstance(entry, dict) and "pubTime" not in entry else entry
    number = len(listed) if isinstance(listed, list) else 1 if isinstance(listed, dict) else 0
    raise Unreadable(Why(Reason.QWEATHER_V7, {"number": str(number) if number else ""}))
