"""Whether what will be said holds the same numbers as what is written: asked of every text, not only in tests.

It shares nothing with the rules but the digits: it reads the spoken words back. A text whose numbers differ is spelt out instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

_DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_PLACE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
_ROMAN = {
    "Ⅰ": 1,
    "Ⅱ": 2,
    "Ⅲ": 3,
    "Ⅳ": 4,
    "Ⅴ": 5,
    "Ⅵ": 6,
    "Ⅶ": 7,
    "Ⅷ": 8,
    "VI": 6,
    "VII": 7,
    "VIII": 8,
    "ⅰ": 1,
    "ⅱ": 2,
    "ⅲ": 3,
    "ⅳ": 4,
    "ⅴ": 5,
} | {
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
}
SHORT = 2
"""Noughts of a clock: `08:00` is 八点整."""
_SAID = "零〇一二三四五六七八九两幺十百千万亿"
_NO_NUMBER = (
    (re.compile(r"(?<=[a-z])[23](?![\d.])"), ""),  # m2, km2, m3
    (re.compile(r"(?<=\d)(?:\.\d+)?(?:Z|\+08:?00)(?!\d)"), ""),
    (re.compile(r"(?<!\d)(?:\+86|0086)[- ]?(?=1[3-9]\d)"), ""),
    (re.compile(r"(?<![一二三四五六七八九两])[百千]分之"), "分之"),
    (
        re.compile(
            r"(?<=[零一二三四五六七八九幺]{3})，(?=[零一二三四五六七八九幺]{3,4}(?![零一二三四五六七八九幺十百千万亿点]))"
        ),
        "",
    ),
    (re.compile(r"(?<![\d.,])([1-9])(?= ?(?:[kK][VvWw]|kPa)(?![A-Za-z]))"), r"\g<1>000"),
    (re.compile(r"(?<=\d)一(?=\d)"), "-"),
    (re.compile(r"(?<=\d{4})\.(\d{1,2})\.(?=\d{1,2}(?!\d))"), r" \1 "),
)
"""Digits that are part of a unit, the offset of Beijing's time, the country's code, a dash typed as a numeral, the dots of a date: they are said
otherwise or by nobody. The pauses between the groups of a telephone number. And 1 kV, which is said as a thousand volts are."""
_COMPOUND = re.compile(
    r"(?<![\d.,])(?=\d)(?:(\d{1,4})亿)?(?:(\d{1,4})万)?(?:(\d)千)?(?:(\d)百)?(\d{4}(?=[^\d万千百亿.]|$))?(千?万)?"
)
"""3万5000, 1亿2000万, 2千5百: one number in several pieces."""
_TOKEN = re.compile(
    r"(?<![A-Za-z])(?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅰⅱⅲⅳⅴ]|VIII|VII|VI|IV|III|II|I|V)(?= ?[级类度等]| ?[、和至到~—–-] ?(?:[ⅠⅡⅢⅣⅤ]|I{1,3}|I?V) ?[级类度等])"
    r"|(?P<written>\d+(?:,\d{3})*(?:\.\d+)?)(?P<times>(?:(?<=(?<!\d)\d)[百千])?[万亿]*)"
    rf"|(?P<said>[{_SAID}]+)(?P<point>点[零〇一二三四五六七八九]+(?![零〇一二三四五六七八九十]*[分整刻]))?(?P<more>[万亿]*)"
)


def same(written: str, said: str) -> bool:
    """Whether both hold the same numbers, in whatever groups and order."""
    left, right = list(_numbers(written)), list(_numbers(said))
    common = Counter(value for value, _ in left) & Counter(value for value, _ in right)
    return _rest(left, Counter(common)) == _rest(right, Counter(common))


def _rest(found: list[tuple[str, str]], common: Counter[str]) -> str:
    """The digits of what the other side has not, in order: a telephone number is one number here and three groups there. Of several with one value the
    shortest is the common one: 零零零幺 of a telephone number must not stand for the 1 of 1%."""
    gone = set()
    for place, (value, _) in sorted(enumerate(found), key=lambda one: len(one[1][1])):
        if common[value]:
            common[value] -= 1
            gone.add(place)
    return "".join(raw for place, (_, raw) in enumerate(found) if place not in gone)


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number's value, and its digits as they stand. Nought is none: 八点整 has no minutes."""
    for pattern, instead in _NO_NUMBER:
        text = pattern.sub(instead, text)
    text = _COMPOUND.sub(_in_one, text)
    for token in _TOKEN.finditer(text):
        if token["roman"]:
            yield str(_ROMAN[token["roman"]]), str(_ROMAN[token["roman"]])
        elif token["written"]:
            raw = token["written"].replace(",", "")
            yield from _named(Decimal(raw), raw, token["times"])
        else:
            *before, last = _cardinals(token["said"])
            for value, raw in before:
                yield from _named(value, raw)
            fraction = _digits((token["point"] or "")[1:])
            value, raw = last
            value += Decimal(f"0.{fraction}") if fraction else 0
            yield from _named(value, "" if fraction else raw, token["more"])


def _in_one(match: re.Match[str]) -> str:
    billions, ten_thousands, thousands, hundreds, rest, more = match.groups()
    if more or sum(part is not None for part in (billions, ten_thousands, thousands, hundreds, rest)) < 2:
        return match[0]
    pieces = zip(
        (billions, ten_thousands, thousands, hundreds, rest), (10**8, 10**4, 1000, 100, 1), strict=True
    )
    return str(sum(int(part or 0) * size for part, size in pieces))


def _named(value: Decimal, raw: str, times: str = "") -> Iterator[tuple[str, str]]:
    for place in times:
        value *= _PLACE[place]
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if value or (len(raw) > SHORT and raw.isdecimal()):
        yield plain, plain if times or not raw else raw


def _digits(said: str) -> str:
    return "".join(str(_DIGIT[one]) for one in said)


def _cardinals(said: str) -> Iterator[tuple[Decimal, str]]:
    """The numbers in a run of numerals, with their digits where they are said digit by digit. 一千零五 is 1005, 一千五 is 1500; in 九百八十五百帕
    the last 百 begins a unit, for no place follows a smaller one; in 九二 behind 二百 there are two numbers, for no digit follows another."""
    if all(one in _DIGIT for one in said):
        yield Decimal(_digits(said)), _digits(said)
        return
    number = _Cardinal()
    for sign in said:
        if not number.takes(sign):
            yield Decimal(number.value), ""
            number = _Cardinal()
            number.takes(sign)
    yield Decimal(number.value), ""


class _Cardinal:
    """One number, sign by sign: what is complete of it above 亿, above 万 and below, the digit that waits for its place, the place before it."""

    def __init__(self) -> None:
        self._big = self._whole = self._group = self._digit = 0
        self._last, self._after, self._skipped = 10_000, 1, False

    @property
    def value(self) -> int:
        return self._big + self._whole + self._group + self._digit * self._after

    def takes(self, sign: str) -> bool:
        """Whether the sign can stand here."""
        place = _PLACE.get(sign)
        if place is None:
            if self._digit:
                return False
            self._digit = _DIGIT[sign]
            self._after = self._after if self._digit else 1
            self._skipped = self._skipped or not self._digit
            return True
        if place < 10_000:
            if place >= (
                self._last // 10 if self._skipped else self._last
            ):  # in 一千零五百帕 the 百 is 百帕's
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
