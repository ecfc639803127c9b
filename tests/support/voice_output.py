"""A voice as a test hears it. For the tests of gateway/voice."""

from __future__ import annotations

import numpy as np

from drivers.sound import pcm, samples
from gateway.voice import RATE, CannotSay
from gateway.voice.engines import Voice
from gateway.voice.engines.vetting import vetted
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece


def pieces(voice: Voice, words: str) -> list[Piece]:
    """The pieces in which a voice says words."""
    return phrased(words, OURS, voice.lengths)


async def said(voice: Voice, words: str) -> bytes:
    """Words as a voice says them, vetted, as PCM at the voice's rate. Raises CannotSay."""
    sounds = [pcm(vetted(piece, await voice.say(piece), voice.bounds)) for piece in pieces(voice, words)]
    if not sounds:
        raise CannotSay(words)
    return b"".join(sounds)


def pitch(pcm: bytes) -> float:
    """The loudest frequency, in Hz."""
    signal = samples(pcm).astype(np.float64)
    return float(np.argmax(np.abs(np.fft.rfft(signal))) * RATE / len(signal))
