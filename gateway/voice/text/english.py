"""Numbers of English texts in English words. They are for people who know no Chinese numerals.

The words are read back (`held`), as with Chinese. If they do not hold the written numbers, every number is
spelt out digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = dict(
    zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
)
SIZES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
UNITS = {
    "mm/h": "millimetres per hour", "km/h": "kilometres per hour", "m/s": "metres per second",
    "m3/s": "cubic metres per second",
    "mm": "millimetres", "cm": "centimetres", "km": "kilometres", "m": "metres",
    "km2": "square kilometres", "km²": "square kilometres", "ha": "hectares", "kg": "kilograms",
    "min": "minutes", "h": "hours", "kV": "kilovolts", "hPa": "hectopascals", "%": "percent",
    "℃": "degrees Celsius", "°C": "degrees Celsius", "°N": "degrees north", "°E": "degrees east",
}  # fmt: skip
"""The units of warnings, in words. A unit that is not here is read as it stands."""
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:,\d{3})+(?![\d])|\d+"
MOBILE = re.compile(r"(?<![\d.,])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
"""A mobile telephone number of China in its groups, with or without the country's code."""
_FIGURE = re.compile(r"\d+")
_WORD, _HAN = re.compile(r"(?<![A-Za-z])[A-Za-z][a-z]+(?![A-Za-z])"), re.compile(r"[\u3400-\u9fff]")
_UNIT_WORDS = frozenset(
    [
        *("mm", "cm", "dm", "km", "hm", "ha", "mg", "kg", "ug", "ml", "min", "mins", "ms"),
        *("kw", "mw", "kv", "hz", "db", "mb"),
    ]
)
"""Units that look like words. A text of numbers and units alone is not English."""
LONGEST = 18
"""A number of more digits identifies something and is read digit by digit. Our choice."""
SIGNS = {
    "+": " plus ", "±": " plus or minus ", "×": " by ", "=": " equals ", "~": " to ",
    "≥": " at least ", "≤": " at most ", ">": " over ", "<": " under ",
    "&": " and ", "#": " number ", "@": " at ", "$": " dollars ", "￥": " yuan ",
    "%": " percent ", "°": " degrees ", "℃": " degrees Celsius ",
    "Ⅰ": " one ", "Ⅱ": " two ", "Ⅲ": " three ", "Ⅳ": " four ", "Ⅴ": " five ",
}  # fmt: skip
"""The name of a sign that no rule knew."""


def meant(plain: str) -> bool:
    """Whether a cleaned text is English.

    An English text has a digit, a word that is no unit, and no Chinese character.
    """
    return (
        any(word.lower() not in _UNIT_WORDS for word in _WORD.findall(plain))
        and not _HAN.search(plain)
        and bool(_FIGURE.search(plain))
    )


def said(text: str) -> str | None:
    """The cleaned text with every number in words; None if the words would not hold the same numbers."""
    words = text
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    return words if held(text, words) else None


def spelt(text: str) -> str:
    """The cleaned text with every number digit by digit. Nobody speaks so, but no number is wrong."""
    pointed = re.sub(r"(?<=\d)\.(?=\d)", " point ", text)
    return re.sub(r" {2,}", " ", _FIGURE.sub(lambda m: f" {_digits(m[0])} ", pointed)).strip()


def held(written: str, words: str) -> bool:
    """Whether the words hold the written numbers, in any order: `fourteen oh five` holds 14 and 05."""
    return sorted(_values(written)) == sorted(_values(words)) and not _FIGURE.search(words)


