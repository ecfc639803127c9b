"""Text → words: every number, date, time, unit and sign as people say it. Rules in order; what none of them knew is spelt out, never dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.quantities.figures import same
from gateway.quantities.numerals import digits
from gateway.voice import Spoken
from gateway.voice.text import dates, english, telephones, units
from gateway.voice.text.clean import SAID, cleaned, leftovers, punctuated
from gateway.voice.text.rules import MINUS, NUMBER, rules

LONG = rules(((r"\d{17,}", lambda m: digits(m[0])),))
"""No quantity has so many digits; numbers below are read to 10^16."""
RULES = (*LONG, *telephones.RULES, *units.COORDINATES, *dates.RULES, *units.RULES)
"""Telephone numbers first: their digits look like years and ranges; quantities last, they take whatever is a number."""
_FIGURE = re.compile(rf"(?:(?<![0-9A-Za-z%℃#百千万亿年月日号时分秒级])({MINUS}))?({NUMBER})")
_BETWEEN = re.compile(r"(?<=[0-9%℃#百千万亿年月日号时分秒级])\s*[~—–−-]\s*(?=\d)")
_CLAUSE = re.compile(r"(?<=[，。；！？])")


def spoken(text: str) -> Spoken:
    """The words of a text, with the same numbers. `notes` name every sign that had to be spelt out one by one (the leftover guard), and every number
    where the rules would have changed one."""
    plain = cleaned(text)
    if english.meant(plain):
        words = english.said(plain)
        return (
            _said(words, (), english.SIGNS)
            if words is not None
            else _said(english.spelt(plain), _figures(plain), english.SIGNS)
        )
    said = _said(_ruled(plain))
    return said if same(plain, said.words) else _clause_by_clause(plain)


def _ruled(plain: str) -> str:
    words = plain
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    return words


def _clause_by_clause(plain: str) -> Spoken:
    """Only the clauses whose numbers the rules would change are spelt out."""
    words, spelt = "", tuple[str, ...]()
    for clause in _CLAUSE.split(plain):
        ruled = _ruled(clause)
        if not same(clause, _said(ruled).words):
            ruled = _FIGURE.sub(_digit_by_digit, _BETWEEN.sub("到", clause))
            spelt += _figures(clause)
        words += ruled
    return _said(words, spelt)


def _said(words: str, spelt: tuple[str, ...] = (), names: Mapping[str, str] = SAID) -> Spoken:
    """With its punctuation, and every sign that is left by its name; `spelt` are figures that had to be said digit by digit: nobody's way of speaking,
    and nobody's wrong number."""
    words, notes = leftovers(punctuated(words), names)
    return Spoken(re.sub(r" {2,}", " ", punctuated(words)), (*spelt, *notes))


def _figures(plain: str) -> tuple[str, ...]:
    return tuple(found[0] for found in _FIGURE.finditer(plain))


def _digit_by_digit(match: re.Match[str]) -> str:
    whole, _, fraction = match[2].replace(",", "").partition(".")
    return ("负" if match[1] else "") + digits(whole) + (f"点{digits(fraction)}" if fraction else "")
