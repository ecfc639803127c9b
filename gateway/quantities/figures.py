"""The numbers of a text as values, read from its digits and from its Chinese numerals.

The voice proves its words by them: the words of a text must hold the numbers of the text. For that reason the
module shares nothing with the rules that make the words, except the ten digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from gateway.quantities.cardinals import NUMERAL, PLACE, cardinals, one_by_one
from gateway.quantities.signs import DASHES, minus

_ROMAN = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8,
    "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5,
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8,
}  # fmt: skip
SHORT = 2
"""Zeros of so many digits at most are no number: the minutes of `08:00` are not said, 八点整."""
MOST_SMALL = 10_000
"""No rain, temperature or wind is so large. Before their units 50 100 are two numbers."""
_FIGURE = "零一二三四五六七八九幺"
_NO_NUMBER = (
    # the exponent of a unit: m2, km2, m3
    (re.compile(r"(?<=[a-z])[23](?![\d.])"), ""),
    # the offset of Beijing's time
    (re.compile(r"(?<=\d)(?:\.\d+)?(?:Z|\+08:?00)(?!\d)"), ""),
    # the country's code before a mobile telephone number
    (re.compile(r"(?<!\d)(?:\+86|0086)[- ]?(?=1[3-9]\d)"), ""),
    # 百分之 and 千分之, as % and ‰ are none
    (re.compile(r"(?<![一二三四五六七八九两])[百千]分之"), ""),
    # the pauses between the groups of a telephone number
    (
        re.compile(rf"(?<=[{_FIGURE}]{{3}})，(?=[{_FIGURE}]{{3,4}}(?![{_FIGURE}十百千万亿点]))"),
        "",
    ),
    # 1 kV is said as a thousand volts
    (re.compile(r"(?<![\d.,])([1-9])(?= ?(?:[kK][VvWw]|kPa)(?![A-Za-z]))"), r"\g<1>000"),
    # 5 hPa is said 五百帕, which are 500 of what is said
    (re.compile(r"(?<![\d.,])([1-9])(?= ?hPa)"), r"\g<1>00"),
    # a dash typed as the numeral: 6一7级
    (re.compile(r"(?<=\d)一(?=\d)"), "-"),
    # the dots of a date
    (re.compile(r"(?<=\d{4})\.(\d{1,2})\.(?=\d{1,2}(?!\d))"), r" \1 "),
)
"""Signs that look like numbers and are said otherwise or not at all.

