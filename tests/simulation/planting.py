"""The list of planted bugs.

Each names the invariants that must find it: a bug found by another one would prove nothing about these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.delivery.live import Live
from gateway.model.delivery import Burst
from gateway.model.plan import Plan
from gateway.runtime.clock import Clock

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """`plant` breaks the product; one of `breaks` must notice."""

    plant: Callable[[Patch], None]
    breaks: tuple[str, ...]
    theme: str = ""
    """Where it is hunted: in stories of this theme alone; anywhere, if none is named."""

    @property
    def name(self) -> str:
        return self.plant.__name__


def named(name: str) -> Bug:
    return next(bug for bug in ALL if bug.name == name)


ALL: list[Bug] = []


def breaks(*invariants: str, theme: str = "") -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Enters a bug in the list."""

    def enter(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        ALL.append(Bug(plant, invariants, theme))
        return plant

    return enter


def taken_up(patch: Patch, change: Callable[[Plan, Clock, bool], Plan]) -> None:
    """Delivery takes plans up as `change` makes them: told the clock, and whether bursts of it were found in
    the ledger."""
    real = Live.__init__

    def init(
        self: Live, plan: Plan, source: str, roster: Any, clock: Clock, bursts: Sequence[Burst] = ()
    ) -> None:
        real(self, change(plan, clock, bool(bursts)), source, roster, clock, bursts)

    patch.setattr(Live, "__init__", init)
