"""How the makers of a model write Mandarin as tokens: `zhong4` may be zh ong4, or zhong4, or zh ong 4.

Here a scheme is found by looking at the tokens that a model knows, for models that come without a lexicon.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product

from gateway.voice.mandarin.parts import NASALS, parts

_PROBES = (
    *("ma1", "zhong4", "shi4", "zi3", "yi1", "wo3", "yue4", "wen2", "weng1"),
    *("liu4", "shui3", "cun1", "lv4", "jue2", "de5"),
)
"""Syllables that show every difference between two schemes."""
_SHORT = {"iou": "iu", "uei": "ui", "uen": "un", "ueng": "eng"}


@dataclass(frozen=True)
class Scheme:
    """One way to write syllables as tokens."""

    whole: bool
    """Whether a syllable is one token, as pinyin writes it."""
    empty: str
    """The token that stands for a missing initial, or empty. "yw": y and w count as initials, as pinyin
    writes them."""
    full: bool
    """Whether iu, ui and un are written iou, uei and uen."""
    whistled: tuple[str, str]
    """How the vowels of 资 and 知 are written."""
    umlaut: str
    """How ü is written."""
    apart: bool
    """Whether the tone is a token of its own."""
    neutral: str
    """The mark of the neutral tone, or empty."""
    border: str = ""
    """A token after each syllable, or empty."""

    def spelt(self, syllable: str) -> tuple[str, ...] | None:
        """The tokens of a syllable. None for what is no syllable."""
        if not (part := parts(syllable)):
            return None
        tone = self.neutral if part.tone == "5" else part.tone
        if self.whole:
            initial, final = "", self._dotted(syllable[:-1])
        else:
            initial, final = self._split(syllable[:-1], part.initial, part.final)
        toned = (final, tone) if self.apart and tone else (final + tone,)
        return tuple(token for token in (initial, *toned, self.border) if token)

    def _split(self, written: str, initial: str, final: str) -> tuple[str, str]:
        """The tokens of the initial and of the final, without a tone."""
        if self.empty == "yw" and written[0] in "yw":
            initial, final = written[0], written[1:]
            if written.startswith("yu"):
                final = "v" + written[2:]
            return initial, self._dotted(final)
        if final in ("ii", "iii"):
            final = self.whistled[final == "iii"]
        elif not self.full and initial:
            final = _SHORT.get(final, final)
        return initial or ("" if self.empty == "yw" else self.empty), self._dotted(final)

    def _dotted(self, final: str) -> str:
        return final.replace("v", self.umlaut) if final not in NASALS else final


def schemes(tokens: Collection[str]) -> Iterator[Scheme]:
    """The schemes by which a model that knows these tokens may write, the likeliest first.

    A sign that only some schemes use, such as iii or ^, makes those the likelier ones.
    """
    empty = ("^", "yw", "") if "^" in tokens and "$" not in tokens else ("yw", "")  # ^ … $ are two ends
    choices = product(
        (False, True),
        empty,
        (True, False),
        (("ii", "iii"), ("i", "i")),
        ("v", "ü", "u:"),
        (False, True),
        ("5", "0", ""),
    )
    border = "#0" if "#0" in tokens else ""
    for choice in choices:
        scheme = Scheme(*choice, border)
        if all(_known(scheme.spelt(probe), tokens) for probe in _PROBES):
            yield scheme


def _known(spelt: tuple[str, ...] | None, tokens: Collection[str]) -> bool:
    return spelt is not None and all(token in tokens for token in spelt)
