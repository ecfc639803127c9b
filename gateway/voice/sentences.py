"""Finished sentences: each is made once for all bursts that want it, and kept.

A burst may sound while its sentence is being made. All sentences are kept in memory, and the oldest go first.
A voice that is slow or not always there has its sentences on the disk too (`Shelf`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from drivers.growing import Growing
from gateway.model.speaker import Curve
from gateway.voice import RATE, Voice
from gateway.voice.sound.finish import FINISHED
from gateway.voice.sound.shelf import Shelf
from gateway.voice.text.spoken import spoken

log = logging.getLogger(__name__)

DEADLINE_S = 12.0
"""Longest wait for the next piece of a sentence.

Our own voice has given up twice by then (espeak.DEADLINE_S) and said why. Our choice.
"""
SENTENCE_S = 0.2
"""Silence after a sentence, besides the voice's own.

The two make half a second or more: outdoors, echoes must end. Our choice.
"""
CHARACTERS_S = 3.0
"""Characters a second with the pauses within a sentence, measured at the voice's settings."""
CLAUSE = re.compile(r"[^。！？]+[。！？]?")


class ShelfFull(Exception):
    """No more sentences can be put on the disk beforehand without losing others."""


class Wanted(NamedTuple):
    """A sentence that is wanted."""

    voice: Voice
    """The voice that says it."""
    text: str
    """The text of the sentence, before it becomes words."""
    curve: Curve
    """The curve of the loudspeakers that it is made for."""


class Sentences:
    """The finished sentences of all voices.

    `kept`: bytes of sentences in memory. `report` is called after each sentence with its voice and whether it
    was said. `shelf` keeps the sentences of voices that have a `name`.
    """

    def __init__(self, kept: int, report: Callable[[Voice, bool], None], shelf: Shelf | None = None) -> None:
        self._kept = kept
        self._report = report
        self._shelf = shelf
        self._known: OrderedDict[Wanted, Growing[bytes]] = OrderedDict()
        self._making: set[asyncio.Task[None]] = set()

    def of(self, wanted: Wanted) -> Growing[bytes]:
        """The PCM of a sentence at RATE, as it is made.

        The first call makes the sentence, later calls share it. A sentence that could not be made is tried
        again at the next call.
        """
        sound = self._known.get(wanted)
        if sound is None:
            sound = self._known[wanted] = Growing()
            making = asyncio.create_task(self._make(wanted, sound), name="sentence")
            self._making.add(making)
            making.add_done_callback(self._making.discard)
        self._known.move_to_end(wanted)
        return sound

    def seconds(self, voice: Voice, text: str) -> float | None:
        """The seconds of a sentence that was made, for any curve. None if none was."""
        made = (self._known.get(Wanted(voice, text, curve)) for curve in Curve)
        return next((length(sound.items) for sound in made if sound and sound.ended), None)

    async def lay_in(self, wanted: Wanted) -> bool:
        """Have a sentence made and put on the shelf, not into memory.

        False if it was there already, or if its voice has no shelf. Raises ShelfFull, and the errors of the
        voice.
        """
        shelf = self._shelf_of(wanted.voice)
        if shelf is None or _key(wanted, spoken(wanted.text).words) in shelf:
            return False
        if shelf.full:
            raise ShelfFull
        await self._say(wanted, Growing())
        return True

    def forget(self) -> None:
        """Drop all sentences from memory.

        A sentence that is being made still reaches the bursts that wait for it.
        """
        self._known.clear()

    async def close(self) -> None:
        """End all sentences that are being made. The bursts that wait for them are cancelled."""
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    async def _make(self, wanted: Wanted, sound: Growing[bytes]) -> None:
        try:
            await self._say(wanted, sound)
        except BaseException as error:
            self._report(wanted.voice, False)
            if self._known.get(wanted) is sound:
                del self._known[wanted]
            sound.end(error)
            if not isinstance(error, Exception):
                raise
        else:
            self._report(wanted.voice, True)
            sound.end()
            self._let_go()

    async def _say(self, wanted: Wanted, sound: Growing[bytes]) -> None:
        words = spoken(wanted.text)
        if words.notes:
            log.warning("spelt out in %r: %s", wanted.text, words.notes)
        shelf, key = self._shelf_of(wanted.voice), _key(wanted, words.words)
        if shelf and (kept := shelf.get(key)):
            sound.add(kept)
            return
        for clause in CLAUSE.findall(words.words):
            if not any(map(str.isalnum, clause)):
                continue  # no voice says a sign alone, as between "。" and "；", and the rest must be said
            pieces = aiter(wanted.voice.say(closed(clause), wanted.curve))
            while True:
                async with asyncio.timeout(DEADLINE_S):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                sound.add(piece)
            sound.add(silence(SENTENCE_S))
        if shelf and sound.items:
            shelf.put(key, b"".join(sound.items))

    def _shelf_of(self, voice: Voice) -> Shelf | None:
        return self._shelf if voice.name else None

    def _let_go(self) -> None:
        """Drop the oldest sentences from memory if they have too many bytes."""
        sizes = {wanted: sum(map(len, sound.items)) for wanted, sound in self._known.items() if sound.ended}
        spare = sum(sizes.values()) - self._kept
        for wanted, size in sizes.items():
            if spare <= 0:
                break
            del self._known[wanted]
            spare -= size


def _key(wanted: Wanted, words: str) -> str:
    """The key of a sentence on the shelf: everything on which its sound depends."""
    return "\0".join((wanted.voice.name, wanted.curve, str(FINISHED), words))


def estimated(text: str) -> float:
    """About how many seconds a text takes, pauses included."""
    words = spoken(text).words
    return len(words) / CHARACTERS_S + SENTENCE_S * len(CLAUSE.findall(words))


def closed(words: str) -> str:
    """The words with a full stop at their end, so that the voice falls and pauses."""
    return words if words.endswith(("。", "！", "？")) else words.rstrip("，、；：") + "。"


def silence(seconds: float) -> bytes:
    """Silence of so many seconds, as PCM at RATE."""
    return bytes(2 * int(seconds * RATE))


def length(pieces: list[bytes]) -> float:
    """The seconds of PCM at RATE."""
    return sum(map(len, pieces)) / 2 / RATE
