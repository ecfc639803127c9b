"""The sound of a voice is checked before it is heard: it must be audible and about as long as its words.

Services cut speech off without an error (edge-tts 7.3.1), and half a warning is worse than the offline voice.
"""

from __future__ import annotations

import numpy as np

from drivers.sound import Samples
from gateway.voice import CannotSay
from gateway.voice.engines import Bounds, Heard
from gateway.voice.piece import Piece
from gateway.voice.sound.pace import syllables
from gateway.voice.sound.resampling import takes

EDGE_S = 0.03
"""Silence that stays at both ends. Our choice."""
SILENT = 60
"""Samples of this height and lower are silence: 55 dB under full scale. Our choice."""


def vetted(piece: Piece, heard: Heard, bounds: Bounds) -> Samples:
    """The sound of a piece without the silence at its ends.

    Raises CannotSay if the sound has no rate of speech, is silent, is too short or too long for its
    syllables, or has a gap in it.
    """
    if not takes(heard.rate):
        raise CannotSay(f"{heard.rate} Hz is no rate of speech")
    loud = np.flatnonzero(np.abs(heard.sound.astype(np.int32)) > SILENT)
    if not len(loud):
        raise CannotSay("it is silent")
    edge = int(EDGE_S * heard.rate)
    sound = heard.sound[max(0, loud[0] - edge) : loud[-1] + 1 + edge]
    seconds, count = len(sound) / heard.rate, syllables(piece)
    if not bounds.shortest_s * count <= seconds <= bounds.longest_s * (count + 2):
        raise CannotSay(f"{count} syllables in {seconds:.1f} s are not the whole of it")
    gap = int(np.diff(loud).max(initial=0)) / heard.rate
    if gap > bounds.gap_s:
        raise CannotSay(f"it is silent for {gap:.1f} s in its middle")
    return sound
