"""The chosen voice says beforehand the pieces that warnings here will need (`repertoire`), while nothing
sounds.

They are kept on the disk. So a voice that is slower than the speaker is heard all the same, and a service
even if the line to it fails. Nothing waits for a rehearsal but another rehearsal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from gateway.model.speaker import Roster
from gateway.runtime.clock import CHINA
from gateway.voice import CannotSay, Gone
from gateway.voice.announcer import Announcer
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.piece import Piece
from gateway.voice.pieces import ShelfFull
from gateway.voice.repertoire import Past, repertoire

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Pause between two pieces: services refuse floods, and a box without a fan must cool. Our choice."""
TEXT_S = 0.02
"""Pause between two texts: thousands of them are cut into pieces, each in some milliseconds, and other work
goes before. Our choice."""
LOOK_S = 5.0
"""While something sounds, the rehearsal looks again after so long. Our choice."""
REFUSED_IN_A_ROW = 3
"""After so many refused pieces in a row the voice counts as away.

Fewer refusals concern their pieces alone. Our choice.
"""
AGAIN_S = 600.0
"""Pause after a failure, and before the next look for new villages and new words. Our choice."""
TOLD = 50
"""Refused pieces that are remembered with their reasons. Our choice."""


class Occasion(NamedTuple):
    """What the repertoire is made for. Another one has other pieces."""

    roster: int
    """The version of the site data."""
    past: Past
    day: date
    names: Lexicon
    """The pronunciations that hold."""


class Rehearsal:
    """Rehearses for one site.

    `run` is a supervised task. `roster`, `past` and `now` give the roster, what was sent lately and the time,
    as they are now.
    """

    def __init__(
        self,
        announcer: Announcer,
        roster: Callable[[], Roster],
        past: Callable[[], Past],
        now: Callable[[], datetime],
    ) -> None:
        self._announcer = announcer
        self._roster = roster
        self._past = past
        self._now = now
        self._done: Occasion | None = None
        self.refused: dict[str, str] = {}
        """The words of pieces that the voice could not say, each with the reason. They are not tried again
        before the next start."""

    async def run(self) -> None:
        """Rehearse again and again until cancelled. A piece that is on the disk already costs one look."""
        while True:
            try:
                await self._once()
            except Exception as error:  # any failure of the voice: it is tried again later
                log.warning("the chosen voice cannot rehearse now: %r", error)
            await asyncio.sleep(AGAIN_S)

    async def _once(self) -> None:
        """Rehearse all of it, if anything is new. Raises the error of a voice that is away."""
        roster, past, now = self._roster(), self._past(), self._now()
        occasion = Occasion(roster.version, past, now.astimezone(CHINA).date(), self._announcer.names)
        if occasion == self._done:
            return
        try:
            await self._all(repertoire(self._announcer.rehearsed, roster, past, now))
            log.info("the chosen voice has rehearsed what it can")
        except ShelfFull:
            log.info("there is no room for more of what the chosen voice might say")
        self._done = occasion

    async def _all(self, texts: Iterator[list[Piece]]) -> None:
        """Rehearse the pieces of these texts. Raises ShelfFull, and the error of a voice that is away."""
        row: dict[str, str] = {}  # refusals without a success between them: the voice may be away
        for pieces in texts:
            await asyncio.sleep(TEXT_S)
            for piece in pieces:
                if piece.written in self.refused:
                    continue
                while self._announcer.busy:  # noqa: ASYNC110 - it is looked at seldom and nobody waits for it
                    await asyncio.sleep(LOOK_S)
                try:
                    asked = await self._announcer.rehearse(piece)
                except Gone:
                    raise
                except CannotSay as error:
                    asked, row[piece.written] = True, str(error)
                    if len(row) == REFUSED_IN_A_ROW:
                        raise
                else:
                    if asked:
                        self._refuse(row)
                        row = {}
                if asked:
                    await asyncio.sleep(PAUSE_S)
        self._refuse(row)

    def _refuse(self, pieces: Mapping[str, str]) -> None:
        """Remember pieces that a voice does not say that says others."""
        for words, why in pieces.items():
            log.warning("the chosen voice does not say %r: %s", words, why)
            if len(self.refused) < TOLD:
                self.refused[words] = why
