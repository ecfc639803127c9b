"""Speech of warnings: text → words (`spoken`, and `figures` reads their numbers back; `english` for texts without Chinese) → syllables (`pinyin`) → phonemes (`phonemes`) → an engine → 16 kHz mono PCM.

An engine is a Voice. `announcer` makes whole bursts of scripts: tone, sentences with their pauses, one loudness. It is never silent: where the
voice fails the tone remains. Engines never see Chinese text: espeak-ng reads 105 as 150.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.model.speaker import Curve

RATE = 16000
"""Samples a second of all speech here: Mandarin's s, sh and x need up to 6 kHz."""


class CannotSay(Exception):
    """The voice could not say it; the next one in the chain may."""


@dataclass(frozen=True)
class Spoken:
    """Words as they will be said: no digit or sign is left. `notes` name what had to be spelt out."""

    words: str
    notes: tuple[str, ...] = ()


class Form(StrEnum):
    """In which form a burst was made."""

    VOICE = "voice"
    TONE = "tone"


@dataclass(frozen=True)
class Speech:
    """A finished burst: signed 16-bit little-endian mono PCM. A form of TONE means that the voice failed and what stands in for it sounds: a
    recording of the site, else the tone."""

    rate: int
    pcm: bytes
    form: Form

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.rate


class Voice(Protocol):
    """Turns words into sound. One sentence at a time, in order. `name` says whose speech it is wherever that is kept on the disk; "" where it is made
    sooner than read."""

    name: str

    def say(self, words: str, curve: Curve) -> AsyncIterator[bytes]:
        """One sentence, its end pause included, finished for such loudspeakers: signed 16-bit mono PCM at RATE, in pieces as they are made.
        Raises CannotSay, also in mid-sentence."""
        ...

    async def close(self) -> None: ...
