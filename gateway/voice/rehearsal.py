"""The chosen voice says beforehand the sentences that the office may need.

These are the orders of the office for every village, and the sentences with which every warning begins and
ends. They are kept on the disk: then the chosen voice is heard even if its service, or the line to it, fails.
Nothing waits for a rehearsal.
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
from gateway.voice.pieces import ShelfFull

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Pause between two sentences: services refuse floods, and the sentences of a burst go first. Our choice."""
REFUSED_IN_A_ROW = 3
"""After so many refused sentences in a row the voice counts as away.

Fewer refusals concern their sentences alone. Our choice.
"""
AGAIN_S = 600.0
"""Pause after a failure, and before the next look for new villages and new words. Our choice."""


class Rehearsal:
    """Rehearses for the villages of the roster.

    `run` is a supervised task; `roster` gives the roster as it is now.
    """

    def __init__(self, announcer: Announcer, roster: Callable[[], Roster]) -> None:
        self._announcer = announcer
        self._roster = roster

    async def run(self) -> None:
        """Rehearse again and again until cancelled. A sentence that is on the disk already costs one look."""
        while True:
            try:
                await self._once()
            except ShelfFull:
                log.info("there is no room for more of what the chosen voice might say")
            except Exception as error:  # any failure of the voice: it is tried again later
                log.warning("the chosen voice cannot rehearse now: %r", error)
            await asyncio.sleep(AGAIN_S)

    async def _once(self) -> None:
        refused = 0
        for sentence in sentences(self._roster()):
            await asyncio.sleep(0)  # a county has thousands of sentences, most of them on the disk already
            try:
                asked = await self._announcer.rehearse(sentence)
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
    """Every sentence that may be said here without typing, each once. Those of every warning come first."""
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
