"""Measured and counted things: units, temperatures, shares, levels, spans, roads, and all numbers that are
left."""

from __future__ import annotations

import re

from gateway.quantities.numerals import cardinal, counted, decimal, digits
from gateway.quantities.spans import MINUS, NUMBER, TO
from gateway.quantities.units import COUNTED, UNIT, UNITS
from gateway.voice.text import roads, shares, temperatures
from gateway.voice.text.rules import HAN, rules, to

_ROMAN = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8,
    "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4,
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8,
}  # fmt: skip
_ROMANS = "[ⅠⅡⅢⅣⅤⅥⅦⅧⅰⅱⅲⅳ]|VIII|VII|VI|IV|III|II|I|V"
_POLES = {"E": "东经", "W": "西经", "N": "北纬", "S": "南纬"}
_COMPARED = {"≥": "大于等于", "≤": "小于等于", ">": "大于", "<": "小于"}
_WRITTEN_ONE_BY_ONE = 10
"""A bare number of so many digits identifies something: it is no quantity. Our choice."""


def amount(text: str) -> str:
    """A number before a unit or a measure word: 2 is 两."""
    return decimal(text) if "." in text else counted(int(text.replace(",", "")))


def plain(text: str) -> str:
    """A number without a unit or a measure word. 2000 is 两千 all the same."""
    if len(text) >= _WRITTEN_ONE_BY_ONE and text.isdecimal():
        return digits(text)
    return decimal(text) if len(text) < 4 else amount(text)


COORDINATES = rules(
    (
        (
            rf"(?<![A-Za-z°\d分秒])([EWNS]) ?({NUMBER})°(?:(\d+)分)?(?:({NUMBER})秒)?",
            lambda m: _POLES[m[1]] + _at(m[2], m[3], m[4]),
        ),
        (
            rf"({NUMBER})°(?:(\d+)分)?(?:({NUMBER})秒)? ?([EWNS])(?![A-Za-z])",
            lambda m: _POLES[m[4]] + _at(m[1], m[2], m[3]),
        ),
        (r"(?<![\d.])(\d{1,3}\.\d+) ?([EN])(?![A-Za-z])", lambda m: f"{_POLES[m[2]]}{decimal(m[1])}度"),
        (rf"(?<![\d°]){MINUS}({NUMBER})°(?![\d. ]*分)", lambda m: f"零下{decimal(m[1])}度"),
        (rf"({NUMBER})°(?:(\d+)分)?(?:({NUMBER})秒)?", lambda m: _at(m[1], m[2], m[3])),
    )
)
"""Degrees, minutes and seconds of arc. They run before the rules of dates: these minutes are no times."""


def _opposite(match: re.Match[str]) -> str:
    """The first end of a span that begins below zero: 负 or 正 is said of the other end, too."""
    number, unit, _, cold = match.groups()
    return f"{decimal(number)}{UNITS.get(unit, unit or '')}{to(match)}{'负' if cold else '正'}"


