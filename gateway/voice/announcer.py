"""Whole bursts of a script: the attention tone, and the sentences with their pauses, at one loudness.

The text is read as often as the plan says. Sentences are made one by one and kept. A sentence of two scripts
is made once, and a sentence that is ready sounds at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from functools import cache
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

from drivers import Sound
from drivers.growing import Growing
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing, Kind, Speaker
from gateway.voice import RATE, CannotSay, Form, Speech, Voice
from gateway.voice.sentences import SENTENCE_S, Sentences, Wanted, estimated, length, silence
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.finish import octets
from gateway.voice.sound.loudness import level
from gateway.voice.sound.shelf import Shelf
from gateway.voice.sound.tones import tone
from gateway.voice.typed import typed

log = logging.getLogger(__name__)

LEAD_S, TAIL_S = 0.3, 0.2
"""Silence before and after a burst: amplifiers wake slowly and buffers end early. Our choice."""
READING_S = 1.2
"""Silence between two readings: outdoors, echoes must end. Our choice."""
PATIENCE_S = 2.5
"""The chosen voice has so long for a message, and no longer than its tone lasts.

All failures of edge-tts that were tried ended within it.
"""
SPARE_S = 0.5
"""The message must be there so long before the tone ends: our own voice takes some hundredths of a second.
Our choice."""
HANGS_S = 1.0
"""A voice that fails after so long hangs.

A refusal and the death of a voice are known within some hundredths of a second. Our choice.
"""
ALONE = 3
"""The substitute for the words sounds so often in a row. Our choice."""
ALONE_S = 60.0
"""The repeats of the substitute end before so long: the end of a burst is estimated from its words. It
sounds once in any case. Our choice."""
KEPT = 4_000_000
"""Bytes of finished sentences in memory: two minutes, enough for a warning with its lift and its correction.

