"""The sound of a chosen voice is checked before it is heard: it must be audible and about as long as its
words.

Services cut speech off without an error (edge-tts 7.3.1), and half a warning is worse than the offline voice.
"""

from __future__ import annotations

import re

from drivers.sound import Samples
from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.sound.finish import finished
from gateway.voice.sound.resampling import takes
from gateway.voice.sound.slices import gently

SHORTEST_S, LONGEST_S = 0.09, 1.2
"""Bounds of the seconds that a spoken character takes.

The offline voice takes a third of a second. Nobody understands eleven characters a second, and a voice of
less than one a second hangs. Our choice.
"""
_CHARACTER = re.compile(r"[\u3400-\u9fffA-Za-z]")


async def vetted(words: str, sound: Samples, rate: int, curve: Curve) -> bytes:
    """The sound of these words as signed 16-bit mono PCM at RATE, finished for loudspeakers of this curve.

    Raises CannotSay if the sound has no rate of speech, is too short or too long for its words, or is silent.
    """
    if not takes(rate):
        raise CannotSay(f"{rate} Hz is no rate of speech")
    seconds, characters = len(sound) / rate, max(1, len(_CHARACTER.findall(words)))
    if not SHORTEST_S * characters <= seconds <= LONGEST_S * (characters + 2):
        raise CannotSay(f"{characters} characters in {seconds:.1f} s are not the whole of it")
    return await gently(finished(sound, rate, 1.0, curve))
