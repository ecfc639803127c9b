"""Fixtures that every test may use."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

import pytest


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
        super().__init__(_Leap(self))

    def time(self) -> float:
        return self.now


@pytest.fixture
def virtual() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end in virtual time."""

    def run(story: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(story)

    return run
