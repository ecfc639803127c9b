"""Finished pieces: each is made once for all bursts that want it, and kept.

What is wanted first is made first. All pieces are kept in memory, and the oldest go first. A voice that is
slow or not always there has its sound on the disk too (`Shelf`), before it is finished for one kind of
loudspeaker.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

from drivers.sound import pcm, samples
from gateway.model.speaker import Curve
from gateway.voice import RATE, Gone
from gateway.voice.engines import Heard, Voice
from gateway.voice.engines.vetting import vetted
from gateway.voice.making import Claim, Making, Wanted
from gateway.voice.piece import ENDS, MARKS, Piece
from gateway.voice.sound.finish import finished
from gateway.voice.sound.pace import Pace, syllables
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.shelf import Shelf
from gateway.voice.sound.slices import gently
from gateway.voice.waiting import LATER, NEVER, Queue, Turn

log = logging.getLogger(__name__)

ENGLISH_S = 0.25
"""Seconds of a syllable of English as our own voice says it (measured)."""
KEPT_AS = 1
"""The version of the sound on the disk. Raise it if vetting changes: sound on disks is made again then."""
DEADLINE_S = 12.0
"""Our own voice hangs if it has not said a piece after so long.

It has given up twice by then (espeak.DEADLINE_S) and said why. Our choice.
"""
LONGEST_S = 70.0
"""Any other voice hangs after so long.

