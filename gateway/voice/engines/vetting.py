"""What a voice outside of this process must show before it is heard: a sound of about the length of its words, audible, at our rate.

Services cut speech off without an error (edge-tts 7.3.1), and half a warning is worse than our own voice.
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
"""Seconds a spoken character takes: ours takes a third of one; nobody is understood at eleven a second, and at one a second something hangs. Our choice."""
_SAID = re.compile(r"[\u3400-\u9fffA-Za-z]")


async def vetted(words: str, sound: Samples, rate: int, curve: Curve) -> bytes:
    """Signed 16-bit mono PCM at RATE, finished. Raises CannotSay."""
    if not takes(rate):
        raise CannotSay(f"{rate} Hz is no rate of speech")
    seconds, characters = len(sound) / rate, max(1, len(_SAID.findall(words)))
    if not SHORTEST_S * characters <= seconds <= LONGEST_S * (characters + 2):
        raise CannotSay(f"{characters} characters in {seconds:.1f} s are not the whole of it")
    return await gently(finished(sound, rate, curve))
