"""A text in Latin letters taken apart: its sentences, and what each is for (latin.toml).

The texts are those of foreign weather services: lines wrapped at 65 letters, bullets with a star, an ellipsis
for a comma, whole texts in capitals. No sentence is taken apart in its middle.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gateway.wording.parts import Kind
from gateway.wording.phrases import any_of, read

WRAPPED = 45
"""A line of at least so many letters that ends without a sign goes on in the next line. Our choice."""
LONGEST = 1000
"""Of a longer sentence only so many letters at each end are asked for its kind. It bounds the work. Our
choice."""
TAIL = 12
"""Letters at the end of a sentence that are looked at for an abbreviation. Our choice."""
WITHIN = 200
"""Letters before the end of a sentence in which an open bracket is looked for. Our choice."""
_BULLET = re.compile(r"\s*(?:[*•·●▪]|[-–—](?=\s)|\d{1,2}[.)](?=\s))\s*")
_STOPS = re.compile(r"(?:[.!?:;][\"')\]]*|\.{3})$")
_ELLIPSIS = re.compile(r"\s*(?:\.{2,}|…)\s*")
_END = re.compile(r"(?<=[.!?])([\"')\]]*)\s+(?=[\"'(]?[A-ZÀ-Þ0-9¿¡])")
_SHORT = re.compile(
    r"(?:\b[A-Za-zÀ-ÿ]\.|\b(?:St|Mt|Mr|Mrs|Ms|Dr|No|Nos|Ft|approx|vs|etc|Co|Inc|Dept|Gov|Gen|Ave|Rd|Blvd"
    r"|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|hrs?|min)\.)$",
    re.IGNORECASE,
)
"""What ends with a dot and ends no sentence: an initial, an abbreviation."""
_NOON = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
"""A time of the day may end a sentence, before a word that is no time zone."""
_ZONE = re.compile(r"[A-Z]{2,5}\b")
_HANGS = re.compile(
    r"\b(?:an?|the|for|in|of|at|to|and|or|with|from|by|including|that|are|is)(?:\.{2,}|:)?$", re.IGNORECASE
)
"""A block that ends so goes on behind the blank line or the bullet: HAS ISSUED A."""
_ASIDE = re.compile(r" [-–—/] (?=[A-Z][a-z]+(?: [a-z]+){0,2}:)")
"""The sign before a heading within a line."""
_BREAK = re.compile(r"<br ?/?>|</p>", re.IGNORECASE)
_TITLE = re.compile(r"(?:\.{3}|…).+(?:\.{3}|…)")
"""A line between two ellipses is a heading that says what holds."""
_ORDER = (
    Kind.LABEL,
    Kind.ORDER,
    Kind.CONTACT,
    Kind.CAUSE,
    Kind.CRITERION,
    Kind.OFFICE,
    Kind.PLACE,
    Kind.ADVICE,
    Kind.DANGER,
    Kind.FORECAST,
)


class Statement(NamedTuple):
    """One sentence of a text."""

    words: str
    """On one line, without a dot at its end."""
    kind: Kind


def statements(text: str) -> tuple[Statement, ...]:
    """The sentences of a text in Latin letters, in order, each with its kind.

    A line of a product code or of coordinates is of the kind LABEL.
    """
    return tuple(Statement(words, kind_of(words)) for block in _blocks(text) for words in _sentences(block))


def kind_of(words: str) -> Kind:
    """What one sentence is for."""
    if len(words) > 2 * LONGEST:
        words = words[:LONGEST] + " " + words[-LONGEST:]
    return next((kind for kind in _ORDER if _table()[kind].search(words)), Kind.OTHER)


def _blocks(text: str) -> Iterator[str]:
    """The runs of lines that belong together, each on one line."""
    block: list[str] = []
    for line in (*_BREAK.sub("\n", html.unescape(text)).splitlines(), ""):
        bare = " ".join(line.split())
        own = bool(_TITLE.fullmatch(bare)) or _table()[Kind.LABEL].search(bare) is not None
        hangs = bool(block) and not own and _HANGS.search(block[-1])
        if hangs and not bare:
            continue
        if block and not hangs and (not bare or own or _BULLET.match(line) or _closed(block[-1], bare)):
            yield " ".join(block)
            block = []
        bare = _BULLET.sub("", bare, count=1) if _BULLET.match(bare) else bare
        if own:
            yield bare
        elif bare:
            block.append(bare)
    if block:
        yield " ".join(block)


def _closed(line: str, following: str) -> bool:
    """Whether a line ends what it says: a short one, before a line that begins with a capital."""
    if _STOPS.search(line) or line.endswith((",", "-", "–", "/")):
        return False
    return len(line) < WRAPPED and following[:1].isupper() and not line.isupper()


def _sentences(block: str) -> Iterator[str]:
    """The sentences of one line."""
    plain = _ELLIPSIS.sub(", ", block.strip(". …")) if not _table()[Kind.LABEL].search(block) else block
    plain = re.sub(r"([,:;]),\s", r"\1 ", plain)
    start = 0
    for end in _END.finditer(plain):
        before = plain[start : end.end(1)]
        if before.count("(", -WITHIN) > before.count(")", -WITHIN):
            continue
        noon = _NOON.search(before[-TAIL:]) and not _ZONE.match(plain, end.end())
        if _SHORT.search(before[-TAIL:]) and not noon:
            continue
        yield from _closing(before)
        start = end.end()
    yield from _closing(plain[start:])


def _closing(sentence: str) -> Iterator[str]:
    """The parts of a sentence before and behind a heading in it, without a dot at the end."""
    for words in _ASIDE.split(sentence):
        bare = words.strip().rstrip(" .,;:-–…").strip()
        if any(character.isalnum() for character in bare):
            yield bare


@cache
def _table() -> dict[Kind, re.Pattern[str]]:
    # A product code is told by its capitals.
    return {
        Kind(name): any_of(entry, re.NOFLAG if name == "label" else re.IGNORECASE)
        for name, entry in read("latin").items()
    }
