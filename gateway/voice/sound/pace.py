"""The pace of a message: how fast its pieces are heard, so that the whole keeps one pace, pauses included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gateway.voice.piece import Piece
from gateway.voice.sound.pauses import pause_s

A_MINUTE = 180.0
"""Characters of a message in a minute, with all pauses: newsreaders say 280 in a room, and a horn's echo
leaves 170 to 190 intelligible."""
SHORTEST_S = 0.2
"""A syllable is never made shorter, however many pauses a message has: nobody follows more than five a second
outdoors. Our choice."""
INNER_S = 0.2
"""The pause of a voice at a mark within a piece, as it is heard (measured: espeak-ng 0.2 to 0.24 s, Kokoro
0.15 s before it is stretched)."""
SLOWEST, FASTEST = 0.55, 1.15
"""Bounds of the speed of a piece beside the voice's own: beyond them it sounds made. Our choice."""
ENOUGH = 0.04
"""A piece whose own speed lies so near to the wanted speed is left as it is: nobody hears a twenty-fifth, and
it saves work. Our choice."""
GRADE_S = 0.005
"""Paces are multiples of it, a fiftieth of a syllable: so two messages share a finished piece more often. Our
choice."""


class Pace(NamedTuple):
    """The pace of one message. It depends on its words alone, so that every reading is alike."""

    syllable_s: float
    """Seconds of a syllable within a piece as it is to be heard."""

    @classmethod
    def of(cls, pieces: Sequence[Piece], a_minute: float = A_MINUTE) -> Pace:
        """The pace at which all of these pieces, each with its pause, have `a_minute` characters a minute."""
        pauses = sum(pause_s(piece.mark) + _inner_s(piece) for piece in pieces)
        spoken = sum(map(syllables, pieces)) * 60 / a_minute - pauses
        syllable_s = spoken / max(1, sum(map(_beats, pieces)))
        return cls(max(SHORTEST_S, round(syllable_s / GRADE_S) * GRADE_S))

    def seconds(self, piece: Piece) -> float:
        """The seconds of a piece at this pace, without its pause, and without regard to its voice."""
        return _beats(piece) * self.syllable_s + _inner_s(piece)

    def speed(self, piece: Piece, seconds: float) -> float:
        """The speed at which a piece whose sound lasts so many seconds is heard at this pace."""
        speed = min(max(seconds / self.seconds(piece), SLOWEST), FASTEST)
        return 1.0 if abs(speed - 1) <= ENOUGH else speed


def _inner_s(piece: Piece) -> float:
    """Seconds of the pauses within a piece, which its voice makes."""
    return INNER_S * sum(bool(word.mark) for word in piece.words[:-1])


def _beats(piece: Piece) -> int:
    """The beats of a piece: its last syllable lasts two (measured over 250 pieces of Kokoro: 0.20 s and 0.187
    s a syllable)."""
    return syllables(piece) + 1


def syllables(piece: Piece) -> int:
    """The syllables of a piece, those of its Latin words among them."""
    return sum(word.size for word in piece.words)
