"""Numbers that the rules would change are spelt out digit by digit, each by itself.

The rest of their clause is said by the rules. The numbers of a date or of a time of day are said as such,
never digit by digit: nobody understands 二八日.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.quantities.dates import clock, date, timed
from gateway.quantities.figures import Figure
from gateway.quantities.numerals import cardinal, digits
from gateway.quantities.units import UNIT, UNITS

_DAY = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])")
_PART = re.compile(r"(?<![\d.])(?:(\d{4})(?=年)|(\d{1,2})(?=[月日时号]|点(?!\d)|分(?![之钟])))")
_DEGREE = re.compile(r" ?(?:℃|℉|摄氏度|华氏度|度|(?:[~—–−-]|至|到)[-−]?[\d.]+ ?(?:℃|℉|摄氏度|华氏度|度))")
_MEASURE = re.compile(rf" ?({UNIT})(?![A-Za-z])")
_SIGN = re.compile(r"[-−–—] ?")


def spelt(plain: str, doubted: Iterable[Figure]) -> tuple[str, tuple[str, ...]]:
    """The cleaned text with these of its numbers digit by digit, and the numbers as they were written."""
    moments = _moments(plain)
    words, notes = plain, list[str]()
    for figure in sorted(doubted, key=lambda figure: figure.start, reverse=True):
        start, end = figure.start, figure.end
        written = plain[start:end]
        if not re.search(r"[0-9]", written):
            continue
        if moment := next((moment for moment in moments if moment[0] <= start < moment[1]), None):
            start, end, said = moment
            if start >= len(words) or words[start:end] != plain[start:end]:
                continue
            words = words[:start] + said + words[end:]
        else:
            behind = words[end:]
            if unit := _MEASURE.match(behind):
                behind = UNITS[unit[1]] + behind[unit.end() :]
            cold = _DEGREE.match(plain, end) is not None
            words = words[:start] + _one_by_one(written, cold=cold) + behind
        notes.insert(0, written)
    return words, tuple(notes)


def _moments(plain: str) -> list[tuple[int, int, str]]:
    """The dates and times of day of a text: begin, end, and words."""
    days = [(*m.span(), date(m[1], m[3], m[4])) for m in _DAY.finditer(plain)]
    clocks = [(*m.span(), clock(m[1], m[2], m[3])) for m in _CLOCK.finditer(plain)]
    parts = [
        (*m.span(), digits(m[1]) if m[1] else timed(m[2], plain[m.end() : m.end() + 1]))
        for m in _PART.finditer(plain)
    ]
    return days + clocks + parts


def _one_by_one(written: str, *, cold: bool) -> str:
    """A number digit by digit, with its minus. A fraction is said as one."""
    if fraction := re.fullmatch(r"(\d+)/(\d+)", written):
        return f"{cardinal(int(fraction[2]))}分之{cardinal(int(fraction[1]))}"
    words = _SIGN.sub("零下" if cold else "负", written, count=1) if _SIGN.match(written) else written
    whole = re.sub(r"(?<=\d)[, ](?=\d)", "", words)
    said = re.sub(r"(?<=\d)\.(?=\d)", "点", whole)
    return re.sub(r"[0-9]+", lambda match: digits(match[0]), said)
