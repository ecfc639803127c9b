"""The values of a JSON object as people write them by hand: a number where a text belongs, one value where a
list belongs, a word in any case. What cannot be used is a defect, and never an exception."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from gateway.intake import Unreadable
from gateway.intake.readers.misnomers import meant
from gateway.intake.readers.refusal import SHOWN
from gateway.intake.readers.times import EXAMPLE, moment
from gateway.model.alert import Defect
from gateway.model.reason import Reason, Why
from gateway.runtime.clock import CHINA

MOST = 20
"""Defects that are kept of one document. Our choice: nobody reads more, and a document may have thousands."""
KEPT = 120
"""Characters that are kept of a value. Our choice."""
EPOCH = (946_684_800, 4_102_444_800)
"""Numbers that are taken for seconds since 1970: the years 2000 to 2099. The date 20260728 is none. Our
choice."""

_NUMBER = re.compile(r"[0-9]{10,13}(?:\.[0-9]*)?")
Word = TypeVar("Word", bound=Enum)


class Loose:
    """The values of one object; `defects` grow while they are asked for."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.defects: list[Defect] = []

    def defect(self, key: str, saw: str, expected: str = "") -> None:
        """The value of a key cannot be used."""
        why = Why(Reason.VALUE_UNUSED, {"element": key, "saw": saw[:KEPT], "expected": expected})
        if len(self.defects) < MOST:
            self.defects.append(Defect(key, saw[:KEPT], why=why))

    def unknown(self, known: Collection[str]) -> Iterator[Defect]:
        """A defect for each key that is not known, with the name that may be meant."""
        strange = [key for key in self._fields if key not in known]
        for key in strange[: max(0, MOST - len(self.defects))]:
            shown, saw, right = clean(key)[:KEPT], self.shown(key), meant(key, known)
            yield Defect(
                shown, saw, why=Why(Reason.UNKNOWN_KEY, {"element": shown, "saw": saw, "meant": right})
            )

    def shown(self, key: str) -> str:
        """The value of a key as JSON writes it, shortened; a text as it is; "" where it is absent or null."""
        value = self._fields.get(key)
        if value is None or value == [] or isinstance(value, str):
            return clean(value or "").strip()[:KEPT]
        return _written(value)

    def text(self, key: str) -> str:
        """One text; "" where it is absent, null or blank, or where a defect says that it is none."""
        value = self._fields.get(key)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None or value == []:
            return ""
        if (text := _text(value)) is None:
            self.defect(key, self.shown(key))
            return ""
        return clean(text)

    def texts(self, key: str) -> list[str]:
        """The texts of a list, or a single one."""
        value = self._fields.get(key)
        found: list[str] = []
        for each in value if isinstance(value, list) else [value]:
            text = "" if each is None else _text(each)
            if text is None:
                self.defect(key, _written(each))
            elif text:
                found.append(clean(text))
        return found

    def name(self, key: str, longest: int) -> str:
        """A text of the identity. Raises Unreadable if it is none."""
        value = self._fields.get(key)
        text = _text(value)
        if not text or len(text) > longest or text != clean(text):
            raise _bad(key, self.shown(key), f"1–{longest}")
        return text

    def word(self, key: str, words: Mapping[str, Word]) -> Word | None:
        """The value that a word in any case stands for; None with a defect where it stands for none."""
        text = self.text(key)
        value = words.get(text.lower())
        if text and value is None:
            self.defect(key, text, ", ".join(dict.fromkeys(str(one.value) for one in words.values())))
        return value

    def at(self, key: str) -> datetime | None:
        """A time; None where it is absent, or with a defect where it cannot be read."""
        text = self.text(key)
        when = _moment(text)
        if text and when is None:
            self.defect(key, text, EXAMPLE)
        return when

    def sent(self, key: str) -> datetime:
        """The time of the identity. Raises Unreadable if it cannot be read."""
        when = _moment(_text(self._fields.get(key)) or "")
        if when is None:
            raise _bad(key, self.shown(key), EXAMPLE)
        return when


def _bad(key: str, saw: str, expected: str) -> Unreadable:
    return Unreadable(Why(Reason.BAD_VALUE, {"element": key, "saw": saw[:SHOWN], "expected": expected}), key)


def _text(value: object) -> str | None:
    """A text or a number as text, without blanks around it; None for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _written(value: object) -> str:
    """A value as JSON writes it, shortened."""
    return clean(json.dumps(value, ensure_ascii=False)[:KEPT])


def clean(text: str) -> str:
    """The text without halves of surrogate pairs, which no file can hold."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def _moment(text: str) -> datetime | None:
    """A time as warnings write it, or in seconds or milliseconds since 1970."""
    if not _NUMBER.fullmatch(text):
        return moment(text)
    seconds = float(text)
    if EPOCH[0] <= seconds / 1000 < EPOCH[1]:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, CHINA) if EPOCH[0] <= seconds < EPOCH[1] else None
