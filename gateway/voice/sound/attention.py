"""The attention tones at their loudness."""

from __future__ import annotations

from functools import cache

from gateway.model.plan import ToneName
from gateway.voice.sound.finish import octets
from gateway.voice.sound.levelling import level
from gateway.voice.sound.tones import tone


@cache
def attention(name: ToneName) -> bytes:
    """The attention tone as PCM at RATE. NONE has no sound."""
    return octets(level(tone(name)))
