"""A reading while it is cut to its length: the clauses of headline, description and instruction, and what is
left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.announcements import places
from gateway.model.alert import Info
from gateway.model.plan import LeftFor, LeftOut
from gateway.wording.parts import Kind, Part, parts

LEAST = 30
"""Characters that a text without a known part keeps at least. Our choice."""
UNKNOWN = (Kind.OTHER, Kind.PLACE)
"""Of these the first of each text stays."""
MUST = {Kind.FORECAST, Kind.DANGER, Kind.ADVICE, Kind.ORDER}
"""What is never cut for the length of a minute (docs/practice.md, Repetition)."""
_BLANK = re.compile(
    r"(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=[\u4e00-\u9fff\d])|(?<=\d)[ \t\u3000]+(?=[\u4e00-\u9fff])"
)
_TITLE = re.compile(r"(?<=[警报号知])[ \t\u3000]+(?=[\u4e00-\u9fff])")


class Local(NamedTuple):
    """What a site knows of itself and a text may mean."""

    names: tuple[str, ...] = ()
    """The names of our townships and villages, whole."""
    above: tuple[str, ...] = ()
    """The names of what they lie in: the county."""
    sentence: str = ""
    """What the site itself says after the quotation."""

    @property
    def all(self) -> tuple[str, ...]:
        """Our names and those above us."""
        return self.names + self.above


@dataclass(eq=False)
class Piece:
    """A clause that may be said."""

    number: int
    """Its place among the pieces."""
    kind: Kind
    words: str
    mark: str
    source: int
    """Which text it stands in: 0 headline, 1 description, 2 instruction."""
    item: int
    sentence: int
    ends: bool
    left: LeftFor | None = None
    again: bool = False
    """A later text of the block says it, too, and is left out there: its words stay here."""

    @property
    def long(self) -> int:
        """Its characters with the sign behind it."""
        return len(self.words) + 1


@dataclass
class Draft:
    """A reading while it is cut to its length."""

    pieces: list[Piece]
    local: Local
    left: list[tuple[int, LeftOut]] = field(default_factory=list)
    length: int = 0
    """Characters of the pieces that are said."""
    named: dict[str, int] = field(default_factory=dict)
    """How often each local name is said."""

    def begin(self) -> None:
        """Count what is said."""
        self.length = sum(piece.long for piece in self.pieces if piece.left is None)
        for piece in self.pieces:
            if piece.left is None:
                for name in self._names(piece.words):
                    self.named[name] = self.named.get(name, 0) + 1

    def drop(self, piece: Piece, why: LeftFor) -> bool:
        """Leave a piece out, unless a local place would no longer be heard."""
        if piece.left is not None:
            return False
        names = self._names(piece.words)
        if why is not LeftFor.ROOM and any(self.named.get(name, 0) < 2 for name in names):
            return False
        for name in names:
            self.named[name] -= 1
        piece.left = why
        self.length -= piece.long
        return True

    def rewrite(self, piece: Piece, words: str, gone: Sequence[str]) -> None:
        """Say a piece with fewer places."""
        self.length += len(words) - len(piece.words)
        piece.words = words
        self.left.append((piece.number, LeftOut("、".join(gone), LeftFor.PLACES)))

    @property
    def said(self) -> list[Piece]:
        """The pieces that are said."""
        return [piece for piece in self.pieces if piece.left is None]

    def _names(self, words: str) -> list[str]:
        return [name for name in self.local.names if name in words]


class Apart(NamedTuple):
    """A block taken apart."""

    title: str
    """The headline's opening; the whole headline where it opens nothing."""
    openings: list[str]
    """The openings of the description."""
    pieces: list[Piece]
    """Everything else that may be said."""


def apart(info: Info, local: Local) -> Apart:
    """Headline, description and instruction taken apart. 上述乡镇 is resolved to the places before it."""
    title, headline = _title(_TITLE.sub("，", info.headline.strip()))
    taken = Apart(title, [], [])
    sentence, ours = 0, local.all
    for source, text in enumerate((headline, info.description, info.instruction)):
        before: list[str] = []
        for part in parts(text):
            words = places.resolved(_BLANK.sub("", part.said), before[-12:], ours)
            before.append(words)
            if source == 1 and part.kind is Kind.OPENING:
                taken.openings.append(words)
            if words:
                taken.pieces.append(_piece(part, words, source, sentence, len(taken.pieces)))
            sentence += part.ends
        sentence += 1
    return taken


def _title(headline: str) -> tuple[str, str]:
    """The opening of a headline, all of it where nothing opens, and the rest of it."""
    found = parts(headline)
    opens = [number for number, part in enumerate(found) if part.kind is Kind.OPENING]
    if not opens:
        return headline, ""
    first = last = opens[0]
    while last < len(found) and found[last].kind is Kind.OPENING:
        last += 1
    written = [
        "".join(part.words + part.mark for part in some) for some in (found[first:last], found[:first])
    ]
    return written[0], written[1] + "".join(part.words + part.mark for part in found[last:])


def _piece(part: Part, words: str, source: int, sentence: int, number: int) -> Piece:
    return Piece(number, part.kind, words, part.mark, source, part.item, sentence, part.ends)


def groups(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The statements: neighbours of one kind in one sentence, and of one item."""
    group: list[Piece] = []
    for piece in pieces:
        if group and (piece.kind, piece.sentence, piece.item) != (
            group[-1].kind,
            group[-1].sentence,
            group[-1].item,
        ):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group
