"""Whole bursts of a script: the attention tone, each sentence with its pauses, read as often as the plan says, at one loudness.

Sentences are made one by one and kept: what two scripts share is made once, and what was made ready sounds at once.
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
from gateway.voice.sentences import SENTENCE_S, Sentences, Wanted, closed, length, reckoned, silence
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.finish import octets
from gateway.voice.sound.loudness import level
from gateway.voice.sound.shelf import Shelf
from gateway.voice.sound.tones import tone
from gateway.voice.text.spoken import spoken

log = logging.getLogger(__name__)

LEAD_S, TAIL_S = 0.3, 0.2
"""Silence before and after: amplifiers wake slowly and buffers end early. Our choice."""
READING_S = 1.2
"""Silence between readings: outdoors echoes need an end. Our choice."""
PATIENCE_S = 2.5
"""The chosen voice has so long for a message, and no longer than its tone lasts. Every failure of edge-tts that was tried ended within it."""
SPARE_S = 0.5
"""So long before the tone's end it must be there: our own voice takes some hundredths of a second. Our choice."""
HANGS_S = 1.0
"""A voice that fails after so long hangs: what it refuses and its death are known within some hundredths of a second. Our choice."""
ALONE = 3
"""How often what stands in for words follows itself. Our choice."""
ALONE_S = 60.0
"""And for how long at most, but once: whoever waits for the burst's end reckons with the words' length. Our choice."""
KEPT = 4_000_000
"""Bytes of finished sentences kept in memory: two minutes, what sounds with its lift and its correction; the next burst's are made in some hundredths of a
second. Our choice."""
BLOCK = 32000
"""Bytes a block of an opened sound: one second."""


class Take(Growing[bytes]):
    """What comes after the tone, in pieces that are shared with whoever else says the same sentence."""

    form = Form.VOICE


class Key(NamedTuple):
    """What a burst is."""

    script: Script
    readings: int
    hearing: Hearing


class Recorded(Protocol):
    """Sound that came with warnings, by the name that a script gives it."""

    def get(self, name: str) -> bytes | None:
        """PCM at RATE; None where it is not ready."""
        ...

    def seconds(self, name: str) -> float:
        """How long it is; 0 where it is not ready. This is asked for every speaker, so it must not wait for the disk."""
        ...


