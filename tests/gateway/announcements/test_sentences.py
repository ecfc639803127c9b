"""Where a text that is too long is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.announcements.sentences import closed, cut, length, sentences


def test_sentences_are_closed_each_with_its_own_sign() -> None:
    assert sentences("有雨。快走！\n注意") == ["有雨。", "快走！", "注意。"]
    assert closed("去吗？") == "去吗？"


@pytest.mark.parametrize(
    ("sentence", "room", "kept"),
    [
        ("今晚有大雨，山边注意。", 20, "今晚有大雨，山边注意。"),
        ("今晚有大雨，山边注意。", 9, "今晚有大雨。"),
        ("雨量可达120.5毫米以上", 9, "雨量可达。"),
    ],
)
def test_a_cut_ends_a_clause_or_a_word_and_never_a_number_within(sentence: str, room: int, kept: str) -> None:
    assert cut(sentence, room) == kept


def test_the_length_of_several_is_that_of_all() -> None:
    assert length(["有大雨。", "快走。"]) == 7


@given(st.text(alphabet="今晚有大雨12.5，；。山边", min_size=1, max_size=40), st.integers(5, 40))
def test_what_is_cut_fits_the_room(sentence: str, room: int) -> None:
    assert len(cut(sentence, room)) <= room
