"""The troubles of a story beside its crashes: of lines, speakers, voice, disk and clock.

Each begins at a moment and lasts for a while.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import apsw

from drivers.link.memory import MemoryEnd, Wire, clean
from tests.support.county import LINES, SPEAKERS
from tests.support.voices import Engine
from tests.support.world import World

Undo = Callable[[], None]
Apply = Callable[["Trouble", World, Engine | None], Undo]

BIT_ERROR_RATE = 1e-3
"""Noise under which most short frames still get through."""
AFTERMATH_S = 12.0
"""A trouble is not quite over when its cause is: a line is opened again after five seconds at most, a unit
starves for ten."""

CUT = "slow after a power cut"
"""The daemon dies, and finds a clock it trusts minutes or hours behind."""
KINDS = {
    "lines": ("unplug", "noise", "stall"),
    "speakers": ("dead", "reboot", "forget", "mute", "slow", "busy"),
    "voice": ("raises", "hangs", "slow voice"),
    "disk": ("full", "eio", "readonly"),
    "clock": ("forward", "back", "untrusted", CUT, CUT),
}
"""By theme of a story."""


@dataclass
class Trouble:
    """One fault: `where` is a line's name or a speaker's id. `began` and `ended` are the loop's times."""

    kind: str
    where: str
    delay: float
    seconds: float
    began: float | None = None
    ended: float | None = None
    speakers: frozenset[str] = field(default_factory=frozenset)

    async def happen(self, world: World, engine: Engine | None) -> None:
        await asyncio.sleep(self.delay)
        self.speakers = self._speakers()
        world.note(f"TROUBLE {self.kind} {self.where} for {self.seconds:.1f} s")
        self.began = world.now
        undo = _APPLY[self.kind](self, world, engine)
        await asyncio.sleep(self.seconds)
        undo()
        self.ended = world.now
        world.note(f"trouble {self.kind} {self.where} is over")

    def _speakers(self) -> frozenset[str]:
        if self.kind in KINDS["lines"]:
            return frozenset(speaker.id for speaker in SPEAKERS if speaker.line == self.where)
        return frozenset({self.where}) if self.kind in KINDS["speakers"] else frozenset()

    def touches(self, speaker: str, since: float, until: float) -> bool:
        """Whether it bears on what happens at this speaker between two times."""
        if self.began is None or speaker not in self.speakers:
            return False
        return self.began <= until and (self.ended is None or self.ended + AFTERMATH_S >= since)


def draw(theme: str, chance: random.Random) -> list[Trouble]:
    """Some troubles of a theme, spread over the time in which something sounds."""
    if theme == "asked":  # by clock and disk at once
        return [
            Trouble(
                chance.choice(KINDS[of]), "", chance.choice((0.0, 5.0, 20.0)), chance.uniform(20.0, 200.0)
            )
            for of in ("clock", "disk")[: chance.choice((1, 2, 2))]
        ]
    if theme not in KINDS:
        return []
    if theme == "disk" and chance.random() < 0.5:
        return [Trouble(chance.choice(KINDS[theme]), "", 0.0, chance.uniform(40.0, 120.0))]
    where = list(LINES) if theme == "lines" else [speaker.id for speaker in SPEAKERS if speaker.id != "b"]
    drawn = [
        Trouble(
            chance.choice(KINDS[theme]),
            chance.choice(where),
            0.0 if theme in ("clock", "disk") and chance.random() < 0.4 else _when(chance),
            chance.choice((1.0, 5.0, 20.0, 90.0)) * chance.uniform(0.5, 1.5),
        )
        for _ in range(1 if theme == "clock" else chance.choice((1, 2, 3)))
    ]
    for one in drawn:
        if one.kind == CUT:  # while something sounds or is about to
            one.delay, one.seconds = chance.uniform(1, 50), max(5.0, one.seconds)
    return drawn


def _when(chance: random.Random) -> float:
    return chance.choice((chance.uniform(0, 40), chance.uniform(0, 900)))


def _unplug(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    end = world.near[trouble.where]
    end.cut()
    return end.mend


def _noise(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    end = world.near[trouble.where]
    chance = random.Random(world.chance.random())

    def flip(data: bytes) -> Iterable[tuple[float, bytes]]:
        damaged = bytearray(data)
        for bit in range(len(damaged) * 8):
            if chance.random() < BIT_ERROR_RATE:
                damaged[bit // 8] ^= 1 << bit % 8
        return [(0.0, bytes(damaged))]

    return _wires(end, flip)


def _stall(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    chance = random.Random(world.chance.random())

    def wait(data: bytes) -> Iterable[tuple[float, bytes]]:
        return [(chance.choice((0.0, 0.0, 0.5, 3.0)), data)]

    return _wires(world.near[trouble.where], wait)


_LAID: WeakKeyDictionary[MemoryEnd, list[Wire]] = WeakKeyDictionary()
"""The troubles of each line now, the latest last. They overlap and end in any order."""


def _wires(end: MemoryEnd, wire: Wire) -> Undo:
    laid = _LAID.setdefault(end, [])

    def lay() -> None:
        end.wire = end.peer.wire = laid[-1] if laid else clean

    def undo() -> None:
        laid.remove(wire)
        lay()

    laid.append(wire)
    lay()
    return undo


def _set(name: str, value: object) -> Apply:
    def apply(trouble: Trouble, world: World, _: Engine | None) -> Undo:
        faults = world.horns[trouble.where].faults
        setattr(faults, name, value)
        return lambda: setattr(faults, name, type(faults)().__getattribute__(name))

    return apply


def _reboot(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    horn = world.horns[trouble.where]
    speaker = next(one for one in SPEAKERS if one.id == trouble.where)
    server = world.servers[speaker.line]
    if hasattr(server, "units"):
        unit = server.units[speaker.unit]
        unit.reboot()
        if trouble.kind == "forget":
            unit.over.clear()
    elif hasattr(server, "reboot"):
        server.reboot()
    else:
        horn.silence()
    return lambda: None


def _voice(trouble: Trouble, _: World, engine: Engine | None) -> Undo:
    assert engine
    engine.trouble = trouble.kind.removesuffix(" voice")

    def undo() -> None:
        engine.trouble = ""

    return undo


def _disk(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    world.ail({"full": apsw.FullError, "eio": apsw.IOError, "readonly": apsw.ReadOnlyError}[trouble.kind])
    return lambda: world.ail(None)


def _clock(trouble: Trouble, world: World, _: Engine | None) -> Undo:
    far = random.Random(world.chance.random()).choice((600.0, 3600.0, 7200.0))
    if trouble.kind == CUT:
        world.crash()
        undo = world.upset_clock(-far, trusted=True)
        world.clock.trusted = True  # another boot: nothing is known of how the clock was before
        return undo
    since_1970 = world.clock.now().timestamp()
    seconds = {"forward": far, "back": -far, "untrusted": 5.0 - since_1970}[trouble.kind]
    return world.upset_clock(seconds, trusted=trouble.kind != "untrusted")


_APPLY = {
    "unplug": _unplug,
    "noise": _noise,
    "stall": _stall,
    "dead": _set("dead", True),
    "mute": _set("mute", True),
    "slow": _set("late", 0.8),
    "busy": _set("busy", True),
    "reboot": _reboot,
    "forget": _reboot,
    **dict.fromkeys(KINDS["voice"], _voice),
    **dict.fromkeys(KINDS["disk"], _disk),
    **dict.fromkeys(KINDS["clock"], _clock),
}
