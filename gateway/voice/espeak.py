"""The offline voice: espeak-ng in its own process, fed phonemes only, started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import re
import struct
import sys
from contextlib import suppress
from math import gcd
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drivers.sound import Samples, pcm, samples
from gateway.voice import RATE, CannotSay
from gateway.voice.lexicon import OURS, Lexicon
from gateway.voice.phonemes import NotASyllable, phonemes
from gateway.voice.pinyin import syllables
from gateway.voice.slices import Slices, gently

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("espeak_worker.py")
DEADLINE_S = 5.0
"""Longest wait for one sentence; it takes some ten milliseconds. Our choice."""

HEAD, LENGTH = struct.Struct(">IHHHH"), struct.Struct(">I")
"""As espeak_worker.py describes them."""
WORKER_GONE = (OSError, asyncio.IncompleteReadError, TimeoutError)


class Settings(NamedTuple):
    """espeak-ng's own scales. These were measured: 173-186 characters a minute, the tones' pitch twice as far apart as by default, no clipping."""

    rate: int = 145
    pitch: int = 60
    range: int = 85
    volume: int = 60


INNER, MARGIN = 128, 8
"""A slice and what it hears on either side, in blocks of both rates' shared time (20 ms): 2.6 s, some three milliseconds. Their sum has small
prime factors, so that it transforms fast. Our choice."""
PASS, STOP = 0.92, 0.98
"""Shares of the half band where the slope begins and ends. Our choice: espeak-ng says nothing above 7.4 kHz that a horn could carry."""

PAUSES = "，。！？；：、"


SPELT = 3
"""An abbreviation of so many capitals in a Chinese text is spelt (AED, GPS); what is longer, or stands in a text without Chinese, is a word. Our choice."""
_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")


def mnemonics(words: str, lexicon: Lexicon = OURS) -> str:
    """What espeak-ng gets: runs of phonemes, punctuation between them; Latin words as they stand, which its Mandarin voice reads as English."""
    pieces: list[str] = []
    start = 0
    for latin in _LATIN.finditer(words):
        pieces += _syllabic(words[start : latin.start()], lexicon)
        pieces.append(_spelt(latin[0]) if _HAN.search(words) else latin[0])
        start = latin.end()
    return " ".join((*pieces, *_syllabic(words[start:], lexicon)))


def _syllabic(words: str, lexicon: Lexicon) -> list[str]:
    pieces: list[str] = []
    run: list[str] = []

    def close() -> None:
        if run:
            pieces.append("[[" + "".join(run) + "]]")
            run.clear()

    for syllable in syllables(words, lexicon):
        try:
            run.append(phonemes(syllable))
        except NotASyllable:
            close()
            if syllable in PAUSES:
                pieces.append(syllable)
            elif not syllable.isspace():
                log.warning("no reading is known of %r, it is left out", syllable)
    close()
    return pieces


def _spelt(latin: str) -> str:
    """A is the letter, never the article."""
    if not (latin.isupper() and len(latin) <= SPELT):
        return latin
    return " ".join("ay" if letter == "A" and len(latin) > 1 else letter for letter in latin)


def resampling(sound: Samples, before: int) -> Slices[Samples]:
    """A whole sentence at RATE, in slices, by Fourier transform: many times faster than drivers.sound.resample, which serves sounds of unknown
    end. Each slice hears a faded margin on both sides, so that its edges do not ring."""
    shared = gcd(before, RATE)
    down, up = before // shared, RATE // shared
    size, length = (INNER + 2 * MARGIN) * down, -(-len(sound) * up // down)
    fade = np.minimum(1, np.minimum(np.arange(size) + 1, size - np.arange(size)) / (MARGIN * down / 2))
    padded = np.pad(sound.astype(np.float64), (MARGIN * down, (INNER + MARGIN) * down))
    made: list[Samples] = []
    for start in range(0, max(1, len(sound)), INNER * down):
        spectrum = np.fft.rfft(padded[start : start + size] * fade, size)
        bins = (INNER + 2 * MARGIN) * up // 2 + 1
        half = (INNER + 2 * MARGIN) * min(down, up) / 2
        slope = np.clip((STOP - np.arange(bins) / half) / (STOP - PASS), 0, 1)
        spectrum = np.pad(spectrum, (0, max(0, bins - len(spectrum))))[:bins] * slope
        whole = np.fft.irfft(spectrum, (INNER + 2 * MARGIN) * up) * (up / down)
        inner = whole[MARGIN * up : (MARGIN + INNER) * up]
        made.append(np.clip(np.rint(inner), -32768, 32767).astype(np.int16))
        yield
    return np.concatenate(made)[:length]


class EspeakVoice:
    """A Voice. One sentence at a time goes to the worker; a worker that dies or hangs is replaced for the next."""

    def __init__(
        self, settings: Settings = Settings(), deadline: float = DEADLINE_S, lexicon: Lexicon = OURS
    ) -> None:
        self._settings = settings
        self.lexicon = lexicon
        """How names are said; it may be changed at any time."""
        self._deadline = deadline
        self._worker: asyncio.subprocess.Process | None = None
        self._rate = 0
        self._turn = asyncio.Lock()

    async def say(self, words: str) -> bytes:
        request = mnemonics(words, self.lexicon)
        if not any(character.isalpha() for character in request):
            raise CannotSay(f"nothing in {words!r} can be said")
        async with self._turn:
            raw = await self._asked_twice(request.encode())
        if not raw:
            raise CannotSay("espeak-ng made no sound")
        return pcm(await gently(resampling(samples(raw), self._rate)))

    async def _asked_twice(self, request: bytes) -> bytes:
        try:
            return await self._ask(request)
        except WORKER_GONE as error:
            log.warning("the voice worker is replaced: %r", error)
        try:
            return await self._ask(request)
        except WORKER_GONE as error:
            raise CannotSay(f"espeak-ng: {error!r}") from error

    async def _ask(self, request: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._deadline):
                worker = self._worker or await self._start()
                assert worker.stdin
                assert worker.stdout
                worker.stdin.write(HEAD.pack(len(request), *self._settings) + request)
                await worker.stdin.drain()
                heard = bytearray()
                while length := LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))[0]:
                    heard += await worker.stdout.readexactly(length)
                return bytes(heard)
        except BaseException:
            # Whatever broke the exchange, a cancel included: its late answer must never pass for the next sentence's.
            await self._bury()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(WORKER)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C on the terminal is ours to answer; the worker ends with its pipe
        )
        assert worker.stdout
        self._worker = worker
        (self._rate,) = LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))
        return worker

    async def _bury(self) -> None:
        worker, self._worker = self._worker, None
        if worker and worker.returncode is None:
            with suppress(ProcessLookupError):
                worker.kill()
            # Not wait(): it never returns while unread sound blocks the pipe.
            await worker.communicate()

    async def close(self) -> None:
        async with self._turn:
            await self._bury()
