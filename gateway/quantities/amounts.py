"""The amounts of a text: each number that has a unit, with its sign, and both ends of a span.

This is for those who compare: is it more, longer or colder than before? It reads what is written, in digits
and in Chinese numerals. The rules of the voice do not use it.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from importlib import resources
from typing import NamedTuple

from gateway.quantities.cardinals import DIGIT, NUMERAL, PLACE, cardinals, one_by_one

_DATA = tomllib.loads((resources.files("gateway.quantities") / "measures.toml").read_text("utf-8"))
_NAMES: dict[str, str] = {spelling: name for name, row in _DATA["units"].items() for spelling in row}
"""Each spelling of a unit and its name."""
_SIGNED: frozenset[str] = frozenset(_DATA["below_zero"]["units"])
"""The units whose amounts may be below zero."""
_WIDTH = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " "})
_BLANK = "\u0020\u00a0\u2002-\u200a\u202f"
_GROUPED = rf"\d{{1,3}}(?:[,{_BLANK}]\d{{3}})+(?!\d)"
"""Thousands set apart by commas or blanks."""
_IN_WORDS = rf"(?:(?!百帕|千[米克瓦伏帕]|零[下上])[{NUMERAL}])+(?:点[零〇一二三四五六七八九]+)?|半"
_NUMBER = (
    rf"(?:(?:{_GROUPED}|\d+)(?:\.\d+)?|(?:{_IN_WORDS}))"
    r"(?: ?[×xX*] ?10(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+))?"
    r"(?:(?!百帕|千[米克瓦伏帕])[百千])?[万亿]*"
)
_MINUS = r"(?:零下|零上|负|[-−–—])"
_JOINT = r"(?:[~～〜∼\-−–—]|至|到|(?<=\d)一(?=\d))"
_UNIT = "|".join(
    re.escape(spelling)
    + (
        r"(?![A-Za-z0-9²³]|/[A-Za-z\u4e00-\u9fff])"
        if spelling[-1].isascii() and spelling[-1].isalpha()
        else ""
    )
    for spelling in sorted(_NAMES, key=len, reverse=True)
)
_SHARE = r"(?:[百千]分之)?"
_FIRST = rf"(?P<sign>{_MINUS} ?)?(?P<share>{_SHARE})(?P<number>{_NUMBER})(?:余|多|来)?"
_LAST = rf"(?P<sign2>{_MINUS} ?)?(?P<share2>{_SHARE})(?P<number2>{_NUMBER})(?P<half2>个半)?"
_ALONE = re.compile(rf"{_FIRST}(?P<half>个半)? ?(?P<unit>{_UNIT})?")
_SPAN = re.compile(rf"{_FIRST} ?(?P<unit>{_UNIT})? ?(?P<joint>{_JOINT}) ?{_LAST} ?(?P<unit2>{_UNIT})?")
_BEGIN = re.compile(rf"(?:(?<![\d.A-Za-z第数几{NUMERAL}]){_MINUS} ?)?{_SHARE}(?:\d|[{NUMERAL}半])")
"""Where an amount may begin."""
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MOVED = re.compile(r"[升降涨落增减回超低高上下多少][至到]?[了约近]?$")
"""Behind these words 至 leads to a new amount: 上涨2米至23.5米 is no span."""


class Amount(NamedTuple):
    """A number with its unit, or a span of two numbers with one unit."""

    value: Decimal
    """The number with its sign: 零下5℃ is -5, 2.3万立方米 is 23000. Of a span, the end that stands first."""
    until: Decimal
    """The end of a span that stands last. Equal to `value` where the text has one number."""
    unit: str
    """The unit's one name: 毫米 for mm and ㎜, 摄氏度 for ℃ and 度, 立方米每秒 for m³/s (measures.toml)."""
    start: int
    """The place in the text of the first character, which may be its minus or 零下."""
    end: int
    """The place behind the last character of the unit."""

    @property
    def least(self) -> Decimal:
        """The smaller of the two ends: -5 of -5～-3℃."""
        return min(self.value, self.until)

    @property
    def most(self) -> Decimal:
        """The larger of the two ends: 80 of 50～80毫米."""
        return max(self.value, self.until)


