"""Shares, fractions, ratios and powers of ten."""

from __future__ import annotations

import re

from gateway.quantities.dates import day
from gateway.quantities.numerals import cardinal, decimal
from gateway.quantities.spans import MINUS, NUMBER, TO
from gateway.quantities.units import COUNTED, UNIT, UNITS
from gateway.voice.text.rules import Say, to

_SIGNED = rf"({MINUS}?{NUMBER})"
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PART = re.compile(r"(?:约|占|近|超|超过|不足|达|至|为|[上下]降|比|的)$")
"""Behind these words two numbers with a slash are a fraction."""
_SINCE = re.compile(r"(?:截至|截止|自|从|在|日期[:：]?)$")
"""Behind these words they are a day."""


def signed(text: str, words: str = "") -> str:
    """A number with its sign. 负 goes before `words`: -3% is 负百分之三."""
    return ("负" if text[0] in "-−" else "") + words + decimal(text.lstrip("-− "))


def _power(match: re.Match[str]) -> str:
    """1.2×10⁴ is said 一点二乘十的四次方."""
    times = f"{decimal(match[1])}乘" if match[1] else ""
    unit = match[3] or ""
    return f"{times}十的{cardinal(int(match[2].translate(_RAISED)))}次方{UNITS.get(unit, unit)}"


def _over(match: re.Match[str]) -> str:
    """Two numbers with a slash: 1/16 is a fraction, 7/28 a day, 8/9级 are two levels."""
    if match[3]:
        return f"{cardinal(int(match[4]))}分之一"
    above, below = int(match[1]), int(match[2])
    text, end = match.string, match.end()
    after = text[end : end + 1]
    day_behind = re.compile(r" ?(?:[日号]|[\d一二三四五六七八九十]{1,3}[:时点])").match(text, end)
    two = above >= below or day_behind or (after and after in "级号组楼栋日月℃度路")
    before = text[: match.start()]
    part = above == 1 or after == "的" or below <= 10 or below in (100, 1000) or _PART.search(before)
    if not two and part and (below <= 10 or not _SINCE.search(before)):
        return f"{cardinal(below)}分之{cardinal(above)}"
    if 1 <= above <= 12 and 10 < below <= 31 and after not in ("的", "级", "℃", "度", "组"):
        named = day(match[1], match[2])
        return named.removesuffix("日") if after in ("日", "号") else named
    return f"{match[1]}，{match[2]}"


TABLE: tuple[tuple[str, Say], ...] = (
    (rf"(?:({NUMBER}) ?[×xX] ?)?(?<!\d)10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?: ?({UNIT}|{COUNTED})(?![A-Za-z]))?", _power),
    (r"±(?=\d)", lambda m: "正负"),
    (rf"\+(?={NUMBER} ?[%‰])", lambda m: "加"),
    (rf"{_SIGNED} ?%?{TO}{_SIGNED} ?%", lambda m: f"{signed(m[1], '百分之')}{to(m)}{signed(m[2], '百分之')}"),
    (rf"{_SIGNED} ?%", lambda m: signed(m[1], "百分之")),
    (rf"((?<!\d){MINUS}?{NUMBER}) ?‰", lambda m: signed(m[1], "千分之")),
    (r"(?<![\d/.])(\d{1,2})/(\d{1,3})(?![\d/])|(?<![\d/.])(1)/(\d{4,5})(?![\d/])", _over),
    (
        r"(?<![\d:.])(\d{1,9}(?:\.\d+)?):(\d{1,9}(?:\.\d+)?)(?![\d:])",
        lambda m: f"{decimal(m[1])}比{decimal(m[2])}",
    ),
)
"""The rules in order, for `units.RULES`."""