They are replaced before numbers are read.
"""
_COMPOUND = (
    r"(?:(?P<billions>\d{1,4})亿)?(?:(?P<myriads>\d{1,4})万)?(?:(?P<thousands>\d)千)?(?:(?P<hundreds>\d)百)?"
    r"(?P<rest>\d{4}(?=[^\d万千百亿.]|$))?(?P<more>千?万)?"
)
"""One number in several pieces: 3万5000, 1亿2000万, 2千5百."""
_PIECES = re.compile(rf"(?<![\d.,])(?=\d{{1,4}}[亿万千百]){_COMPOUND}")
_NUMERALS = rf"(?:(?!零[下上])[{NUMERAL}])+"
"""A run of numerals. The 零 of 零下 is none."""
_WORDS = rf"{_NUMERALS}(?:点[零〇一二三四五六七八九]+)?"
_TOKEN = re.compile(
    # Other characters begin no number: most of a text is passed over by this alone.
    rf"(?=[{DASHES}\dⅠⅡⅢⅣⅤⅥⅦⅧⅰⅱⅲⅳⅴIV{NUMERAL}负])(?:"
    r"(?<![A-Za-z])(?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅰⅱⅲⅳⅴ]|VIII|VII|VI|IV|III|II|I|V)"
    r"(?= ?[级类度等]| ?[、和至到~—–-] ?(?:[ⅠⅡⅢⅣⅤ]|I{1,3}|I?V) ?[级类度等])"
    rf"|(?P<below>\d+|{_NUMERALS})分之(?P<above>\d+|{_NUMERALS})"
    r"|(?<![\d/.])(?P<over>\d{1,3})/(?P<under>\d{1,5})(?![\d/.])"
    rf"|(?P<sign>零下 ?|零上 ?|(?<!正)负|[{DASHES}] ?)?"
    rf"(?:(?:(?P<mantissa>\d+(?:\.\d+)?) ?[×xX*] ?)?10(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    rf"|(?:(?P<said>{_WORDS})乘)?十的(?P<raised>[{NUMERAL}]+)次方"
    r"|(?P<written>[1-9]\d{0,2}(?: \d{3})+(?!\d)(?:\.\d+)?|\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?P<times>(?:(?<=(?<![\d.])\d)[百千]|(?<=\.\d)(?!千[米瓦克卡伏帕焦]|百帕)[百千])?[万亿]*)"
    rf"|(?P<numeral>{_NUMERALS})"
    r"(?P<point>点[零〇一二三四五六七八九]+(?![零〇一二三四五六七八九十]*[分整刻]))?"
    r"(?P<more>(?:(?<!千)(?!千[米瓦克卡伏帕焦]|百帕)[百千])?[万亿]*)))"
)
_SIZES = (10**8, 10**4, 1000, 100, 1)
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_DAY = re.compile(r" ?(?:[日号]|\d{1,2}[:时点])")
"""What shows behind two numbers with a slash that they are a day."""
_DAY_BEFORE = re.compile(r"(?:截至|截止|自|从|在|日期[:：]?)$")
_NO_FRACTION = tuple("级组楼栋月℃度路")
_SHARE_BEFORE = re.compile(r"(?:约|占|近|超|超过|不足|达|至|为|[上下]降|比|的)$")
_CARRIED = re.compile(r" ?(?:℃|℉|摄氏度|华氏度|度)? ?(?:[~—–−-]|至|到) ?")
"""零下5到10度: what stands between two temperatures that are both below zero."""
_SMALL = re.compile(r" ?(?:毫米|mm|℃|度|级)")
_NUMBERED = re.compile(r"(?:电话|拨打|热线|号码|致电|手机|联系方式|编号|[账帐]号)[^，。；！？]{0,12}$")
_EMERGENCY = re.compile(r"1(?:10|14|19|20|22)(?: 1(?:10|14|19|20|22))+")


class Figure(NamedTuple):
    """One number of a text."""

    value: Decimal
    """The value of the number with its sign, without its unit: 零下5 is -5; 2.3万 and 二万三千 are 23000."""
    digits: str
    """The digits of the number as they stand in the text, without commas, with their zeros in front.

    Numerals count as digits where they are said one by one: 零五六四. A number that is written otherwise has
    the digits of its value. A minus stands before them.
    """
    start: int
    """The place in the text of the first character, which is the minus or 零下 if the number has one."""
    end: int
    """The place behind the last character."""
    sure: bool = True
    """False for a number behind a dash that may be a minus and may be none: 石桥村-5组."""
    fraction: bool = False
    """Whether it is a fraction: 1/16, 十六分之一."""
    spelt: bool = False
    """Whether its numerals are said one by one: 二零二六."""


def figures(text: str, fractions: frozenset[Decimal] = frozenset()) -> tuple[Figure, ...]:
    """The numbers of a text in order: in digits, in Chinese numerals, and in Roman numerals before a level.

    No unit is read. The two ends of a span are two numbers, so are the parts of a date. 零下 holds for both
    ends of 零下5到10度. A zero of one or two digits is left out, as in `08:00`. 7/28 is two numbers if it may
    be a day, unless its value is among `fractions`.
    """
    return tuple(_figures(text, fractions))


def _figures(text: str, fractions: frozenset[Decimal]) -> Iterator[Figure]:
    plain, places = text, list(range(len(text) + 1))
    for pattern, instead in _NO_NUMBER:
        plain, places = _replaced(plain, places, pattern, _constant(instead))
    plain, places = _replaced(plain, places, _PIECES, _in_one)
    at, cold_until = 0, -1
    while token := _TOKEN.search(plain, at):
        at, sign, start = token.end(), (token["sign"] or "").strip(), token.start()
        below: bool | None = sign in ("零下", "负")
        if sign and sign in DASHES:
            below = minus(plain, start)
        if sign and not below:
            start += len(token["sign"])
        if (not sign or sign in DASHES) and not below and cold_until >= 0:
            below = True if _CARRIED.fullmatch(plain, cold_until, start) else below
        cold_until = at if sign == "零下" else -1
        for figure in _token(plain, token, start, fractions):
            if below and figure.start == start:
                figure = figure._replace(value=-figure.value, digits="-" + figure.digits)
            yield figure._replace(
                sure=below is not None, start=places[figure.start], end=places[figure.end - 1] + 1
            )


def _constant(template: str) -> Callable[[re.Match[str]], str]:
    return lambda match: match.expand(template)


def _replaced(
    text: str, places: list[int], pattern: re.Pattern[str], instead: Callable[[re.Match[str]], str]
) -> tuple[str, list[int]]:
    """The text with something instead of each match, and for each character its place in the first text."""
    if not pattern.search(text):
        return text, places
    words, kept, last = "", list[int](), 0
    for match in pattern.finditer(text):
        new = instead(match)
        words += text[last : match.start()] + new
        first, behind = places[match.start()], places[match.end() - 1]
        kept += places[last : match.start()] + [first] * (len(new) - 1) + [behind] * bool(new)
        last = match.end()
    return words + text[last:], kept + places[last:]


def _token(plain: str, token: re.Match[str], start: int, fractions: frozenset[Decimal]) -> Iterator[Figure]:
    """The numbers of one token, without signs, with their places in the text that is read."""
    end = token.end()
    if token["roman"]:
        number = _ROMAN[token["roman"]]
        yield Figure(Decimal(number), str(number), start, end)
    elif token["over"]:
        yield from _slash(plain, token, fractions)
    elif token["below"]:
        yield _fraction(_valued(token["above"]), _valued(token["below"]), start, end)
    elif token["power"] or token["raised"]:
        yield _power(token, start, end)
    elif token["written"]:
        yield from _written(plain, token, start)
    else:
        yield from _numerals(token, start)


def _numerals(token: re.Match[str], start: int) -> Iterator[Figure]:
    *before, (value, raw) = cardinals(token["numeral"])
    for one, digits in before:
        yield from _figure(one, digits, start, token.end())
    fraction = one_by_one((token["point"] or "")[1:])
    value += Decimal(f"0.{fraction}") if fraction else 0
    spelt = bool(raw) and not fraction
    yield from _figure(value, raw if spelt else "", start, token.end(), token["more"], spelt=spelt)


def _written(plain: str, token: re.Match[str], start: int) -> Iterator[Figure]:
    """A number in digits. Blanks set its thousands apart, unless the groups are numbers of their own."""
    raw, end = token["written"], token.end()
    groups = raw.split(" ")
    whole = raw.replace(",", "").replace(" ", "")
    if len(groups) > 1 and (
        _EMERGENCY.fullmatch(raw)
        or _NUMBERED.search(plain[:start])
        or (_SMALL.match(plain, end) and Decimal(whole) >= MOST_SMALL)
    ):
        for group in groups[:-1]:
            yield from _figure(Decimal(group), group, start, start + len(group))
            start += len(group) + 1
        whole = groups[-1]
    yield from _figure(Decimal(whole), whole, start, end, token["times"])


def _slash(plain: str, token: re.Match[str], fractions: frozenset[Decimal]) -> Iterator[Figure]:
    """Two numbers with a slash: a fraction, or two numbers such as a day."""
    start, end = token.span()
    above, below = Decimal(token["over"]), Decimal(token["under"])
    before = plain[:start]
    day = _DAY.match(plain, end) or _DAY_BEFORE.search(before)
    two = day or above >= below or plain.startswith(_NO_FRACTION, end)
    part = above == 1 or plain.startswith("的", end) or _SHARE_BEFORE.search(before)
    if not two and (part or above / below in fractions):
        yield _fraction(above, below, start, end)
        return
    middle = plain.index("/", start)
    yield from _figure(above, token["over"], start, middle)
    yield from _figure(below, token["under"], middle + 1, end)


def _fraction(above: Decimal, below: Decimal, start: int, end: int) -> Figure:
    return Figure(above / below, f"{above:f}/{below:f}", start, end, fraction=True)


def _valued(number: str) -> Decimal:
    """A number of a fraction, in digits or in numerals: the 万 of 万分之五 is 10000."""
    value = Decimal(number) if number.isdecimal() else next(iter(cardinals(number)))[0]
    return value or Decimal(PLACE.get(number, 1))


def _power(token: re.Match[str], start: int, end: int) -> Figure:
    """A number times a power of ten: 1.2×10⁴ is 12000."""
    if token["power"]:
        mantissa = Decimal(token["mantissa"] or 1)
        power = int(token["power"].translate(_POWERS))
    else:
        whole, _, part = (token["said"] or "一").partition("点")
        mantissa = _valued(whole) + (Decimal(f"0.{one_by_one(part)}") if part else 0)
        power = int(_valued(token["raised"]))
    value = mantissa.scaleb(power)
    return Figure(value, f"{value:f}", start, end)


def _in_one(match: re.Match[str]) -> str:
    """A number in several pieces as one number in digits. A number in one piece stays as it is."""
    names = ("billions", "myriads", "thousands", "hundreds", "rest")
    pieces = [match[name] for name in names]
    if match["more"] or sum(piece is not None for piece in pieces) < 2:
        return match[0]
    return str(sum(int(piece or 0) * size for piece, size in zip(pieces, _SIZES, strict=True)))


def _figure(
    value: Decimal, raw: str, start: int, end: int, times: str = "", *, spelt: bool = False
) -> Iterator[Figure]:
    """The number, or nothing for a short zero.

    `raw`: its digits, if it has any; `times`: 万, 亿 behind it.
    """
    for place in times:
        value *= PLACE[place]
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if value or (len(raw) > SHORT and raw.isdecimal()):
        yield Figure(value, plain if times or not raw else raw, start, end, spelt=spelt)
