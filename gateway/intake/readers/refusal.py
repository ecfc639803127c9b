"""A refusal is told with the format in which the document was read, with the line, and with the key's path.

The formats name the key alone. The callers of the registry (`objects`, `envelope`) know the rest.
"""

from __future__ import annotations

from gateway.intake import Unreadable
from gateway.model.reason import Reason, Why

SHOWN = 80
"""Characters of a wrong value that are told. Our choice."""
_LINES = ("line", "since")
"""Fields that number a line."""


def told(failure: Unreadable, form: str, *, element: str = "", line: int = 0, member: int = 0) -> Unreadable:
    """The same refusal with `format`, `element`, `line` and `member` in the fields of its reason.

    `form` is the NAME of the format. `element` is the path of the key in the document, `member` the place of
    the alert in it, from 1, or 0 if it has one alert. What is "" or 0 leaves the field as it is.
    """
    line = line or failure.line
    fields = dict(failure.why.fields)
    if failure.why.reason is Reason.MISSING_ELEMENT and fields.get("expected") == failure.element:
        del fields["expected"]  # it repeats the key
    more = {"format": form, "element": element or failure.element, "line": line, "member": member}
    fields |= {name: str(value) for name, value in more.items() if value}
    return Unreadable(Why(failure.why.reason, fields), failure.element, line)


def lower(failure: Unreadable, lines: int) -> Unreadable:
    """The same refusal so many lines further down: blank lines before a document are not parsed."""
    if not (lines and failure.line):
        return failure
    moved = {key: str(int(value) + lines) for key, value in failure.why.fields.items() if key in _LINES}
    why = Why(failure.why.reason, {**failure.why.fields, **moved})
    return Unreadable(why, failure.element, failure.line + lines)
