"""The numbers of a text as values, read from its digits and from its Chinese numerals.

The voice proves its words by them: the words of a text must hold the numbers of the text. For that reason the
module shares nothing with the rules that make the words, except the ten digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_PLACE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
_ROMAN = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8,
    "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5,
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8,
}  # fmt: skip
SHORT = 2
"""Zeros of so many digits at most are no number: the minutes of `08:00` are not said, 八点整."""
_NUMERAL = "零〇一二三四五六七八九两幺十百千万亿"
_NO_NUMBER = (
    # the exponent of a unit: m2, km2, m3
    (re.compile(r"(?<=[a-z])[23](?![\d.])"), ""),
    # the offset of Beijing's time
    (re.compile(r"(?<=\d)(?:\.\d+)?(?:Z|\+08:?00)(?!\d)"), ""),
    # the country's code before a mobile telephone number
    (re.compile(r"(?<!\d)(?:\+86|0086)[- ]?(?=1[3-9]\d)"), ""),
    # 百 of 百分之 and 千 of 千分之
    (re.compile(r"(?<![一二三四五六七八九两])[百千]分之"), "分之"),
    # the pauses between the groups of a telephone number
    (
        re.compile(
            r"(?<=[零一二三四五六七八九幺]{3})，"
            r"(?=[零一二三四五六七八九幺]{3,4}(?![零一二三四五六七八九幺十百千万亿点]))"
        ),
        "",
    ),
    # 1 kV is said as a thousand volts
    (re.compile(r"(?<![\d.,])([1-9])(?= ?(?:[kK][VvWw]|kPa)(?![A-Za-z]))"), r"\g<1>000"),
    # a dash typed as the numeral: 6一7级
    (re.compile(r"(?<=\d)一(?=\d)"), "-"),
    # the dots of a date
    (re.compile(r"(?<=\d{4})\.(\d{1,2})\.(?=\d{1,2}(?!\d))"), r" \1 "),
)
"""Signs that look like numbers and are said otherwise or not at all.

They are replaced before numbers are read.
"""
_COMPOUND = re.compile(
    r"(?<![\d.,])(?=\d)(?:(\d{1,4})亿)?(?:(\d{1,4})万)?(?:(\d)千)?(?:(\d)百)?"
    r"(\d{4}(?=[^\d万千百亿.]|$))?(千?万)?"
)
"""One number in several pieces: 3万5000, 1亿2000万, 2千5百."""
_TOKEN = re.compile(
    r"(?<![A-Za-z])(?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅰⅱⅲⅳⅴ]|VIII|VII|VI|IV|III|II|I|V)"
    r"(?= ?[级类度等]| ?[、和至到~—–-] ?(?:[ⅠⅡⅢⅣⅤ]|I{1,3}|I?V) ?[级类度等])"
    r"|(?P<written>\d+(?:,\d{3})*(?:\.\d+)?)(?P<times>(?:(?<=(?<!\d)\d)[百千])?[万亿]*)"
    rf"|(?P<numeral>[{_NUMERAL}]+)"
    r"(?P<point>点[零〇一二三四五六七八九]+(?![零〇一二三四五六七八九十]*[分整刻]))?(?P<more>[万亿]*)"
)


class Figure(NamedTuple):
    """One number of a text."""

    value: Decimal
    """The value of the number, without its sign and without its unit: 2.3万 and 二万三千 are 23000."""
    digits: str
    """The digits of the number as they stand in the text, without commas, with their zeros in front.

    Numerals count as digits where they are said one by one: 零五六四. A number that is written otherwise has
    the digits of its value.
    """


def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text in order: in digits, in Chinese numerals, and in Roman numerals before a level.

    No unit is read and no minus: 零下5℃ gives 5. The two ends of a span are two numbers, so are the parts of
    a date. A zero of one or two digits is left out, as in `08:00`.
    """
    return tuple(_figures(text))


def same(written: str, spoken: str) -> bool:
    """Whether two texts hold the same numbers, in any groups and in any order."""
    left, right = figures(written), figures(spoken)
    common = Counter(figure.value for figure in left) & Counter(figure.value for figure in right)
    return _rest(left, Counter(common)) == _rest(right, Counter(common))


