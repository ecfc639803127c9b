"""The online voice of Microsoft Edge by the edge-tts package: chosen by whoever accepts that no permission of the service's owner is known.

It can stop working on any day, and it returns cut-off speech without an error (edge-tts 7.3.1): every sentence is measured against what the service
itself said of its length. Only the package's public interface is used. The words of a warning leave this house.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.engines.vetting import vetted
from gateway.voice.sound.recording import mono
from gateway.voice.sound.slices import gently

VOICE = "zh-CN-YunyangNeural"
"""A newsreader's voice; the package lists the others."""
RATE = "-10%"
"""Slower than it reads news: outdoors echoes need their time. Our choice."""
FIRST_S, GAP_S, TOTAL_S = 2.5, 2.0, 8.0
"""Longest wait for the first of a sentence, between two pieces of it, for all of it; receive_timeout does not work in mid-stream. Our choice."""
BYTES_A_SECOND = 48_000 / 8
"""The service's one format: MP3 at 48 kbit/s, constant."""
SLACK_S = 0.35
"""So much the service's own account of a sentence may exceed its sound."""
TICKS_A_SECOND = 1e7
"""Its times are in 100 ns."""
AT_ONCE = 2
"""Sentences asked for at the same time: it refuses floods."""


class EdgeVoice:
    """A Voice. `voice` is one of the service's, "" VOICE."""

    def __init__(self, voice: str = "") -> None:
        self._voice = voice or VOICE
        self.name = f"edge {self._voice} {RATE}"
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def say(self, words: str, curve: Curve) -> AsyncIterator[bytes]:
        import soundfile  # three megabytes, only where it is wanted

        try:
            async with self._turns, asyncio.timeout(TOTAL_S):
                mp3, told_s = await self._asked(words)
            with soundfile.SoundFile(io.BytesIO(mp3)) as file:
                sound, rate = await gently(mono(file)), file.samplerate
        except Exception as error:  # the package raises its own, aiohttp's, ssl's and soundfile's errors
            raise CannotSay(f"edge: {error!r}") from error
        if len(mp3) / BYTES_A_SECOND + SLACK_S < told_s:
            raise CannotSay(f"edge: {len(mp3) / BYTES_A_SECOND:.1f} s of {told_s:.1f} s came")
        yield await vetted(words, sound, rate, curve)

    async def _asked(self, words: str) -> tuple[bytes, float]:
        """The MP3, and how many seconds it should last. Raises whatever goes wrong."""
        import edge_tts  # 28 MB, only where it is wanted

        stream = edge_tts.Communicate(
            words, self._voice, rate=RATE, connect_timeout=2, receive_timeout=3
        ).stream()
        pieces: AsyncIterator[Any] = aiter(stream)
        mp3, told_s = bytearray(), 0.0
        try:
            while True:
                async with asyncio.timeout(GAP_S if mp3 else FIRST_S):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                if piece["type"] == "audio":
                    mp3 += piece["data"]
                else:
                    told_s = max(told_s, (piece["offset"] + piece["duration"]) / TICKS_A_SECOND)
        finally:
            await stream.aclose()
        if not mp3 or not told_s:
            raise CannotSay("it sent no whole sentence")
        return bytes(mp3), told_s

    async def close(self) -> None:
        """Nothing is kept open."""