A neural voice on a slow machine is still of use for the next reading, and gives up before that
(kokoro.DEADLINE_S). Our choice.
"""
AT_ONCE = 2
"""Pieces that an online voice is asked for at the same time: services refuse floods. Our choice."""
SHARE = 0.25
"""Sound as a voice gave it may take so much memory beside the finished pieces. Another warning at another
pace wants it within seconds, or not at all. Our choice."""
OVERHEAD = 6
"""A piece costs a voice as much work as so many syllables more: it makes silence before and after it
(measured with Kokoro, 1.3 s)."""
SYLLABLE_S = 0.2
"""Seconds of a syllable at a voice's own speed, about, for a voice that has said nothing yet (measured with
Kokoro: 0.17 to 0.24)."""
FIRST = 12
"""Syllables of the piece by which a voice measures its pace at its start (`Voice.open`)."""


class ShelfFull(Exception):
    """No more sound can be put on the disk beforehand without losing other sound."""


class Pieces:
    """The finished pieces of all voices.

    `kept`: bytes of pieces in memory. `report` is called after each piece that a voice was asked for, with
    the voice and its error, if there was one. `shelf` keeps the sound of voices that have a `name`.
    """

    def __init__(
        self, kept: int, report: Callable[[Voice, Exception | None], None], shelf: Shelf | None = None
    ) -> None:
        self._kept = kept
        self._report = report
        self._shelf = shelf
        self._known: OrderedDict[Wanted, Making] = OrderedDict()
        self._heard: OrderedDict[tuple[Voice, Piece], Heard] = OrderedDict()
        self._saying: dict[tuple[Voice, Piece], Turn[Heard]] = {}
        self._queues: dict[Voice, Queue] = {}
        self._finishing = Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, wanted: Wanted, who: Hashable = None, claim: Claim = Claim(LATER)) -> Making:
        """The piece, as it is made for all who want it.

        The first call makes it, later calls share it. A piece that could not be made is tried again at the
        next call.
        """
        making = self._known.get(wanted)
        if making is None or making.failed:
            making = self._known[wanted] = Making(wanted)
            making.claims[who] = claim
            task = asyncio.create_task(self._make(making), name="piece")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        making.claims[who] = claim
        self._known.move_to_end(wanted)
        return making

    def seconds(self, voice: Voice, piece: Piece, pace: Pace) -> float | None:
        """The seconds of a piece that was made, for any curve. None if none was."""
        made = (self._known.get(Wanted(voice, piece, pace, curve)) for curve in Curve)
        return next((length([making.pcm]) for making in made if making and making.pcm), None)

    async def lay_in(self, voice: Voice, piece: Piece) -> bool:
        """Have a piece said and put on the shelf, not into memory.

        False if it was there already, or if its voice has no shelf. Raises ShelfFull, and the errors of the
        voice.
        """
        shelf = self._shelf_of(voice)
        if shelf is None or _key(voice, piece) in shelf:
            return False
        if shelf.full:
            raise ShelfFull
        # A rehearsal that is cancelled must not take the piece from a burst that waits for it too.
        await asyncio.shield(self._said(voice, piece, _Rehearsed()).result)
        return True

    def expected(self, makings: Sequence[Making]) -> list[float] | None:
        """The time of the loop at which each of these will be made, if nothing else than what is sure is
        made before. None if the voice's pace is not known yet."""
        now = last = asyncio.get_running_loop().time()
        turns = [making.saying for making in makings if making.saying]
        said: dict[Turn[Heard], float] = {}
        for voice in {making.wanted.voice for making in makings if making.saying}:
            said.update(self.queue(voice).expected(turns))
        times: list[float] = []
        for making in makings:
            if making.pcm is None:
                if making.saying and making.saying not in said:
                    return None
                at = said[making.saying] if making.saying else now
                work = self._finishing.work(syllables(making.wanted.piece))
                last = max(last, at, now + self._finishing.backlog(making.due)) + work
            times.append(last)
        return times

    def queue(self, voice: Voice) -> Queue:
        """What waits for this voice."""
        if voice not in self._queues:
            self._queues[voice] = Queue(1 if voice.streams else AT_ONCE)
        return self._queues[voice]

    def forget(self) -> None:
        """Drop all pieces from memory.

        A piece that is being made still reaches the bursts that wait for it.
        """
        self._known.clear()
        self._heard.clear()

    async def close(self) -> None:
        """End all pieces that are being made. The bursts that wait for them are cancelled."""
        for task in self._tasks:
            task.cancel()
        for queue in (self._finishing, *self._queues.values()):
            await queue.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _make(self, making: Making) -> None:
        try:
            sound = await self._kept_one(making) or await self._new(making)
        except asyncio.CancelledError:
            making.made.cancel()
            raise
        except Exception as error:  # those who wait for it get it
            if self._known.get(making.wanted) is making:
                del self._known[making.wanted]
            if not making.made.done():
                making.made.set_exception(error)
        else:
            if not making.made.done():
                making.made.set_result(sound)
            self._let_go()

    async def _kept_one(self, making: Making) -> bytes:
        """The piece as the shelf has it, finished; empty if it is not there."""
        voice, piece, pace, curve = making.wanted
        shelf, key = self._shelf_of(voice), _key(voice, piece)
        if not shelf or key not in shelf:
            return b""

        async def taken() -> bytes:  # not sooner: many pieces wait here, and their sound would fill memory
            kept = shelf.get(key)
            return await _finished(_unpacked(kept), piece, pace, curve) if kept else b""

        return await self._finishing.ask(taken, syllables(piece), making).result

    async def _new(self, making: Making) -> bytes:
        """The piece as the voice says it, finished. Raises the errors of the voice."""
        voice, piece, pace, curve = making.wanted
        heard = self._heard.get((voice, piece))
        if heard is None:
            making.saying = self._said(voice, piece, making)
            try:
                heard = await asyncio.shield(making.saying.result)
            finally:
                making.saying = None
            self._remember(voice, piece, heard)
        sound = heard
        finishing = self._finishing.ask(
            lambda: _finished(sound, piece, pace, curve), syllables(piece), making
        )
        return await finishing.result

    def _said(self, voice: Voice, piece: Piece, asker: Making | _Rehearsed) -> Turn[Heard]:
        """The turn of a piece at its voice, which all share who want it."""
        turn = self._saying.get((voice, piece))
        if turn:
            turn.askers.append(asker)
            return turn
        queue = self.queue(voice)
        if queue.pace is None and voice.pace is not None:
            queue.pace = voice.pace * SYLLABLE_S * FIRST / (FIRST + OVERHEAD)
        turn = queue.ask(lambda: self._say(voice, piece), syllables(piece) + OVERHEAD, asker)
        self._saying[voice, piece] = turn
        turn.result.add_done_callback(lambda _: self._saying.pop((voice, piece), None))
        return turn

    async def _say(self, voice: Voice, piece: Piece) -> Heard:
        """A piece as a voice says it, vetted. It is put on the shelf. Raises the errors of the voice."""
        try:
            async with asyncio.timeout(LONGEST_S if voice.name else DEADLINE_S):
                heard = await voice.say(piece)
            vet = Heard(vetted(piece, heard, voice.bounds), heard.rate)
        except TimeoutError as error:
            late = Gone("nothing came in time")
            self._report(voice, late)
            raise late from error
        except Exception as error:
            self._report(voice, error)
            raise
        self._report(voice, None)
        if shelf := self._shelf_of(voice):
            shelf.put(_key(voice, piece), _packed(vet))
        return vet

    def _shelf_of(self, voice: Voice) -> Shelf | None:
        return self._shelf if voice.name else None

    def _remember(self, voice: Voice, piece: Piece, heard: Heard) -> None:
        """Keep a sound as the voice gave it: another pace or curve may be wanted of it."""
        self._heard[voice, piece] = heard
        most = self._kept * SHARE
        while len(self._heard) > 1 and sum(one.sound.nbytes for one in self._heard.values()) > most:
            self._heard.popitem(last=False)

    def _let_go(self) -> None:
        """Drop the oldest pieces that nobody wants from memory, if they have too many bytes."""
        sizes = {
            wanted: len(making.pcm)
            for wanted, making in self._known.items()
            if making.pcm and not making.sure
        }
        spare = sum(sizes.values()) - self._kept
        for wanted, size in sizes.items():
            if spare <= 0:
                break
            del self._known[wanted]
            spare -= size


