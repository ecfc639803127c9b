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

from gateway.voice.mandarin.parts import NASALS, Parts, parts
from gateway.voice.sound.slices import Slices

TONES = "12345"
AGREE = 0.7
"""The share of characters of which dictionary and lexicon must say the same.

Both mostly take the first of several readings, and 95 % and more agree. A lexicon of Cantonese has less than
a third. Our choice.
"""
TRUSTED = 3
"""So many characters outweigh what the same syllable in other tones says. Our choice."""
SURE = 12
"""So many characters outweigh what syllables with the same initial and the same final say. Our choice."""
ALIKE = 0.9
"""What this share of the characters with an initial begin with belongs to the initial. Less would take the i
of j i for a part of j. Our choice."""
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
    stems: Mapping[str, tuple[str, int]]
    """The tokens of each syllable without its tone, with a hole for the mark, and for how many characters."""
    firsts: Mapping[str, str]
    """What the tokens of syllables with an initial begin with."""
    rests: Mapping[str, str]
    """What follows for a final, with a hole for the mark."""
    regular: bool
    """Whether this holds for syllables that pinyin writes with y and w too."""
    tokens: Collection[str]
    """Those that the model knows."""
    taken: frozenset[str]
    """The tokens of the syllables that are beyond doubt: no other syllable is written so."""

    def spelt(self, syllable: str) -> tuple[str, ...] | None:
        """The tokens of a syllable such as `zhong4`. None if they cannot be told."""
        said, count = self.heard.get(syllable, ("", 0))
        if count < TRUSTED:
            said = self._derived(syllable, said)
        return tuple(said.split(" ")) if said else None

    def _derived(self, syllable: str, heard: str) -> str:
        """The tokens of a syllable of which few characters speak, or empty. `heard` is what they say."""
        stem, count = self.stems.get(syllable[:-1], ("", 0))
        part, first = parts(syllable), ""
        if part and count < SURE:
            composed, first = self._composed(syllable, part), self.firsts.get(part.initial, "")
        else:
            composed = ""
        mark = self.marks.get(syllable[-1:], _HOLE)
        first = first.replace(_HOLE, mark)
        for likely in (composed, stem):
            said = " ".join(likely.replace(_HOLE, mark).split())
            known = said and all(token in self.tokens for token in said.split(" "))
            # What begins otherwise was read otherwise by the lexicon's makers.
            if known and said not in self.taken and said.startswith(first):
                return said
        return heard if heard.startswith(first) else ""

    def _composed(self, syllable: str, part: Parts) -> str:
        """The stem of a syllable by its initial and its final, or empty."""
        if syllable[0] in "yw" and not self.regular:
            return ""
        if part.initial in ("n", "l") and part.final.startswith("v"):  # pinyin writes ju, but not nu for nü
            return ""
        rest = self.rests.get(part.final)
        return self.firsts[part.initial] + rest if rest and part.initial in self.firsts else ""


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
    # A few characters whose tokens are those of another syllable were read otherwise by the lexicon's makers.
    taken = frozenset(spelt for spelt, count in heard.values() if count >= TRUSTED)
    heard = {
        syllable: (spelt, count)
        for syllable, (spelt, count) in heard.items()
        if count >= TRUSTED or spelt not in taken
    }
    marks = _marks(heard)
    yield
    stems = _stems(heard, marks)
    yield
    return Inversion(heard, marks, stems, *_composition(stems), tokens, taken)


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


def _stems(heard: Mapping[str, tuple[str, int]], marks: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """The tokens of each syllable without its tone: those for which most characters speak, in any tone.

    The lexicon may mean another tone of a character than our dictionary does.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for syllable, (spelt, count) in heard.items():
        for mark in (marks[syllable[-1]], *marks.values()):
            if mark and _HOLE in (stem := _MARK.sub(_Hole(mark), spelt)):
                found[syllable[:-1]][stem] += count
                break
    return {base: counter.most_common(1)[0] for base, counter in found.items()}


class _Hole(str):
    """A mark. As a function it makes a hole of itself and leaves other marks alone."""

    def __call__(self, seen: re.Match[str]) -> str:
        return _HOLE if seen[0] == self else seen[0]


def _composition(stems: Mapping[str, tuple[str, int]]) -> tuple[dict[str, str], dict[str, str], bool]:
    """What syllables with an initial begin with, what follows for each final, and whether both hold for
    syllables with y and w."""
    split = {base: part for base in stems if (part := parts(base + "1")) and part.final not in NASALS}
    plain = {base: part for base, part in split.items() if base[0] not in "yw"}
    firsts: dict[str, str] = {}
    for initial in {part.initial for part in plain.values()}:
        those = [stems[base] for base, part in plain.items() if part.initial == initial]
        firsts[initial] = _beginning(those)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for base, part in plain.items():
        stem, count = stems[base]
        if stem.startswith(firsts[part.initial]):
            counts[part.final][stem.removeprefix(firsts[part.initial])] += count
    rests = {final: counter.most_common(1)[0][0] for final, counter in counts.items()}
    others = {base: part for base, part in split.items() if base not in plain}
    regular = sum(
        stems[base][1]
        for base, part in others.items()
        if stems[base][0] == firsts.get("", "") + rests.get(part.final, "")
    )
    return firsts, rests, regular >= ALIKE * sum(stems[base][1] for base in others)


def _beginning(stems: list[tuple[str, int]]) -> str:
    """What nearly all of these stems begin with."""
    found, enough = "", ALIKE * sum(count for _, count in stems)
    while True:
        longer: Counter[str] = Counter()
        for stem, count in stems:
            if len(stem) > len(found) and stem.startswith(found):
                longer[stem[: len(found) + 1]] += count
        best, count = max(longer.items(), key=lambda pair: pair[1], default=("", 0))
        if count < enough or not best:
            return found
        found = best
