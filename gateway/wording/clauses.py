"""The clauses of a text: what stands between two commas, stops, semicolons, colons or line breaks.

A sign inside a number, a time or brackets ends no clause: 12.4, 10:30, 3,200. Neither does 、 of a list.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BRACKETS = r"[（(\[【〔《][^（(\[【〔《）)\]】〕》\n]{0,120}[）)\]】〕》]"
"""A pair of brackets with what it holds. 120 characters bound the search. Our choice."""
_WHOLE = r"https?://[^\s，。；！？]{1,300}|&#?[A-Za-z0-9]{1,8};|<[^<>\n]{1,80}>"
"""An address, or markup: its signs end no clause."""
_ITEM = (
    r"(?:\d{1,2}[.．、)）](?!\d)|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)]"
    r"|[①-⑳]|[一二三四五六七八九十]{1,2}、)"
)
"""The number of a guide's item."""
_OPENING = "预计|请|防御|防范|目前|过去|未来|受|温馨|提示|建议"
"""Words before which a blank stands for a comma."""
_MARK = (
    r"(?:[，。；！？!?;\n\r…]"
    r"|(?<!\d),|,(?!\d{3}(?!\d))"  # 3,200 is one number
    r"|(?<!\d)[:：]|[:：](?!\d)"  # 10:30 is one time
    r"|(?<=[\u4e00-\u9fff）)\]】”])[.．](?!\d)"
    r"|[ \t\u3000](?=[ \t\u3000]{0,3}(?:" + _ITEM + "|" + _OPENING + r")))"
    r"[，。；！？!?;,\s”』]*"
)
_PLAIN = r"[^，。；！？!?;\s…,:：.．（(\[【〔《h&<]+"
"""Characters that begin no sign, bracket, address or markup: they are taken at once, to save time."""
_CLAUSE = re.compile(rf"((?:{_PLAIN}|{_BRACKETS}|{_WHOLE}|(?!{_MARK})[\s\S])*)({_MARK}|\Z)")
_NUMBERED = re.compile(_ITEM)


class Clause(NamedTuple):
    """One clause of a text. The clauses put together are the text."""

    words: str
    """The clause without the sign at its end."""
    mark: str
    """The sign that ends it, with the blanks behind it; empty at the end of a text."""

    @property
    def ends(self) -> bool:
        """Whether a sentence ends here."""
        return stops(self.mark)

    @property
    def item(self) -> str:
        """The number of a guide's item with its sign, "" where the clause has none."""
        found = _NUMBERED.match(self.words.lstrip())
        return found.group() if found else ""


_STOPS = frozenset("。！？!?；;\n\r.．…")


def stops(mark: str) -> bool:
    """Whether a sentence ends with this sign, or with the text behind which there is none."""
    return not mark or not _STOPS.isdisjoint(mark)


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order. Put together, words and marks, they are the text."""
    return tuple(Clause(*match.groups()) for match in _CLAUSE.finditer(text) if match.group())
