"""Plans and their bursts: what is to sound, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.model.delivery import Burst
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import PlanRow


class Plans(Protocol):
    """Plans and their bursts. A plan is live until it has ended."""

    async def add_plan(self, plan: Plan, person: str, act: str, key: str = "") -> bool:
        """A plan that a person ordered, with the act in that person's name. `key` is that of the document
        whose plan it is, if it is one's.

        Changes nothing where a plan of this id is there already. Returns whether it is new.
        """
        ...

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        """The newest state of these bursts, the receipts owed for it as (source, document, body), and the
        plans (by id) that have ended and are settled. `plans` are those that played from memory and are not
        in the ledger yet."""
        ...

    def live(self) -> list[str]:
        """The ids of the live plans, in the order of their start."""
        ...

    def unsettled(self) -> list[str]:
        """The ids of the plans that a judgement has ended and that `record` has not settled yet."""
        ...

    def since(self, start: datetime) -> list[PlanRow]:
        """The plans that start at this time or later, in the order of their start."""
        ...

    def plan(self, plan: str) -> PlanRow | None:
        """The plan of this id with its bursts."""
        ...

    def plans(self, key: str) -> list[PlanRow]:
        """The plans of one document, in the order of their start."""
        ...