class Announcer:
    """The delivery's Voices. `voice` is always there; `chosen` says a message where it has all of it before the tone ends, and then the whole of it.
    `kept`: bytes of finished sentences in memory; `shelf` keeps on the disk what the chosen voice said; `clips` are the site's own
    recordings, `recordings` the sound that came with warnings."""

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
        self._sentences = Sentences(kept, self._told, shelf)
        self._clips = clips
        self.speaks = True
        """Whether the voice that is always there spoke when it was last asked."""
        self.chosen_speaks = True
        """Whether the chosen one said its last message in time."""
        self._performing: set[asyncio.Task[None]] = set()
        self._sounds: WeakValueDictionary[Key, Sound] = WeakValueDictionary()
        self._recordings = recordings

    def text(self, script: Script, readings: int) -> str:
        """Words for a chip that speaks: no digit is left that it could misread."""
        words = (spoken(sentence).words for sentence in script.sentences)
        return "".join(closed(said) for said in words if said) * readings

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        """How these words are made for that speaker: in its village a recording may come first, and its loudspeaker has a curve."""
        if self._clips is None or speaker.kind is Kind.DUTY:
            return Hearing(speaker.curve)
        return Hearing(speaker.curve, self._clips.first(script, speaker.region.code))

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        """Has every sentence of the script made and kept, for the time when it is wanted in a hurry. Never fails: then it is made when wanted."""
        try:
            async with aclosing(self._reading(Key(script, 1, hearing), PATIENCE_S)) as pieces:
                async for _ in pieces:
                    pass
        except Exception as error:  # sound() will fall back
            log.warning("%r could not be made ready: %r", script.clip, error)

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float:
        """Seconds of the whole burst: exact for sentences that were made, else reckoned from their characters."""
        reading = 0.0
        if self._recordings and script.recording:
            reading = self._recordings.seconds(script.recording)
        reading = reading or sum(map(self._seconds, script.sentences))
        if self._clips and (first := self._clips.seconds(hearing.first)):
            reading += first + READING_S
        pauses = 2 * LEAD_S + TAIL_S + (max(1, readings) - 1) * READING_S
        return length([attention(script.tone)]) + pauses + max(1, readings) * reading

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        """The whole burst, at once: its attention tone leaves while the words are still being made, and the first words while the next are. Never
        fails and never is silent. Its `seconds` are `length`'s. While one sounds, whoever asks for the same is given the same: lines share
        their work."""
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
        """The same, when all of it is made, as bytes, with the form it took."""
        take = self._take(Key(script, readings, hearing))
        return Speech(RATE, b"".join((*_before(script), *await take.whole())), take.form)

    async def plain(self, text: str) -> tuple[int, bytes]:
        """Rate and PCM of a text without tone. Raises CannotSay."""
        return RATE, b"".join(await self._sentences.of(Wanted(self._voice, text, Curve.FLAT)).whole())

    async def rehearse(self, sentence: str, curve: Curve) -> bool:
        """Have the chosen voice say it and keep that on the disk. Whether it had to be asked. Raises what goes wrong with it."""
        if self._chosen is None:
            return False
        return await self._sentences.lay_in(Wanted(self._chosen, sentence, curve))

    def forget(self) -> None:
        """What was made is made anew when it is wanted again: names are said otherwise now."""
        self._sentences.forget()
        self._sounds.clear()

    async def close(self) -> None:
        """Ends what is being made; those who wait for it are cancelled."""
        for task in self._performing:
            task.cancel()
        await asyncio.gather(*self._performing, return_exceptions=True)
        await self._sentences.close()
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    def _take(self, key: Key) -> Take:
        take = Take()
        performing = asyncio.create_task(self._perform(key, take), name="words")
        self._performing.add(performing)
        performing.add_done_callback(self._performing.discard)
        return take

    async def _perform(self, key: Key, take: Take) -> None:
        """Every reading of what can be said, and what stands in where the end of it cannot. Nobody else is given what no voice said: it may be back."""
        patience = min(PATIENCE_S, length([attention(key.script.tone)]) - SPARE_S)
        lost: Exception | None = None
        try:
            async with aclosing(self._reading(key, patience)) as pieces:
                async for piece in pieces:
                    take.add(piece)
        except asyncio.CancelledError:
            take.end(asyncio.CancelledError())
            raise
        except Exception as error:  # whatever is wrong with the voice, the village is warned
            log.error("no voice, a clip or the tone goes out: %r", error)
            lost = error
        once = list(take.items)
        for _ in range(key.readings - 1 if once else 0):
            for piece in (silence(READING_S), *once):
                take.add(piece)
        if lost:
            self._sounds.pop(key, None)
            take.form = Form.TONE
            for piece in ([silence(READING_S)] if once else []) + self._standing_in(key.script):
                take.add(piece)
        take.add(silence(TAIL_S))
        take.end()

    async def _reading(self, key: Key, patience: float) -> AsyncGenerator[bytes]:
        """One after the other: what is wanted at once waits for one sentence of what is made ready, not for all of it. The chosen voice has
        `patience` seconds for the whole."""
        for piece in self._first(key.hearing):
            yield piece
        if recorded := self._recorded(key.script):
            yield recorded
            return
        said = await self._by_choice(key, patience)
        for piece in said:
            yield piece
        if said:
            return
        async for piece in self._by_ours(key):
            yield piece

    async def _by_ours(self, key: Key) -> AsyncGenerator[bytes]:
        """Sentence by sentence. For one that fails a recording of it goes on, and without one the next: it may be its text that cannot be said. A voice
        that hangs is not waited for again. Raises what was wrong where all is lost, or the end."""
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
            except Exception as error:  # whatever is wrong with the voice, what else there is goes on for it
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

    async def _by_choice(self, key: Key, patience: float) -> list[bytes]:
        """All of the script by the chosen voice, or nothing: voices are not mixed. What is late goes on and is there for the next burst."""
        if not self._chosen or patience <= 0:
            return []
        wanted = [
            self._sentences.of(Wanted(self._chosen, one, key.hearing.curve)) for one in key.script.sentences
        ]
        try:
            async with asyncio.timeout(patience):
                said = await asyncio.gather(*(sentence.whole() for sentence in wanted))
            self.chosen_speaks = True
            return [piece for sentence in said for piece in sentence]
        except Exception as error:  # whatever is wrong there, our own voice says it
            self.chosen_speaks = False
            log.warning("the chosen voice has not said it in time, ours does: %r", error)
            return []

    def _standing_in(self, script: Script) -> list[bytes]:
        """In place of words: the site's own clip of this meaning, else the tone."""
        once = self._clip(script.clip) or attention(script.tone) or attention(ToneName.CHIME)
        times = min(ALONE, max(1, int(ALONE_S / length([once]))))
        return [once, *[silence(READING_S), once] * (times - 1)]

    def _first(self, hearing: Hearing) -> list[bytes]:
        """What is heard before the words, and a pause."""
        recorded = self._clip(hearing.first) if hearing.first else None
        return [recorded, silence(READING_S)] if recorded else []

    def _clip(self, name: str) -> bytes | None:
        return self._clips.get(name) if self._clips else None

    def _recorded(self, script: Script) -> bytes | None:
        """What came with the warning, in place of our own voice."""
        return self._recordings.get(script.recording) if self._recordings and script.recording else None

    def _told(self, voice: Voice, spoke: bool) -> None:
        if voice is self._voice:
            self.speaks = spoke

    def _seconds(self, sentence: str) -> float:
        made = (self._sentences.seconds(voice, sentence) for voice in (self._chosen, self._voice) if voice)
        known = next((seconds for seconds in made if seconds is not None), None)
        return reckoned(sentence) if known is None else known


@cache
def attention(name: ToneName) -> bytes:
    """The attention tone at its loudness; empty for NONE."""
    return octets(level(tone(name)))


def _before(script: Script) -> list[bytes]:
    """What comes before the words."""
    return [silence(LEAD_S), attention(script.tone), silence(LEAD_S)]


def _blocks(piece: bytes) -> Iterable[bytes]:
    return (piece[start : start + BLOCK] for start in range(0, len(piece), BLOCK))


async def open_voices(announcer: Announcer) -> Announcer:
    """The announcer with its offline voice's worker started and warm, and its tones made."""
    for name in ToneName:
        attention(name)
    try:
        await announcer.plain("预警广播")
    except Exception as error:  # without a voice there are clips, tones and a daemon that stops them
        log.critical("the offline voice does not speak; warnings will be tones: %s", error)
    return announcer
