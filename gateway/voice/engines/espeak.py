"""The offline voice: espeak-ng in its own process, fed phonemes only, started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import re
import struct
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drivers.sound import samples
from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.mandarin.phonemes import NotASyllable, phonemes
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.sound.finish import Finish, octets
from gateway.voice.sound.resampling import Resampling

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("espeak_worker.py")
DEADLINE_S = 5.0
"""Longest wait for the next of a sentence; all of it takes some ten milliseconds. Our choice."""

HEAD, LENGTH = struct.Struct(">IHHHH"), struct.Struct(">I")
"""As espeak_worker.py describes them."""
MOST = 1 << 16
"""Bytes taken from the worker at once: what its pipe holds."""
WORKER_GONE = (OSError, asyncio.IncompleteReadError, TimeoutError)


class Settings(NamedTuple):
    """espeak-ng's own scales. These were measured over the templates, all pauses counted: 176 characters a minute (167 to 193), the tones' pitch twice as
    far apart as by default, no clipping."""

    rate: int = 157
    pitch: int = 60
    range: int = 85
    volume: int = 60


GAIN_DB = {Curve.FLAT: 14.6, Curve.HORN: 14.1}
"""What brings this voice at these settings to -16 LUFS: measured over the templates, every one of which lies within half a unit
(tests/gateway/voice/sound/test_finish.py)."""

PAUSES = "，。！？；：、"
LONGER = {"，": "，[[_:]]", "、": "、[[_:]]"}
"""espeak-ng's own pause at a comma is 160 ms at our pace; with its pause phoneme it is 200 at least, outdoors echoes need that (our choice)."""


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
                pieces.append(LONGER.get(syllable, syllable))
            elif not syllable.isspace():
                log.warning("no reading is known of %r, it is left out", syllable)
    close()
    return pieces


def _spelt(latin: str) -> str:
    """A is the letter, never the article."""
    if not (latin.isupper() and len(latin) <= SPELT):
        return latin
    return " ".join("ay" if letter == "A" and len(latin) > 1 else letter for letter in latin)


def _unpacked(answer: bytearray) -> tuple[bytes, bool]:
    """Takes the whole blocks out of an answer: their sound, and whether it is over."""
    sound, at = bytearray(), 0
    while len(answer) - at >= LENGTH.size:
        (length,) = LENGTH.unpack_from(answer, at)
        if not length:
            return bytes(sound), True
        if len(answer) - at < LENGTH.size + length:
            break
        at += LENGTH.size + length
        sound += answer[at - length : at]
    del answer[:at]
    return bytes(sound), False


class EspeakVoice:
    """A Voice. One sentence at a time goes to the worker; a worker that dies or hangs is replaced for the next."""

    name = ""

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

    async def say(self, words: str, curve: Curve) -> AsyncIterator[bytes]:
        request = mnemonics(words, self.lexicon)
        if not any(character.isalpha() for character in request):
            raise CannotSay(f"nothing in {words!r} can be said")
        finish = Finish(GAIN_DB[curve])
        change: Resampling | None = None
        async with self._turn, aclosing(self._asked_twice(request.encode())) as heard:
            async for raw in heard:
                change = change or Resampling(self._rate, curve)
                if len(slices := change.feed(samples(raw))):
                    yield octets(finish.feed(slices))
        if change is None:
            raise CannotSay("espeak-ng made no sound")
        yield octets(np.concatenate([finish.feed(change.flush()), finish.flush()]))

    async def _asked_twice(self, request: bytes) -> AsyncGenerator[bytes]:
        """A worker that dies in mid-sentence is replaced, and the new one's sound goes on where the old one's ended."""
        heard = 0
        for last in (False, True):
            known = heard
            try:
                async with aclosing(self._ask(request)) as blocks:
                    async for block in blocks:
                        if new := block[known:]:
                            yield new
                        known, heard = max(0, known - len(block)), heard + len(new)
                return
            except WORKER_GONE as error:
                if last:
                    raise CannotSay(f"espeak-ng: {error!r}") from error
                log.warning("the voice worker is replaced: %r", error)

    async def _ask(self, request: bytes) -> AsyncGenerator[bytes]:
        """The worker's sound, block by block. Raises WORKER_GONE."""
        try:
            async with asyncio.timeout(self._deadline):
                worker = self._worker or await self._start()
                assert worker.stdin
                assert worker.stdout
                worker.stdin.write(HEAD.pack(len(request), *self._settings) + request)
                await worker.stdin.drain()
            answer = bytearray()
            while True:
                async with asyncio.timeout(self._deadline):
                    heard = await worker.stdout.read(MOST)
                if not heard:
                    raise asyncio.IncompleteReadError(bytes(answer), None)
                answer += heard
                sound, over = _unpacked(answer)
                if sound:
                    yield sound
                if over:
                    return
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
