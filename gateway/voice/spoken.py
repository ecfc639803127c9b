"""Text → words: every number, date, time, unit and sign as people say it. Rules in order; what none of them knew is spelt out, never dropped."""

from __future__ import annotations

from gateway.voice import Spoken, dates, telephones, units
from gateway.voice.clean import cleaned, leftovers, punctuated

RULES = (*telephones.RULES, *dates.RULES, *units.RULES)
"""Telephone numbers first: their digits look like years and ranges; quantities last, they take whatever is a number."""


def spoken(text: str) -> Spoken:
    """The words of a text. `notes` name every sign that had to be spelt out one by one (the leftover guard)."""
    words = cleaned(text)
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    words, notes = leftovers(punctuated(words))
    return Spoken(punctuated(words), notes)
