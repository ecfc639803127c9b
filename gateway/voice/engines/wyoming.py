"""A voice behind a Wyoming server (Piper and others), on this machine or in the same house.

The protocol has neither keys nor encryption.
"""

from __future__ import annotations

import asyncio

from drivers.sound import samples
from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.mandarin.homophones import text_of
from gateway.voice.piece import Piece

AT_ONCE = 2
"""Pieces that are asked for at the same time: a small machine says one after the other anyway. Our choice."""
MOST_BYTES = 20_000_000
"""Bytes of one piece: three minutes at 48 kHz. A server that sends more is no voice. Our choice."""


class WyomingVoice:
    """A Voice. `voice` is the server's name of one; with "" the server chooses.

    Each piece has a connection of its own. The caller sets the deadline.
    """

    languages = frozenset({"zh", "en"})
    lengths = Lengths(10_000, 10_000)
    """A piece is a whole sentence: nobody knows what the server says well."""
    bounds = Bounds(0.09, 1.2, 2.0)
    """Nobody knows the server's pace. More than eleven syllables a second, and less than one, are no
    speech. Our choice."""
    streams = False
    licence = "as its server says"
    pace: float | None = None

    def __init__(self, host: str, port: int, voice: str = "") -> None:
        self._host = host
        self._port = port
        self._voice = voice
        self.name = f"wyoming {host}:{port} {voice}"
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self) -> None:
        """Nothing is to be done."""

    async def say(self, piece: Piece) -> Heard:
        from wyoming.client import AsyncTcpClient  # only for a site that wants it

        if piece.language not in self.languages:
            raise CannotSay(f"it does not say {piece.language}")
        try:
            async with self._turns, AsyncTcpClient(self._host, self._port) as client:
                sound, rate = await self._asked(client, text_of(piece))
            return Heard(samples(sound), rate)
        except OSError as error:
            raise Gone(f"wyoming {self._host}:{self._port}: {error!r}") from error
        except (ValueError, KeyError, TypeError, EOFError) as error:
            raise CannotSay(f"wyoming {self._host}:{self._port}: {error!r}") from error

    async def _asked(self, client: object, words: str) -> tuple[bytes, int]:
        """The PCM of a text and its rate.

        Raises CannotSay, and the errors of the connection and of its parser.
        """
        from wyoming.audio import AudioChunk, AudioStop
        from wyoming.client import AsyncTcpClient
        from wyoming.error import Error
        from wyoming.tts import Synthesize, SynthesizeVoice

        assert isinstance(client, AsyncTcpClient)
        voice = SynthesizeVoice(name=self._voice) if self._voice else SynthesizeVoice(language="zh")
        await client.write_event(Synthesize(words, voice).event())
        sound, rate = bytearray(), 0
        while event := await client.read_event():
            if AudioStop.is_type(event.type):
                return bytes(sound), rate
            if Error.is_type(event.type):
                raise CannotSay(f"wyoming: {Error.from_event(event).text[:200]}")
            if AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                if (chunk.width, chunk.channels) != (2, 1) or rate not in (0, chunk.rate):
                    raise CannotSay(
                        f"wyoming: {chunk.width} bytes, {chunk.channels} channels at {chunk.rate} Hz"
                    )
                sound += chunk.audio
                rate = chunk.rate
                if len(sound) > MOST_BYTES:
                    raise CannotSay("wyoming: it does not end")
        raise CannotSay("wyoming: it broke off")

    async def close(self) -> None:
        """Nothing is open between two pieces."""
