"""Pipeline: the left half of the journey, from bytes to a plan in the ledger.

`pipeline` is the journey itself. It keeps the bytes on disk, has them parsed (`parsing`) and judged
(`judging`), enters the decisions into the ledger and hands them over to delivery (`handover`). What happens
where that fails stands beside it:

- `backlog`: arrivals that are kept and not judged yet, also those of an earlier run;
- `quarantine`: arrivals that cannot be parsed;
- `outage`: the disk fails or hangs; `pending`: the decisions that wait for it.

`held` judges a document again when its hold ends. `gauges`, `open_drills` and `recordings` keep what the
judges and the voice need to know of the site. Delivery lives by the ledger alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.store.contract import Arrivals, Documents, Plans


class Delivery(Protocol):
    """The right half, as far as the pipeline knows it.

    Delivery would find everything but pending decisions by itself.
    """

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None:
        """Sound this plan. It is `in_ledger`, or sounds from memory."""
        ...

    def name(self, plan_id: str, source: str) -> None:
        """This source sent the document of a plan that delivery has already: it gets the receipts."""
        ...

    def end(self, plan_id: str, why: Why) -> None:
        """Nothing more of this plan may sound."""
        ...

    def pause(self, document: str, warnings: Collection[str]) -> None:
        """People are asked whether this document ends these warnings: their further bursts wait. Without
        warnings: they have answered. All are keys (AlertKey.digest)."""
        ...

    def wake(self) -> None:
        """Look into the ledger now."""
        ...


class Ledger(Arrivals, Documents, Plans, Protocol):
    """The part of the ledger that the pipeline reads and writes."""
