"""Drills: opened, closed, and ended by a real warning."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.model.drill import Drill
from gateway.model.plan import Plan


class Drills(Protocol):
    """Drills as people opened and closed them. A drill has a number that rises with time."""

    async def open_drill(self, drill: Drill, notice: Plan, at: datetime) -> Drill:
        """Keep the drill, the plan that announces it, and the act. Returns the drill with its number.

        Changes nothing where the same drill is open already.
        """
        ...

    async def close_drill(self, number: int, person: str, at: datetime) -> bool:
        """The drill is over before its time. Returns whether it was open or still to come."""
        ...

    def drills(self, now: datetime) -> list[Drill]:
        """The drills that nobody has closed and that end after `now`, in the order in which they were
        opened."""
        ...

    def real_since(self, start: datetime) -> list[Plan]:
        """The plans of red warnings and of move orders that start at this time or later. They end a drill
        where they are heard."""
        ...
