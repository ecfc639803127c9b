"""Openhorn units on one line. Written from docs/openhorn.md alone, without the codec of the driver, to check
both."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cobs import cobs
from fastcrc import crc16

from drivers.errors import LinkLost
from drivers.link import Link
from firmware_sim.openhorn_unit import OK, STALE, Order, Unit
from firmware_sim.speaker import Speaker

TURNAROUND_S: Final = 0.003
"""Seconds from the end of a question to its answer. §7 allows 20 ms."""
GAP_S: Final = 0.25
"""A frame with a pause of more seconds in it is dropped (§2)."""
REOPEN_S: Final = 0.1
"""Seconds before a lost link is opened again. Our choice."""


class OpenhornBus:
    """Serves one Link for several Speakers, by unit address. `units` keep their memory when the link is lost.

    `capacity` is the buffer of each unit in chunks. `measures`: the units have a current sensor. `groups` are
    the group addresses of all units. `revision` is that of the specification. `rejected` counts damaged,
    forged and replayed frames.
    """

    def __init__(
        self,
        link: Link,
        speakers: Mapping[int, Speaker],
        key: bytes,
        *,
        key_id: int = 1,
        capacity: int = 2048,
        measures: bool = True,
        groups: frozenset[int] = frozenset(),
        revision: int = 2,
    ) -> None:
        self.units = {
            unit: Unit(speaker, capacity, measures, groups, revision) for unit, speaker in speakers.items()
        }
        self.rejected = 0
        self._link, self._key, self._key_id = link, key, key_id
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until cancelled. A lost link is opened again; meanwhile the units play the chunks in their
        buffers."""
        try:
            while True:
                try:
                    await self._link.open()
                    await self._serve()
                except LinkLost:
                    await asyncio.sleep(REOPEN_S)
        finally:
            for unit in self.units.values():
                unit.power_off()
            for answer in self._answers:
                answer.cancel()

    async def _serve(self) -> None:
        part, last = b"", float("-inf")
        while True:
            chunk = await self._link.read()
            if chunk.at - last > GAP_S:
                part = b""
            last = chunk.at
            *whole, part = (part + chunk.data).split(b"\0")
            part = part[-255:]
            for wire in whole:
                order = self._opened(wire) if wire else None
                if order:
                    self._obey(order)

    def _opened(self, part: bytes) -> Order | None:
        try:
            inner = bytes(cobs.decode(part))
        except cobs.DecodeError:
            inner = b""
        good = 22 <= len(inner) == inner[11] + 22 and crc16.genibus(inner[:-2]) == int.from_bytes(
            inner[-2:], "big"
        )
        tag = hmac.digest(self._key, inner[:-10], sha256)[:8]
        if (
            not good
            or inner[1] != self._key_id
            or inner[0] >> 4 != 1
            or not hmac.compare_digest(tag, inner[-10:-2])
        ):
            self.rejected += 1
            return None
        dst, counter = int.from_bytes(inner[2:4], "big"), int.from_bytes(inner[5:11], "big")
        return Order(inner[0] & 15, dst, inner[4], inner[1], counter, inner[12:-10])

    def _obey(self, order: Order) -> None:
        if order.type & 8:
            return
        for unit in self.units.values():
            unit.speaker.drain()
            if unit.speaker.dead or not unit.hears(order):
                continue
            fresh = unit.fresh(order)
            self.rejected += not fresh
            result = unit.act(order) if fresh else STALE
            if order.dst == unit.speaker.unit and order.type != 3:
                answer = asyncio.create_task(self._answer(unit, order, result))
                self._answers.add(answer)
                answer.add_done_callback(self._answers.discard)

    async def _answer(self, unit: Unit, order: Order, result: int) -> None:
        faults = unit.speaker.faults
        payload = unit.status(order.counter, result)
        healthy = order.type == 0 and result == OK
        if healthy:
            payload += unit.health()
        await asyncio.sleep(TURNAROUND_S + faults.late)
        unit.counter = max(unit.counter, unit.last[(order.src, order.key_id)]) + 1
        inner = (
            bytes([0x1A if healthy else 0x19, order.key_id])
            + order.src.to_bytes(2, "big")
            + bytes([unit.speaker.unit])
        )
        inner += unit.counter.to_bytes(6, "big") + bytes([len(payload)]) + payload
        inner += hmac.digest(self._key, inner, sha256)[:8]
        wire = bytes(cobs.encode(inner + crc16.genibus(inner).to_bytes(2, "big"))) + b"\0"
        try:
            await self._link.write(faults.garble(wire))
        except LinkLost:
            return
