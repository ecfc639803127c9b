"""Orders to speakers and the sounds that each caused. For the simulated county."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drivers import EVERYONE, Driver, Units, Utterance
from firmware_sim.openhorn_unit import Unit
from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn


@dataclass(frozen=True)
class Order:
    """One `play` of one life of the daemon, in the loop's time."""

    at: float
    life: int
    line: str
    units: frozenset[int]
    token: bytes


@dataclass
class Said:
    """The sound that one order made at one speaker.

    `ended` is None while it sounds; `whole`: every sentence came to its end.
    """

    speaker: str
    order: Order | None
    token: bytes
    began: float
    ended: float | None = None
    whole: bool = False
    text: str = ""
    clip: int | None = None
    pieces: list[Heard] = field(default_factory=list)

    def close(self) -> Said:
        last = self.pieces[-1]
        self.ended, self.clip = last.ended, last.clip
        self.whole = all(piece.whole for piece in self.pieces)
        self.text = "".join(piece.text or "" for piece in self.pieces)
        return self


class Ears:
    """Stands beside every speaker and between the daemon and its drivers."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self.orders: list[Order] = []
        self._note = note
        self._latest: dict[tuple[str, int], Order] = {}
        self._causes: dict[int, tuple[Order | None, bytes]] = {}
        self._firmware: dict[str, Unit] = {}

    def listen(self, line: str, horn: Horn, firmware: Unit | None = None) -> None:
        """Hear this speaker from now on; where its firmware knows the burst it plays, that is the cause."""
        if firmware:
            self._firmware[horn.name] = firmware

        def told(_: Horn, sound: Heard) -> None:
            if sound.ended is None:
                order = self._latest.get((line, horn.unit))
                token = firmware.token if firmware else (order.token if order else b"")
                self._causes[id(sound)] = (order, token)
                self._note(f"{horn.name} begins {sound.text or sound.clip or 'sound'}")
            else:
                self._note(f"{horn.name} ends{'' if sound.whole else ' CUT OFF'}")

        horn.listeners.append(told)

    def ordered(self, life: int, line: str, units: frozenset[int], token: bytes) -> None:
        order = Order(asyncio.get_running_loop().time(), life, line, units, token)
        self.orders.append(order)
        for unit in units:
            self._latest[line, unit] = order
        self._note(f"order on {line} to {sorted(units)}: {token.hex()}")

    def said(self, horn: Horn) -> list[Said]:
        """Everything heard at a speaker, sentence after sentence of one order joined."""
        found: list[Said] = []
        for piece in horn.heard:
            order, token = self._causes[id(piece)]
            again = found and found[-1].order is order and horn.name not in self._firmware
            if not (again and piece.text):
                found.append(Said(horn.name, order, token, piece.began))
            found[-1].pieces.append(piece)
        return [one.close() for one in found]


class Tapped:
    """A driver whose plays are written down; everything else goes to the driver itself."""

    def __init__(
        self, driver: Driver, tap: Callable[[frozenset[int], bytes], None], all_units: frozenset[int]
    ) -> None:
        self._driver = driver
        self._tap = tap
        self._all = all_units

    async def play(self, units: Units, utterance: Utterance) -> None:
        meant = self._all if units is EVERYONE else frozenset(units)
        self._tap(meant, utterance.token)
        await self._driver.play(units, utterance)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)