_LEVELS = (
    (
        r"(?<![\d.])2(?=[、或]3 ?个|[、或]3 ?(?:天|小时|人|户|日|次|米|年)|日(?:以|之)?内)"
        r"|(?<=[来近续])2(?=日)",
        lambda m: "两",
    ),
    (r"(?<![\d.])0(?=\d级)", lambda m: ""),
    (r"(?<!\d)(\d{2,3})(?=路公交)", lambda m: digits(m[1], "幺")),
    (r"([≥≤><]) ?(?=[-−]?\d)", lambda m: _COMPARED[m[1]]),
    (
        rf"(?<![A-Za-z])({_ROMANS})(?= ?[级类度等]| ?[、和至到~—–-] ?(?:{_ROMANS}) ?[级类度等])",
        lambda m: cardinal(_ROMAN[m[1]]),
    ),
    (r"(?<=\d)一(?=\d)", lambda m: "-"),  # a dash typed as the numeral: 6一7级
    (
        r"(?:(?<=[一二三四五六七八])|(?<=[一二三四五六七八]级)) ?[~—–-] ?(?=[一二三四五六七八] ?[级类度等])",
        lambda m: "到",
    ),
    (r"(?<=地下)-(?=\d+ ?层)", lambda m: ""),
)
_QUANTITIES = (
    # a dash right before a measured number is a minus if no number stands before it
    (
        r"(?:^|(?<=[，。；：:（(|、/ 限警戒程拔化移亏落平])|(?<=埋深|水深|堤顶|坝顶|增水|减水|变压|位差)"
        r"|(?<=[昨前今去同]日)|(?<=去年|同期|[潮标]高)|(?<=[零一二三四五六七八九十]时))(?<!\d )[-−–]"
        rf"(?=\d+\.\d|{NUMBER} ?(?:[万亿]?(?:立方)?米(?!/)|m(?![A-Za-z0-9³/])|m3/s|厘米|cm|公里|km|百帕|hPa"
        r"|[万亿]?元))",
        lambda m: "负",
    ),
    # behind these words it is a minus in any case: 水位-0.5, 幅度为-10
    (r"(?<=[位幅差为达至于移压])[-−–](?=\d)", lambda m: "负"),
    (r"\+(?=\d+(?:\.\d+)? ?(?:米|m(?![A-Za-z0-9³/])|厘米|cm))", lambda m: "正"),
    # the other end of such a span
    (
        rf"(?<=负)({NUMBER}) ?({UNIT}|{COUNTED})?({TO})([-−–]?)"
        rf"(?={NUMBER} ?(?:{UNIT}|{COUNTED}|[，。；、]|$))",
        _opposite,
    ),
    (rf"￥ ?({NUMBER})(万|亿)?元?", lambda m: f"{amount(m[1])}{m[2] or ''}元"),
    (rf"\$ ?({NUMBER})(万|亿)?(?:美元)?", lambda m: f"{decimal(m[1])}{m[2] or ''}美元"),
    (
        rf"({NUMBER})([百千万亿]+) ?({UNIT}|{COUNTED})?{TO}({NUMBER})([百千万亿]+)",
        lambda m: f"{amount(m[1])}{m[2]}{UNITS.get(m[3], m[3] or '')}{to(m)}{amount(m[4])}{m[5]}",
    ),
    (
        rf"({NUMBER}) ?({UNIT}|{COUNTED}|级)?({TO})({NUMBER}) ?({UNIT}|{COUNTED}|级)(?![A-Za-z])",
        lambda m: _span(m),
    ),
    (
        rf"({NUMBER})(级|组|号|楼|成){TO}({NUMBER})\2",
        lambda m: f"{decimal(m[1])}{to(m)}{decimal(m[3])}{m[2]}",
    ),
    (rf"({NUMBER}){TO}({NUMBER})", lambda m: f"{decimal(m[1])}{to(m)}{decimal(m[2])}"),
    (
        r"第 ?(\d+)((?:[、,，]\d+)*)",
        lambda m: "第" + cardinal(int(m[1])) + re.sub(r"\d+", lambda n: cardinal(int(n[0])), m[2]),
    ),
    (r"(?<=、)(\d+)(?=[号组村楼])", lambda m: cardinal(int(m[1]))),
    (rf"(?<![A-Za-z\d.])({NUMBER}) ?({UNIT})(?![A-Za-z])", lambda m: amount(m[1]) + UNITS[m[2]]),
    (r"(?<![A-Za-z\d/·])(k?m2|m3)(?![A-Za-z\d/])", lambda m: UNITS[m[1]]),
    (rf"(?<=[万亿])({UNIT})(?![A-Za-z])", lambda m: UNITS[m[1]]),
    (rf"(?<![\d.A-Za-z])({NUMBER})(?={COUNTED})", lambda m: amount(m[1])),
    (rf"(?<![\d.A-Za-z])({NUMBER})(?=千(?!米|瓦|克|卡|伏|帕)|多|余|左右)", lambda m: amount(m[1])),
    (r"(?:^|(?<=[，。；！\n ]))(\d{1,2})\. ?(?=[^\d\s])", lambda m: cardinal(int(m[1])) + "、"),
    (rf"(?<={HAN})(\d)\.(?={HAN})", lambda m: "，" + cardinal(int(m[1])) + "、"),
    (r"(?<=\d)\.(\d+)\.(?=\d)", lambda m: f"点{digits(m[1])}点"),
    (rf"(?<!\w){MINUS}({NUMBER})", lambda m: "负" + decimal(m[1])),
    (r"(?<![\d.])0\d+", lambda m: digits(m[0])),
    (NUMBER, lambda m: plain(m[0])),
)  # fmt: skip


def _first_unit(first: str | None, sign: str, last: str) -> str:
    """The unit behind the first of two numbers, as it is said.

    It is left out where both have the same unit and a dash stands between them. 转移120人至3个安置点 is no
    span, nor is 上涨2米至23.5米.
    """
    if first is None or (first == last and not re.search("[至到]", sign)):
        return ""
    return UNITS.get(first, first)


_MEASURES = (
    "毫米 厘米 米 公里 千米 海里",
    "秒 分钟 小时 天 昼夜 星期 周 年",
    "克 公斤 千克 吨",
    "瓦 千瓦 兆瓦",
)


def _joint(match: re.Match[str]) -> str:
    """What is said between the two numbers. A dash between two kinds of units is a pause: 近3小时-50毫米."""
    first, last = (UNITS.get(unit, unit) for unit in (match[2] or match[5], match[5]))
    alike = first == last or any(first in names.split() and last in names.split() for names in _MEASURES)
    return to(match) if alike or re.search("[至到]", match[3]) else "，"


def _span(match: re.Match[str]) -> str:
    """Two numbers with a unit, the second behind a sign of a span."""
    first, first_unit, sign, last, unit = match.groups()
    return (
        _end(first, unit)
        + _first_unit(first_unit, sign, unit)
        + _joint(match)
        + _end(last, unit)
        + UNITS.get(unit, unit)
    )


def _end(number: str, unit: str) -> str:
    """One of the two numbers of a span. A level 2 is 二, never 两."""
    return decimal(number) if unit == "级" else amount(number)


def _at(degrees: str, minutes: str | None, seconds: str | None) -> str:
    """A coordinate in degrees, minutes and seconds of arc."""
    rest = (f"{decimal(minutes)}分" if minutes else "") + (f"{decimal(seconds)}秒" if seconds else "")
    return f"{decimal(degrees)}度{rest}"


RULES = rules((*_LEVELS, *shares.TABLE, *temperatures.TABLE, *roads.TABLE, *_QUANTITIES))
