"""Dates and times of day: the rules that put them in words.

The words are those of `gateway.quantities.dates`.
"""

from __future__ import annotations

from gateway.quantities.dates import clock, date, day, timed
from gateway.quantities.numerals import cardinal, digits
from gateway.quantities.spans import TO
from gateway.voice.text.rules import rules, to

_CLOCK = r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?"
_DAY = r"(?:次日|当日|翌日|明日|今日|今天|明天|当天|第二天|(?:\d{1,2}月)?\d{1,2}[日号])"
"""A day, as it stands before the second end of a span."""
_PART = "月|日|时|点(?!\\d)|点(?=[0-5]?\\d分)|分(?!之|钟)|秒|号"
"""A part of a date or of a time of day, as it stands behind its number."""


RULES = rules(
    (
        (r"(?<=\d)T(?=\d\d:)", lambda m: " "),
        (
            r"(?<!\d)((?:19|20)\d\d)(?=(?:[、和与及/](?:19|20)\d\d)*[、和与及/](?:19|20)\d\d年)",
            lambda m: digits(m[1]),
        ),
        (
            rf"(?<!\d)(\d{{4}}){TO}(\d{{4}}) ?年(?! ?来|一遇|以?前|的?历史)",
            lambda m: f"{digits(m[1])}{to(m)}{digits(m[2])}年",
        ),
        (r"(?<!\d)((?:19|20)\d\d) ?年(?! ?来|一遇|以?前|的?历史|左右)", lambda m: digits(m[1]) + "年"),
        (r"(?<!\d)((?:19|20)\d\d)([-/.—])(\d{1,2})\2(\d{1,2})(?!\d) ?日?", lambda m: date(m[1], m[3], m[4])),
        (r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?![\d-])", lambda m: f"{digits(m[1])}年{cardinal(int(m[2]))}月"),
        (r"(?<![\d.:-])(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01]) (?=[0-2]?\d:\d\d)", lambda m: day(m[1], m[2])),
        (
            r"(?<![\d.:-])(0[1-9])-(0[1-9]|[12]\d|3[01])(?![\d:.-]| ?[时点小毫米厘公℃级度个人户%日m])",
            lambda m: day(m[1], m[2]),
        ),
        (r"(?<![\d/])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])日", lambda m: day(m[1], m[2])),
        (
            rf"(?<=[\d一二三四五六七八九十]日){TO}(1[0-2]|[1-9])\.(3[01]|[12]\d|0?[1-9])"
            r"(?!\d| ?(?:[毫厘]?米|m|℃|度|%))",
            lambda m: to(m) + day(m[1], m[2]),
        ),
        (
            rf"{_CLOCK}{TO}([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?!\d)时?",
            lambda m: f"{clock(m[1], m[2])}{to(m)}{clock(m[4], m[5])}",
        ),
        (
            rf"{_CLOCK}{TO}({_DAY}) ?(?=(?:[01]?\d|2[0-4]):[0-5]\d)",
            lambda m: f"{clock(m[1], m[2])}{to(m)}{m[4]}",
        ),
        (
            r"(?<![\d/])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9]) ?(?=\d{1,2}(?::\d\d|[时点]))",
            lambda m: day(m[1], m[2]),
        ),
        (r"(?<!\d)(\d{1,2})·(\d{1,2})(?!\d)", lambda m: digits(m[1] + m[2])),
        (rf"{_CLOCK}(?!\d)(?:分(?!别|钟|之)|时)?", lambda m: clock(m[1], m[2], m[3])),
        (r"(?<=[时点])00?分(?!\d{1,2}秒)", lambda m: "整"),
        (r"(?<=[时点])00?分(?=\d{1,2}秒)", lambda m: "零分"),
        (r"(?<=分)0([1-9])秒", lambda m: f"零{cardinal(int(m[1]))}秒"),
        (r"(?<![\d.])([01]?\d|2[0-4])点([0-5]\d)(?![\d分度.%米毫厘个人户])", lambda m: clock(m[1], m[2])),
        (
            rf"(?<![\d.])(\d{{1,2}}){TO}(\d{{1,2}})({_PART})",
            lambda m: f"{timed(m[1], m[3])}{to(m)}{timed(m[2], m[3])}{m[3]}",
        ),
        (
            rf"(?<![\d.])(\d{{1,2}})({_PART}){TO}(?={_DAY}?\d{{1,2}}(?:{_PART}))",
            lambda m: f"{timed(m[1], m[2])}{m[2]}{to(m)}",
        ),
        (r"(?<=[时点])0?(\d)分", lambda m: f"零{cardinal(int(m[1]))}分"),
        (rf"(?<![\d.])(\d{{1,2}})({_PART})", lambda m: timed(m[1], m[2]) + m[2]),
    )
)  # fmt: skip
