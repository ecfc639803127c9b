"""A list that is read while it is still being written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Growing(Generic[T]):
    """Each reader gets every item from the first on, in order, as soon as it is there, and in the end what the writer raised."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.ended = False
        self.error: BaseException | None = None
        self._more = asyncio.Event()

    def add(self, item: T) -> None:
        self.items.append(item)
        self._tell()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes; `error` says why, where that is too early."""
        self.ended, self.error = True, error
        self._tell()

    async def __aiter__(self) -> AsyncIterator[T]:
        taken = 0
        while True:
            while taken < len(self.items):
                taken += 1
                yield self.items[taken - 1]
            if self.error:
                raise self.error
            if self.ended:
                return
            await self._more.wait()

    async def whole(self) -> list[T]:
        """All of it. Raises what the writer raised."""
        return [item async for item in self]

    def _tell(self) -> None:
        more, self._more = self._more, asyncio.Event()
        more.set()
