"""Cutting a text into the chip's frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.tts_chip.frames import TEXT_MOST
from drivers.tts_chip.script import chip_volume, pieces, sayable, script, tone_script

SENTENCE = "受持续强降雨影响，石桥村后山有滑坡危险，请住在山脚的群众立即向村小学转移。"


@given(st.text(), st.none() | st.integers(0, 100))
def test_every_text_comes_whole_in_frames_the_chip_takes(text: str, volume: int | None) -> None:
    words = script(text, volume)
    said, lost = sayable(text)
    assert "".join(sentence.text for sentence in words.sentences) == said
    assert words.unsayable == lost
    for sentence in words.sentences:
        data = sentence.order.data[1:]
        assert len(data) <= TEXT_MOST
        assert data.decode("gbk").endswith(sentence.text)
        assert b"[" not in data.removeprefix(
            b"" if volume is None else f"[d][v{chip_volume(volume)}]".encode()
        )


def test_a_long_text_is_cut_at_full_stops() -> None:
    words = script(SENTENCE * 6, 80)
    assert len(words.sentences) == 3
    assert all(sentence.text == SENTENCE * 2 for sentence in words.sentences)


def test_without_a_full_stop_the_cut_is_at_a_comma() -> None:
    text = "甲乙丙丁戊己庚辛，" * 20
    assert [len(piece) for piece in pieces(text, 200)] == [99, 81]


def test_without_any_mark_a_character_is_never_cut() -> None:
    assert [len(piece) for piece in pieces("转" * 250, 199)] == [99, 99, 52]


def test_numbers_stay_whole() -> None:
    assert pieces("水位已达128.55米", 12) == ["水位已达", "128.55米"]
    assert pieces("今天12:30开始，", 10) == ["今天12:30", "开始，"]
    assert pieces("1" * 30, 10) == ["1" * 10] * 3


def test_the_tags_stand_at_the_start_of_every_frame_and_the_letter_inside_the_bracket() -> None:
    words = script(SENTENCE * 6, 100)
    assert all(sentence.order.data[1:].startswith(b"[d][v16]") for sentence in words.sentences)
    assert b"v[" not in b"".join(sentence.order.data for sentence in words.sentences)


def test_without_a_volume_nothing_is_set() -> None:
    assert script("喂", None).sentences[0].order.data[1:] == "喂".encode("gbk")


def test_what_looks_like_a_tag_in_the_text_sets_nothing() -> None:
    assert script("请看[v0]通知").sentences[0].text == "请看［v0］通知"


def test_what_gbk_cannot_hold_is_left_out_and_told() -> None:
    words = script("𠮷家沟€水位\n上涨", None)
    assert words.sentences[0].text == "家沟水位 上涨"
    assert words.unsayable == "𠮷€"


def test_a_volume_above_zero_is_never_silence() -> None:
    assert [chip_volume(percent) for percent in (-5, 0, 1, 50, 100, 200)] == [0, 0, 1, 8, 16, 16]


def test_a_tone_is_a_built_in_sound() -> None:
    assert tone_script(4, 50).sentences[0].order.data == b"\x01[d][v8]soundp"
