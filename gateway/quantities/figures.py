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

from gateway.quantities.cardinals import NUMERAL, PLACE, cardinals, one_by_one

_ROMAN = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8,
    "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5,
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8,
}  # fmt: skip
SHORT = 2
"""Zeros of so many digits at most are no number: the minutes of `08:00` are not said, 八点整."""
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
    rf"|(?P<numeral>[{NUMERAL}]+)"
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
            *before, last = cardinals(token["numeral"])
            for value, raw in before:
                yield from _figure(value, raw)
            fraction = one_by_one((token["point"] or "")[1:])
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
        value *= PLACE[place]
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if value or (len(raw) > SHORT and raw.isdecimal()):
        yield Figure(value, plain if times or not raw else raw)
