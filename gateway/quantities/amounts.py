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
from gateway.quantities.signs import minus

_DATA = tomllib.loads((resources.files("gateway.quantities") / "amounts.toml").read_text("utf-8"))
_NAMES: dict[str, str] = {spelling: name for name, row in _DATA["units"].items() for spelling in row}
"""Each spelling of a unit and its name."""
_SIGNED: frozenset[str] = frozenset(_DATA["below_zero"]["units"])
"""The units whose amounts may be below zero."""
_WIDTH = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code) != ","}
    | dict.fromkeys("\u2010\u2011\ufe63\ufe58", "-")
    | {"\u3000": " ", "\u2015": "—"}
)
"""One character for one. The full-width comma is left out: `98，120` are two numbers."""
_BLANK = "\u0020\u00a0\u2002-\u200a\u202f"
_GROUPED = (
    rf"\d{{1,3}}(?:[,{_BLANK}]\d{{3}})+(?!\d)|\d{{1,2}}，\d{{3}}(?=[人户亩元名吨])"
    r"|\d{1,4}亿\d{1,4}万(?:\d{4}(?!\d))?|\d{1,4}万\d{4}(?!\d)|\d{1,4}万\d千|\d千\d百"
)
"""Thousands set apart by commas or blanks, and one number in several pieces: 3万5000."""
_IN_WORDS = (
    r"[一二两三四五六七八九]千(?=米)"
    rf"|(?:(?!百帕|千[米克瓦伏帕]|零[下上])[{NUMERAL}])+(?:点[零〇一二三四五六七八九]+)?|半"
)
_NUMBER = (
    rf"(?:(?:{_GROUPED}|\d+)(?:\.\d+)?|(?:{_IN_WORDS}))"
    r"(?: ?[×xX*] ?10(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+))?"
    r"(?:[wW](?=[人元户亩吨立])|(?:(?!百帕|千[米克瓦伏帕])[百千])?[万亿]*)"
)
_MINUS = r"(?:零下|零上|(?<!正)负|正(?!负)|[-−–—+])"
_JOINT = r"(?:—{2}(?=\d)|[~～〜∼\-−–—]|至|到|(?<=\d)一(?=\d))"
_UNIT = (
    f"(?:{'|'.join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))})"
    r"(?!每(?:小时|分钟|秒|天|日|平方|立方|升))"
    r"(?:(?<=[A-Za-z])(?![A-Za-z0-9²³]|/[A-Za-z\u4e00-\u9fff])|(?<![A-Za-z])(?!/[A-Za-z]))"
)
_SHARE = r"(?:[百千]分之)?"
_FIRST = rf"(?P<sign>{_MINUS} ?)?(?P<share>{_SHARE})(?P<number>{_NUMBER})(?:余|多|来)?"
_LAST = rf"(?P<sign2>{_MINUS} ?)?(?P<share2>{_SHARE})(?P<number2>{_NUMBER})(?P<half2>个半)?"
_ALONE = re.compile(rf"{_FIRST}(?P<half>个半)? ?(?P<unit>{_UNIT})?")
_SPAN = re.compile(rf"{_FIRST} ?(?P<unit>{_UNIT})? ?(?P<joint>{_JOINT}) ?{_LAST} ?(?P<unit2>{_UNIT})?")
_BEGIN = re.compile(rf"(?:(?<![\d.A-Za-z第数几{NUMERAL}]){_MINUS} ?)?{_SHARE}(?:\d|[{NUMERAL}半])")
"""Where an amount may begin."""
_ENTRY = re.compile(r"(?:^|(?<=[，。；;\n]))[1-9]\.(?=(?:6|12|24|36|48|72)小?时|(?:15|20|30|45|60|90)分钟)")
"""The number of an entry before its time: 1.24小时内."""
_LIST = re.compile(
    r"(?:\d{2,3}[, ]|\d{1,3}[, ]\d{3}[, ])(?:\d{3}[, ])*(?=\d{3} ?(?:毫米|mm|厘米|cm|℃|度|级))"
)
"""A list before a unit that has no such large amounts: 50,100,150毫米."""
_GRADE = 4
"""A 级 up to this is a grade of danger, unless the text speaks of wind or of an earthquake."""
_FORCE = re.compile(r"[风震]力?(?:速|达|为|约|级)?$")
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MOVED = re.compile(r"[升降涨落增减回]了?[约近]?$")
"""Behind these words 至 leads to a new amount: 上涨2米至23.5米 is no span."""