def cardinal(number: int) -> str:
    """`one hundred and five`. The number must be below 10^12."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10 * 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    size, name = next((size, name) for size, name in SIZES if number >= size)
    head, rest = divmod(number, size)
    joint = " and " if rest and rest < 100 else " "
    return f"{cardinal(head)} {name}" + (joint + cardinal(rest) if rest else "")


def _amount(digits: str) -> str:
    """The integer part of a number.

    A number with a zero in front, or of ten digits, is said digit by digit.
    """
    whole = digits.replace(",", "")
    if (whole.startswith("0") and len(whole) > 1) or len(whole) > 9:
        return _digits(whole)
    return cardinal(int(whole))


def _digits(digits: str) -> str:
    return " ".join(ONES[int(digit)] for digit in digits)


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if not minute:
        return f"{cardinal(hour)} hundred hours"
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"


def _day(match: re.Match[str]) -> str:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    return f"{cardinal(day)} {MONTHS[month - 1]} {cardinal(year)}" if 1 <= month <= 12 else match[0]


def _number(match: re.Match[str]) -> str:
    before = "" if match["letter"] is None else " "
    below = "minus " if match["minus"] else ""
    fraction = f" point {_digits(match['fraction'])}" if match["fraction"] else ""
    unit = f" {UNITS[match['unit']]}" if match["unit"] else ""
    return f"{before}{below}{_amount(match['whole'])}{fraction}{unit}"


RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"), _day),
    (re.compile(r"(?<=\d:\d\d)\s*[-–—~～]\s*(?=\d{1,2}:\d\d)"), lambda m: " to "),
    (re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?::00)?(?![\d:])"), _clock),
    (MOBILE, lambda m: _digits("".join(m.groups()))),
    (re.compile(r"(?<=\d)/(?=\d)"), lambda m: " over "),
    (
        re.compile(r"(?<![\d.,-])([48]00)[- ](\d{3})[- ](\d{4})(?!\d)"),
        lambda m: ", ".join(_digits(part) for part in m.groups()),
    ),
    (
        re.compile(r"(?<![\d.,])\(?(0\d{2,3})\)?[- ]{1,2}(\d{7,8})(?!\d)"),
        lambda m: f"{_digits(m[1])}, {_digits(m[2])}",
    ),
    (
        re.compile(
            r"(?i)(?:(?<=call )|(?<=dial )|(?<=hotline )|(?<=phone )|(?<=number )|(?<=tel )|(?<=tel: ))"
            r"\d{3,5}(?![\d,:]|\.\d)"
        ),
        lambda m: _digits(m[0]),
    ),
    (re.compile(r"(?<=\d)(?:st|nd|rd|th)(?![a-z])"), lambda m: ""),
    (re.compile(rf"(?<=\d)(?:{_UNIT})?\s*[-–—~～]\s*(?=\d)"), lambda m: " to "),
    (
        re.compile(
            rf"(?P<letter>(?<=[A-Za-z]))?(?P<minus>(?<![\w)])[-−])?(?P<whole>{_NUMBER})"
            rf"(?:\.(?P<fraction>\d+))?(?:\s?(?P<unit>{_UNIT})(?![A-Za-z]))?"
        ),
        _number,
    ),
)  # fmt: skip


def _values(text: str) -> Iterator[int]:
    """The numbers of a text, in digits and in words. Three words of digits in a row are one number."""
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))|(?<=[A-Za-z])[23](?![\d.])|:00(?!\d)", "", text)
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)(?![a-z])", "", plain)
    plain = MOBILE.sub(lambda m: "".join(m.groups()), plain).lower().replace("hundred hours", "hours")
    plain = _ROW.sub(lambda m: "".join(str(_WORDS[word]) for word in m[0].split()), plain)
    total, part, last = 0, -1, 0
    for word in re.findall(r"\.?\d+|[a-z]+|[^a-z\d\s-]+|(?<![a-z])-|-(?![a-z])", plain):
        if part >= 0 and not (word in _WORDS or word in _SIZES or word == "and"):
            yield total + part
            total, part, last = 0, -1, 0
        if word in _WORDS:
            number = _WORDS[word]
            if part >= 0 and not ((20 <= last < 100 and 0 < number < 10) or (last >= 100 and number < 100)):
                yield total + part
                total, part = 0, -1
            part, last = max(part, 0) + number, number
        elif word in _SIZES and part >= 0:
            last = _SIZES[word]
            total, part = (total, part * 100) if last == 100 else (total + part * last, 0)
        elif word in _MONTHS:
            yield _MONTHS[word]
        elif word[-1].isdecimal():
            fraction = word.lstrip(".")
            one_by_one = (fraction != word and len(fraction) < 3) or len(fraction) > LONGEST
            yield from map(int, fraction) if one_by_one else [int(fraction)]
    if part >= 0:
        yield total + part


_WORDS = {name: number for number, name in enumerate(ONES)} | {name: tens for tens, name in TENS.items()}
_ROW = re.compile(
    rf"\b(?:{'|'.join(ONES[:10])})(?: (?:{'|'.join(ONES[:10])})){{2,}}\b"
    r"(?! (?:hundred|thousand|million|billion))"
)
_SIZES = {name: size for size, name in SIZES}
_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
