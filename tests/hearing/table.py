"""The measure of one voice: its sentences through the chains to the judge, and the table of the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future
from typing import NamedTuple

from drivers.sound import Samples
from tests.hearing.chains import CHAINS
from tests.hearing.errors import Misheard, Pair, misheard, share, words_misheard
from tests.hearing.heard import heard
from tests.hearing.judge import Judge
from tests.hearing.sentences import Sentence

HARD_PERCENT = 45.0
"""espeak-ng's Mandarin must be misheard so much at least: a judge that understands it guesses, and then no
figure counts."""


class Figure(NamedTuple):
    """One voice through one chain."""

    voice: str
    chain: str
    texts: tuple[str, ...]
    """The sentences as they were written."""
    toned: tuple[Misheard, ...]
    """Each sentence, with tones."""
    bare: tuple[Misheard, ...]
    """Each sentence, without tones. Of English the words."""
    written: tuple[str, ...]
    """What the judge wrote."""

    @property
    def with_tones(self) -> float:
        """Per cent of the syllables that were misheard."""
        return share(self.toned)

    @property
    def without(self) -> float:
        """Per cent of the syllables that were misheard even without regard to tones."""
        return share(self.bare)

    @property
    def worst(self) -> list[tuple[Pair, int]]:
        """The syllables that were misheard most often, and what was heard, without tones."""
        return Counter(pair for one in self.bare for pair in one.pairs).most_common(12)

    def __str__(self) -> str:
        syllables = sum(one.syllables for one in self.bare)
        return (
            f"{self.voice:22} {self.chain:6} {self.with_tones:6.1f} % {self.without:6.1f} %"
            f"   {len(self.bare)} / {syllables}"
        )


HEAD = f"{'voice':22} {'chain':6} {'tones':>8} {'without':>8}   sentences / syllables"


class Asked:
    """What the judge was asked of one voice through one chain. The answers come while others are asked."""

    def __init__(self, judge: Judge, voice: str, chain: str, language: str = "zh") -> None:
        self._judge, self._voice, self._chain, self._language = judge, voice, chain, language
        self._waiting: list[tuple[Sentence | str, Future[str]]] = []

    def ask(self, sentence: Sentence | str, sound: Samples) -> None:
        """Have a sentence judged. English is a plain text."""
        signal = CHAINS[self._chain](sound)
        self._waiting.append((sentence, self._judge.heard(signal, self._language)))

    def refused(self, sentence: Sentence | str) -> None:
        """Count a sentence that the voice could not say as misheard, all of it."""
        nothing: Future[str] = Future()
        nothing.set_result("")
        self._waiting.append((sentence, nothing))

    def figure(self) -> Figure:
        """The figure, when all is judged."""
        answers = [(sentence, waiting.result().strip()) for sentence, waiting in self._waiting]
        toned, bare = zip(*(_both(sentence, text) for sentence, text in answers), strict=True)
        texts = tuple(one if isinstance(one, str) else one.text for one, _ in answers)
        return Figure(self._voice, self._chain, texts, toned, bare, tuple(text for _, text in answers))


def _both(sentence: Sentence | str, text: str) -> tuple[Misheard, Misheard]:
    if isinstance(sentence, str):
        compared = words_misheard(sentence, text)
        return compared, compared
    readings = heard(text, sentence.lexicon)
    return misheard(sentence.said, readings), misheard(sentence.said, readings, tones=False)


def printed(figures: Iterable[Figure]) -> str:
    """The table."""
    return "\n".join([HEAD, *map(str, figures)])


def details(figure: Figure) -> str:
    """Each sentence that was misheard, and the syllables that were misheard most often."""
    lines = [
        f"  {one.errors:2} / {one.syllables}  {text}  |  {written}"
        for text, one, written in zip(figure.texts, figure.toned, figure.written, strict=True)
        if one.errors
    ]
    often = ", ".join(f"{said or '+'}→{got or '-'} ×{times}" for (said, got), times in figure.worst)
    return "\n".join([f"{figure.voice}, {figure.chain}:", *lines, f"  {often}"])
