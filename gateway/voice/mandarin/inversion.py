"""A lexicon of characters, turned round: the tokens of each toned syllable.

Models come with a lexicon that says the tokens of characters and words. We never look a character up in it:
how a text is read is decided before, and a voice gets syllables. So we ask what our own dictionary and the
lexicon say of the same characters, and learn how the lexicon writes a syllable. Where no character has a
syllable (嗲 in the fourth tone), its tokens follow from the same syllable in another tone, or from another
syllable with the same initial and another with the same final.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from gateway.voice.mandarin.parts import NASALS, parts
from gateway.voice.sound.slices import Slices

TONES = "12345"
AGREE = 0.7
"""The share of characters of which dictionary and lexicon must say the same.

Both mostly take the first of several readings, and 95 % and more agree. A lexicon of Cantonese has less than
a third. Our choice.
"""
TRUSTED = 3
"""So many characters outweigh what the same syllable in other tones says. Our choice."""
ALIKE = 3
"""What so many syllables with an initial begin with belongs to the initial. Our choice."""
AT_ONCE = 500
"""Characters between two pauses: about a millisecond."""

_MARK = re.compile(r"[0-9]|[→↗↑↓↘˥˦˧˨˩ˉˊˇˋ˙](?: ?[→↗↑↓↘˥˦˧˨˩ˉˊˇˋ˙])*")
"""A mark of a tone inside of joined tokens: a digit, or arrows and tone letters, which may be several
tokens."""
_HOLE = "\0"
"""Stands for the mark in a stem."""


class NoMandarin(Exception):
    """The lexicon does not write Mandarin."""

    def __init__(self, same: int, characters: int) -> None:
        super().__init__(f"{same} / {characters}")
        self.same = same
        """Characters of which dictionary and lexicon say the same."""
        self.characters = characters
        """Characters that both have."""


@dataclass(frozen=True)
class Inversion:
    """What a lexicon says of syllables. Tokens of a syllable are joined by spaces."""

    heard: Mapping[str, tuple[str, int]]
    """The tokens that most characters with a syllable have, and how many those are."""
    marks: Mapping[str, str]
    """The mark of each tone, or empty."""
    stems: Mapping[str, str]
    """The tokens of each syllable without its tone, with a hole for the mark."""
    firsts: Mapping[str, str]
    """What the tokens of syllables with an initial begin with."""
    rests: Mapping[str, str]
    """What follows for a final, with a hole for the mark."""
    tokens: Collection[str]
    """Those that the model knows."""
    taken: frozenset[str]
    """The tokens of the syllables that are beyond doubt: no other syllable is written so."""

    def spelt(self, syllable: str) -> tuple[str, ...] | None:
        """The tokens of a syllable such as `zhong4`. None if they cannot be told."""
        said, count = self.heard.get(syllable, ("", 0))
        if count < TRUSTED:
            said = self._derived(syllable) or said
        return tuple(said.split(" ")) if said else None

    def _derived(self, syllable: str) -> str:
        """The tokens of a syllable by its stem and the mark of its tone, or empty."""
        base, tone = syllable[:-1], syllable[-1:]
        stem = self.stems.get(base, "")
        part = None if stem or base.startswith(("y", "w")) else parts(syllable)
        if part and part.initial in self.firsts and part.final in self.rests:
            stem = self.firsts[part.initial] + self.rests[part.final]
        said = " ".join(stem.replace(_HOLE, self.marks.get(tone, _HOLE)).split())
        return said if said not in self.taken and all(one in self.tokens for one in said.split(" ")) else ""


def inverted(
    entries: Iterable[tuple[str, tuple[str, ...]]], readings: Mapping[str, str], tokens: Collection[str]
) -> Slices[Inversion]:
    """What a lexicon says of syllables.

    `entries` are the characters of the lexicon with their tokens, `readings` the first reading of each
    character in our dictionary, `tokens` those that the model knows. Raises NoMandarin.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for count, (character, spelt) in enumerate(entries):
        if syllable := readings.get(character):
            votes[syllable][" ".join(spelt)] += 1
        if count % AT_ONCE == 0:
            yield
    heard = {syllable: counter.most_common(1)[0] for syllable, counter in votes.items()}
    same, both = sum(count for _, count in heard.values()), sum(map(Counter.total, votes.values()))
    if same < AGREE * max(1, both):
        raise NoMandarin(same, both)
    yield
    marks = _marks(heard)
    yield
    stems = _stems(heard, marks)
    yield
    firsts, rests = _composition(stems)
    taken = frozenset(spelt for spelt, count in heard.values() if count >= TRUSTED)
    return Inversion(heard, marks, stems, firsts, rests, tokens, taken)


def _marks(heard: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """The mark of each tone: the one that is most in this tone's syllables and least in those of others.

    Empty where most syllables have none.
    """
    seen: dict[str, Counter[str]] = {tone: Counter() for tone in TONES}
    size: Counter[str] = Counter()
    for syllable, (spelt, _) in heard.items():
        size[syllable[-1]] += 1
        seen[syllable[-1]].update({*_MARK.findall(spelt)})

    def share(mark: str, tone: str) -> float:
        return seen[tone][mark] / max(1, size[tone])

    def plain(mark: str, tone: str) -> float:
        return share(mark, tone) - max(share(mark, other) for other in TONES if other != tone)

    best = {tone: max(seen[tone], key=lambda mark: plain(mark, tone), default="") for tone in TONES}
    return {tone: mark if mark and plain(mark, tone) > 1 / 2 else "" for tone, mark in best.items()}


def _stems(heard: Mapping[str, tuple[str, int]], marks: Mapping[str, str]) -> dict[str, str]:
    """The tokens of each syllable without its tone: those for which most characters speak, in any tone."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for syllable, (spelt, count) in heard.items():
        stem = _MARK.sub(_Hole(marks[syllable[-1]]), spelt)
        if _HOLE in stem:
            found[syllable[:-1]][stem] += count
    return {base: counter.most_common(1)[0][0] for base, counter in found.items()}


class _Hole(str):
    """A mark. As a function it makes a hole of itself and leaves other marks alone."""

    def __call__(self, seen: re.Match[str]) -> str:
        return _HOLE if seen[0] == self else seen[0]


def _composition(stems: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What syllables with an initial begin with, and what follows for each final, where it is always the
    same."""
    # Some models take y and w for initials, so what is written with them says nothing of other syllables.
    plain = [base for base in stems if base[0] not in "yw"]
    split = {base: part for base in plain if (part := parts(base + "1")) and part.final not in NASALS}
    by_initial: defaultdict[str, list[str]] = defaultdict(list)
    for base, part in split.items():
        by_initial[part.initial].append(stems[base])
    firsts = {initial: _beginning(those) for initial, those in by_initial.items() if len(those) >= ALIKE}
    rests: defaultdict[str, set[str]] = defaultdict(set)
    for base, part in split.items():
        if part.initial in firsts:
            rests[part.final].add(stems[base].removeprefix(firsts[part.initial]))
    return firsts, {final: next(iter(rest)) for final, rest in rests.items() if len(rest) == 1}


def _beginning(texts: list[str]) -> str:
    """What all texts begin with."""
    columns = zip(*texts, strict=False)
    return "".join(column[0] for column in takewhile(lambda column: len({*column}) == 1, columns))
