"""Toy voices: text as it stands, and a buzz as long as the text.

The real voice is a process and has its own tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from drivers import Sound
from drivers.sound import pcm
from firmware_sim.tts_chip import CHARACTERS_PER_S
from gateway.model.plan import Script
from gateway.model.speaker import Hearing, Speaker
from gateway.voice import CannotSay
from gateway.voice.announcer import Announcer
from tests.support.toy_voice import Toy

RATE = 8000
"""Hz, as openhorn carries sound: nothing is resampled."""
SECONDS_A_CHARACTER = 0.004
"""A sound long enough for a crash in its middle, short enough for thousands of stories."""
_BUZZ = pcm(np.where(np.arange(RATE) // 20 % 2, 4000, -4000).astype(np.int16))


class Buzz:
    """The delivery's Voices, as cheap as can be."""

    def text(self, script: Script, readings: int) -> str:
        return script.text * readings

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        return Hearing(speaker.curve)

    def told(self, sound: Sound) -> str:
        return ""

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        await asyncio.sleep(0.05)

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float | None:
        """As long as the slowest speaker, a chip, takes."""
        return len(script.text) * readings / CHARACTERS_PER_S

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        octets = 2 * round(RATE * SECONDS_A_CHARACTER * len(script.text) * readings)
        burst = (_BUZZ * (octets // len(_BUZZ) + 1))[:octets]

        async def blocks() -> AsyncIterator[bytes]:
            await asyncio.sleep(0.05)
            yield burst

        return Sound(RATE, blocks, octets / 2 / RATE)


class Engine(Toy):
    """A voice's engine with its troubles: it raises, hangs, or takes its time.

    The story sets and unsets `trouble`.
    """

    def __init__(self) -> None:
        self.trouble = ""
        self.slow_s = 2.0
        self.said: list[tuple[float, str]] = []
        """The texts that it said, each with the loop's time at which it was ready."""

    async def sound(self, words: str) -> bytes:
        match self.trouble:
            case "raises":
                raise CannotSay("out of order")
            case "hangs":
                await asyncio.Event().wait()
            case "slow":
                await asyncio.sleep(self.slow_s)
        self.said.append((asyncio.get_running_loop().time(), words))
        return _BUZZ[: 2 * 160 * max(25, len(words))]


def announcer(engine: Engine) -> Announcer:
    """The real announcer over a toy engine. The announcer decides what a broken voice does to a burst."""
    return Announcer(engine)
