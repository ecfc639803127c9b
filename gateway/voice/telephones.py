"""Telephone numbers: digit by digit, 幺 for 1, a breath between groups."""

from __future__ import annotations

import re

from gateway.voice.numerals import digits
from gateway.voice.rules import TO, rules
from gateway.voice.units import COUNTED, UNIT

_SHORT = r"1(?:10|19|20|22)|12[13]\d\d|95\d{3}|96\d{3}|400[- ]?\d{3}[- ]?\d{4}"
"""Police 110, fire 119, first aid 120, traffic 122, hot lines 12xxx (12379 warnings, 12345 government), 95xxx, 96xxx, 400."""


def telephone(text: str) -> str:
    """In the groups it is written in; a mobile number is 3-4-4, a number of seven or eight digits 3-4 or 4-4."""
    groups = [group for group in re.split(r"\D+", text) if group]
    plain = "".join(groups)
    if len(plain) == 11 and plain.startswith("1"):
        groups = [plain[:3], plain[3:7], plain[7:]]
    return "，".join(digits(part, "幺") for group in groups for part in _breaths(group))


def _breaths(group: str) -> list[str]:
    return [group[:-4], group[-4:]] if len(group) in (7, 8) else [group]


def _named(match: re.Match[str]) -> str:
    """What is called a telephone number is one; a long one stands apart from its name."""
    words = telephone(match[4])
    return "".join(part or "" for part in match.groups()[:3]) + ("，" if "，" in words else "") + words


RULES = rules(
    (
        (r"(?<!\d)(?:\+86|0086)[- ]?(?=1[3-9]\d)", lambda m: ""),
        (r"(?<!\d)1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)", lambda m: "，" + telephone(m[0])),
        (
            r"(?<!\d)\(?(0\d{2,3})[-) ]{1,2}(\d{7,8})(?:\s?[-转]\s?(\d{1,5}))?(?!\d)",
            lambda m: "，" + telephone(f"{m[1]} {m[2]}") + (f"，转{digits(m[3], '幺')}" if m[3] else ""),
        ),
        (r"(电话|热线|拨打|手机|联系方式|致电)(号码)?(是|为)?[:：]? ?(\d[\d -]{1,}\d)", _named),
        (rf"(?<![\d.,]|[A-Za-z第])({_SHORT})(?!,?\d|\.\d| ?(?:{COUNTED}|{UNIT}|[余多来几号%‰/°])|{TO}\d)", lambda m: telephone(m[1])),
    )
)  # fmt: skip
