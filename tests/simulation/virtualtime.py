"""An event loop whose time leaps: a day of waiting passes in microseconds, in the same order every time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class _Leap(selectors.BaseSelector):
    """A selector under which waiting costs nothing: the loop's clock leaps to the next timer instead."""

    def __init__(self, loop_owner: VirtualLoop) -> None:
        self._real = selectors.DefaultSelector()
        self._owner = loop_owner

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Any:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("every task waits for something that can never happen")
        if timeout > 0:
            self._owner.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time leaps: a day of waiting passes in microseconds, in the same order every time."""

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