def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts of a text, in order.

    Not among them are dates, times of day, ordinals, the grades of responses and warnings (Ⅲ级, 三级响应),
    and numbers without a unit. Amounts in different units are not brought together: 1天 and 24小时 stay as
    they are. Nothing is known of the thing that is measured: 下降8℃ gives 8.
    """
    plain = text.translate(_WIDTH)
    found: list[Amount] = []
    at = 0
    while begin := _BEGIN.search(plain, at):
        start = begin.start()
        amount = None if _goes_on(plain, start) else _span(plain, start) or _alone(plain, start)
        if amount:
            found.append(amount)
        at = amount.end if amount else _behind(plain, start)
    return tuple(found)


def _goes_on(plain: str, start: int) -> bool:
    """Whether the place is inside a number, a code or an ordinal."""
    before = plain[max(0, start - 1) : start]
    return bool(before) and (
        before in "第数几" or before in NUMERAL or bool(re.match(r"[\d.A-Za-z]", before))
    )


def _behind(plain: str, start: int) -> int:
    """The next place at which an amount may begin after one that was none."""
    number = re.compile(rf"{_MINUS} ?|[百千]分之|\d[\d.,]*|[{NUMERAL}]+|半").match(plain, start)
    return number.end() if number else start + 1


def _span(plain: str, start: int) -> Amount | None:
    """The span of two numbers with one unit that begins here."""
    match = _SPAN.match(plain, start)
    if match is None:
        return None
    name = _unit(plain, match, "unit2")
    shares = bool(match["share"] or match["share2"])
    if name is None and not shares:
        return None
    name = ("%" if "百" in match["share"] + match["share2"] else "‰") if shares else name
    first = _NAMES.get(match["unit"] or "", name)
    words = match["joint"] in "至到"
    if first != name or (words and match["unit"] and _MOVED.search(plain[: match.start()])):
        return None
    low = _valued(match["number"])
    high = _valued(match["number2"], match["half2"])
    if name is None or low is None or high is None:
        return None
    cold = _negative(plain, start, match["sign"], name)
    below = (match["sign2"] or "").strip() in ("零下", "负", "-", "−", "–", "—") and name in _SIGNED
    if (match["sign"] or "").strip() == "零下" and not match["sign2"]:
        below = True
    begin = start if cold or not match["sign"] else match.start("number")
    end = match.end() if match["unit2"] else match.end("number2")
    return Amount(-low if cold else low, -high if below else high, name, begin, end)


def _alone(plain: str, start: int) -> Amount | None:
    """The single number with its unit that begins here. 五六级 is a span."""
    match = _ALONE.match(plain, start)
    if match is None:
        return None
    name = _unit(plain, match, "unit")
    if match["share"]:
        name = "%" if "百" in match["share"] else "‰"
    value = _valued(match["number"], match["half"])
    if name is None or value is None:
        return None
    cold = _negative(plain, start, match["sign"], name)
    begin = start if cold or not match["sign"] else match.start("number")
    end = match.end("number") if match["share"] else match.end()
    if pair := re.fullmatch(r"([一二三四五六七八])([二三四五六七八九])", match["number"]):
        low, high = (Decimal(DIGIT[sign]) for sign in pair.groups())
        if high == low + 1:
            return Amount(-low if cold else low, -high if cold else high, name, begin, end)
    value = -value if cold else value
    return Amount(value, value, name, begin, end)


def _unit(plain: str, match: re.Match[str], group: str) -> str | None:
    """The name of the unit in this group, unless its neighbours show that it is none."""
    spelling = match[group]
    if not spelling:
        return None
    after, before = _DATA["never_before"].get(spelling, ()), _DATA["never_behind"].get(spelling, ())
    if plain.startswith(tuple(after), match.end(group)):
        return None
    if plain[: match.start()].endswith(tuple(before)):
        return None
    return _NAMES[spelling]


def _negative(plain: str, start: int, sign: str | None, name: str) -> bool:
    """Whether the sign makes the number negative.

    A dash does so before a unit that may be below zero, unless a number stands before it: 3小时-50毫米.
    """
    sign = (sign or "").strip()
    if sign in ("", "零上"):
        return False
    if sign in ("零下", "负"):
        return True
    if name not in _SIGNED:
        return False
    before = plain[:start].rstrip()
    counted = re.search(rf"[\d{NUMERAL}](?:{_UNIT}|[日时分点月年号])?$", before)
    return counted is None or (
        name == "摄氏度" and not before[-1:].isdecimal() and before[-1:] not in NUMERAL
    )


def _valued(written: str, half: str | None = None) -> Decimal | None:
    """The value of a number without its sign. None where it is none: the 万 of 万元."""
    if written.startswith("半"):
        return Decimal("0.5") if written == "半" else None
    number = re.match(
        rf"(?P<digits>[\d,.{_BLANK}]+)?(?P<words>[{NUMERAL}]*)(?:点(?P<part>[^×xX*]+))?", written
    )
    assert number is not None
    if number["digits"]:
        digits, power = _powered(written, number)
        value = Decimal(re.sub(rf"[,{_BLANK}]", "", number["digits"])) * Decimal(10) ** power
        for place in re.findall(r"[百千万亿]", digits):
            value *= PLACE[place]
    else:
        *before, (value, _) = cardinals(number["words"])
        if before or (not value and "零" not in number["words"]):
            return None
        fraction = re.match(r"[零〇一二三四五六七八九]+", number["part"] or "")
        value += Decimal(f"0.{one_by_one(fraction[0])}") if fraction else 0
        for place in (number["part"] or "")[fraction.end() if fraction else 0 :]:
            value *= PLACE.get(place, 1)
    return value + Decimal("0.5") if half else value


def _powered(written: str, number: re.Match[str]) -> tuple[str, int]:
    """What stands behind the digits, and the power of ten: 1.2×10⁴ has 4."""
    rest = written[number.end("digits") :]
    power = re.match(r" ?[×xX*] ?10\^?([⁰¹²³⁴⁵⁶⁷⁸⁹\d]+)", rest)
    return (rest[power.end() :], int(power[1].translate(_POWERS))) if power else (rest, 0)
