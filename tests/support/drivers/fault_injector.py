"""A fault injector between a driver's port and a simulated line.

It spoils octets, holds them, and pulls the cable. For the proof of wire faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from drivers.errors import LinkLost
from drivers.link import Link

Spoil = Callable[[bytes], Iterable[tuple[float, bytes]]]
"""Turns octets that came into pieces, each with the seconds for which it is held."""


def clean(data: bytes) -> Iterable[tuple[float, bytes]]:
    return [(0.0, data)]


class Injector:
    """Pumps between `near` (the driver's cable) and `far` (the units').

    Both ways go through `spoil`, which may be changed at any time.
    """

    def __init__(self, near: Link, far: Link, spoil: Spoil = clean) -> None:
        self.near, self.far, self.spoil = near, far, spoil
        self._pumps: list[asyncio.Task[None]] = []

    async def plug(self) -> None:
        await self.near.open()
        await self.far.open()
        ways = ((self.near, self.far), (self.far, self.near))
        self._pumps = [asyncio.create_task(self._pump(*way)) for way in ways]

    async def unplug(self) -> None:
        """Pull both cables; the driver's port is gone until `plug`."""
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        await self.near.close()
        await self.far.close()

    async def _pump(self, source: Link, sink: Link) -> None:
        with suppress(LinkLost):
            while True:
                chunk = await source.read()
                for held, piece in self.spoil(chunk.data):
                    await asyncio.sleep(held)
                    if piece:
                        await sink.write(piece)
