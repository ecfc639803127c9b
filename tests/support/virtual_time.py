"""An event loop whose time leaps. For the fixture `virtual` and for the simulation."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable

from gateway.demo.fastloop import HurriedSelector


class _Leap(HurriedSelector):
    """A selector under which waiting costs nothing: the loop's clock leaps to the next timer instead."""

    def __init__(self, owner: VirtualLoop) -> None:
        super().__init__(1.0)
        self._owner = owner

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("every task waits for something that can never happen")
        if timeout > 0:
            self._owner.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time leaps.

    A day of waiting passes in microseconds, in the same order every time.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.steps = 0
        self.at_step: tuple[int, Callable[[], None]] | None = None
        """At the n-th step of the loop call this, between two steps: a crash that no clock would find."""
        super().__init__(_Leap(self))

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        self.steps += 1
        if self.at_step and self.steps >= self.at_step[0]:
            call, self.at_step = self.at_step[1], None
            call()
        super()._run_once()  # type: ignore[misc]
