"""The offline voice: espeak-ng in a worker process that gets phonemes. A dead worker is started again."""

from __future__ import annotations

import asyncio
import logging
import struct
from pathlib import Path
from typing import NamedTuple

from drivers.sound import Samples, samples
from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.engines.worker import GONE, Worker
from gateway.voice.mandarin.phonemes import NotASyllable, phonemes
from gateway.voice.piece import Piece, Word

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("espeak_worker.py")
DEADLINE_S = 5.0
"""Longest wait for the next block of a piece. A whole sentence takes some ten milliseconds. Our choice."""

HEAD, LENGTH = struct.Struct(">IHHHH"), struct.Struct(">I")
"""The head of a request and the length of a block, as espeak_worker.py describes them."""
MOST = 1 << 16
"""Bytes that are taken from the worker at once: the buffer of its pipe."""
LENGTHS = Lengths(1, 150)
"""A piece is a clause. It says any length well, and makes it in some hundredths of a second.

No clause of a warning has so many syllables. They bound the memory and the time of a piece. Our choice.
"""
BOUNDS = Bounds(0.09, 1.2, 1.2)
"""It takes a third of a second for a syllable with its pauses.

Nobody understands eleven syllables a second, and a voice of less than one a second hangs. Our choice.
"""
WARM = Piece((Word("预警广播", ("yu4", "jing3", "guang3", "bo1"), "。"),))
"""What it says at its start."""


class Settings(NamedTuple):
    """The settings of the voice, on espeak-ng's own scales.

    At them a syllable lasts 0.25 s, which is about what the pace of a message asks for (0.22 to 0.30 s): most
    pieces are stretched by less than a tenth (measured over the templates).
    """

    rate: int = 157
    """Speed."""
    pitch: int = 60
    """Base pitch."""
    range: int = 85
    """Range of pitch: the tones lie twice as far apart as by default."""
    volume: int = 60
    """Loudness before it is levelled: nothing clips."""


LONGER = {"，": "，[[_:]]", "、": "、[[_:]]"}
"""A comma with espeak-ng's pause phoneme is a pause of 200 ms or more; without it, 160 ms at our speed.

Outdoors, echoes need the longer one. Our choice.
"""


LONGEST_RUN, LONGEST_WORD = 180, 250
"""Characters of a run of phonemes after which another one begins, at the next word or within a long one.

espeak-ng dies of a run of 320 (measured: 35 to 50 syllables without a mark).
"""
LONGEST_CLAUSE = 450
"""Characters of runs without a mark after which it makes a pause: it reads phonemes as letters from the 800th
character of a clause on (measured)."""


def mnemonics(piece: Piece) -> str:
    """The text that espeak-ng gets for a piece: runs of phonemes in `[[...]]`, with punctuation between them.

    Latin words stand as they are: espeak-ng's Mandarin voice reads them as English.
    """
    parts: list[str] = []
    run, since = "", 0
    for word in piece.words:
        for place, syllable in enumerate(word.syllables):
            if len(run) > (LONGEST_WORD if place else LONGEST_RUN):
                since += len(run)
                parts += [f"[[{run}]]", "，" if since > LONGEST_CLAUSE else ""]
                run, since = "", 0 if since > LONGEST_CLAUSE else since
            run += _phonemes(syllable)
        since = 0 if word.mark else since
        latin = "" if word.syllables else _latin(word, piece.language)
        if run and (latin or word.mark):
            parts.append(f"[[{run}]]")
            run = ""
        parts += filter(None, (latin, LONGER.get(word.mark, word.mark)))
    return " ".join(filter(None, [*parts, f"[[{run}]]"] if run else parts))


def _phonemes(syllable: str) -> str:
    try:
        return phonemes(syllable)
    except NotASyllable:
        log.warning("no pronunciation is known of %r, it is left out", syllable)
        return ""


def _latin(word: Word, language: str) -> str:
    """A Latin word, or its letters if it is an abbreviation in a Chinese text.

    The letter A is "ay", never the article.
    """
    if language == "en" or not word.spelt:
        return word.written
    named = ("ay" if letter == "A" and len(word.written) > 1 else letter for letter in word.written)
    return " ".join(named)


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
    """A Voice. The worker says one piece at a time. A worker that dies or hangs is replaced."""

    name = ""
    """Its pieces are not kept on the disk: it makes them faster than they are read."""
    languages = frozenset({"zh", "en"})
    lengths = LENGTHS
    bounds = BOUNDS
    streams = True
    licence = "GPL-3.0-or-later"
    pace: float | None = None

    def __init__(self, settings: Settings = Settings(), deadline: float = DEADLINE_S) -> None:
        self._settings = settings
        self._deadline = deadline
        self._worker: Worker | None = None
        self._rate = 0
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        heard = await self.say(WARM)
        self.pace = (loop.time() - began) * heard.rate / len(heard.sound)

    async def say(self, piece: Piece) -> Heard:
        if piece.language not in self.languages:
            raise CannotSay(f"it does not say {piece.language}")
        request = mnemonics(piece)
        if not any(character.isalpha() for character in request):
            raise CannotSay(f"nothing in {piece.written!r} can be said")
        async with self._turn:
            sound = await self._asked_twice(request.encode())
            if not len(sound):
                raise CannotSay("espeak-ng made no sound")
            return Heard(sound, self._rate)

    async def _asked_twice(self, request: bytes) -> Samples:
        """The sound of a request. If the worker dies, a new one is asked. Raises Gone if that dies too."""
        try:
            return samples(await self._ask(request))
        except GONE as error:
            log.warning("the voice worker is replaced: %r", error)
        try:
            return samples(await self._ask(request))
        except GONE as error:
            raise Gone(f"espeak-ng: {error!r}") from error

    async def _ask(self, request: bytes) -> bytes:
        """The worker's sound. Raises the errors of GONE."""
        try:
            async with asyncio.timeout(self._deadline):
                worker = self._worker or await self._start()
                worker.requests.write(HEAD.pack(len(request), *self._settings) + request)
                await worker.requests.drain()
            answer, heard = bytearray(), bytearray()
            while True:
                async with asyncio.timeout(self._deadline):
                    got = await worker.answers.read(MOST)
                if not got:
                    raise asyncio.IncompleteReadError(bytes(answer), None)
                answer += got
                sound, over = _unpacked(answer)
                heard += sound
                if over:
                    return bytes(heard)
        except BaseException:
            # After a broken or cancelled exchange a late answer must not be taken for the next piece.
            await self._end_worker()
            raise

    async def _start(self) -> Worker:
        self._worker = worker = await Worker.started(WORKER)
        (self._rate,) = LENGTH.unpack(await worker.answers.readexactly(LENGTH.size))
        return worker

    async def _end_worker(self) -> None:
        """Kill the worker. The next piece starts a new one."""
        worker, self._worker = self._worker, None
        if worker:
            await worker.end()

    async def close(self) -> None:
        """End the worker after the piece that it says now."""
        async with self._turn:
            await self._end_worker()