class _Rehearsed:
    """One who waits for a piece that is only rehearsed."""

    due, sure = NEVER, False


async def _finished(heard: Heard, piece: Piece, pace: Pace, curve: Curve) -> bytes:
    """The sound of a piece for these loudspeakers, with the pause behind it."""
    speed = 1.0 if piece.language == "en" else pace.speed(piece, len(heard.sound) / heard.rate)
    sound = await gently(finished(heard.sound, heard.rate, speed, curve))
    return sound + silence(pause_s(piece.mark))


def _key(voice: Voice, piece: Piece) -> str:
    """The key of a piece on the shelf: everything on which its sound depends."""
    words = (word.written + word.mark for word in piece.words)  # the borders of words are heard
    return "\0".join((voice.name, str(KEPT_AS), *words, "", *piece.syllables))


def _packed(heard: Heard) -> bytes:
    return heard.rate.to_bytes(4, "big") + pcm(heard.sound)


def _unpacked(kept: bytes) -> Heard:
    return Heard(samples(kept[4:]), int.from_bytes(kept[:4], "big"))


def estimated(pieces: Sequence[Piece], pace: Pace) -> float:
    """About how many seconds these pieces take, pauses included."""

    def spoken_s(piece: Piece) -> float:
        return syllables(piece) * ENGLISH_S if piece.language == "en" else pace.seconds(piece)

    return sum(spoken_s(piece) + pause_s(piece.mark) for piece in pieces)


def pace_of(pieces: Sequence[Piece]) -> Pace:
    """The pace of a message. English keeps the voice's own."""
    return Pace.of([piece for piece in pieces if piece.language != "en"] or pieces)


def closed(words: str) -> str:
    """The words with a full stop at their end."""
    return words if words.endswith(tuple(ENDS)) else words.rstrip(MARKS) + "。"


def silence(seconds: float) -> bytes:
    """Silence of so many seconds, as PCM at RATE."""
    return bytes(2 * int(seconds * RATE))


def length(pieces: list[bytes]) -> float:
    """The seconds of PCM at RATE."""
    return sum(map(len, pieces)) / 2 / RATE
