"""A piece as the numbers of a model: its ends, blanks, spaces, borders and marks, by sherpa-onnx's rules.

The answers were written down by hand before the first run.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.voice import CannotSay
from gateway.voice.engines.conventions import conventions, spelt
from gateway.voice.engines.layout import FolderWrong
from gateway.voice.engines.signature import DEFAULTS
from gateway.voice.piece import Piece, Word

GO = Piece((Word("快", ("kuai4",), "，"), Word("走吧", ("zou3", "ba5"), "。")))
NOTES = {"sample_rate": "22050", "n_speakers": "1"}


class Way:
    """A spelling by a table."""

    def __init__(self, **spelt: str) -> None:
        self._spelt = spelt

    def spelt(self, syllable: str) -> tuple[str, ...] | None:
        return tuple(self._spelt[syllable].split()) if syllable in self._spelt else None


PLAIN = Way(kuai4="k uai4", zou3="z ou3", ba5="b a5")
BORDERED = Way(kuai4="k uai4 #0", zou3="z ou3 #0", ba5="b a5 #0")
TONED = Way(kuai4="k\x014 uai\x014", zou3="z\x013 ou\x013", ba5="b\x015 a\x015")


SIGNS = ("k", "uai4", "z", "ou3", "b", "a5", "uai", "ou", "a")


def written(way: Way, extra: str, notes: Mapping[str, str] = {}, kind: str = "lexicon") -> str:
    """The tokens of GO for a model that has these tokens besides those of the syllables."""
    tokens = {token: number for number, token in enumerate([*extra.split(), *SIGNS])}
    if "space" in tokens:
        tokens[" "] = tokens.pop("space")
    facts = (word in kind for word in ("lexicon", "vocoder", "matcha"))
    said = conventions({**NOTES, **notes}, tokens, *facts).said(GO, way)
    names = {number: token.replace(" ", "space") for token, number in tokens.items()}
    assert len(said.tones) == len(said.ids)
    return " ".join(names[number] for number in said.ids)


def test_a_model_of_aishell_has_silence_at_its_ends_and_at_marks() -> None:
    extra = "sil eos sp #0 #1 #2 #3"
    assert written(BORDERED, extra) == "sil k uai4 #0 sil z ou3 #0 b a5 #0 sil eos"


def test_without_a_lexicon_a_pause_takes_the_place_of_a_border() -> None:
    extra = "pad sil #0 #1 #2 #3 eos"
    assert written(BORDERED, extra, kind="") == "sil k uai4 #3 z ou3 #0 b a5 sil eos"
    assert written(PLAIN, "<pad> sp", kind="") == "k uai4 sp z ou3 b a5"


def test_marks_and_spaces_stand_where_the_model_has_them() -> None:
    assert written(PLAIN, "_ space ， 。") == "k uai4 space ， z ou3 b a5 space 。"
    assert written(PLAIN, "_ space , .", {"jieba": "1"}) == "k uai4 , z ou3 b a5 ."
    assert written(PLAIN, "_") == "k uai4 z ou3 b a5"


def test_blanks_stand_between_all_tokens_where_the_model_wants_them() -> None:
    assert written(PLAIN, "_ ,", {"add_blank": "1"}) == "_ k _ uai4 _ , _ z _ ou3 _ b _ a5 _"
    matcha = {"jieba": "1", "pad_id": "1"}
    assert written(PLAIN, "space _", matcha, "lexicon vocoder matcha") == "_ k _ uai4 _ z _ ou3 _ b _ a5 _"
    both = {**matcha, "voice": "zh en-us"}
    assert written(PLAIN, "space _", both, "lexicon vocoder matcha") == "k uai4 z ou3 b a5"
    assert written(PLAIN, "space _", {"jieba": "1"}, "lexicon vocoder") == "k uai4 z ou3 b a5"


def test_tones_that_stand_apart_are_as_many_as_tokens_and_none_at_blanks_and_marks() -> None:
    tokens = {token: number for number, token in enumerate(["_", "k", "uai", "z", "ou", "b", "a", ",", "."])}
    wants = conventions({**NOTES, "add_blank": "1", "jieba": "1"}, tokens, True, False, False)
    said = wants.said(GO, TONED)
    assert said.ids[1::2] == [1, 2, 7, 3, 4, 5, 6, 8]
    assert said.tones[1::2] == [4, 4, 0, 3, 3, 5, 5, 0]
    assert {*said.ids[::2], *said.tones[::2]} == {0}


def test_notes_and_settings_say_speaker_and_scales() -> None:
    notes = {"sample_rate": "16000", "n_speakers": "174", "speaker": "99", "noise_scale": "0.3"}
    made = conventions(notes, {}, True, False, False)
    assert (made.rate, made.speaker) == (16000, 99)
    assert made.settings == {**DEFAULTS, "noise_scale": 0.3}
    melo = conventions({**NOTES, "speaker_id": "1"}, {}, True, False, False)
    assert melo.speaker == 1


@pytest.mark.parametrize(
    ("notes", "named"),
    [
        ({}, "sample_rate"),
        ({"sample_rate": "fast"}, "sample_rate: 读到 'fast'"),
        ({"sample_rate": "22051"}, "sample_rate"),
        ({"sample_rate": "-1"}, "sample_rate"),
        ({"sample_rate": "nan"}, "sample_rate"),
        ({"sample_rate": "16000", "n_speakers": "2", "speaker": "2"}, "speaker: 读到 '2'.*0–1"),
        ({"sample_rate": "16000", "length_scale": "slow"}, "length_scale"),
    ],
)
def test_notes_that_say_nothing_of_use_are_refused_with_what_to_write(
    notes: dict[str, str], named: str
) -> None:
    with pytest.raises(FolderWrong, match=f"元数据 {named}.*voice.toml"):
        conventions(notes, {}, True, False, False)


def test_a_syllable_without_tokens_is_refused_and_a_call_is_said_by_its_neighbour() -> None:
    way = Way(en1="en1", shui2="sh ui2", ma1="m a1")
    assert spelt("ng2", way) == ("en1",)
    assert spelt("shei2", way) == ("sh", "ui2")
    for syllable in ("ma3", "hng5", "", "x"):
        with pytest.raises(CannotSay, match="no tokens"):
            spelt(syllable, way)
    latin = Piece((Word("快", ("kuai4",)), Word("AED", mark="。")))
    with pytest.raises(CannotSay, match="AED"):
        conventions(NOTES, {"k": 0, "uai4": 1}, True, False, False).said(latin, PLAIN)
