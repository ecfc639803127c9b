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
from gateway.voice import CannotSay, Voice
from gateway.voice.sentences import SENTENCE_S, Sentences, Wanted, estimated, length, silence
from gateway.voice.sound.attention import attention
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.shelf import Shelf

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
    ) -> None:
        self._voice = voice
        self._chosen = chosen
        self._clips = clips
        self._recordings = recordings
        self._sentences = Sentences(kept, self._reported, shelf)
        self.speaks = True
        """Whether the offline voice said its last sentence."""
        self.chosen_speaks = True
        """Whether the chosen voice said its last message in time."""

    async def plain(self, text: str) -> bytes:
        """A text by the offline voice as PCM. Raises CannotSay."""
        return b"".join(await self._sentences.of(Wanted(self._voice, text, Curve.FLAT)).whole())

    async def lay_in(self, sentence: str, curve: Curve) -> bool:
        """`Announcer.rehearse`."""
        if self._chosen is None:
            return False
        return await self._sentences.lay_in(Wanted(self._chosen, sentence, curve))

    def forget(self) -> None:
        """Drop all finished sentences."""
        self._sentences.forget()

    async def close(self) -> None:
        """End all sentences that are being made, and the voices."""
        await self._sentences.close()
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    def seconds(self, script: Script, hearing: Hearing) -> float:
        """Seconds of one reading: exact for sentences that were made, else estimated from their
        characters."""
        reading = 0.0
        if self._recordings and script.recording:
            reading = self._recordings.seconds(script.recording)
        reading = reading or sum(map(self._sentence, script.sentences))
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
        for sentence in script.sentences:
            asked, begun = loop.time(), False
            try:
                if hangs:
                    raise CannotSay("the voice hangs")
                async for piece in self._sentences.of(Wanted(self._voice, sentence, hearing.curve)):
                    begun, lost = True, None
                    yield piece
            except Exception as error:  # any failure of the voice: the reading goes on
                log.error("%r is not said: %r", sentence, error)
                hangs = hangs or loop.time() - asked > HANGS_S
                recorded = self._clip(sentence)
                lost = None if recorded else error
                if begun:
                    yield silence(SENTENCE_S)
                if recorded:
                    yield recorded
                    yield silence(SENTENCE_S)
        if lost:
            raise lost

    async def _by_chosen_voice(self, script: Script, hearing: Hearing, patience: float) -> list[bytes]:
        """One reading by the chosen voice, whole or not at all.

        A sentence that comes late is kept for the next burst.
        """
        if not self._chosen or patience <= 0:
            return []
        curve = hearing.curve
        wanted = [self._sentences.of(Wanted(self._chosen, text, curve)) for text in script.sentences]
        try:
            async with asyncio.timeout(patience):
                sentences = await asyncio.gather(*(sentence.whole() for sentence in wanted))
            self.chosen_speaks = True
            return [piece for sentence in sentences for piece in sentence]
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

    def _reported(self, voice: Voice, spoke: bool) -> None:
        if voice is self._voice:
            self.speaks = spoke

    def _sentence(self, sentence: str) -> float:
        """The seconds of a sentence: measured if it was made, else estimated."""
        made = (self._sentences.seconds(voice, sentence) for voice in (self._chosen, self._voice) if voice)
        known = next((seconds for seconds in made if seconds is not None), None)
        return estimated(sentence) if known is None else known
