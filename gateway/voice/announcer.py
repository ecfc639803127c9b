"""Whole bursts of a script: the attention tone, each sentence with its pauses, read as often as the plan says, at one loudness."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator

import numpy as np

from drivers import Sound
from drivers.sound import pcm, samples
from gateway.model.plan import Script, ToneName
from gateway.voice import RATE, CannotSay, Form, Speech, Voice
from gateway.voice.espeak import EspeakVoice
from gateway.voice.loudness import Signal, level
from gateway.voice.spoken import spoken
from gateway.voice.tones import tone

log = logging.getLogger(__name__)

_SENTENCE = re.compile(r"[^。！？]+[。！？]?")

DEADLINE_S = 10.0
"""Longest wait for all sentences of a script before the tone goes out alone. Synthesis takes a tenth of a second. Our choice."""
LEAD_S, TAIL_S = 0.3, 0.2
"""Silence before and after: amplifiers wake slowly and buffers end early. Our choice."""
SENTENCE_S, READING_S = 0.3, 1.2
"""Silence after a sentence (beyond the voice's own) and between readings: outdoors echoes need an end. Our choice."""
ALONE = 3
"""How often the tone follows itself where the voice is missing. Our choice."""
KEPT = 32
"""Finished bursts kept in memory, about 2 MB each. Our choice."""
BLOCK = 32000
"""Bytes a block of an opened sound: one second."""


class Announcer:
    """The delivery's Voices. Finished sounds are kept by content; who asks for the same at once shares one synthesis."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._made: OrderedDict[str, asyncio.Task[Speech]] = OrderedDict()
        self.speaks = True
        """Whether the voice spoke when it was last asked."""

    def text(self, script: Script, readings: int) -> str:
        """Words for a chip that speaks: no digit is left that it could misread."""
        words = (spoken(sentence).words for sentence in script.sentences)
        return "".join(_closed(said) for said in words if said) * readings

    async def sound(self, script: Script, readings: int) -> Sound:
        """The whole burst. Never fails and never is silent: without a voice it is the tone."""
        burst = (await self.speech(script, readings)).pcm

        async def blocks() -> AsyncIterator[bytes]:
            for start in range(0, len(burst), BLOCK):
                yield burst[start : start + BLOCK]

        return Sound(RATE, blocks, len(burst) / 2 / RATE)

    async def speech(self, script: Script, readings: int) -> Speech:
        """The same, as bytes, with the form it took."""
        key = hashlib.sha256(repr((script, readings)).encode()).hexdigest()
        task = self._made.get(key)
        if task is None or _spoilt(task):
            task = self._made[key] = asyncio.create_task(self._make(script, readings), name="speech")
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return await asyncio.shield(task)

    async def prepare(self, script: Script, readings: int) -> None:
        """Make it beforehand."""
        await self.speech(script, readings)

    def length(self, script: Script, readings: int) -> float | None:
        """Four characters a second and the pauses."""
        return readings * (len(script.text) / 4 + 3)

    async def plain(self, text: str) -> tuple[int, bytes]:
        """Rate and PCM of a text without tone. Raises CannotSay."""
        self.speaks = False
        signal = await self._reading((text,))
        self.speaks = True
        return RATE, _pcm(level(signal))

    async def close(self) -> None:
        """Ends what is being made; those who wait for it are cancelled."""
        for task in self._made.values():
            task.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)
        await self._voice.close()

    async def _make(self, script: Script, readings: int) -> Speech:
        attention = level(tone(script.tone))
        try:
            async with asyncio.timeout(DEADLINE_S):
                reading = level(await self._reading(script.sentences))
        except Exception as error:  # whatever is wrong with the voice, the village is warned
            log.error("no voice, the tone goes out alone: %r", error)
            self.speaks = False
            alone = attention if len(attention) else level(last_resort())
            return Speech(RATE, _pcm(_burst(attention, [alone] * ALONE)), Form.TONE)
        self.speaks = True
        return Speech(RATE, _pcm(_burst(attention, [reading] * max(1, readings))), Form.VOICE)

    async def _reading(self, sentences: tuple[str, ...]) -> Signal:
        parts: list[Signal] = []
        for sentence in sentences:
            words = spoken(sentence)
            if words.notes:
                log.warning("spelt out in %r: %s", sentence, words.notes)
            for clause in _SENTENCE.findall(words.words):
                said = samples(await self._voice.say(_closed(clause)))
                parts += [said.astype(np.float64) / 32768, _silence(SENTENCE_S)]
        if not parts:
            raise CannotSay("nothing to say")
        return np.concatenate(parts)


def _burst(attention: Signal, readings: list[Signal]) -> Signal:
    parts = [_silence(LEAD_S), attention, _silence(LEAD_S), readings[0]]
    for reading in readings[1:]:
        parts += [_silence(READING_S), reading]
    return np.concatenate([*parts, _silence(TAIL_S)])


def last_resort() -> Signal:
    """What sounds where a script without a tone has lost its voice."""
    return tone(ToneName.CHIME)


def _spoilt(task: asyncio.Task[Speech]) -> bool:
    """A tone is not kept: the voice may be back."""
    return task.done() and (
        task.cancelled() or task.exception() is not None or task.result().form is Form.TONE
    )


def _pcm(signal: Signal) -> bytes:
    return pcm(np.rint(np.clip(signal, -1, 1) * 32767).astype(np.int16))


def _closed(words: str) -> str:
    return words if words.endswith(("。", "！", "？")) else words.rstrip("，、；：") + "。"


def _silence(seconds: float) -> Signal:
    return np.zeros(int(seconds * RATE))


async def open_voices() -> Announcer:
    """The announcer with the offline voice; its worker is started and warm."""
    announcer = Announcer(EspeakVoice())
    try:
        await announcer.plain("预警广播")
    except CannotSay as error:
        log.critical("the offline voice does not speak; warnings will be tones: %s", error)
    return announcer