Other sentences are made in some hundredths of a second. Our choice.
"""
BLOCK = 32000
"""Bytes of one block of an opened sound: one second."""


class Take(Growing[bytes]):
    """The sound of a burst after its tone, as it grows. All bursts of the same sentence share the pieces."""

    form = Form.VOICE
    """TONE as soon as a substitute had to sound."""


class Key(NamedTuple):
    """What makes a burst the same as another."""

    script: Script
    """The words and the tone."""
    readings: int
    """How often the text is read."""
    hearing: Hearing
    """The curve, and the recording that comes first."""


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


class Announcer:
    """The Voices of the delivery.

    `voice` is the offline voice, which is always there. `chosen` says a message if all of it is made before
    the tone ends; the two voices are never mixed in one message. `kept`: bytes of finished sentences in
    memory. `shelf` keeps the sentences of the chosen voice on the disk. `clips` are the site's own
    recordings, `recordings` those that came with warnings.
    """

    def __init__(
        self,
        voice: Voice,
        kept: int = KEPT,
        chosen: Voice | None = None,
        shelf: Shelf | None = None,
        clips: Clips | None = None,
        recordings: Recorded | None = None,
    ) -> None:
        self._voice = voice
        self._chosen = chosen
        self._sentences = Sentences(kept, self._reported, shelf)
        self._clips = clips
        self.speaks = True
        """Whether the offline voice said its last sentence."""
        self.chosen_speaks = True
        """Whether the chosen voice said its last message in time."""
        self._performing: set[asyncio.Task[None]] = set()
        self._sounds: WeakValueDictionary[Key, Sound] = WeakValueDictionary()
        self._recordings = recordings

    def text(self, script: Script, readings: int) -> str:
        """The words of a script for a unit that speaks by itself.

        No digit is left that the unit could misread, and no Chinese character that it may not know.
        """
        return typed(script, readings)

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        """The curve of a speaker, and the recording that comes first in its village, if there is one."""
        if self._clips is None or speaker.kind is Kind.DUTY:
            return Hearing(speaker.curve)
        return Hearing(speaker.curve, self._clips.first(script, speaker.region.code))

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        """Make and keep every sentence of a script, so that it sounds at once later.

        It never fails. A sentence that could not be made is tried again when the burst sounds.
        """
        try:
            for one in dict.fromkeys((script, script.again)):
                async with aclosing(self._reading(Key(one, 1, hearing), PATIENCE_S)) as pieces:
                    async for _ in pieces:
                        pass
        except Exception as error:  # `sound` tries again, and has a substitute
            log.warning("%r could not be made ready: %r", script.clip, error)

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float:
        """Seconds of the whole burst: exact for sentences that were made, else estimated from their
        characters."""
        first, later = self._length(script, hearing), self._length(script.again, hearing)
        more = max(1, readings) - 1
        pauses = 2 * LEAD_S + TAIL_S + more * READING_S
        return length([attention(script.tone)]) + pauses + first + more * later

    def _length(self, script: Script, hearing: Hearing) -> float:
        """Seconds of one reading."""
        reading = 0.0
        if self._recordings and script.recording:
            reading = self._recordings.seconds(script.recording)
        reading = reading or sum(map(self._seconds, script.sentences))
        if self._clips and (first := self._clips.seconds(hearing.first)):
            reading += first + READING_S
        return reading

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        """The whole burst as a sound that can start at once.

        The tone sounds while the words are being made, and the first words while the next are. The sound
        never fails and is never silent. Its `seconds` are those of `length`. All lines that play the same
        burst at the same time get the same sound, and so its work is done once.
        """
        key = Key(script, readings, hearing)
        if known := self._sounds.get(key):
            return known
        take = self._take(key)

        async def blocks() -> AsyncIterator[bytes]:
            for piece in _before(script):
                for block in _blocks(piece):
                    yield block
            async for piece in take:
                for block in _blocks(piece):
                    yield block

        sound = self._sounds[key] = Sound(RATE, blocks, self.length(script, readings, hearing))
        return sound

    async def speech(self, script: Script, readings: int, hearing: Hearing = Hearing(Curve.FLAT)) -> Speech:
        """The whole burst as bytes, when all of it is made, with its form."""
        take = self._take(Key(script, readings, hearing))
        return Speech(RATE, b"".join((*_before(script), *await take.whole())), take.form)

    async def plain(self, text: str) -> tuple[int, bytes]:
        """A text by the offline voice, without a tone: its rate and its PCM. Raises CannotSay."""
        return RATE, b"".join(await self._sentences.of(Wanted(self._voice, text, Curve.FLAT)).whole())

    async def rehearse(self, sentence: str, curve: Curve) -> bool:
        """Have the chosen voice say a sentence and keep it on the disk.

        Returns whether the voice had to be asked. Raises ShelfFull, and the errors of the voice.
        """
        if self._chosen is None:
            return False
        return await self._sentences.lay_in(Wanted(self._chosen, sentence, curve))

    def forget(self) -> None:
        """Drop all finished sentences, because a pronunciation has changed."""
        self._sentences.forget()
        self._sounds.clear()

    async def close(self) -> None:
        """End all sounds that are being made, and the voices. Tasks that wait for a sound are cancelled."""
        for task in self._performing:
            task.cancel()
        await asyncio.gather(*self._performing, return_exceptions=True)
        await self._sentences.close()
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    def _take(self, key: Key) -> Take:
        """The sound of a burst after its tone. A task begins to make it."""
        take = Take()
        performing = asyncio.create_task(self._perform(key, take), name="words")
        self._performing.add(performing)
        performing.add_done_callback(self._performing.discard)
        return take

    async def _perform(self, key: Key, take: Take) -> None:
        """Make every reading of a burst, and the substitute if the words failed.

        A sound with a substitute is not shared with later bursts: the voice may be back by then.
        """
        patience = min(PATIENCE_S, length([attention(key.script.tone)]) - SPARE_S)
        lost: Exception | None = None
        later, more = 0, key.readings - 1
        try:
            async with aclosing(self._reading(key, patience)) as pieces:
                async for piece in pieces:
                    take.add(piece)
            if more > 0 and key.script.short and take.items:
                take.add(silence(READING_S))
                later, more = len(take.items), more - 1
                async with aclosing(self._reading(key._replace(script=key.script.again), patience)) as pieces:
                    async for piece in pieces:
                        take.add(piece)
        except asyncio.CancelledError:
            take.end(asyncio.CancelledError())
            raise
        except Exception as error:  # any failure of the voice: the village is warned all the same
            log.error("no voice, a clip or the tone goes out: %r", error)
            lost = error
        reading = list(take.items)[later:]
        for _ in range(more if reading else 0):
            for piece in (silence(READING_S), *reading):
                take.add(piece)
        if lost:
            self._sounds.pop(key, None)
            take.form = Form.TONE
            for piece in ([silence(READING_S)] if take.items else []) + self._substitute(key.script):
                take.add(piece)
        take.add(silence(TAIL_S))
        take.end()

    async def _reading(self, key: Key, patience: float) -> AsyncGenerator[bytes]:
        """One reading, piece by piece. The chosen voice has `patience` seconds for all of it.

        The offline voice makes one sentence after the other. So a burst in a hurry waits for one sentence of
        a script that is being prepared, not for all of them.
        """
        for piece in self._first(key.hearing):
            yield piece
        if recorded := self._recorded(key.script):
            yield recorded
            return
        message = await self._by_chosen_voice(key, patience)
        for piece in message:
            yield piece
        if message:
            return
        async for piece in self._by_offline_voice(key):
            yield piece

    async def _by_offline_voice(self, key: Key) -> AsyncGenerator[bytes]:
        """One reading, sentence by sentence.

        If a sentence fails, the site's recording of it sounds, or else the next sentence: perhaps only this
        text cannot be said. A voice that hangs is not asked again. Raises the error if the last sentence or
        all of them failed.
        """
        loop = asyncio.get_running_loop()
        lost: Exception | None = CannotSay("nothing to say")
        hangs = False
        for sentence in key.script.sentences:
            asked, begun = loop.time(), False
            try:
                if hangs:
                    raise CannotSay("the voice hangs")
                async for piece in self._sentences.of(Wanted(self._voice, sentence, key.hearing.curve)):
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

    async def _by_chosen_voice(self, key: Key, patience: float) -> list[bytes]:
        """One reading by the chosen voice, whole or not at all.

        A sentence that comes late is kept for the next burst.
        """
        if not self._chosen or patience <= 0:
            return []
        curve = key.hearing.curve
        wanted = [self._sentences.of(Wanted(self._chosen, text, curve)) for text in key.script.sentences]
        try:
            async with asyncio.timeout(patience):
                sentences = await asyncio.gather(*(sentence.whole() for sentence in wanted))
            self.chosen_speaks = True
            return [piece for sentence in sentences for piece in sentence]
        except Exception as error:  # any failure of the chosen voice: the offline voice says it
            self.chosen_speaks = False
            log.warning("the chosen voice has not said it in time, ours does: %r", error)
            return []

    def _substitute(self, script: Script) -> list[bytes]:
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

    def _seconds(self, sentence: str) -> float:
        """The seconds of a sentence: measured if it was made, else estimated."""
        made = (self._sentences.seconds(voice, sentence) for voice in (self._chosen, self._voice) if voice)
        known = next((seconds for seconds in made if seconds is not None), None)
        return estimated(sentence) if known is None else known


@cache
def attention(name: ToneName) -> bytes:
    """The attention tone at its loudness, as PCM at RATE. NONE has no sound."""
    return octets(level(tone(name)))


def _before(script: Script) -> list[bytes]:
    """The sound before the words: silence, the tone, silence."""
    return [silence(LEAD_S), attention(script.tone), silence(LEAD_S)]


def _blocks(piece: bytes) -> Iterable[bytes]:
    return (piece[start : start + BLOCK] for start in range(0, len(piece), BLOCK))


async def open_voices(announcer: Announcer) -> Announcer:
    """The announcer, after its offline voice has started and its tones are made."""
    for name in ToneName:
        attention(name)
    try:
        await announcer.plain("预警广播")
    except Exception as error:  # without a voice clips and tones still sound
        log.critical("the offline voice does not speak; warnings will be tones: %s", error)
    return announcer
