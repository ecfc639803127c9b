"""Numbers in Chinese words."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
"""The words of the digits 0 to 9."""
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")


def cardinal(number: int) -> str:
    """105 → 一百零五, 10005 → 一万零五, 12 → 十二, 1000000 → 一百万. 2 is 二; `counted` says 两.

    A number of 10^16 or more is said digit by digit. The number must not be negative.
    """
    if number == 0:
        return "零"
    if number >= 10**16:
        return digits(str(number))
    groups: list[int] = []
    while number:
        number, rest = divmod(number, 10000)
        groups.append(rest)
    words = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            continue
        if words and (group < 1000 or groups[index + 1] == 0):
            words += "零"
        words += _group(group) + _GROUPS[index]
    return words.removeprefix("一") if words.startswith("一十") else words


def _group(group: int) -> str:
    """Four places of a number in words, without 万 or 亿."""
    words, zero = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            zero = bool(words)
        else:
            words += ("零" if zero else "") + DIGITS[digit] + _PLACES[place]
            zero = False
    return words


def counted(number: int) -> str:
    """A number before a measure word: 2 → 两, 200 → 二百, 2000 → 两千, 20000 → 两万."""
    if number == 2:
        return "两"
    words = cardinal(number)
    for place in ("千", "万", "亿"):
        if words.startswith("二" + place):
            return "两" + words[1:]
    return words


def digits(text: str, one: str = "一") -> str:
    """Decimal digits one by one. `one` is the word for 1: 幺 in telephone numbers, 一 in years."""
    return "".join(one if digit == "1" else DIGITS[int(digit)] for digit in text)


def decimal(text: str) -> str:
    """`1.05` → 一点零五, `1,234` → 一千二百三十四. The text is a number without its sign."""
    whole, _, fraction = text.replace(",", "").partition(".")
    return cardinal(int(whole or "0")) + ("点" + digits(fraction) if fraction else "")
