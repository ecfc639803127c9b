"""Whole bursts of a script: the attention tone, each sentence with its pauses, read as often as the plan says, at one loudness.

Sentences are made one by one and kept: what two scripts share is made once, and what was made ready sounds at once.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from functools import cache
from weakref import WeakValueDictionary

import numpy as np

from drivers import Sound
from drivers.sound import pcm, samples
from gateway.model.plan import Script, ToneName
from gateway.voice import RATE, CannotSay, Form, Speech, Voice
from gateway.voice.espeak import EspeakVoice
from gateway.voice.loudness import Signal, level, levelling
from gateway.voice.slices import gently
from gateway.voice.spoken import spoken
from gateway.voice.tones import tone

log = logging.getLogger(__name__)

_CLAUSE = re.compile(r"[^。！？]+[。！？]?")

DEADLINE_S = 10.0
"""Longest wait for all sentences of a script before the tone goes out alone. Synthesis takes a tenth of a second. Our choice."""
LEAD_S, TAIL_S = 0.3, 0.2
"""Silence before and after: amplifiers wake slowly and buffers end early. Our choice."""
SENTENCE_S, READING_S = 0.3, 1.2
"""Silence after a sentence (beyond the voice's own) and between readings: outdoors echoes need an end. Our choice."""
PATIENCE_S = 2.5
"""The chosen voice has so long for a message, and no longer than its tone lasts. Every failure of edge-tts that was tried ended within it."""
SPARE_S = 0.5
"""So long before the tone's end it must be there: our own voice takes some hundredths of a second. Our choice."""
ALONE = 3
"""How often the tone follows itself where the voice is missing. Our choice."""
CHARACTERS_S = 3.0
"""Characters a second, pauses within a sentence included: 173-186 a minute were measured at the voice's settings."""
KEPT = 20_000_000
"""Bytes of finished sentences kept in memory: ten minutes, a day's warnings with their lifts and corrections. Our choice."""
BLOCK = 32000
"""Bytes a block of an opened sound: one second."""


class Announcer:
    """The delivery's Voices. Who asks for the same sentence at once shares one synthesis. `voice` is always there; `chosen` says a message where it
    has all of it before the tone ends, and then the whole of it. `kept`: bytes of finished sentences in memory."""

    def __init__(self, voice: Voice, kept: int = KEPT, chosen: Voice | None = None) -> None:
        self._voice = voice
        self._chosen = chosen
        self._kept = kept
        self._sentences: OrderedDict[tuple[Voice, str], asyncio.Task[bytes]] = OrderedDict()
        self.speaks = True
        """Whether the voice that is always there spoke when it was last asked."""
        self.chosen_speaks = True
        """Whether the chosen one said its last message in time."""
        self._making: set[asyncio.Task[tuple[list[bytes], Form]]] = set()
        self._sounds: WeakValueDictionary[tuple[Script, int], Sound] = WeakValueDictionary()
        self.recordings: Callable[[str], bytes | None] = lambda name: None
        """Official recordings by name, as PCM at RATE; None where one is not ready."""

    def text(self, script: Script, readings: int) -> str:
        """Words for a chip that speaks: no digit is left that it could misread."""
        words = (spoken(sentence).words for sentence in script.sentences)
        return "".join(_closed(said) for said in words if said) * readings

    async def prepare(self, script: Script, readings: int) -> None:
        """Has every sentence of the script made and kept, for the time when it is wanted in a hurry. Never fails: then it is made when wanted."""
        try:
            await self._reading(script, PATIENCE_S)
        except Exception as error:  # sound() will fall back to the tone
            log.warning("%r could not be made ready: %r", script.clip, error)

    def length(self, script: Script, readings: int) -> float:
        """Seconds of the whole burst: exact for sentences that were made, else reckoned from their characters."""
        recorded = self._recorded(script)
        reading = _length(recorded) if recorded else sum(map(self._sentence_length, script.sentences))
        pauses = 2 * LEAD_S + TAIL_S + (max(1, readings) - 1) * READING_S
        return _length(attention(script.tone)) + pauses + max(1, readings) * reading

    def sound(self, script: Script, readings: int) -> Sound:
        """The whole burst, at once: its attention tone leaves while the words are still being made. Never fails and never is silent: without a
        voice it is the tone. Its `seconds` are `length`'s. While one sounds, whoever asks for the same is given the same: lines share their work."""
        if known := self._sounds.get((script, readings)):
            return known
        making = asyncio.create_task(self._after(script, readings), name="words")
        self._making.add(making)
        making.add_done_callback(lambda done: self._made_all((script, readings), done))

        async def blocks() -> AsyncIterator[bytes]:
            for block in _blocks(_before(script)):
                yield block
            after, _ = await asyncio.shield(making)
            for block in _blocks(after):
                yield block

        sound = self._sounds[script, readings] = Sound(RATE, blocks, self.length(script, readings))
        return sound

    def _made_all(self, key: tuple[Script, int], making: asyncio.Task[tuple[list[bytes], Form]]) -> None:
        """What is the tone alone is given to nobody else: the voice may be back."""
        self._making.discard(making)
        if making.cancelled() or making.exception() or making.result()[1] is Form.TONE:
            self._sounds.pop(key, None)

    async def speech(self, script: Script, readings: int) -> Speech:
        """The same, when all of it is made, as bytes, with the form it took."""
        after, form = await self._after(script, readings)
        return Speech(RATE, b"".join((*_before(script), *after)), form)

    async def plain(self, text: str) -> tuple[int, bytes]:
        """Rate and PCM of a text without tone. Raises CannotSay."""
        return RATE, await self._sentence(text, self._voice)

    def forget(self) -> None:
        """What was made is made anew when it is wanted again: names are said otherwise now."""
        for key in [key for key in self._sentences if self._made(*key)]:
            del self._sentences[key]

    async def close(self) -> None:
        """Ends what is being made; those who wait for it are cancelled."""
        tasks = [*self._making, *self._sentences.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    async def _after(self, script: Script, readings: int) -> tuple[list[bytes], Form]:
        """What comes after the tone, in pieces: however many lines say it, each sentence is in memory once."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                reading = await self._reading(
                    script, min(PATIENCE_S, _length(attention(script.tone)) - SPARE_S)
                )
                times, form = readings, Form.VOICE
        except Exception as error:  # whatever is wrong with the voice, the village is warned
            log.error("no voice, the tone goes out alone: %r", error)
            reading, times = [attention(script.tone) or attention(ToneName.CHIME)], ALONE
            form = Form.TONE
        again = [_silence(READING_S), *reading] * (max(1, times) - 1)
        return [*reading, *again, _silence(TAIL_S)], form

    async def _reading(self, script: Script, patience: float) -> list[bytes]:
        """One after the other: what is wanted at once waits for one sentence of what is made ready, not for all of it. The chosen voice has
        `patience` seconds for the whole."""
        if recorded := self._recorded(script):
            return [recorded]
        parts = await self._by_choice(script, patience)
        parts = parts or [await self._sentence(sentence, self._voice) for sentence in script.sentences]
        if not any(parts):
            raise CannotSay("nothing to say")
        return parts

    async def _by_choice(self, script: Script, patience: float) -> list[bytes]:
        """All of the script by the chosen voice, or nothing: voices are not mixed. What is late goes on and is there for the next burst."""
        if not self._chosen or patience <= 0:
            return []
        wanted = [self._sentence(sentence, self._chosen) for sentence in script.sentences]
        try:
            async with asyncio.timeout(patience):
                said = await asyncio.gather(*wanted)
            self.chosen_speaks = True
            return said
        except Exception as error:  # whatever is wrong there, our own voice says it
            self.chosen_speaks = False
            log.warning("the chosen voice has not said it in time, ours does: %r", error)
            return []

    def _recorded(self, script: Script) -> bytes | None:
        """What came with the warning, in place of our own voice."""
        return self.recordings(script.recording) if script.recording else None

    async def _sentence(self, sentence: str, voice: Voice) -> bytes:
        key = voice, sentence
        task = self._sentences.get(key)
        if task is None:
            task = self._sentences[key] = asyncio.create_task(self._make(sentence, voice), name="sentence")
            task.add_done_callback(lambda done: self._finished(key, done))
        self._sentences.move_to_end(key)
        return await asyncio.shield(task)

    def _finished(self, key: tuple[Voice, str], task: asyncio.Task[bytes]) -> None:
        """Failures are forgotten, the voice may be back; the oldest sentences go when there are too many."""
        made = not task.cancelled() and task.exception() is None
        if key[0] is self._voice:
            self.speaks = made
        if not made:
            self._sentences.pop(key, None)
            return
        kept = [(old, len(one.result())) for old, one in self._sentences.items() if self._made(*old)]
        spare = sum(size for _, size in kept) - self._kept
        for old, size in kept:
            if spare <= 0:
                break
            del self._sentences[old]
            spare -= size

    async def _make(self, sentence: str, voice: Voice) -> bytes:
        words = spoken(sentence)
        if words.notes:
            log.warning("spelt out in %r: %s", sentence, words.notes)
        parts: list[Signal] = []
        async with asyncio.timeout(DEADLINE_S):
            for clause in _CLAUSE.findall(words.words):
                said = samples(await voice.say(_closed(clause)))
                parts += [said.astype(np.float64) / 32768, np.zeros(int(SENTENCE_S * RATE))]
        return _pcm(await gently(levelling(np.concatenate(parts)))) if parts else b""

    def _made(self, voice: Voice, sentence: str) -> bool:
        task = self._sentences.get((voice, sentence))
        return task is not None and task.done() and not task.cancelled() and task.exception() is None

    def _sentence_length(self, sentence: str) -> float:
        for voice in (self._chosen, self._voice):
            if voice and self._made(voice, sentence):
                return _length(self._sentences[voice, sentence].result())
        words = spoken(sentence).words
        return len(words) / CHARACTERS_S + SENTENCE_S * len(_CLAUSE.findall(words))


@cache
def attention(name: ToneName) -> bytes:
    """The attention tone at its loudness; empty for NONE."""
    return _pcm(level(tone(name)))


def _before(script: Script) -> list[bytes]:
    """What comes before the words."""
    return [_silence(LEAD_S), attention(script.tone), _silence(LEAD_S)]


def _blocks(pieces: Iterable[bytes]) -> Iterable[bytes]:
    return (piece[start : start + BLOCK] for piece in pieces for start in range(0, len(piece), BLOCK))


def _length(burst: bytes) -> float:
    return len(burst) / 2 / RATE


def _pcm(signal: Signal) -> bytes:
    return pcm(np.rint(np.clip(signal, -1, 1) * 32767).astype(np.int16))


def _closed(words: str) -> str:
    return words if words.endswith(("。", "！", "？")) else words.rstrip("，、；：") + "。"


@cache
def _silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


async def open_voices(voice: Voice | None = None, chosen: Voice | None = None) -> Announcer:
    """The announcer with the offline voice; its worker is started and warm, its tones are made."""
    announcer = Announcer(voice or EspeakVoice(), chosen=chosen)
    for name in ToneName:
        attention(name)
    try:
        await announcer.plain("预警广播")
    except CannotSay as error:
        log.critical("the offline voice does not speak; warnings will be tones: %s", error)
    return announcer
