"""Phrasing: a text becomes the pieces that a voice says one after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from gateway.voice.engines import Lengths
from gateway.voice.mandarin.borders import NUMERALS, TIES, is_verb
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.mandarin.words import words
from gateway.voice.piece import ENDS, Piece, Word
from gateway.voice.text.spoken import spoken

CLOSING = "。！？；：，"
"""The marks at which a piece may end. An enumeration stays together where it is not too long."""
USUAL = Lengths(5, 25)
"""The lengths of pieces for people to look at: those of the neural voice. Under five syllables it has no
tones (measured)."""


def phrased(text: str, lexicon: Lexicon, lengths: Lengths) -> list[Piece]:
    """The pieces of a text, in order. Empty if nothing in it can be said. Raises NoDictionary.

    - A piece is a clause with the mark at its end. Every mark but the enumeration's ends a clause.
    - A clause of fewer syllables than `lengths.least` is joined to the next one of its sentence, else to the
      one before it, with its mark inside. A voice has no tones in a short piece, and the wrong tone is worse
      than a short pause.
    - A sentence that is too short by itself (立即转移！) is joined to the next sentence in the same way, else
      to the one before it.
    - What is longer than `lengths.most` is cut between two words: at a mark inside it, else before a verb or
      a word that ties, else into even parts. A numeral stays with its measure.
    - The words of an issued signal (发布暴雨红色预警信号) are a piece of their own, and so is the time before
      them, where each is long enough.
    - A text without a mark at its end gets a full stop.
    - A sentence of Latin words only is English. It is not joined to a Chinese one.

    How a clause is cut depends on itself alone, and on its neighbour only if one of the two is too short. So
    the same clause in another text is the same piece.
    """
    pieces: list[Piece] = []
    for language, run in groupby(_sentences(_closed(words(spoken(text).words, lexicon))), _language):
        for group in _joined(_clauses(list(run)), lengths.least):
            pieces += (Piece(part, language) for part in _cut(tuple(group), lengths))
    return pieces


def joined(pieces: Iterable[Piece], lengths: Lengths) -> list[Piece]:
    """The pieces of several texts that are said one after another, without short ones where that can be.

    A text of a few syllables (紧急通知。) is joined to what follows it, else to what went before. All other
    pieces stay as they are, also those of a voice that wants whole texts.
    """
    least = min(lengths.least, USUAL.least)
    return [
        Piece(part, language)
        for language, run in groupby(pieces, lambda piece: piece.language)
        for group in _joined(([list(piece.words)] for piece in run), least)
        for part in _cut(tuple(group), lengths)
    ]


def _closed(several: list[Word]) -> list[Word]:
    """The words with a full stop at their end, so that the voice falls there."""
    if not several or several[-1].mark in tuple(ENDS):
        return several
    return [*several[:-1], replace(several[-1], mark="。")]


def _sentences(several: list[Word]) -> Iterator[list[Word]]:
    return _split(several, ENDS)


def _split(several: Sequence[Word], marks: str) -> Iterator[list[Word]]:
    """The words in groups, each ended by one of the marks."""
    group: list[Word] = []
    for word in several:
        group.append(word)
        if word.mark and word.mark in marks:
            yield group
            group = []
    if group:
        yield group


def _language(sentence: list[Word]) -> str:
    return "zh" if any(word.syllables for word in sentence) else "en"


def _clauses(sentences: list[list[Word]]) -> Iterator[list[list[Word]]]:
    """The clauses of each sentence."""
    for sentence in sentences:
        yield list(_split(sentence, CLOSING))


def _joined(sentences: Iterable[list[list[Word]]], least: int) -> list[list[Word]]:
    """The clauses of some sentences, after short ones were joined to a neighbour."""
    groups: list[list[Word]] = []
    waiting: list[Word] = []
    for sentence in sentences:
        own = len(groups)
        for clause in sentence:
            waiting += clause
            if _length(waiting) >= least:
                groups.append(waiting)
                waiting = []
        if waiting and len(groups) > own:
            groups[-1] += waiting
            waiting = []
    if waiting and groups:
        groups[-1] += waiting
    elif waiting:
        groups.append(waiting)
    return groups


def _length(several: Sequence[Word]) -> int:
    return sum(word.size for word in several)


def _cut(clause: tuple[Word, ...], lengths: Lengths) -> list[tuple[Word, ...]]:
    """The clause in parts that are not too long, and not too short where that can be."""
    parts = _parts(clause, [seam for seam in _seams(clause) if _length(clause) > lengths.most / 2], lengths)
    return [piece for part in parts for piece in _shorter(part, lengths)]


def _shorter(part: tuple[Word, ...], lengths: Lengths) -> list[tuple[Word, ...]]:
    if _length(part) <= lengths.most:
        return [part]
    places = [0, *_best(part, lengths), len(part)]
    return [part[start:end] for start, end in pairwise(places)]


_ISSUING = frozenset(["发布", "继续", "联合", "再次", "将", "更新", "升级", "变更", "解除", "取消", "撤下"])
_DATED = re.compile(rf"[{NUMERALS}]+[年月日号时点分][半整]?")


def _seams(clause: tuple[Word, ...]) -> Iterator[int]:
    """The places before what an office issued, and before the time at which it did.

    The words of the office, and those of the signal, are the same in every warning. Cut off from the time,
    which is new each time, their sound can be made beforehand. The most useful place comes first.
    """
    for at, word in enumerate(clause):
        if (
            at
            and word.written in _ISSUING
            and any(after.written in ("信号", "预警") for after in clause[at:])
        ):
            yield at
            times = [place for place in range(1, at) if _DATED.fullmatch(clause[place].written)]
            yield from times[:1]
            return


def _parts(clause: tuple[Word, ...], seams: list[int], lengths: Lengths) -> list[tuple[Word, ...]]:
    """The clause, cut at those seams that leave no part too short."""
    places = [0, len(clause)]
    for seam in seams:
        new = sorted([*places, seam])
        if all(_length(clause[start:end]) >= lengths.least for start, end in pairwise(new)):
            places = new
    return [clause[start:end] for start, end in pairwise(places)]


TOO_LONG, TOO_SHORT = 1000.0, 300.0
"""What a syllable too many and a syllable too few cost. They outweigh every place between words."""


def _best(clause: tuple[Word, ...], lengths: Lengths) -> list[int]:
    """The places between words at which the clause is cut: those of the least cost together."""
    ends = [0, *accumulate(word.size for word in clause)]
    parts = -(-ends[-1] // lengths.most)
    even = ends[-1] / parts
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * len(clause)
    for end in range(1, len(clause) + 1):
        for start in range(end - 1, -1, -1):
            length = ends[end] - ends[start]
            cost = best[start][0] + _place(clause, end) + ((length - even) / even) ** 2 * UNEVEN
            cost += TOO_LONG * max(0, length - lengths.most) + TOO_SHORT * max(0, lengths.least - length)
            if cost < best[end][0]:
                best[end] = cost, start
            if length > lengths.most:
                break
    places, at = list[int](), len(clause)
    while at := best[at][1]:
        places.append(at)
    return places[::-1]


UNEVEN = 6.0
"""What a part of twice the even length, or of none, costs. Our choice."""
MARKED, TIED, PLAIN, COUNTED = 0.0, 1.5, 3.0, 50.0
"""What it costs to cut at a mark, before a verb or a word that ties, between two other words, and between a
numeral and its measure. Our choice."""


def _place(clause: tuple[Word, ...], at: int) -> float:
    """The cost of a cut before this word."""
    if at == len(clause):
        return 0.0
    before, after = clause[at - 1], clause[at]
    if before.mark:
        return MARKED
    if before.written[-1] in NUMERALS:
        return COUNTED
    if not after.syllables or not before.syllables:
        return PLAIN
    tied = after.written in TIES or is_verb(after.written)
    return TIED if tied and before.written not in TIES else PLAIN
