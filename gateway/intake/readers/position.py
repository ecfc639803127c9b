"""Where a key stands in the text of a JSON document. It is asked only after a refusal.

Python's parser keeps no positions, so the text is walked again along the path of the key. The parser skips
what is not on the path, so a large document costs as much as parsing it some times more.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from json import JSONDecoder

_BLANKS = re.compile(r"[ \t\n\r]*")
_STEP = re.compile(r"[^.\[\]]+")
_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_skipped = JSONDecoder(strict=False, parse_int=str, parse_float=str).raw_decode


class Positions:
    """The lines of a document's alerts. The document was parsed: its text is whole and not too deep."""

    def __init__(self, text: str, place: str) -> None:
        """`place` is the path of the list of alerts, "" for a document that is the list or the one alert."""
        self._text = text
        self._place = place

    def line(self, number: int, path: str = "") -> int:
        """The line of a key of the alert of this number, from 0. If the key is absent, the line of the object
        that should have it."""
        starts = self._starts
        if number >= len(starts):
            return self._line_of(self._list)
        return self._line_of(_found(self._text, starts[number], path)[0])

    def line_of_list(self) -> int:
        """The line of the list of alerts, or of what stands in its place."""
        return self._line_of(_found(self._text, _after(self._text, 0), self._place)[0])

    @cached_property
    def _list(self) -> int:
        """Where the list of alerts begins."""
        return _found(self._text, _after(self._text, 0), self._place)[1]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each alert begins."""
        if self._text[self._list : self._list + 1] != "[":
            return [self._list]
        return [value for _, _, value in _inside(self._text, self._list)]

    @cached_property
    def _ends(self) -> list[int]:
        return [sign.start() for sign in re.finditer("\n|\r(?!\n)", self._text)]

    def _line_of(self, offset: int) -> int:
        return bisect_left(self._ends, offset) + 1


def deepest(text: str, most: int) -> int:
    """The line at which lists and objects are nested deeper than this; 0 if they are not."""
    depth = 0
    for sign in _SIGNS.finditer(text):
        if sign.group() in "[{":
            depth += 1
            if depth > most:
                return text.count("\n", 0, sign.start()) + 1
        elif sign.group() in "]}":
            depth -= 1
    return 0


def _found(text: str, start: int, path: str) -> tuple[int, int]:
    """Where the last step of a path that exists begins, and where its value begins."""
    shown = value = start
    for step in _STEP.findall(path):
        if text[value : value + 1] not in ("{", "["):
            break
        # Of a key that is given twice the last counts, as it does for the parser.
        matches = [(begin, inner) for key, begin, inner in _inside(text, value) if key == step]
        if not matches:
            break
        shown, value = matches[-1]
    return shown, value


def _inside(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The members of the object or list that begins here: key or number, its beginning, its value's."""
    at, number = _after(text, start + 1), 0
    while at < len(text) and text[at] not in "]}":
        key, begin, value = str(number), at, at
        if text[start] == "{":
            key, at = _skipped(text, at)
            value = _after(text, _after(text, at) + 1)
        yield key, begin, value
        at = _after(text, _skipped(text, value)[1])
        if text[at : at + 1] == ",":
            at = _after(text, at + 1)
        number += 1


def _after(text: str, at: int) -> int:
    """The first sign from here that is no blank."""
    match = _BLANKS.match(text, at)
    return match.end() if match else at
