"""Chinese numerals as values: the way back from words to numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
"""The value of each numeral that is a digit."""
PLACE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
"""The value of each numeral that is a place."""
NUMERAL = "零〇一二三四五六七八九两幺十百千万亿"
"""All numerals, for a class of a pattern."""


def one_by_one(numerals: str) -> str:
    """The digits of numerals that are said one by one: 二零二六 → `2026`."""
    return "".join(str(DIGIT[sign]) for sign in numerals)


def cardinals(numerals: str) -> Iterator[tuple[Decimal, str]]:
    """The values in a run of numerals, each with its digits if they are said one by one.

    一千零五 is 1005, 一千五 is 1500. In 九百八十五百帕 the last 百 begins a unit: no place follows a smaller
    place. In 二百九二 there are two numbers: no digit follows a digit.
    """
    if all(sign in DIGIT for sign in numerals):
        yield Decimal(one_by_one(numerals)), one_by_one(numerals)
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
        place = PLACE.get(sign)
        if place is None:
            if self._digit:
                return False
            self._digit = DIGIT[sign]
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
