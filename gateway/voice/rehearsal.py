"""The chosen voice says beforehand what the office may need: its own acts for every village, and what every warning begins and ends with.

It is kept on the disk, so that the good voice is there when its service or the line to it is not. Nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress

from gateway.announcements.script import fixed
from gateway.announcements.template import NoTemplate, order, templates
from gateway.model.speaker import Roster
from gateway.voice import CannotSay
from gateway.voice.announcer import Announcer
from gateway.voice.sentences import ShelfFull

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Between two sentences: services refuse floods, and what is wanted now goes first. Our choice."""
REFUSED_IN_A_ROW = 3
"""So many sentences that the voice refuses one after the other mean that it is away; fewer, that these are not for it. Our choice."""
AGAIN_S = 600.0
"""After a failure, and before it is looked whether the roster or the words are new. Our choice."""


class Rehearsal:
    """Supervise `run`. `roster` gives who is there now."""

    def __init__(self, announcer: Announcer, roster: Callable[[], Roster]) -> None:
        self._announcer = announcer
        self._roster = roster

    async def run(self) -> None:
        """Over and over, until cancelled: what is on the disk already costs a glance."""
        while True:
            try:
                await self._once()
            except ShelfFull:
                log.info("there is no room for more of what the chosen voice might say")
            except Exception as error:  # whatever is wrong there, it is tried again
                log.warning("the chosen voice cannot rehearse now: %r", error)
            await asyncio.sleep(AGAIN_S)

    async def _once(self) -> None:
        roster = self._roster()
        curves = sorted({speaker.curve for speaker in roster.speakers})
        refused = 0
        for sentence in sentences(roster):
            await asyncio.sleep(0)  # a county has thousands, and most are there already
            for curve in curves:
                try:
                    asked = await self._announcer.rehearse(sentence, curve)
                except CannotSay as error:
                    refused, asked = refused + 1, True
                    if refused == REFUSED_IN_A_ROW:
                        raise
                    log.warning("the chosen voice does not say %r: %s", sentence, error)
                else:
                    refused = 0 if asked else refused
                if asked:
                    await asyncio.sleep(PAUSE_S)
        log.info("the chosen voice has rehearsed what it can")


def sentences(roster: Roster) -> Iterator[str]:
    """What may be said here without anybody's typing, each once: what every warning begins and ends with first."""
    seen: set[str] = set()
    for sentence in _all(roster):
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def _all(roster: Roster) -> Iterator[str]:
    yield from fixed()
    for deed in templates().act:
        for hazard in templates().hazard.values():
            for village in roster.villages:
                fields = {"place": village.name, **(village.refuge.fields if village.refuge else {})}
                with suppress(NoTemplate):
                    yield from order(deed, hazard.codes[0], fields).sentences
