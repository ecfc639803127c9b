"""How the texts of a script are cut into pieces for a voice, and cut anew where a voice refuses a piece."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from gateway.voice.engines import Voice
from gateway.voice.mandarin.dictionary import NoDictionary
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.phrasing import joined, phrased
from gateway.voice.piece import ENDS, Piece, Word
from gateway.voice.pieces import pace_of
from gateway.voice.sound.pace import Pace
from gateway.voice.text.spoken import spoken

log = logging.getLogger(__name__)

KEPT = 2000
"""Texts and scripts whose pieces are kept in memory. Our choice."""
WHOLE = 1000
"""A voice whose shortest piece should have so many syllables says each text as one piece. Our choice."""
Texts = tuple[str, ...]


class Part(NamedTuple):
    """A piece of a reading, with the voice that says it."""

    voice: Voice
    piece: Piece


class Cuts:
    """The pieces of texts, as one lexicon has them.

    `ours` says the sentences in a language that another voice does not say. A reading keeps the cuts with
    which it began: it counts words, and another lexicon has other words.
    """

    def __init__(self, ours: Voice, lexicon: Lexicon) -> None:
        self._ours = ours
        self._lexicon = lexicon
        self._texts: dict[tuple[Voice, str], list[Piece]] = {}
        self._parts: dict[tuple[Voice, Texts], list[Part]] = {}
        self._anew: set[Piece] = set()
        """Pieces that were made of a refused one."""

    @property
    def names(self) -> Lexicon:
        """How names are pronounced."""
        return self._lexicon

    def text(self, voice: Voice, text: str) -> list[Piece]:
        """The pieces of one text."""
        if (voice, text) not in self._texts:
            if notes := spoken(text).notes:
                log.warning("spelt out in %r: %s", text, notes)
            if len(self._texts) >= KEPT:
                self._texts.clear()
            self._texts[voice, text] = phrased(text, self._lexicon, voice.lengths)
        return self._texts[voice, text]

    def parts(self, voice: Voice, texts: Texts) -> list[Part]:
        """The pieces of several texts that are said one after another."""
        if (voice, texts) not in self._parts:
            if len(self._parts) >= KEPT:
                self._parts.clear()
            every = _joined(voice, [piece for text in texts for piece in self.text(voice, text)])
            self._parts[voice, texts] = list(self._sayable(voice, every))
        return self._parts[voice, texts]

    def new(self, voice: Voice, texts: Texts) -> list[Piece]:
        """The pieces of several texts, none of which is kept in memory: a rehearsal has thousands."""
        return _joined(
            voice, [piece for text in texts for piece in phrased(text, self._lexicon, voice.lengths)]
        )

    def anew(
        self, voice: Voice, texts: Texts, parts: Sequence[Part], place: int, heard: int
    ) -> list[Part] | None:
        """Another cut of these parts of the texts, after the piece at this place was refused.

        It is joined to the next piece of its sentence, else to the one before, else cut in two. The first
        `heard` pieces stay. None if it was cut anew already, or if there is no other cut. Later readings
        begin with this cut. A reading that has begun keeps its own: it counts the pieces that it has said.
        """
        if parts[place].piece in self._anew:
            return None
        first, last, pieces = _other(parts, place, heard)
        if not pieces:
            return None
        log.warning("%r is cut anew", parts[place].piece.written)
        if len(self._anew) >= KEPT:
            self._anew.clear()
        self._anew.update(pieces)
        new = (Part(parts[place].voice, piece) for piece in pieces)
        self._parts[voice, texts] = cut = [*parts[:first], *new, *parts[last:]]
        return cut

    def ours(self, texts: Texts) -> list[list[Piece] | NoDictionary]:
        """What the offline voice says of each text, or why it cannot be cut."""
        return [self._ours_or_why(text) for text in texts]

    def left(self, texts: Texts, heard: int) -> Iterator[tuple[str, list[Piece] | NoDictionary]]:
        """What the offline voice still says of each text, after so many words of all of them were heard; or
        why the text cannot be cut."""
        for text, pieces in zip(texts, self.ours(texts), strict=True):
            if isinstance(pieces, NoDictionary):
                yield text, pieces
                continue
            left: list[Piece] = []
            for piece in pieces:
                words = piece.words[max(0, heard) :]
                heard -= len(piece.words)
                left += [piece] if words == piece.words else sentences(words)
            if left or heard <= 0:
                yield text, left

    def words(self, texts: Texts) -> int:
        """The words of all texts. Raises NoDictionary."""
        return sum(len(piece.words) for text in texts for piece in self.text(self._ours, text))

    def paced(self, voice: Voice, texts: Texts) -> list[tuple[Part, Pace]]:
        """The parts of a reading by this voice, with their pace."""
        parts = self.parts(voice, texts)
        pace = pace_of([part.piece for part in parts])
        return [(part, pace) for part in parts]

    def _ours_or_why(self, text: str) -> list[Piece] | NoDictionary:
        try:
            return self.text(self._ours, text)
        except NoDictionary as error:
            return error

    def _sayable(self, voice: Voice, pieces: Sequence[Piece]) -> Iterator[Part]:
        """The pieces of this voice, and whole sentences of ours where it does not say the language."""
        foreign = [False] * len(pieces)
        if "en" not in voice.languages:
            foreign = [any(not word.syllables for word in piece.words) for piece in pieces]
        while spread := [
            place
            for place in range(1, len(pieces))
            if _tied(pieces, place) and foreign[place] != foreign[place - 1]
        ]:
            for place in spread:
                foreign[place] = foreign[place - 1] = True
        waiting: list[Word] = []
        for piece, strange in zip(pieces, foreign, strict=True):
            if strange:
                waiting += piece.words
                continue
            yield from (Part(self._ours, one) for one in sentences(waiting))
            waiting = []
            yield Part(voice, piece)
        yield from (Part(self._ours, one) for one in sentences(waiting))


def _joined(voice: Voice, pieces: list[Piece]) -> list[Piece]:
    """The pieces of several texts, the short ones joined to their neighbours."""
    return joined(pieces, voice.lengths) if voice.lengths.least < WHOLE else pieces


def _tied(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a piece begins within the sentence of the one before it."""
    return pieces[place - 1].mark not in tuple(ENDS)


