"""A reading by the chosen voice, as far as it comes in time: two deadlines.

The first is the time at which the reading is due. A local voice begins if its first piece is there and if it
will keep ahead of the speaker. An online voice begins only if all of the reading is there. The second is the
time at which each further piece is due. A voice that is late with one gives the reading up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator

from gateway.model.speaker import Curve
from gateway.voice.account import Lack, engine
from gateway.voice.cuts import Cuts, Part, Texts, sentence_start, starts
from gateway.voice.engines import Voice
from gateway.voice.making import Claim, Making, Wanted
from gateway.voice.pieces import Pieces, estimated, pace_of
from gateway.voice.sound.pace import Pace
from gateway.voice.timeline import Timeline

log = logging.getLogger(__name__)

SPARE_S = 0.5
"""A piece must be there so long before it is due: our own voice needs some hundredths of a second to take
over, and a line wants some sound in advance. Our choice."""
SURE = 1.25
"""Work may take so many times as long as expected. Our choice."""


class Streaming:
    """One reading by the chosen voice. `heard` counts the words that it said."""

    def __init__(
        self, voice: Voice, pieces: Pieces, cuts: Cuts, texts: Texts, curve: Curve, timeline: Timeline
    ) -> None:
        self._voice = voice
        self._pieces = pieces
        self._cuts = cuts
        self._texts = texts
        self._curve = curve
        self._timeline = timeline
        self._parts: list[Part] = []
        self._pace = Pace(0.0)
        self._makings: list[Making] = []
        self._tried: set[Wanted] = set()
        self._said = 0
        self._sure = False
        self.heard = 0
        """Where our own voice takes over: so many words were said, up to the beginning of a sentence."""
        self.lack: Lack | None = None
        """Why it did not say all of the reading."""
        self.voices: list[str] = []
        """Who was heard."""

    async def sounds(self) -> AsyncGenerator[bytes]:
        """The sound of the reading, piece by piece. It ends early where the voice gives up."""
        try:
            self._parts = self._cuts.parts(self._voice, self._texts)
            self._pace = pace_of([part.piece for part in self._parts])
            self._take()
            if not await self._begins():
                return
            self._sure = True
            while self._said < len(self._parts):
                self._claim()
                making = await self._next()
                if making is None or making.pcm is None:
                    return
                self._note(self._parts[self._said].voice)
                self._said += 1
                yield making.pcm
            self.heard = self._words(len(self._parts))
        except Exception as error:  # no fault of the better voice may cost the words: ours says them
            log.error("the chosen voice fails: %r", error)
            self.heard, self.lack = self._sentences_heard(), Lack.GONE
        finally:
            for making in self._makings:
                making.claims.pop(self, None)

    def _take(self) -> None:
        """Ask for all pieces. Those that are being made already stay what they are."""
        before, self._makings = self._makings, []
        for part in self._parts:
            wanted = Wanted(part.voice, part.piece, self._pace, self._curve)
            self._makings.append(self._pieces.of(wanted, self, Claim(self._timeline.due)))
        for making in before:
            if making not in self._makings:
                making.claims.pop(self, None)
        self._claim()

    def _claim(self) -> None:
        """Say when each piece is due."""
        due = self._timeline.due
        for making in self._makings[self._said :]:
            making.claims[self] = Claim(due, self._sure)
            due += self._seconds(making)

    def _seconds(self, making: Making) -> float:
        if making.pcm is not None:
            return self._timeline.seconds(making.pcm)
        return estimated([making.wanted.piece], making.wanted.pace)

    async def _begins(self) -> bool:
        """Whether it begins, as soon as that is sure, or when the reading is due."""
        while self._parts and self._mended():
            if all(making.pcm for making in self._makings):
                return True
            if self._voice.streams and self._makings[0].pcm and self._keeps_ahead():
                return True
            if not await self._waited(self._makings, self._timeline.due):
                self.lack = Lack.NOT_READY
                return False
        return False

    async def _next(self) -> Making | None:
        """The next piece when it is made. None if it does not come, and the reason is in `lack`."""
        while self._mended() and self._said < len(self._makings):
            making = self._makings[self._said]
            if making.pcm is not None:
                return making
            if not await self._waited([making], self._timeline.due):
                self.lack = Lack.FELL_BEHIND
                break
        self.heard = self._sentences_heard()
        return None

    async def _waited(self, makings: list[Making], due: float) -> bool:
        """Wait until one of these has an outcome. False if none has it in time."""
        pending = [making.made for making in makings if not making.made.done()]
        left = due - SPARE_S - asyncio.get_running_loop().time()
        if not pending:
            return True
        if left > 0:
            done, _ = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            return bool(done)
        return False

    def _mended(self) -> bool:
        """Ask again for what failed. False if the voice cannot go on at all, or not from here."""
        for place in range(self._said, len(self._makings)):
            making = self._makings[place]
            if not making.failed:
                continue
            if making.refused:
                cut = self._cuts.anew(self._voice, self._texts, self._parts, place, self._said)
                if cut is None:
                    return self._shortened(place, Lack.REFUSED)
                self._parts = cut
                self._take()
                return self._mended()
            if making.wanted in self._tried:
                return self._shortened(place, Lack.GONE)
            self._tried.add(making.wanted)
            self._take()
        return True

    def _shortened(self, place: int, lack: Lack) -> bool:
        """End the reading before the sentence that cannot be said. False if nothing is left of it.

        A voice that is gone says no more, and an online voice says all or nothing.
        """
        self.lack = lack
        whole = lack is Lack.GONE or not self._voice.streams
        pieces = [part.piece for part in self._parts]
        begins = starts(pieces)
        end = place
        while (start := sentence_start(pieces, begins[end])) != begins[end]:
            end = max(at for at, word in enumerate(begins) if word <= start)
        if whole or end <= self._said:
            self._makings = self._makings[: self._said]
            return False
        for making in self._makings[end:]:
            making.claims.pop(self, None)
        self._parts, self._makings = self._parts[:end], self._makings[:end]
        return True

    def _keeps_ahead(self) -> bool:
        """Whether every piece will be there before it is due, one after another."""
        ready = self._pieces.expected(self._makings)
        if ready is None:
            return False
        now = asyncio.get_running_loop().time()
        due = max(self._timeline.due, now)
        for making, at in zip(self._makings, ready, strict=True):
            if making.pcm is None and now + SURE * (at - now) > due - SPARE_S:
                return False
            due += self._seconds(making)
        return True

    def _sentences_heard(self) -> int:
        """The words of the sentences that were said to their end."""
        return sentence_start([part.piece for part in self._parts], self._words(self._said))

    def _words(self, count: int) -> int:
        """The words of the first pieces, so many of them."""
        return sum(len(part.piece.words) for part in self._parts[:count])

    def _note(self, voice: Voice) -> None:
        if engine(voice) not in self.voices:
            self.voices.append(engine(voice))
        if voice is not self._voice:
            self.lack = self.lack or Lack.LANGUAGE
