"""Pronunciations that go before the dictionary's: the product's, and the site's over them."""

from __future__ import annotations

import pytest

from gateway.voice.mandarin.lexicon import LONGEST, OURS, Lexicon, LexiconWrong
from gateway.voice.mandarin.pinyin import syllables


def test_a_table_gives_a_syllable_for_each_character() -> None:
    lexicon = Lexicon.read('"六安" = "lu4 an1"')
    assert lexicon.phrases == {"六安": ("lu4", "an1")}
    assert list(lexicon.found("到六安去")) == [(1, ("lu4", "an1"))]


def test_the_longest_phrase_wins() -> None:
    lexicon = Lexicon.of({"六安": "lu4 an1", "六安置": "liu4 an1 zhi4"})
    assert list(lexicon.found("第六安置点")) == [(1, ("liu4", "an1", "zhi4"))]


def test_the_site_s_pronunciation_goes_before_the_product_s() -> None:
    site = Lexicon.of({"六安": "liu4 an1"}).over(OURS)
    assert syllables("六安", OURS) == ["lu4", "an1"]
    assert syllables("六安", site) == ["liu4", "an1"]
    assert syllables("蔚县", site) == ["yu4", "xian4"]


def test_all_faults_of_a_table_are_named_together() -> None:
    table = {"abc": "lu4", "六" * (LONGEST + 1): "liu4", "六安": "lu4", "蔚县": "yu4 xian9", "台州": 7}
    with pytest.raises(LexiconWrong) as wrong:
        Lexicon.of(table)
    assert [fault.partition(":")[0] for fault in wrong.value.faults] == list(table)
    with pytest.raises(LexiconWrong, match="not TOML"):
        Lexicon.read("六安 = lu4")
