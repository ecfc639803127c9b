"""What was decided and the disk has not taken: what is grave of it sounds from memory, and every end counts at once."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Protocol

from gateway.model.judgement import Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.runtime.logs import about

log = logging.getLogger(__name__)

AGAIN_S = 1.0
"""Pause before a decision the disk did not take is written again. Our choice."""

MOST = 10_000
"""So many documents are remembered while the disk fails; the oldest goes first. Our choice: a storm's worth."""


class Air(Protocol):
    """What the dispatcher is told at once; it could find all but the unkept in the ledger."""

    def take(self, plan: Plan, source: str, kept: bool = True) -> None: ...

    def name(self, plan_id: str, source: str) -> None: ...

    def end(self, plan_id: str, why: Why) -> None: ...

    def wake(self) -> None: ...


class Unkept:
    """Tells `air` of everything decided, and remembers what is not in the ledger yet."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def entries(self) -> list[Entry]:
        """Oldest first."""
        return list(self._entries.values())

    def kept(self, entry: Entry, there: bool = False) -> None:
        """It is in the ledger now; what sounded from memory before is left to the ledger's word, also where its plan was `there` already from
        an earlier life: it is not said again, but its sender is told of it."""
        if self._entries.pop(entry.alert.key.digest, None):
            self._air.wake()
            return
        self._end(entry)
        if entry.judgement.plan and there:
            self._air.name(entry.judgement.plan.id, entry.source)
        elif entry.judgement.plan:
            self._air.take(entry.judgement.plan, entry.source)

    def air(self, entry: Entry) -> None:
        """The disk does not take it. Plans of red, orange and move orders, and every end, need no disk."""
        key, plan = entry.alert.key.digest, entry.judgement.plan
        if key in self._entries:
            return
        while len(self._entries) >= MOST:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = entry
        self._end(entry)
        if plan and plan.class_.grave:
            with about(alert=key, plan=plan.id):
                log.critical("it sounds from memory: the disk does not take it")
            self._air.take(plan, entry.source, kept=False)

    def as_it_sounds(self, key: str, again: Judgement) -> Judgement:
        """What was decided `again`, after the disk had refused it, is entered as it sounds: it neither begins anew nor counts as expired. What
        ended it meanwhile stands."""
        entry = self._entries.get(key)
        plan = entry.judgement.plan if entry else None
        if not (entry and plan and plan.class_.grave):
            return again
        if again.plan and again.plan.id == plan.id:
            return replace(again, plan=plan)
        return entry.judgement if again.verdict.why.reason is Reason.EXPIRED else again

    def _end(self, entry: Entry) -> None:
        for ending in entry.judgement.endings:
            self._air.end(ending.plan, ending.why)
