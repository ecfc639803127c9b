"""Office: what people do to the running gateway, a file a noun.

- `air` stops what plays and holds everything.
- `again` says what was stopped at the speakers that have not heard it whole.
- `review` says yes or no to a document that is held, corrects one that was sent in error, releases a
  quarantined one.
- `speech` plays a voice test and teaches a pronunciation.
- `drills` opens and closes drills.

Every act takes the name of the person who does it and is kept in the ledger with that name. A refused act
raises Refused (gateway.model.refused) with its reason, and nothing has changed. An act that the disk does not
keep raises LedgerFailed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.store.contract import Acts, Documents, Drills, Holds, Names, Plans


class Dispatcher(Protocol):
    """What the acts ask of the dispatcher; that of gateway.delivery keeps these promises."""

    async def stop(
        self, speakers: Iterable[str], why: Why, plans: frozenset[str] | None = None
    ) -> frozenset[str]:
        """End what plays or waits at these speakers, of these plans or, with None, of all.

        Returns the speakers that were playing.
        """
        ...

    async def hold(self, until: datetime) -> None:
        """Silence every speaker until then. What still holds afterwards begins again."""
        ...

    def pause(self, document: str, warnings: Collection[str]) -> None:
        """Hold back further bursts of these warnings while people are asked whether this document ends them.
        Without warnings: they have answered."""
        ...

    def resume(self) -> None:
        """End the hold before its time."""
        ...

    def take(self, plan: Plan, source: str) -> None:
        """Play this plan. It was just added to the ledger; Without a `source` no sender is told of it."""
        ...

    async def on_disk(self) -> None:
        """Returns when the ledger has everything that has happened so far. It waits for a disk that fails."""
        ...


class Ledger(Documents, Plans, Drills, Holds, Names, Acts, Protocol):
    """The part of the ledger that the office reads and writes."""