def _rest(numbers: tuple[Figure, ...], common: Counter[Decimal]) -> str:
    """The digits, in order, of the numbers that are not common to both texts.

    A telephone number is one number in one text and three groups in the other: its digits are compared. Of
    several numbers with one value the shortest is the common one. 零零零幺 of a telephone number must not
    stand for the 1 of 1%.
    """
    gone = set()
    for place, (value, _) in sorted(enumerate(numbers), key=lambda item: len(item[1].digits)):
        if common[value]:
            common[value] -= 1
            gone.add(place)
    return "".join(figure.digits for place, figure in enumerate(numbers) if place not in gone)


def _figures(text: str) -> Iterator[Figure]:
    for pattern, instead in _NO_NUMBER:
        text = pattern.sub(instead, text)
    text = _COMPOUND.sub(_in_one, text)
    for token in _TOKEN.finditer(text):
        if token["roman"]:
            number = _ROMAN[token["roman"]]
            yield Figure(Decimal(number), str(number))
        elif token["written"]:
            raw = token["written"].replace(",", "")
            yield from _figure(Decimal(raw), raw, token["times"])
        else:
            *before, last = _cardinals(token["numeral"])
            for value, raw in before:
                yield from _figure(value, raw)
            fraction = _digits((token["point"] or "")[1:])
            value, raw = last
            value += Decimal(f"0.{fraction}") if fraction else 0
            yield from _figure(value, "" if fraction else raw, token["more"])


def _in_one(match: re.Match[str]) -> str:
    """A number in several pieces as one number in digits. A number in one piece stays as it is."""
    billions, ten_thousands, thousands, hundreds, rest, more = match.groups()
    if more or sum(part is not None for part in (billions, ten_thousands, thousands, hundreds, rest)) < 2:
        return match[0]
    pieces = zip(
        (billions, ten_thousands, thousands, hundreds, rest), (10**8, 10**4, 1000, 100, 1), strict=True
    )
    return str(sum(int(part or 0) * size for part, size in pieces))


def _figure(value: Decimal, raw: str, times: str = "") -> Iterator[Figure]:
    """The number, or nothing for a short zero.

    `raw`: its digits, if it has any; `times`: 万, 亿 behind it.
    """
    for place in times:
        value *= _PLACE[place]
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if value or (len(raw) > SHORT and raw.isdecimal()):
        yield Figure(value, plain if times or not raw else raw)


def _digits(numerals: str) -> str:
    return "".join(str(_DIGIT[sign]) for sign in numerals)


def _cardinals(numerals: str) -> Iterator[tuple[Decimal, str]]:
    """The values in a run of numerals, each with its digits if they are said one by one.

    一千零五 is 1005, 一千五 is 1500. In 九百八十五百帕 the last 百 begins a unit: no place follows a smaller
    place. In 二百九二 there are two numbers: no digit follows a digit.
    """
    if all(sign in _DIGIT for sign in numerals):
        yield Decimal(_digits(numerals)), _digits(numerals)
        return
    number = _Cardinal()
    for sign in numerals:
        if not number.takes(sign):
            yield Decimal(number.value), ""
            number = _Cardinal()
            number.takes(sign)
    yield Decimal(number.value), ""


class _Cardinal:
    """One number that is read sign by sign.

    Three sums are kept: above 亿, above 万, and below. Beside them are the digit that waits for its place,
    and the place before it.
    """

    def __init__(self) -> None:
        self._big = self._whole = self._group = self._digit = 0
        self._last, self._after, self._skipped = 10_000, 1, False

    @property
    def value(self) -> int:
        return self._big + self._whole + self._group + self._digit * self._after

    def takes(self, sign: str) -> bool:
        """Whether the number goes on with this sign. If so, the sign is taken."""
        place = _PLACE.get(sign)
        if place is None:
            if self._digit:
                return False
            self._digit = _DIGIT[sign]
            self._after = self._after if self._digit else 1
            self._skipped = self._skipped or not self._digit
            return True
        if place < 10_000:
            limit = self._last // 10 if self._skipped else self._last
            if place >= limit:  # in 一千零五百帕 the 百 belongs to 百帕
                return False
            self._group += (self._digit or int(sign == "十")) * place
            self._last = place
        elif sign == "万":
            self._whole = (self._whole + self._group + self._digit) * place
            self._group, self._last = 0, 10_000
        else:
            self._big = (self._big + self._whole + self._group + self._digit) * place
            self._whole = self._group = 0
            self._last = 10_000
        self._digit, self._after, self._skipped = 0, place // 10, False
        return True
