"""Where the alerts stand in the answer of a web interface: `{code, msg, data: {list: […]}}` and others.

The answers of many platforms have the same wrapping around every list, also around an empty one.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable

from gateway.intake.readers.keys import Entries

DEEPEST = 5
"""Objects around the list at most. Our choice."""
MOST = 100
"""Objects and lists that are looked at, at most, before the answer counts as another format. Our choice."""

SHOWN = 10
"""Keys of an object that are shown at most. Our choice."""
_SUCCESS = {"0", "00", "000", "0000", "00000", "1", "200", "20000", "ok", "success", "succeed", "true"}
"""What codes of success are, as texts in lower case."""


def listed(document: object, known: Callable[[object], bool]) -> Entries | None:
    """The first list with an entry that is known, or the first known object by itself; the outermost first.

    None if there is none.
    """
    waiting: deque[tuple[tuple[str, ...], object]] = deque([((), document)])
    for _ in range(MOST):
        if not waiting:
            return None
        path, value = waiting.popleft()
        entries = value if isinstance(value, list) else [value]
        if any(map(known, entries)):
            return Entries(_place(path), entries)
        if isinstance(value, dict) and len(path) < DEEPEST:
            inner = ((key, one) for key, one in value.items() if isinstance(one, (dict, list)))
            waiting.extend(((*path, key), one) for key, one in inner)
    return None


def empty(document: object) -> Entries | None:
    """No entries, if an answer tells success and everything in it that could hold an entry is empty.

    None for any other document: what is not understood is never an empty list.
    """
    if not isinstance(document, dict):
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
        return all(map(_hollow, value.values()))
    return value is None or isinstance(value, (int, float)) or value == ""


def _place(path: tuple[str, ...]) -> str:
    """The path with dots; "" where a key of it holds a dot: then the list is told without its place."""
    return "" if any("." in key or not key for key in path) else ".".join(path)
