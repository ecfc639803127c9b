"""Where the alerts stand in the answer of a web interface: `{code, msg, data: {list: […]}}` and others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gateway.intake.readers.keys import Entries

DEEPEST = 5
"""Objects around the list at most. Our choice."""
MOST = 100
"""Objects and lists that are looked at, at most, before the answer counts as another format. Our choice."""


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


def _place(path: tuple[str, ...]) -> str:
    """The path with dots; "" where a key of it holds a dot: then the list is told without its place."""
    return "" if any("." in key or not key for key in path) else ".".join(path)
