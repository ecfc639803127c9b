"""The offline voice: espeak-ng in its own process, fed phonemes only, started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import struct
import sys
from math import gcd
from pathlib import Path

import numpy as np

from drivers.sound import Samples, pcm, samples
from gateway.voice import RATE, CannotSay
from gateway.voice.phonemes import NotASyllable, phonemes
from gateway.voice.pinyin import syllables

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("espeak_worker.py")
DEADLINE_S = 5.0
"""Longest wait for one sentence; it takes some ten milliseconds. Our choice."""

PAD = 2048
"""Samples of silence behind a sentence before it is transformed. Our choice."""
SMOOTH = 64
"""Blocks come in this multiple: a size of small prime factors. Our choice."""
PASS = 0.95
"""Share of the half band that is kept. Our choice: espeak-ng says nothing above 7.5 kHz that a horn could carry."""

PAUSES = "，。！？；：、"


def mnemonics(words: str) -> str:
    """What espeak-ng gets: runs of phonemes, punctuation between them, Latin letters as letters."""
    pieces: list[str] = []
    run: list[str] = []

    def close() -> None:
        if run:
            pieces.append("[[" + "".join(run) + "]]")
            run.clear()

    for syllable in syllables(words):
        try:
            run.append(phonemes(syllable))
        except NotASyllable:
            close()
            if syllable in PAUSES:
                pieces.append(syllable)
            elif syllable.isascii() and syllable.isalpha():
                pieces.append(f" {syllable.upper()} ")
            elif not syllable.isspace():
                log.info("%r cannot be said and is left out", syllable)
    close()
    return " ".join(pieces)


def at_rate(sound: Samples, before: int) -> Samples:
    """A whole sentence at RATE, by Fourier transform: twenty times faster than drivers.sound.resample, which serves sounds of unknown end.

    Padded with silence, so that its end does not run into its beginning, to a size that transforms fast.
    """
    shared = gcd(before, RATE)
    down, up = before // shared, RATE // shared
    blocks = -(-(len(sound) + PAD) // (down * SMOOTH)) * SMOOTH
    spectrum = np.fft.rfft(sound.astype(np.float64), blocks * down)
    spectrum[int(min(blocks * down, blocks * up) / 2 * PASS) :] = 0
    made = np.fft.irfft(spectrum[: blocks * up // 2 + 1], blocks * up) * (up / down)
    rounded: Samples = np.clip(np.rint(made[: len(sound) * up // down]), -32768, 32767).astype(np.int16)
    return rounded


class EspeakVoice:
    """A Voice. One sentence at a time goes to the worker; a worker that dies or hangs is replaced for the next."""

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._rate = 0
        self._turn = asyncio.Lock()

    async def say(self, words: str) -> bytes:
        request = mnemonics(words).encode()
        async with self._turn:
            for attempt in (1, 2):
                try:
                    async with asyncio.timeout(DEADLINE_S):
                        raw = await self._ask(request)
                    break
                except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                    await self._bury()
                    if attempt == 2:
                        raise CannotSay(f"espeak-ng: {error!r}") from error
        if not raw:
            raise CannotSay("espeak-ng made no sound")
        return pcm(at_rate(samples(raw), self._rate))

    async def _ask(self, request: bytes) -> bytes:
        worker = self._worker or await self._start()
        assert worker.stdin
        assert worker.stdout
        worker.stdin.write(struct.pack(">I", len(request)) + request)
        await worker.stdin.drain()
        (length,) = struct.unpack(">I", await worker.stdout.readexactly(4))
        return await worker.stdout.readexactly(length)

    async def _start(self) -> asyncio.subprocess.Process:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(WORKER)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C on the terminal is ours to answer; the worker ends with its pipe
        )
        assert worker.stdout
        self._worker = worker
        (self._rate,) = struct.unpack(">I", await worker.stdout.readexactly(4))
        return worker

    async def _bury(self) -> None:
        worker, self._worker = self._worker, None
        if worker and worker.returncode is None:
            worker.kill()
            await worker.wait()

    async def close(self) -> None:
        async with self._turn:
            await self._bury()
