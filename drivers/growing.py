"""A list with readers while its writer still adds to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Growing(Generic[T]):
    """Each reader gets every item, in order and as soon as it is there. At the end it gets the error of the
    writer."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.ended = False
        self.error: BaseException | None = None
        self._more = asyncio.Event()

    def add(self, item: T) -> None:
        self.items.append(item)
        self._wake_readers()

    def end(self, error: BaseException | None = None) -> None:
        """No further item comes. `error` is the reason where the list is incomplete."""
        self.ended, self.error = True, error
        self._wake_readers()

    async def __aiter__(self) -> AsyncIterator[T]:
        read = 0
        while True:
            while read < len(self.items):
                read += 1
                yield self.items[read - 1]
            if self.error:
                raise self.error
            if self.ended:
                return
            await self._more.wait()

    async def whole(self) -> list[T]:
        """All items, once the list has ended. Raises the error of the writer."""
        return [item async for item in self]

    def _wake_readers(self) -> None:
        more, self._more = self._more, asyncio.Event()
        more.set()
