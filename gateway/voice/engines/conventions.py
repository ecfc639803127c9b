"""How a model wants a sentence written: what stands at its ends, between words, at marks and between tokens.

A model says it in its metadata and by the tokens that it has. The rules are those by which sherpa-onnx feeds
the models that it publishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.voice import CannotSay
from gateway.voice.engines.layout import APART, FolderWrong
from gateway.voice.engines.signature import DEFAULTS, Said
from gateway.voice.mandarin.inversion import TONES
from gateway.voice.mandarin.parts import NEAREST
from gateway.voice.mandarin.third_tone import changed
from gateway.voice.piece import Piece, Word
from gateway.voice.sound.resampling import takes

SIGNS: Mapping[str, tuple[str, ...]] = {
    "，": ("，", ","), "、": ("、", "，", ","), "；": ("；", ";", "，", ","), "：": ("：", ":", "，", ","),
    "。": ("。", "."), "！": ("！", "!", "。", "."), "？": ("？", "?", "。", "."),
}  # fmt: skip
"""The tokens of a mark, the best first."""
PAUSES = ("sil", "#3", "sp")
"""The token of any mark, for models without signs: sherpa-onnx takes sil."""
BORDER, PROSODIC = "#0", "#3"
"""The tokens of Biaobei's corpus between two syllables and at a pause."""


class Spelling(Protocol):
    """Knows the tokens of syllables."""

    def spelt(self, syllable: str) -> tuple[str, ...] | None:
        """The tokens of a syllable such as `zhong4`. None if they are not known."""
        ...


@dataclass(frozen=True)
class Conventions:
    """How one model wants its sentences."""

    rate: int
    """Samples a second of its sound."""
    speaker: int
    """The number of the speaker whose voice it takes."""
    settings: Mapping[str, float]
    """The values of signature.DEFAULTS."""
    tokens: Mapping[str, int]
    """The numbers of its tokens."""
    blank: int | None = None
    """The number that stands before, between and behind all tokens."""
    space: bool = False
    """Whether a space stands behind each word."""
    bordered: bool = False
    """Whether a border stands between syllables, which a pause takes the place of."""
    sandhi: bool = False
    """Whether it wants third tones as they are spoken, not as the dictionary has them."""

    def said(self, piece: Piece, spelling: Spelling) -> Said:
        """A piece as numbers. Raises CannotSay if one of its syllables has no tokens."""
        spoken = changed(piece.words) if self.sandhi else [word.syllables for word in piece.words]
        signs: list[str] = []
        for place, (word, syllables) in enumerate(zip(piece.words, spoken, strict=True), start=1):
            signs += self._word(word, syllables, place == len(spoken), spelling)
        if "sil" in self.tokens:
            signs = ["sil", *signs, "sil", *(["eos"] if "eos" in self.tokens else [])]
        ids, tones = [], []
        for sign in signs:
            token, _, tone = sign.partition(APART)
            ids.append(self.tokens[token])
            tones.append(int(tone or 0))
        if self.blank is not None:
            ids, tones = _between(ids, self.blank), _between(tones, 0)
        return Said(ids, tones, self.speaker, self.settings)

    def _word(self, word: Word, syllables: tuple[str, ...], last: bool, spelling: Spelling) -> list[str]:
        if not syllables:
            raise CannotSay(f"{word.written!r} is no Mandarin")
        signs = [sign for syllable in syllables for sign in spelt(syllable, spelling)]
        if self.bordered and (word.mark or last):
            signs = signs[:-1]
        if self.space:
            signs.append(" ")
        if word.mark and (pause := self._pause(word.mark)) and not (last and pause in PAUSES):
            signs.append(pause)
        return signs

    def _pause(self, mark: str) -> str:
        """The token of a mark, or empty."""
        pauses = (PROSODIC, *PAUSES) if self.bordered else PAUSES
        return next((sign for sign in (*SIGNS.get(mark, ()), *pauses) if sign in self.tokens), "")


def spelt(syllable: str, spelling: Spelling) -> tuple[str, ...]:
    """The tokens of a syllable, or of the one that sounds most like it. Raises CannotSay."""
    nearest = NEAREST.get(syllable[:-1], "")
    instead = (nearest + tone for tone in (syllable[-1:], *TONES) if nearest)
    for other in (syllable, *instead):
        if tokens := spelling.spelt(other):
            return tokens
    raise CannotSay(f"the model has no tokens for {syllable}")


def _between(numbers: list[int], blank: int) -> list[int]:
    spread = [blank] * (2 * len(numbers) + 1)
    spread[1::2] = numbers
    return spread


def conventions(
    metadata: Mapping[str, str], tokens: Mapping[str, int], lexicon: bool, vocoder: bool, matcha: bool
) -> Conventions:
    """How a model with these notes and tokens wants its sentences. Raises FolderWrong.

    `lexicon`: whether its tokens come from a lexicon. `vocoder`: whether a vocoder makes its sound. `matcha`:
    whether it is a Matcha model, which wants blanks where nothing is said of them.
    """
    numbers = dict(_numbers(metadata))
    rate, speakers = int(numbers["sample_rate"]), int(numbers["n_speakers"])
    if not takes(rate):
        raise _unsaid("sample_rate", metadata.get("sample_rate", "-"), "22050")
    speaker = int(numbers["speaker"] or numbers["speaker_id"])
    if not 0 <= speaker < max(1, speakers, 1 + int(numbers["speaker_id"])):
        raise _unsaid("speaker", str(speaker), f"0–{max(0, speakers - 1)}")
    chinese_english = metadata.get("voice") == "zh en-us"  # such a Matcha model wants no blanks
    blanks = numbers["add_blank"] if "add_blank" in metadata else matcha and not chinese_english
    return Conventions(
        rate,
        speaker,
        {name: numbers[name] for name in DEFAULTS},
        tokens,
        int(numbers["pad_id" if vocoder else "blank_id"]) if blanks else None,
        space=lexicon and not vocoder and not numbers["jieba"] and " " in tokens,
        bordered=not lexicon and BORDER in tokens,
    )


_KNOWN: Mapping[str, float] = {
    **dict.fromkeys(("sample_rate", "n_speakers", "speaker", "speaker_id", "add_blank"), 0.0),
    **dict.fromkeys(("pad_id", "blank_id", "jieba"), 0.0),
    **DEFAULTS,
}
"""The notes that are numbers, with the values that they have where the model does not say them."""


def _numbers(metadata: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for name, default in _KNOWN.items():
        written = metadata.get(name, "")
        try:
            number = float(written) if written else default
        except ValueError:
            number = float("nan")
        if not 0 <= number <= 1e6:
            raise _unsaid(name, written, str(default))
        yield name, number


def _unsaid(name: str, seen: str, example: str) -> FolderWrong:
    return FolderWrong(
        f"模型的元数据 {name}: 读到 {seen[:40]!r}；请在文件夹中的 voice.toml 里写 {name} = {example} 之类 "
        f"(metadata {name}: saw {seen[:40]!r}; write a value such as {name} = {example} into voice.toml)"
    )
