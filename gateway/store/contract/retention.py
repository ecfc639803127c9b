"""Retention: what is too old to be kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.model.record import CANARY


class Retention(Protocol):
    """Old rows leave the ledger (docs/practice.md, Figures). A row leaves only once it has ended."""

    async def retire(self, now: datetime, canary: str = CANARY) -> int:
        """Delete all that is too old, in many small transactions. Returns how many rows left.

        The documents of the source `canary` are kept for a day only. It stops as soon as a plan is live; the
        next call goes on.
        """
        ...