def _other(parts: Sequence[Part], place: int, heard: int) -> tuple[int, int, list[Piece]]:
    """Another cut: the place of the first piece that it replaces, that of the first after it, and the new
    pieces. None where there is no other."""
    piece, voice = parts[place].piece, parts[place].voice

    def joins(before: int) -> bool:
        """Whether two neighbours may be joined."""
        one, other = parts[before], parts[before + 1]
        return one.voice is other.voice is voice and one.piece.mark not in tuple(ENDS)

    if place + 1 < len(parts) and joins(place):
        return place, place + 2, [_together(piece, parts[place + 1].piece)]
    if place > heard and joins(place - 1):
        return place - 1, place + 1, [_together(parts[place - 1].piece, piece)]
    half = _middle(piece)
    if not half:
        return place, place, []
    return (
        place,
        place + 1,
        [Piece(words, piece.language) for words in (piece.words[:half], piece.words[half:])],
    )


def _together(one: Piece, other: Piece) -> Piece:
    return Piece(one.words + other.words, one.language)


LEAST = 5
"""Syllables of half a piece: a neural voice has no tones in fewer (measured with Kokoro)."""


def _middle(piece: Piece) -> int:
    """The place between words nearest to the middle of a piece, at a mark if there is one. 0 if a half would
    be too short."""
    ends = list(accumulate(len(word.syllables) or 1 for word in piece.words))
    fitting = [place for place, end in enumerate(ends[:-1], 1) if LEAST <= end <= ends[-1] - LEAST]
    marked = [place for place in fitting if piece.words[place - 1].mark]
    return min(marked or fitting, key=lambda place: abs(2 * ends[place - 1] - ends[-1]), default=0)


def sentences(words: Sequence[Word]) -> Iterator[Piece]:
    """Each sentence of these words as one piece."""
    start = 0
    for place, word in enumerate(words, 1):
        if word.mark in tuple(ENDS) or place == len(words):
            sentence = tuple(words[start:place])
            start = place
            yield Piece(sentence, "zh" if any(word.syllables for word in sentence) else "en")


def starts(pieces: Iterable[Piece]) -> list[int]:
    """The number of words before each piece."""
    return [0, *accumulate(len(piece.words) for piece in pieces)][:-1]


def sentence_start(pieces: Iterable[Piece], word: int) -> int:
    """The first word of the sentence in which this word stands, by numbers of words."""
    marks = [one.mark for piece in pieces for one in piece.words][:word]
    return max((place for place, mark in enumerate(marks, 1) if mark in tuple(ENDS)), default=0)
