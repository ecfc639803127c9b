"""Readings: a script read out once, by the voices of the site or by its recordings.

Sentences are made one by one and kept. A sentence of two scripts is made once, and a sentence that is ready
sounds at once. Where no voice speaks there is a substitute.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Protocol

from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import CannotSay
from gateway.voice.engines import Voice
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from gateway.voice.pieces import Pieces, Wanted, estimated, length, pace_of, silence
from gateway.voice.sound.attention import attention
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.pace import Pace
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.shelf import Shelf
from gateway.voice.text.spoken import spoken

log = logging.getLogger(__name__)

READING_S = 1.2
"""Silence between two readings: outdoors, echoes must end. Our choice."""
PATIENCE_S = 2.5
"""The chosen voice has so long for a message, and no longer than its tone lasts.

All failures of edge-tts that were tried ended within it.
"""
HANGS_S = 1.0
"""A voice that fails after so long hangs.

A refusal and the death of a voice are known within some hundredths of a second. Our choice.
"""
CUT = 2000
"""Sentences whose pieces are kept in memory. Our choice."""
ALONE = 3
"""The substitute for the words sounds so often in a row. Our choice."""
ALONE_S = 60.0
"""The repeats of the substitute end before so long: the end of a burst is estimated from its words. It
sounds once in any case. Our choice."""


class Recorded(Protocol):
    """Recordings that came with warnings, by the name that a script gives them."""

    def get(self, name: str) -> bytes | None:
        """The recording as PCM at RATE; None if it is not ready."""
        ...

    def seconds(self, name: str) -> float:
        """The length of the recording; 0 if it is not ready.

        The length is asked for every speaker, so the answer must not wait for the disk.
        """
        ...


class Readings:
    """The chosen voice reads a message if all of it is made in time, else the offline voice reads it. The two
    are never mixed in one message. The arguments are those of `Announcer`."""

    def __init__(
        self,
        voice: Voice,
        chosen: Voice | None,
        kept: int,
        shelf: Shelf | None,
        clips: Clips | None,
        recordings: Recorded | None,
        lexicon: Lexicon,
    ) -> None:
        self._voice = voice
        self._chosen = chosen
        self._clips = clips
        self._recordings = recordings
        self._lexicon = lexicon
        self._cut: dict[tuple[Voice, str], list[Piece]] = {}
        self._pieces = Pieces(kept, self._reported, shelf)
        self.speaks = True
        """Whether the offline voice said its last sentence."""
        self.chosen_speaks = True
        """Whether the chosen voice said its last message in time."""

    async def plain(self, text: str) -> bytes:
        """A text by the offline voice as PCM. Raises CannotSay."""
        pieces = self._cut_for(self._voice, text)
        if not pieces:
            raise CannotSay(f"nothing in {text!r} can be said")
        pace = pace_of(pieces)
        return b"".join([await self._made(self._voice, piece, pace, Curve.FLAT) for piece in pieces])

    async def lay_in(self, sentence: str) -> bool:
        """`Announcer.rehearse`."""
        chosen = self._chosen
        if chosen is None:
            return False
        return any([await self._pieces.lay_in(chosen, piece) for piece in self._cut_for(chosen, sentence)])

    def learn(self, lexicon: Lexicon) -> None:
        """Pronounce names so from now on. All finished pieces are dropped."""
        self._lexicon = lexicon
        self.forget()

    def forget(self) -> None:
        """Drop all finished pieces."""
        self._cut.clear()
        self._pieces.forget()

    async def close(self) -> None:
        """End all pieces that are being made, and the voices."""
        await self._pieces.close()
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    def seconds(self, script: Script, hearing: Hearing) -> float:
        """Seconds of one reading: exact for sentences that were made, else estimated from their
        characters."""
        reading = 0.0
        if self._recordings and script.recording:
            reading = self._recordings.seconds(script.recording)
        reading = reading or self._words_s(script)
        if self._clips and (first := self._clips.seconds(hearing.first)):
            reading += first + READING_S
        return reading

    async def of(self, script: Script, hearing: Hearing, patience: float) -> AsyncGenerator[bytes]:
        """One reading, piece by piece. The chosen voice has `patience` seconds for all of it.

        The offline voice makes one sentence after the other. So a burst in a hurry waits for one sentence of
        a script that is being prepared, not for all of them.
        """
        for piece in self._first(hearing):
            yield piece
        if recorded := self._recorded(script):
            yield recorded
            return
        message = await self._by_chosen_voice(script, hearing, patience)
        for piece in message:
            yield piece
        if message:
            return
        async for piece in self._by_offline_voice(script, hearing):
            yield piece

    async def _by_offline_voice(self, script: Script, hearing: Hearing) -> AsyncGenerator[bytes]:
        """One reading, sentence by sentence.

        If a sentence fails, the site's recording of it sounds, or else the next sentence: perhaps only this
        text cannot be said. A voice that hangs is not asked again. Raises the error if the last sentence or
        all of them failed.
        """
        loop = asyncio.get_running_loop()
        lost: Exception | None = CannotSay("nothing to say")
        hangs = False
        pace = pace_of(self._all(self._voice, script))
        for sentence in script.sentences:
            asked = loop.time()
            try:
                if hangs:
                    raise CannotSay("the voice hangs")
                for piece in self._cut_for(self._voice, sentence):
                    sound = await self._made(self._voice, piece, pace, hearing.curve)
                    lost = None
                    yield sound
            except Exception as error:  # any failure of the voice: the reading goes on
                log.error("%r is not said: %r", sentence, error)
                hangs = hangs or loop.time() - asked > HANGS_S
                recorded = self._clip(sentence)
                lost = None if recorded else error
                if recorded:
                    yield recorded
                    yield silence(pause_s("。"))
        if lost:
            raise lost

    async def _by_chosen_voice(self, script: Script, hearing: Hearing, patience: float) -> list[bytes]:
        """One reading by the chosen voice, whole or not at all.

        A sentence that comes late is kept for the next burst.
        """
        if not self._chosen or patience <= 0:
            return []
        chosen, curve = self._chosen, hearing.curve
        wanted = self._all(chosen, script)
        pace = pace_of(wanted)
        try:
            async with asyncio.timeout(patience):
                made = await asyncio.gather(*(self._made(chosen, piece, pace, curve) for piece in wanted))
            self.chosen_speaks = True
            return made
        except Exception as error:  # any failure of the chosen voice: the offline voice says it
            self.chosen_speaks = False
            log.warning("the chosen voice has not said it in time, ours does: %r", error)
            return []

    def substitute(self, script: Script) -> list[bytes]:
        """The substitute for the words: the site's own recording of this meaning, else the tone."""
        sound = self._clip(script.clip) or attention(script.tone) or attention(ToneName.CHIME)
        times = min(ALONE, max(1, int(ALONE_S / length([sound]))))
        return [sound, *[silence(READING_S), sound] * (times - 1)]

    def _first(self, hearing: Hearing) -> list[bytes]:
        """The recording of the village that comes before the words, and a pause."""
        recorded = self._clip(hearing.first) if hearing.first else None
        return [recorded, silence(READING_S)] if recorded else []

    def _clip(self, name: str) -> bytes | None:
        return self._clips.get(name) if self._clips else None

    def _recorded(self, script: Script) -> bytes | None:
        """The recording that came with the warning and sounds in place of a voice."""
        return self._recordings.get(script.recording) if self._recordings and script.recording else None

    def _cut_for(self, voice: Voice, text: str) -> list[Piece]:
        """The pieces in which a voice says a text."""
        if (voice, text) not in self._cut:
            if notes := spoken(text).notes:
                log.warning("spelt out in %r: %s", text, notes)
            if len(self._cut) >= CUT:
                self._cut.clear()
            self._cut[voice, text] = phrased(text, self._lexicon, voice.lengths)
        return self._cut[voice, text]

    async def _made(self, voice: Voice, piece: Piece, pace: Pace, curve: Curve) -> bytes:
        return await asyncio.shield(self._pieces.of(Wanted(voice, piece, pace, curve)).made)

    def _reported(self, voice: Voice, error: Exception | None) -> None:
        if voice is self._voice:
            self.speaks = error is None

    def _all(self, voice: Voice, script: Script) -> list[Piece]:
        """All pieces of a reading by this voice."""
        return [piece for text in script.sentences for piece in self._cut_for(voice, text)]

    def _words_s(self, script: Script) -> float:
        """The seconds of the words of a reading: measured if all of it was made, else estimated."""
        for voice in (self._chosen, self._voice):
            if voice:
                pieces = self._all(voice, script)
                made = [self._pieces.seconds(voice, piece, pace_of(pieces)) for piece in pieces]
                if made and all(made):
                    return sum(filter(None, made))
        pieces = self._all(self._chosen or self._voice, script)
        return estimated(pieces, pace_of(pieces))
