"""The online voice of Microsoft Edge, by the edge-tts package.

The words of a warning go to the service, and no permission of its owner is known: a site that chooses this
voice accepts both. The service can stop working on any day. It returns cut-off speech without an error
(edge-tts 7.3.1), so the length of every piece is compared with the length that the service reports. Only
the public interface of the package is used.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.mandarin.homophones import text_of
from gateway.voice.piece import Piece
from gateway.voice.sound.recording import mono
from gateway.voice.sound.slices import gently

VOICE = "zh-CN-YunyangNeural"
"""The voice of a newsreader. `edge-tts --list-voices` lists the others."""
RATE = "-10%"
"""The speed, slower than for news: outdoors, echoes need their time. Our choice."""
FIRST_S, GAP_S, TOTAL_S = 2.5, 2.0, 8.0
"""Longest wait for the first part of a piece, between two parts, and for the whole.

The package's receive_timeout does not work in mid-stream. Our choice.
"""
BYTES_A_SECOND = 48_000 / 8
"""The service sends MP3 at a constant 48 kbit/s."""
SLACK_S = 0.35
"""The length that the service reports may exceed its sound by so much."""
TICKS_A_SECOND = 1e7
"""The service reports times in 100 ns."""
AT_ONCE = 2
"""Pieces that are asked for at the same time: the service refuses floods."""


class EdgeVoice:
    """A Voice. `voice` is the service's name of one; "" means VOICE."""

    languages = frozenset({"zh", "en"})
    lengths = Lengths(10_000, 10_000)
    """A piece is a whole sentence: every request costs a connection."""
    bounds = Bounds(0.09, 1.2, 2.0)
    """More than eleven syllables a second, and less than one, are no speech. Our choice."""
    streams = False
    licence = "Microsoft's service; no permission is known"
    pace: float | None = None

    def __init__(self, voice: str = "") -> None:
        self._voice = voice or VOICE
        self.name = f"edge {self._voice} {RATE}"
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self) -> None:
        """Nothing is to be done."""

    async def say(self, piece: Piece) -> Heard:
        import soundfile  # three megabytes of memory, only for a site that wants it

        if piece.language not in self.languages:
            raise CannotSay(f"it does not say {piece.language}")
        try:
            async with self._turns, asyncio.timeout(TOTAL_S):
                mp3, reported_s = await self._asked(text_of(piece))
            with soundfile.SoundFile(io.BytesIO(mp3)) as file:
                sound, rate = await gently(mono(file)), file.samplerate
        except CannotSay:
            raise
        except soundfile.LibsndfileError as error:
            raise CannotSay(f"edge: {error!r}") from error
        except Exception as error:  # errors of the package, of aiohttp and of ssl
            raise Gone(f"edge: {error!r}") from error
        if len(mp3) / BYTES_A_SECOND + SLACK_S < reported_s:
            raise CannotSay(f"edge: {len(mp3) / BYTES_A_SECOND:.1f} s of {reported_s:.1f} s came")
        return Heard(sound, rate)

    async def _asked(self, words: str) -> tuple[bytes, float]:
        """The MP3 of a text, and its seconds as the service reports them. Raises the errors of the
        package."""
        import edge_tts  # 28 MB of memory, only for a site that wants it

        stream = edge_tts.Communicate(
            words, self._voice, rate=RATE, connect_timeout=2, receive_timeout=3
        ).stream()
        pieces: AsyncIterator[Any] = aiter(stream)
        mp3, reported_s = bytearray(), 0.0
        try:
            while True:
                async with asyncio.timeout(GAP_S if mp3 else FIRST_S):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                if piece["type"] == "audio":
                    mp3 += piece["data"]
                else:
                    reported_s = max(reported_s, (piece["offset"] + piece["duration"]) / TICKS_A_SECOND)
        finally:
            await stream.aclose()
        if not mp3 or not reported_s:
            raise CannotSay("it sent no whole sound")
        return bytes(mp3), reported_s

    async def close(self) -> None:
        """Nothing is open between two pieces."""
