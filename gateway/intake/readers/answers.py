"""Where the alerts stand in the answer of a web interface: `{code, msg, data: {list: […]}}` and others.

The answers of many platforms have the same wrapping around every list, also around an empty one.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from gateway.intake.readers import tree
from gateway.intake.readers.keys import Entries

DEEPEST = 5
"""Objects around the list at most. Our choice."""
MOST = 1000
"""Objects and lists that are looked at, at most, before the answer counts as another format. Our choice."""
PLACES = 10
"""Places with alerts that are told at most. Our choice."""

SHOWN = 10
"""Keys of an object that are shown at most. Our choice."""
_SUCCESS = {"0", "00", "000", "0000", "00000", "1", "200", "20000", "ok", "success", "succeed", "true"}
"""What codes of success are, as texts in lower case."""
_COUNTS = {"total", "count", "totalcount", "totalelements", "totalnum", "totalrecords"}
"""Names of the number of entries: an empty list beside another number has lost them."""
_QUOTED = re.compile("prev|histor|request|original|quot|supersed|replaced|related")
"""How keys begin under which an answer repeats what was: not read where alerts also stand elsewhere."""
_FOLLOWS = {"update", "cancel", "ack", "error"}
_NOT_ACTUAL = {"test", "exercise", "draft"}
_WORDS = {"identifier", "msgtype", "headline", "title", "event", "description", "level"}
"""Names of warnings: an object that has one is no answer without warnings."""


def listed(
    document: object,
    known: Callable[[object], bool],
    around: Callable[[Mapping[str, Any]], bool] = lambda _: False,
) -> Entries | None:
    """The list with an entry that is known, or the known object by itself, wherever it stands.

    None if there is none. Where several places have alerts of their own, `others` has the further ones: a
    place that is passed over may hold the warning. What stands inside an alert is a quotation. `around` tells
    of a known object whether it only stands around an alert: alerts may stand beside that one.
    """
    waiting: deque[tuple[tuple[str, ...], object]] = deque([((), document)])
    found: list[tuple[tuple[str, ...], list[object]]] = []
    for _ in range(MOST):
        if not waiting or len(found) > PLACES:
            break
        path, value = waiting.popleft()
        entries = value if isinstance(value, list) else [value]
        if any(map(known, entries)) and not (isinstance(value, dict) and around(value)):
            found.append((path, entries))
        elif isinstance(value, dict) and len(path) < DEEPEST and not itself(value):
            inner = ((key, one) for key, one in value.items() if isinstance(one, (dict, list)))
            waiting.extend(((*path, key), one) for key, one in inner)
    return _together(found)


def itself(fields: Mapping[str, Any]) -> bool:
    """Whether an object is a message of its own: what stands in it is a quotation, and its own message type
    or status counts. So a Cancel that quotes its red never becomes that red."""
    told = {tree.name(key): value for key, value in fields.items()}
    kinds = [tree.text(told[key]).strip().lower() for key in ("msgtype", "messagetype") if key in told]
    if kinds and ("identifier" in told or not _FOLLOWS.isdisjoint(kinds)):
        return True
    return tree.text(told.get("status")).strip().lower() in _NOT_ACTUAL


def _together(found: list[tuple[tuple[str, ...], list[object]]]) -> Entries | None:
    """The places as one, without those that repeat another or are told to be of the past."""
    now = [one for one in found if not any(_QUOTED.match(tree.name(key)) for key in one[0])] or found
    apart: list[tuple[tuple[str, ...], list[object]]] = []
    for path, entries in now:
        if any(all(one in other for one in entries) for _, other in apart):
            continue
        apart = [(place, ours) for place, ours in apart if not all(one in entries for one in ours)]
        apart.append((path, entries))
    if not apart:
        return None
    return Entries(_place(apart[0][0]), apart[0][1], tuple(".".join(path) for path, _ in apart[1:]))


def empty(document: object) -> Entries | None:
    """No entries, if an answer tells success and everything in it that could hold an entry is empty.

    None for any other document: what is not understood is never an empty list.
    """
    if not isinstance(document, dict) or not _WORDS.isdisjoint(map(tree.name, document)):
        return None
    if any(value not in (None, "", "0", 0) for key, value in document.items() if tree.name(key) in _COUNTS):
        return None
    told = any(succeeded(document[key]) for key in ("code", "status", "success") if key in document)
    inside = [value for value in document.values() if isinstance(value, (list, dict))]
    none = any(map(_lists_nothing, inside)) or document.get("data", "") is None
    return Entries("", []) if told and none and all(map(_hollow, inside)) else None


def succeeded(code: object) -> bool:
    """Whether a code of an answer tells success."""
    return str(code).strip().lower() in _SUCCESS


def _lists_nothing(value: object) -> bool:
    """Whether it is an empty list or holds one."""
    return value == [] or (isinstance(value, dict) and any(map(_lists_nothing, value.values())))


def shape(value: object, deep: int = 4) -> str:
    """The keys of a value without what they hold, for a refusal: `{code, data: {rows: [{id, name}]}}`."""
    if isinstance(value, list):
        return f"[{shape(value[0], deep - 1)}]" if value and deep else "[]"
    if not isinstance(value, dict) or not deep:
        return "…"
    named = [
        f"{key[:30]}: {shape(inner, deep - 1)}" if isinstance(inner, (dict, list)) else key[:30]
        for key, inner in itertools.islice(value.items(), SHOWN)
    ]
    return "{" + ", ".join(named + ["…"] * (len(value) > SHOWN)) + "}"


def _hollow(value: object) -> bool:
    """Whether a list is empty, and an object has only empty lists and numbers."""
    if isinstance(value, list):
        return not value
    if isinstance(value, dict):
        told = [value[key] for key in value if tree.name(key) in _COUNTS]
        return not any(told) and all(map(_hollow, value.values()))
    return value is None or isinstance(value, (int, float)) or value == ""


def _place(path: tuple[str, ...]) -> str:
    """The path with dots; "" where a key of it holds a dot: then the list is told without its place."""
    return "" if any("." in key or not key for key in path) else ".".join(path)
