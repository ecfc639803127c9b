"""Characters that a chip's GBK lacks are said by common ones of the same reading."""

from __future__ import annotations

import pytest

from drivers.tts_chip.script import script
from gateway.voice.engines import Lengths
from gateway.voice.mandarin.homophones import RARE, common, text_of
from gateway.voice.mandarin.lexicon import NAMES, OURS, Lexicon
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.phrasing import phrased
from gateway.voice.text.spoken import spoken
from gateway.wording.characters import outside_gbk


@pytest.mark.parametrize("sign", ["䶮", "𠮷", "㐂", "㙟", "䓖", "䴗", "𣲗", "𬭎"])
def test_a_rare_character_is_said_by_one_of_the_same_reading(sign: str) -> None:
    assert outside_gbk(f"请{sign}家湾转移") == (sign,)
    words, rare = common(f"请{sign}家湾转移")
    assert rare == (sign,)
    assert words.encode("gbk")
    if sign not in RARE:
        assert syllables(words) == syllables(f"请{sign}家湾转移")


def test_the_readings_of_names_that_the_dictionary_lacks() -> None:
    assert common("𠮷安村、㐂来庄")[0] == "吉安村、喜来庄"
    assert spoken("𠮷安村2组转移").words == "吉安村二组转移"


def test_common_characters_stay() -> None:
    text = "青石镇石桥村，请立即转移！"
    assert common(text) == (text, ())


def test_what_has_no_reading_stays_and_is_named() -> None:
    assert common("甲\U00030000乙") == ("甲\U00030000乙", ("\U00030000",))


def test_every_homophone_is_in_gbk_and_has_one_syllable() -> None:
    assert all(sign.encode("gbk") and len(syllables(sign)) == 1 for sign in RARE.values())


def test_a_chip_gets_the_whole_name() -> None:
    name = "䶮家湾、𠮷安村、㐂来庄请转移"
    holes = script(name)
    assert holes.unsayable == "䶮𠮷㐂"
    whole = script(common(name)[0])
    assert whole.unsayable == ""
    assert sum(len(sentence.text) for sentence in whole.sentences) == len(name)


def text(words: str, lexicon: Lexicon = OURS) -> str:
    return "".join(text_of(piece) for piece in phrased(words, lexicon, Lengths(5, 25)))


def test_a_voice_of_text_gets_names_in_characters_of_the_taught_reading() -> None:
    site = Lexicon({"枫长岗": ("feng1", "zhang3", "gang3"), "石桥": ("shi2", "qiao2")}).over(OURS)
    assert text("枫长岗村、石桥村，立即转移！", site) == "枫掌岗村、石桥村，立即转移！"
    assert text("曾家湾村请转移。") == "增家湾村请转移。"
    assert text("Flood warning. Stay away from the river.") == "Flood warning。 Stay away from the river。"


def test_latin_words_in_a_chinese_text_stay_apart() -> None:
    assert text("请联系Wang Wei，走north side road绕行。") == "请联系Wang Wei，走north side road绕行。"


def test_common_words_keep_their_characters_for_a_voice_of_text() -> None:
    for words in ("受降水影响，不要下河，一定要转移。", "擦干身体，一个都不能少。", "AED设备在村委会。"):
        assert text(words) == words


def test_every_name_of_the_product_is_written_in_its_reading() -> None:
    written = {name: syllables(text(name).rstrip("。"), Lexicon({})) for name in NAMES}
    assert len(written) > 100
    wrong = {name for name, said in written.items() if said != list(OURS.phrases[name])}
    assert {name for name in wrong if "六安" not in name} == {"五里堡", "佛坪", "佛冈"}, (
        "no common character has pu4 or fo2 alone, and of 六安置 the word is 安置"
    )
