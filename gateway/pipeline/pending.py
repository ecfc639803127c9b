"""Decisions that the ledger could not write yet.

Later decisions count with them, and some of them sound already.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.model.judgement import Judgement
from gateway.model.reason import Reason
from gateway.model.record import Entry

AGAIN_S = 1.0
"""Pause before a decision that the disk refused is written again. Our choice."""

MOST = 10_000
"""So many decisions are remembered while the disk fails; the oldest goes first. Our choice: a storm's
worth."""


class Pending:
    """Remembers entries by the key of their document."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def entries(self) -> list[Entry]:
        """Oldest first."""
        return list(self._entries.values())

    def add(self, entry: Entry) -> bool:
        """The disk refused this decision.

        Returns whether it is the first on its document; another is not remembered.
        """
        key = entry.alert.key.digest
        if key in self._entries:
            return False
        while len(self._entries) >= MOST:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = entry
        return True

    def remove(self, key: str) -> bool:
        """The ledger has a decision on this document now. Returns whether one was pending."""
        return self._entries.pop(key, None) is not None

    def as_it_sounds(self, key: str, judgement: Judgement) -> Judgement:
        """The judgement to be written of a document that is judged again because the disk had refused its
        decision.

        A plan that sounds from memory is written as it sounds: it does not begin again, and it does not count
        as expired. Any other later judgement stands, such as an end that came meanwhile.
        """
        entry = self._entries.get(key)
        plan = entry.judgement.plan if entry else None
        if not (entry and plan and plan.class_.grave):
            return judgement
        if judgement.plan and judgement.plan.id == plan.id:
            return replace(judgement, plan=plan)
        return entry.judgement if judgement.verdict.why.reason is Reason.EXPIRED else judgement
