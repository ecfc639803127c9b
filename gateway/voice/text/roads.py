"""Roads, posts of kilometres, magnitudes, addresses of machines, and codes."""

from __future__ import annotations

import re

from gateway.quantities.numerals import cardinal, counted, digits
from gateway.voice.text.rules import Say


def _post(match: re.Match[str]) -> str:
    """K45+600 is K四十五加六百. Zeros in front are said: K45+050 is K四十五加零五零.

    Before 一 the metres are said digit by digit: in 三百一带 one would hear 310.
    """
    metres = match[3]
    apart = metres[0] == "0" or match.string.startswith("一", match.end())
    said = digits(metres) if apart else cardinal(int(metres))
    return f"{match[1]}{cardinal(int(match[2]))}加{said}{'米' if match[4] else ''}"


TABLE: tuple[tuple[str, Say], ...] = (
    (
        r"(?<![A-Za-z])([GS])(\d{1,2})(?=[\u4e00-\u9fff]{0,6}(?:高速|公路|国道|省道))",
        lambda m: m[1] + digits(m[2], "幺"),
    ),
    (r"(?<=分)(成)?(\d)路", lambda m: f"{m[1] or ''}{counted(int(m[2]))}路"),
    (r"((?<![A-Za-z])K)(\d+)\+(\d{1,3})(?![\d.]) ?(m(?![A-Za-z]))?", _post),
    (r"(?<![\d.A-Za-z+])()(\d{1,4})\+(\d{3})(?![\d.+]) ?(m(?![A-Za-z]))?", _post),
    (r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", lambda m: "点".join(map(digits, m[0].split(".")))),
    (
        r"(?<![0-9A-Za-z])(?=[0-9A-Z]*\d[0-9A-Z]*[A-Z])\d[0-9A-Z]{14}(?:[0-9A-Z]{3})?(?![0-9A-Za-z])",
        lambda m: re.sub(r"\d+", lambda n: digits(n[0]), m[0]),
    ),
    (r"(?<![A-Za-z])([GSXYC])(\d{3,4})(?![\d.])", lambda m: m[1] + digits(m[2], "幺")),
    (r"(国道|省道|县道|乡道)(\d{3})(?![\d.])", lambda m: m[1] + digits(m[2], "幺")),
    (r"(?<!\d)(\d{3,4})(?=国道|省道|县道|乡道|室(?!内|外))", lambda m: digits(m[1], "幺")),
    (r"(?<![A-Za-z])M[sSwWLl]? ?(?=\d+\.\d)", lambda m: ""),
)
"""The rules in order, for `units.RULES`. A code of 15 or 18 signs is that of an organisation."""
