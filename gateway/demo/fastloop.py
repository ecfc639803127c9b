"""An event loop whose time runs faster than the wall clock, for everything in it alike."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class HurriedSelector(selectors.BaseSelector):
    """A selector that waits `speed` times shorter than it is asked to."""

    def __init__(self, speed: float) -> None:
        self._real = selectors.DefaultSelector()
        self._speed = speed

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
        return self._real.select(timeout / self._speed if timeout and timeout > 0 else timeout)


class FastLoop(asyncio.SelectorEventLoop):
    """`speed` seconds of the loop's time pass in one second of the wall clock. What runs in it needs a
    LoopClock."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(HurriedSelector(speed))

    def time(self) -> float:
        return super().time() * self._speed
