"""JSON inside a script: `var alarminfo={…};` and `callback({…});`.

Public weather services answer so. Nothing is run: one assignment or one call with one JSON value is taken
apart, and every other script is left as it is.
"""

from __future__ import annotations

import re

_LEAD = rb"(?:\xef\xbb\xbf)?\s*(?:/\*[^*]{0,80}\*/\s*)?"
_ASSIGNED = rb"(?:var|let|const)\s+[A-Za-z_$][\w$]*\s*="
_CALLED = rb"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\s*\("
_BEGINS = re.compile(_LEAD + rb"(?:" + _ASSIGNED + rb"|" + _CALLED + rb")\s*(?=[\[{])")
_ENDS = {b"=": re.compile(rb"\s*;?\s*\0*\Z"), b"(": re.compile(rb"\s*\)\s*;?\s*\0*\Z")}
LONGEST = 200
"""Bytes before the value at most. Our choice."""


def inside(body: bytes) -> bytes:
    """The JSON value of an assignment or a call; the bytes as they are where they are no such script."""
    begins = _BEGINS.match(body, 0, min(len(body), LONGEST))
    if begins is None:
        return body
    last = max(body.rfind(b"}"), body.rfind(b"]"))
    if last < begins.end() or not _ENDS[begins[0].rstrip()[-1:]].match(body, last + 1):
        return body
    return body[begins.end() : last + 1]