class Amount(NamedTuple):
    """A number with its unit, or a span of two numbers with one unit."""

    value: Decimal
    """The number with its sign: 零下5℃ is -5, 2.3万立方米 is 23000. Of a span, the end that stands first."""
    until: Decimal
    """The end of a span that stands last. Equal to `value` where the text has one number."""
    unit: str
    """The unit's one name: 毫米 for mm and ㎜, 摄氏度 for ℃ and 度, 立方米每秒 for m³/s (amounts.toml)."""
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
        if entry := _ENTRY.match(plain, start):
            start = entry.end()
        elif _goes_on(plain, start):
            at = _behind(plain, start)
            continue
        if listed := _LIST.match(plain, start):
            start = listed.end()
        amount = _span(plain, start) or _alone(plain, start)
        if amount and not _graded(plain, amount) and not _part(plain, amount):
            found.append(amount)
        at = amount.end if amount else _behind(plain, start)
    return tuple(found)


def _goes_on(plain: str, start: int) -> bool:
    """Whether the place is inside a number, a code or an ordinal."""
    before = plain[max(0, start - 3) : start]
    if re.search(r"M[sSwWLl]?$", before):
        return False
    return bool(re.search(rf"[第数几\d.A-Za-z{NUMERAL}]$", before))


def _graded(plain: str, amount: Amount) -> bool:
    """Whether it is a grade of danger: 由四级提升至三级. Winds of force 4 endanger nobody."""
    if amount.unit != "级" or amount.most > _GRADE:
        return False
    behind = plain[amount.end : amount.end + 6]
    return not (_FORCE.search(plain[: amount.start]) or re.match(r"[^，。；、]*[风震]", behind))


def _part(plain: str, amount: Amount) -> bool:
    """Whether it is the lower half of a fraction: 3/5户. In 8/9级 and 50/80毫米 it is a number of its own."""
    return bool(re.search(r"\d/$", plain[: amount.start])) and amount.unit not in _SIGNED | {"级"}


def _behind(plain: str, start: int) -> int:
    """The next place at which an amount may begin after one that was none."""
    number = re.compile(
        rf"{_MINUS} ?|[百千]分之|\d[\d.,]*|[{NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?|半"
    ).match(plain, start)
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
    mixed = not words and match["number"][0].isdecimal() != match["number2"][0].isdecimal()
    if mixed or first != name or (words and match["unit"] and _MOVED.search(plain[: match.start()])):
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

    A dash does so before a unit that may be below zero, if its neighbours say so (signs.minus).
    """
    sign = (sign or "").strip()
    if sign in ("", "零上", "正", "+"):
        return False
    return sign in ("零下", "负") or (name in _SIGNED and minus(plain, start) is True)


def _valued(written: str, half: str | None = None) -> Decimal | None:
    """The value of a number without its sign. None where it is none: the 万 of 万元."""
    if written.startswith("半"):
        return Decimal("0.5") if written == "半" else None
    value = _in_digits(written) if written[0].isdecimal() else _in_words(written)
    return value + Decimal("0.5") if half and value is not None else value


def _in_digits(written: str) -> Decimal:
    """A number in digits, with its power of ten, and with 万 and 亿 between and behind them."""
    plain = re.sub(rf"(?<=\d)[,，{_BLANK}](?=\d{{3}})", "", written).replace("w", "万").replace("W", "万")
    power = re.search(r" ?[×xX*] ?10\^?([⁰¹²³⁴⁵⁶⁷⁸⁹\d]+)", plain)
    if power:
        plain = plain[: power.start()] + plain[power.end() :]
    total = Decimal(0)
    for digits, places in re.findall(r"(\d+(?:\.\d+)?)([百千万亿]*)", plain):
        piece = Decimal(digits)
        for place in places:
            piece *= PLACE[place]
        total += piece
    return total * 10 ** int(power[1].translate(_POWERS)) if power else total


def _in_words(written: str) -> Decimal | None:
    """A number in Chinese numerals, with its fraction, and with 万 and 亿 behind it."""
    whole, _, rest = written.partition("点")
    *before, (value, _raw) = cardinals(whole)
    if before or (not value and "零" not in whole):
        return None
    fraction = re.match(r"[零〇一二三四五六七八九]+", rest)
    if fraction:
        value += Decimal(f"0.{one_by_one(fraction[0])}")
        for place in rest[fraction.end() :]:
            value *= PLACE.get(place, 1)
    return value
