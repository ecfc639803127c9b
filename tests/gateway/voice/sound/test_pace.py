"""The pace of a message: 180 characters a minute with all pauses, whatever its pieces and its voice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.voice.piece import MARKS, Piece, Word
from gateway.voice.sound.pace import FASTEST, INNER_S, SHORTEST_S, SLOWEST, Pace, syllables
from gateway.voice.sound.pauses import pause_s


def piece(count: int, mark: str) -> Piece:
    """A piece of so many syllables."""
    return Piece((Word("水" * count, ("shui3",) * count, mark),))


PIECES = st.lists(st.builds(piece, st.integers(8, 25), st.sampled_from(MARKS)), min_size=1, max_size=12)


@given(pieces=PIECES, natural=st.lists(st.floats(0.19, 0.25), min_size=12, max_size=12))
def test_a_message_with_its_pauses_keeps_the_pace_whatever_the_voice(
    pieces: list[Piece], natural: list[float]
) -> None:
    pace = Pace.of(pieces)
    heard = sum(pause_s(one.mark) for one in pieces)
    for one, own in zip(pieces, natural, strict=False):
        seconds = own * syllables(one)
        speed = pace.speed(one, seconds)
        assert SLOWEST <= speed <= FASTEST
        heard += seconds / speed
    assert 172 <= 60 * sum(map(syllables, pieces)) / heard <= 188


def test_a_voice_of_this_pace_is_left_as_it_is() -> None:
    pieces = [piece(12, "，"), piece(12, "。")]
    pace = Pace.of(pieces)
    own = 13 * pace.syllable_s
    assert [pace.speed(pieces[0], own * share) for share in (0.98, 1.0, 1.02)] == [1.0] * 3
    assert pace.speed(pieces[0], own * 0.9) == pytest.approx(0.9)


def test_no_piece_is_made_unlike_speech() -> None:
    short = [piece(1, "。")] * 6
    pace = Pace.of(short)
    assert pace.syllable_s == SHORTEST_S, "its pauses alone are longer than its time"
    assert pace.speed(short[0], 0.4) == 1.0
    assert pace.speed(short[0], 9.0) == FASTEST
    slow = Pace.of([piece(20, "。")], a_minute=60)
    assert slow.speed(piece(20, "。"), 4.0) == SLOWEST


def test_a_pause_within_a_piece_makes_it_no_faster() -> None:
    """A list of short words is one piece, and its voice pauses between them."""
    words = tuple(Word("一组", ("yi4", "zu3"), mark) for mark in "、、、。")
    pace = Pace.of([Piece(words)] * 3)
    assert pace.speed(Piece(words), 9 * pace.syllable_s + 3 * INNER_S) == 1.0


def test_messages_of_about_one_pace_share_their_pieces() -> None:
    assert Pace.of([piece(20, "。"), piece(21, "。")]) == Pace.of([piece(20, "。"), piece(21, "。")] * 2)
    assert Pace.of([piece(20, "。"), piece(20, "。")]) == Pace.of([piece(20, "。"), piece(21, "。")])


@pytest.mark.parametrize(
    ("word", "count"),
    [
        (Word("转移", ("zhuan3", "yi2")), 2),
        (Word("AED"), 3),
        (Word("GPS"), 3),
        (Word("north"), 1),
        (Word("evacuate"), 4),
        (Word("NTWC"), 1),
    ],
)
def test_a_latin_word_has_syllables_too(word: Word, count: int) -> None:
    assert syllables(Piece((word,))) == count
