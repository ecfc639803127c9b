"""Finished sentences: each is made once for all who want it, heard while it is being made, and kept for the next time.

In memory all are kept, the oldest go first; on the disk those of voices that are slow or not always there (`Shelf`).
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
"""Longest wait for the next piece of a sentence: longer than our own voice takes to give up twice (espeak.DEADLINE_S), which then says why. Our choice."""
SENTENCE_S = 0.2
"""Silence after a sentence, beyond the voice's own: half a second and more together, outdoors echoes need an end. Our choice."""
CHARACTERS_S = 3.0
"""Characters a second, pauses within a sentence included, as measured at the voice's settings."""
CLAUSE = re.compile(r"[^。！？]+[。！？]?")


class ShelfFull(Exception):
    """Nothing more can be laid in beforehand without losing what was."""


class Wanted(NamedTuple):
    """Which voice says what, for which loudspeakers."""

    voice: Voice
    text: str
    curve: Curve


class Sentences:
    """`kept`: bytes in memory. `told` hears of every voice whether it spoke. `shelf` holds what voices with a `name` said."""

    def __init__(self, kept: int, told: Callable[[Voice, bool], None], shelf: Shelf | None = None) -> None:
        self._kept = kept
        self._told = told
        self._shelf = shelf
        self._known: OrderedDict[Wanted, Growing[bytes]] = OrderedDict()
        self._making: set[asyncio.Task[None]] = set()

    def of(self, wanted: Wanted) -> Growing[bytes]:
        """Its PCM at RATE, as it is made: by whoever asked first. What could not be made is tried anew by the next who asks."""
        sound = self._known.get(wanted)
        if sound is None:
            sound = self._known[wanted] = Growing()
            making = asyncio.create_task(self._make(wanted, sound), name="sentence")
            self._making.add(making)
            making.add_done_callback(self._making.discard)
        self._known.move_to_end(wanted)
        return sound

    def seconds(self, voice: Voice, text: str) -> float | None:
        """How long it is, where it was made."""
        made = (self._known.get(Wanted(voice, text, curve)) for curve in Curve)
        return next((length(sound.items) for sound in made if sound and sound.ended), None)

    async def lay_in(self, wanted: Wanted) -> bool:
        """Have it on the shelf, not in memory. False where it was there, or where there is no shelf for it. Raises ShelfFull and what the voice
        raises."""
        shelf = self._shelf_of(wanted.voice)
        if shelf is None or _key(wanted, spoken(wanted.text).words) in shelf:
            return False
        if shelf.full:
            raise ShelfFull
        await self._say(wanted, Growing())
        return True

    def forget(self) -> None:
        """What was made is made anew when it is wanted again; who waits for what is being made still gets it."""
        self._known.clear()

    async def close(self) -> None:
        """Ends what is being made; those who wait for it are cancelled."""
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    async def _make(self, wanted: Wanted, sound: Growing[bytes]) -> None:
        try:
            await self._say(wanted, sound)
        except BaseException as error:
            self._told(wanted.voice, False)
            if self._known.get(wanted) is sound:
                del self._known[wanted]
            sound.end(error)
            if not isinstance(error, Exception):
                raise
        else:
            self._told(wanted.voice, True)
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
                continue  # a sign alone, as between "。" and "；": no voice says it, and it must cost nobody the rest
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
        """The oldest, where they are too many."""
        sizes = {wanted: sum(map(len, sound.items)) for wanted, sound in self._known.items() if sound.ended}
        spare = sum(sizes.values()) - self._kept
        for wanted, size in sizes.items():
            if spare <= 0:
                break
            del self._known[wanted]
            spare -= size


def _key(wanted: Wanted, words: str) -> str:
    """All that its sound depends on."""
    return "\0".join((wanted.voice.name, wanted.curve, str(FINISHED), words))


def reckoned(text: str) -> float:
    """About how many seconds a text takes, pauses included."""
    words = spoken(text).words
    return len(words) / CHARACTERS_S + SENTENCE_S * len(CLAUSE.findall(words))


def closed(words: str) -> str:
    """With a full stop at its end: the voice lowers itself and pauses."""
    return words if words.endswith(("。", "！", "？")) else words.rstrip("，、；：") + "。"


def silence(seconds: float) -> bytes:
    """So much of nothing."""
    return bytes(2 * int(seconds * RATE))


def length(pieces: list[bytes]) -> float:
    """Seconds of PCM at RATE."""
    return sum(map(len, pieces)) / 2 / RATE
