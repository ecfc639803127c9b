"""Dates and times of day in Chinese words: the year digit by digit, 两点 but 二月, 零五分 and 整.

Arguments are decimal digits, as a text holds them. Nobody checks here that a month or an hour exists.
"""

from __future__ import annotations

from gateway.quantities.numerals import cardinal, digits


def date(year: str, month: str, number: str) -> str:
    """`2026`, `7`, `28` → 二零二六年七月二十八日."""
    return f"{digits(year)}年{day(month, number)}"


def day(month: str, number: str) -> str:
    """`7`, `28` → 七月二十八日."""
    return f"{cardinal(int(month))}月{cardinal(int(number))}日"


def clock(hour: str, minute: str, second: str | None = None) -> str:
    """`15:30` → 十五点三十分, `2:05` → 两点零五分, `8:00` → 八点整. A second of zero is not said."""
    words = timed(hour, "点") + "点"
    if int(minute) == 0 and not int(second or 0):
        return words + "整"
    words += ("零" if int(minute) < 10 else "") + (cardinal(int(minute)) if int(minute) else "") + "分"
    return words + (cardinal(int(second)) + "秒" if second and int(second) else "")


def timed(number: str, part: str) -> str:
    """The number before a part of a date or of a time of day:

    两 before 点, 时, 分 and 秒, 二 before 月, 日 and 号.
    """
    value = int(number)
    return "两" if part in ("点", "时", "分", "秒") and value == 2 else cardinal(value)
