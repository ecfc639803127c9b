"""Long computations in slices of a few milliseconds: the same thread stops speakers, and must be free soon.

A computation is a generator that yields between its slices and returns its result.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Slices = Generator[None, None, T]


async def gently(work: Slices[T]) -> T:
    """The result of a computation. Other tasks run between its slices."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
        await asyncio.sleep(0)


def at_once(work: Slices[T]) -> T:
    """The result of a computation, without a pause."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
