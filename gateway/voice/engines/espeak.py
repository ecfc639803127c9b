"""The offline voice: espeak-ng in a worker process that gets phonemes. A dead worker is started again."""

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
"""Longest wait for the next piece of a sentence. A whole sentence takes some ten milliseconds. Our choice."""

HEAD, LENGTH = struct.Struct(">IHHHH"), struct.Struct(">I")
"""The head of a request and the length of a block, as espeak_worker.py describes them."""
MOST = 1 << 16
"""Bytes that are taken from the worker at once: the buffer of its pipe."""
WORKER_GONE = (OSError, asyncio.IncompleteReadError, TimeoutError)
"""Errors by which the worker counts as dead or hanging."""


class Settings(NamedTuple):
    """The settings of the voice, on espeak-ng's own scales.

    They were measured over the templates, with all pauses: 176 characters a minute (167 to 193), no clipping.
    """

    rate: int = 157
    """Speed."""
    pitch: int = 60
    """Base pitch."""
    range: int = 85
    """Range of pitch: the tones lie twice as far apart as by default."""
    volume: int = 60
    """Loudness before the gain."""


GAIN_DB = {Curve.FLAT: 14.6, Curve.HORN: 14.1}
"""The gain that brings this voice at these settings to -16 LUFS.

It was measured over the templates, all of which lie within half a unit
(tests/gateway/voice/sound/test_finish.py).
"""

PAUSES = "，。！？；：、"
"""Punctuation at which the voice pauses."""
LONGER = {"，": "，[[_:]]", "、": "、[[_:]]"}
"""A comma with espeak-ng's pause phoneme is a pause of 200 ms or more; without it, 160 ms at our speed.

Outdoors, echoes need the longer one. Our choice.
"""


SPELT = 3
"""An abbreviation of so many capitals, or fewer, is spelt in a Chinese text:

AED, GPS. A longer one is a word, and so is every one in a text without Chinese. Our choice.
"""
_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")


def mnemonics(words: str, lexicon: Lexicon = OURS) -> str:
    """The text that espeak-ng gets for these words: runs of phonemes in `[[...]]`, with punctuation between
    them.

    Latin words stand as they are: espeak-ng's Mandarin voice reads them as English.
    """
    pieces: list[str] = []
    start = 0
    for latin in _LATIN.finditer(words):
        pieces += _syllabic(words[start : latin.start()], lexicon)
        pieces.append(_spelt(latin[0]) if _HAN.search(words) else latin[0])
        start = latin.end()
    return " ".join((*pieces, *_syllabic(words[start:], lexicon)))


def _syllabic(words: str, lexicon: Lexicon) -> list[str]:
    """The pieces for words without Latin letters."""
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
                log.warning("no pronunciation is known of %r, it is left out", syllable)
    close()
    return pieces


def _spelt(latin: str) -> str:
    """A Latin word, or its letters if it is an abbreviation. The letter A is "ay", never the article."""
    if not (latin.isupper() and len(latin) <= SPELT):
        return latin
    return " ".join("ay" if letter == "A" and len(latin) > 1 else letter for letter in latin)


def _unpacked(answer: bytearray) -> tuple[bytes, bool]:
    """Takes the whole blocks out of the bytes of an answer.

    Gives their sound, and whether the answer is over.
    """
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
    """A Voice. The worker says one sentence at a time. A worker that dies or hangs is replaced."""

    name = ""
    """Its sentences are not kept on the disk: it makes them faster than they are read."""

    def __init__(
        self, settings: Settings = Settings(), deadline: float = DEADLINE_S, lexicon: Lexicon = OURS
    ) -> None:
        self._settings = settings
        self.lexicon = lexicon
        """The pronunciations that go before the dictionary's. They may be changed at any time."""
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
        """The sound of a request. If the worker dies, a new one goes on where the sound of the old one ended.

        Raises CannotSay if the new worker dies too.
        """
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
            # After a broken or cancelled exchange a late answer must not be taken for the next sentence.
            await self._end_worker()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(WORKER)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C must not reach the worker, which ends when its pipe is closed
        )
        assert worker.stdout
        self._worker = worker
        (self._rate,) = LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))
        return worker

    async def _end_worker(self) -> None:
        """Kill the worker and collect its exit status. The next sentence starts a new one."""
        worker, self._worker = self._worker, None
        if worker and worker.returncode is None:
            with suppress(ProcessLookupError):
                worker.kill()
            # Not wait(): it never returns while unread sound blocks the pipe.
            await worker.communicate()

    async def close(self) -> None:
        """End the worker after the sentence that it says now."""
        async with self._turn:
            await self._end_worker()
