"""What waits for a yes, for its window or for the morning is made by the voices meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

from drivers import Driver
from gateway.delivery import Voices, route
from gateway.model.delivery import Form
from gateway.model.event import Accepted, Event
from gateway.model.plan import Plan
from gateway.model.record import Document
from gateway.model.speaker import Hearing, Roster, Speaker
from gateway.model.verdict import Air, Hold
from gateway.pipeline.judging import Judging
from gateway.store.contract import Ledger

log = logging.getLogger(__name__)

NOBODY = "-"
"""Stands for the people who have not said yes yet: the words are made as if they had."""


class Beforehand:
    """Prepares the words of documents as they come. `note` hears every event; `run` is a supervised task.

    It decides nothing: a document on hold is only looked at as if its hold had ended. `drivers` are those of
    the lines: where units play a clip of their own or speak by themselves no words are made.
    """

    def __init__(self, ledger: Ledger, voices: Voices, roster: Roster, drivers: Mapping[str, Driver]) -> None:
        self._drivers = drivers
        self._ledger = ledger
        self._voices = voices
        self._roster = roster
        self._keys: dict[str, None] = {}
        self._wake = asyncio.Event()

    def note(self, event: Event) -> None:
        """Note a document that waits, or that begins to sound."""
        if isinstance(event, Accepted) and isinstance(event.verdict, Hold | Air):
            self._keys[event.key] = None
            self._wake.set()

    async def run(self, judging: Judging) -> None:
        """Prepare until cancelled. A document that cannot be prepared is made when it sounds."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._keys:
                key = next(iter(self._keys))
                del self._keys[key]
                try:
                    for plan in self._plans(key, judging):
                        await self._prepare(plan)
                except Exception as error:  # nothing depends on it
                    log.warning("the words of %s are not made beforehand: %r", key, error)

    def _plans(self, key: str, judging: Judging) -> Iterator[Plan]:
        """What sounds of a document, or will sound once its hold has ended. Raises LedgerFailed."""
        document = self._ledger.document(key)
        if document is None:
            return
        if isinstance(document.verdict, Hold):
            plan = self._after(document, document.verdict, judging)
            yield from [plan] if plan else []
        else:
            yield from (row.plan for row in self._ledger.plans(key) if row.ended is None)

    def _after(self, document: Document, held: Hold, judging: Judging) -> Plan | None:
        row = self._ledger.arrival(document.arrival)
        if row is None:
            return None
        ended = held if held.until else replace(held, approved=(NOBODY,) * held.needs)
        return judging.decide(document.alert, row[0], held=ended).plan

    async def _prepare(self, plan: Plan) -> None:
        speakers = {speaker.id: speaker for speaker in self._roster.speakers}
        for part in plan.parts:
            targets = (speakers[target] for target in part.targets if target in speakers)
            curves = {speaker.curve for speaker in targets if self._plays_sound(speaker)}
            for script in (part.script, *plan.ready) if curves else ():
                for curve in sorted(curves):
                    await self._voices.prepare(script, plan.schedule.readings, Hearing(curve))

    def _plays_sound(self, speaker: Speaker) -> bool:
        for reach in (speaker.reach, speaker.backup):
            driver = self._drivers.get(reach.line) if reach else None
            if reach and driver and route.form(driver.can(reach.unit)) is Form.AUDIO:
                return True
        return False
