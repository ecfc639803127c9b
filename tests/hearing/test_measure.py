"""The measure itself: it must count what was misheard, forgive what was only written otherwise, and be able
to fail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.numerals import cardinal
from gateway.voice import RATE
from gateway.voice.mandarin.lexicon import OURS
from tests.hearing.chains import BAND, LATER_S, WEAKER_DB, banded, echo, horn
from tests.hearing.errors import misheard, share, words_misheard
from tests.hearing.heard import heard, readings
from tests.hearing.sentences import PROVEN, Sentence, english, sentences

KNOWN_FAULTS = {"垸子", "圈里"}
"""Names that the product's own table reads otherwise than the people of the place."""


def errors(text: str, written: str, tones: bool = True) -> int:
    return misheard(Sentence(text, OURS).said, heard(written, OURS), tones).errors


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("水位85.72米", "水位85.72米"),
        ("水位85.72米", "水位八十五点七二米"),
        ("水位85.72米。", "水位 85.72 米!"),
        ("降雨327.5毫米", "降雨327.5毫米"),
        ("请拨打0556-2178093。", "请拨打05562178093"),
        ("请拨打0556-2178093。", "请拨打0556,217,8093。"),
        ("电话13956287410。", "電話1395628-7410"),
        ("今夜-14℃。", "今夜零下14攝氏度"),
        ("今夜-14℃。", "今夜-14℃。"),
        ("明早-6℃到-3℃。", "明早零下6到零下3℃"),
        ("概率在80%以上", "概率在80%以上"),
        ("16时05分", "16时05分"),
        ("14时30分", "14時30分"),
        ("请打12119。", "请打12119"),
        ("2027年3月15日", "2027年3月15日"),
        ("库容3200万立方米", "庫容3200万立方米"),
        ("库容3200万立方米", "库容3,200万立方米"),
        ("身高1米62", "身高1米62"),
        ("105国道", "105国道"),
        ("9到10级", "9-10級"),
        ("阵风9到10级", "阵风9到10级"),
        ("12公里", "12公里"),
        ("一定不要一个人去一楼", "一定不要一个人去一樓"),
    ],
)
def test_what_is_only_written_otherwise_is_no_error(text: str, written: str) -> None:
    assert errors(text, written) == 0


@pytest.mark.parametrize(
    ("text", "written", "with_tones", "without"),
    [
        ("请立即转移", "请立即转移", 0, 0),
        ("请立即转移", "青立即转移", 1, 0),
        ("请立即转移", "请立即转", 1, 1),
        ("请立即转移", "请你立即转移", 1, 1),
        ("请立即转移", "请立即赚一", 2, 0),
        ("降雨327.5毫米", "降雨3275毫米", 3, 3),
        ("降雨327.5毫米", "降雨327.4毫米", 1, 1),
        ("水位12.08米", "水位12.8米", 1, 1),
        ("电话13956287410。", "电话13956287400。", 1, 1),
        ("今夜-14℃。", "今夜14℃。", 2, 2),
        ("二百四十七户", "147户", 1, 1),
        ("不要喝", "要喝", 1, 1),
        ("不要喝", "", 3, 3),
        ("快往高处走", "Youtuber", 5, 5),
        ("山洪", "山山山山洪", 3, 3),
    ],
)
def test_what_was_misheard_is_counted(text: str, written: str, with_tones: int, without: int) -> None:
    assert (errors(text, written), errors(text, written, tones=False)) == (with_tones, without)


def test_the_syllables_that_differ_are_named() -> None:
    compared = misheard(Sentence("请立即转移到村小学", OURS).said, heard("请立即传移村小雪", OURS))
    assert compared.pairs == (("zhuan3", "chuan2"), ("dao4", ""), ("xue2", "xue3"))


def test_a_share_weighs_long_sentences_more() -> None:
    long, short = Sentence("请立即转移到村小学操场", OURS), Sentence("快走", OURS)
    both = [
        misheard(long.said, heard("请立即转移到村小学操场", OURS)),
        misheard(short.said, heard("坏狗", OURS)),
    ]
    assert share(both) == pytest.approx(100 * 2 / 13)


def test_english_is_compared_by_its_words() -> None:
    compared = words_misheard("Take your medicine, your children.", "take your medicine your child")
    assert (compared.syllables, compared.errors) == (5, 1)


@given(st.integers(0, 10**11))
def test_a_number_is_forgiven_in_every_reading_and_another_number_in_none(number: int) -> None:
    assert cardinal(number) in readings(str(number))
    assert not set(readings(str(number))) & set(readings(str(number + 1)))


@given(st.sampled_from(sentences()), st.data())
def test_every_planted_error_is_found(sentence: Sentence, data: st.DataObject) -> None:
    """A syllable that no reading holds is put in place of another."""
    place = data.draw(st.integers(0, len(sentence.said) - 1))
    got = (*sentence.said[:place], "xyz4", *sentence.said[place + 1 :])
    assert misheard(sentence.said, [[(got,)]]).errors == 1
    assert misheard(sentence.said, [[(got[:place] + got[place + 1 :],)]], tones=False).errors == 1


def test_the_sentences_are_heard_without_an_error_as_they_are_written() -> None:
    for sentence in sentences():
        assert misheard(sentence.said, heard(sentence.text, sentence.lexicon)).errors == 0, sentence.text


def test_the_sentences_are_as_many_as_were_fixed() -> None:
    said = sentences()
    assert (len(said), len(english()), PROVEN) == (64, 8, 48)
    assert sum(len(one.said) for one in said[:PROVEN]) == 935
    assert sum(len(one.said) for one in said) == 1234


def test_the_product_reads_the_names_as_the_people_of_the_place_do() -> None:
    """A name that it reads otherwise is counted as misheard, and stands here."""
    other = {
        name
        for sentence in sentences()
        for name, reading in sentence.lexicon.phrases.items()
        if name in sentence.text and Sentence(name, OURS).said != reading
    }
    assert other == KNOWN_FAULTS


def test_a_horn_gives_its_band_and_little_beside_it() -> None:
    seconds = np.arange(RATE) / RATE

    def through(hertz: float) -> float:
        tone = np.sin(2 * np.pi * hertz * seconds)
        return 20 * float(np.log10(banded(tone)[RATE // 4 :].std() / tone.std()))

    low, high = BAND
    assert abs(through(1200)) < 0.2
    assert through(low) == pytest.approx(-3, abs=0.2)
    assert through(high) == pytest.approx(-3, abs=0.4)
    assert through(low / 2) == pytest.approx(-24, abs=1)
    assert through(high * 2) < -23


def test_the_echo_is_the_same_sound_later_and_weaker() -> None:
    click = np.zeros(RATE, np.int16)
    click[1000:1010] = 20000
    near, both = horn(click), echo(click)
    later = round(LATER_S * RATE)
    assert later == 13994
    assert pytest.approx(7.96, abs=0.01) == WEAKER_DB
    assert np.allclose(both[:later], near[:later])
    assert np.abs(both[later:]).max() == pytest.approx(np.abs(near).max() * 0.4, rel=0.02)
