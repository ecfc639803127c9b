"""Temperatures: 零下 for a minus, and 零上 for the warm end of a span that begins below zero.

A minus before a temperature is never a dash, whatever stands before it.
"""

from __future__ import annotations

import re

from gateway.quantities.numerals import decimal
from gateway.quantities.spans import MINUS, NUMBER, TO
from gateway.quantities.units import COUNTED, UNIT, UNITS
from gateway.voice.text.rules import Say, to

_DEGREE = "℃|℉|摄氏度|华氏度|度"
_CELSIUS = rf"((?:[-−]\s?)?{NUMBER})"
"""A temperature. A space may stand behind its minus, which is no mark of a list."""
_COLD = ("-", "−")


def degrees(text: str) -> str:
    """A temperature: -5 is 零下五."""
    number = text.lstrip("-− ")
    return ("零下" if text[0] in _COLD and number.strip("0.") else "") + decimal(number)


def _span(match: re.Match[str]) -> str:
    """Two temperatures: -3～2℃ is 零下三到零上二摄氏度, else it would sound like two below zero."""
    first, _, _, last, unit = match.groups()
    fallen = _fallen(match)
    warm = first[0] in _COLD and not fallen and last[0].isdecimal() and float(last.replace(",", "")) > 0
    return (
        f"{degrees(first)}{fallen}{to(match)}{'零上' if warm else ''}{degrees(last)}{UNITS.get(unit, unit)}"
    )


def _fallen(match: re.Match[str]) -> str:
    """The unit of the first temperature, where the two are no span: 下降8℃至-2℃. Else nothing."""
    unit, cold = match[2], [end[0] in _COLD for end in (match[1], match[4])]
    return UNITS.get(unit, unit) if unit and cold == [False, True] and re.search("[至到]", match[3]) else ""


def _bare(match: re.Match[str]) -> str:
    """One temperature below zero without a unit, or a span that begins with it."""
    first = f"{match[1]}零下{decimal(match[2])}"
    if not match[5]:
        return first
    last = decimal(match[5])
    sign = "零下" if match[4] in _COLD else "零上" if float(match[5].replace(",", "")) > 0 else ""
    return f"{first}{to(match)}{sign}{last}"


_BARE_SPAN = rf"()(?:{TO}({MINUS}|(?=\d))({NUMBER})(?! ?(?:{UNIT}|{COUNTED}|[年月日时]))|()())"
TABLE: tuple[tuple[str, Say], ...] = (
    # a plus: 零上 stands there anyway behind an end below zero
    (r"(?<=[~—–−至到-])\+(?=\d)", lambda m: ""),
    (rf"(?<=变温|距平|变化)\+(?={NUMBER})", lambda m: "正"),
    (rf"\+(?={NUMBER} ?(?:(?:{_DEGREE})?{TO}[-−–—]?{NUMBER} ?)?(?:{_DEGREE}))", lambda m: "零上"),
    # a minus typed as a dash: no number stands before it
    (
        rf"(?:(?<![\d\s%℃℉—–A-Za-z~-])(?<!\d度)|(?<=[~—–−-]))[—–]"
        rf"(?={NUMBER} ?(?:(?:{_DEGREE})?{TO}[-−–—]?{NUMBER} ?)?(?:{_DEGREE}))",
        lambda m: "-",
    ),
    (rf"{_CELSIUS} ?({_DEGREE})?({TO}){_CELSIUS} ?({_DEGREE})", _span),
    (
        rf"({MINUS}{NUMBER})(?=(?:[、，和及与] ?{MINUS}?{NUMBER}){{0,8}}"
        rf"[、，和及与] ?{MINUS}?{NUMBER} ?(?:{_DEGREE}))",
        lambda m: degrees(m[1]),
    ),
    (rf"{_CELSIUS} ?({_DEGREE})", lambda m: degrees(m[1]) + UNITS.get(m[2], m[2])),
    # behind 温 a minus is a temperature below zero without its unit, never a dash
    (rf"(温度?(?:为|达|约|降?至|降?到|低至)?) ?{MINUS} ?({NUMBER}){_BARE_SPAN}", _bare),
    (rf"(最[低高]) ?{MINUS}({NUMBER})()()()(?! ?(?:{UNIT}|{COUNTED}))", _bare),
)  # fmt: skip
"""The rules in order, for `units.RULES`."""
