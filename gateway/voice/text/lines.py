"""Several lines become one text. The end of a line is a pause.

It is none where a machine broke the line: within a number, before a unit, or within a word.
"""

from __future__ import annotations

import re
from itertools import pairwise

WRAP = 15
"""A machine may have broken a line of so many characters that ends without punctuation. Our choice."""
ALIKE = 2
"""Lines of one width differ in length by no more characters: full-width punctuation may not begin a line.
Our choice."""
_UNIT = re.compile(
    r"毫米|厘米|公里|千米|℃|%|mm|cm|km|m/s|立方"
    r"|(?:米|人|户|个|名|年|月|日|时|分|秒|级|点|度|万|亿|小时|天)(?=$|[，。；、！）)\d以左右余内后前起至到])"
)
"""The unit of a number and nothing else. Most units also begin words: 23 and 日期 are two lines."""
_BULLET = re.compile(r"^[-—–](?=\d+ ?(?:小时|分钟|天|人|户|台|辆|个|名|处|日|月|时))")
_ENTRY = re.compile(r"[一二三四五六七八九十\d]{1,3}[、.．)）]|[-·•*●■◆]|[（(]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LAST, _FIRST = re.compile(r"\d*$"), re.compile(r"\d*")


def joined(text: str) -> str:
    """The same text in one line. A line end that is a pause becomes a comma."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = lines[:1] + [_BULLET.sub("", line) for line in lines[1:]]
    if not lines:
        return ""
    widest = max(map(len, lines))
    wrapped = widest >= WRAP and sum(len(line) >= widest - ALIKE for line in lines) > 1
    words = lines[0]
    for before, line in pairwise(lines):
        full = wrapped and len(before) >= widest - ALIKE
        words += line if _goes_on(before, line, full=full) else "，" + line
    return words


def _goes_on(before: str, line: str, *, full: bool) -> bool:
    """Whether the line end between the two is no pause. `full`: the first line has the full width."""
    last, first = before[-1], line[0]
    if last in "-~./+第" and (first.isdecimal() or first in "一二三四五六七八九十"):
        return True
    if last.isdecimal() and (_UNIT.match(line) or (first in ".-~" and line[1:2].isdecimal())):
        return True
    if _MOBILE.fullmatch(_digits(_LAST.search(before)) + _digits(_FIRST.match(line))):
        return True
    return full and last.isalnum() and first.isalnum() and not _ENTRY.match(line)


def _digits(match: re.Match[str] | None) -> str:
    return match[0] if match else ""
