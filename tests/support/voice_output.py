"""A voice as a test hears it. For the tests of gateway/voice."""

from __future__ import annotations

import numpy as np

from drivers.sound import samples
from gateway.model.speaker import Curve
from gateway.voice import RATE, Voice


async def said(voice: Voice, words: str, curve: Curve = Curve.FLAT) -> bytes:
    """One sentence, all of it."""
    return b"".join([piece async for piece in voice.say(words, curve)])


def pitch(pcm: bytes) -> float:
    """The loudest frequency, in Hz."""
    signal = samples(pcm).astype(np.float64)
    return float(np.argmax(np.abs(np.fft.rfft(signal))) * RATE / len(signal))
