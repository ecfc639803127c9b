"""A driver of the registry and its simulator at the two ends of a memory line, for the contract suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from math import inf
from operator import add
from typing import Any, Protocol

from drivers import (
    EVERYONE,
    Capability,
    Fact,
    Fault,
    Finished,
    Proved,
    Refused,
    Report,
    Sound,
    Units,
    Utterance,
)
from drivers.errors import Busy, DriverError
from drivers.link import Chunk
from drivers.link.memory import MemoryEnd, Wire, clean, pair
from drivers.protocol import LineSpec
from drivers.registry import PROTOCOLS, open_line
from firmware_sim.speaker import Heard, Speaker
from tests.support.tasks import running

Content = str | bytes | tuple[int, ...]
"""A text, PCM or the numbers of clips."""


class Simulator(Protocol):
    """Serves one end of a line until cancelled."""

    async def run(self) -> None: ...


@dataclass(frozen=True)
class Burst:
    """Something to play that a listener tells from its member's other burst."""

    content: Content
    """All that must be heard of it."""
    text: str | None = None
    sound: Sound | None = None
    clip: int | None = None
    tone: int | None = None

    def utterance(self, token: bytes, **more: Any) -> Utterance:
        return Utterance(token, text=self.text, sound=self.sound, clip=self.clip, tone=self.tone, **more)

    def owns(self, heard: Heard) -> bool:
        """Whether it is this burst, or a part of it, that was heard."""
        content = _content(heard)
        if isinstance(content, str) and isinstance(self.content, str):
            return content in self.content
        return _begins(self.content, content)


@dataclass(frozen=True)
class Member:
    """One driver in the contract suite: how its line is built and what its hardware can tell and remember."""

    protocol: str
    """Its name in the registry."""
    keys: Mapping[str, object]
    """The keys of its `[[line]]` that belong to the protocol."""
    line: LineSpec
    """The line that the registry opens, with all its units."""
    baud: int
    """Bits a second of the memory line."""
    simulator: Callable[[MemoryEnd, Mapping[int, Speaker]], Simulator]
    """Builds the simulator of all units at the far end."""
    bursts: tuple[Burst, Burst]
    """Two bursts of three seconds or more."""
    rungs: tuple[Fact, ...]
    """The facts of a burst that goes well, in order; the last is its end. Proved: the hardware measures."""
    time_out: float
    """The longest time in seconds by which a silent unit may delay the others."""
    decline: Callable[[Any, int], None]
    """Makes the simulator's unit understand and decline every order to play from now on."""
    busy: type[DriverError] = Busy
    """The error of a unit in use. Not Busy: the hardware has no answer for that, and the order is refused."""
    known_late: float = inf
    """For so many seconds after a time-out the driver tells a late answer from a new one. Always, where
    answers name their question."""
    remembers: bool = False
    """Its units remember tokens."""
    asks_again: bool = False
    """After a lost or damaged answer the driver can find out whether the unit has taken the order."""
    stream: bool = False
    """The link is a stream. Its octets are never damaged; out of step, it is opened again."""

    @property
    def units(self) -> list[int]:
        return sorted(self.line.units)

    @property
    def end(self) -> Finished:
        end = self.rungs[-1]
        assert isinstance(end, Finished)
        return end

    @property
    def proves(self) -> bool:
        return any(isinstance(fact, Proved) for fact in self.rungs)


@dataclass
class Bench:
    """One member's line, running. Every `play` asserts that the burst ended exactly once at every unit."""

    member: Member
    near: MemoryEnd = field(init=False)
    far: MemoryEnd = field(init=False)
    speakers: dict[int, Speaker] = field(init=False)
    simulator: Simulator = field(init=False)
    reports: list[Report] = field(default_factory=list)
    _tokens: int = 0

    def __post_init__(self) -> None:
        self.near, self.far = pair(self.member.baud)
        self.speakers = {unit: Speaker(f"horn {unit}", unit) for unit in self.member.units}
        self.simulator = self.member.simulator(self.far, self.speakers)
        keys = PROTOCOLS[self.member.protocol].keys.model_validate(self.member.keys)
        self.driver, _ = open_line(self.member.protocol, keys, self.member.line, self.near)

    @property
    def units(self) -> list[int]:
        return self.member.units

    @property
    def first(self) -> Burst:
        return self.member.bursts[0]

    @property
    def second(self) -> Burst:
        return self.member.bursts[1]

    # What the driver is asked and says

    def token(self) -> bytes:
        """A token that nobody has used: eight octets of a hash, as in the field."""
        self._tokens += 1
        return sha256(bytes([self._tokens])).digest()[:8]

    async def play(self, units: Units, burst: Burst, token: bytes | None = None, **more: Any) -> list[Fact]:
        """Play to the end. Returns the end at each unit, in the order of `units`."""
        return await self.play_as(units, burst.utterance(token or self.token(), **more))

    async def play_as(self, units: Units, utterance: Utterance) -> list[Fact]:
        before = len(self.reports)
        await self.driver.play(units, utterance)
        meant = self.units if units is EVERYONE else list(units)
        ends = [self._ends(unit, utterance.token, self.reports[before:]) for unit in meant]
        assert [len(each) for each in ends] == [1] * len(meant), ends
        return [each for (each,) in ends]

    def start(self, units: Units, burst: Burst, token: bytes | None = None) -> asyncio.Task[list[Fact]]:
        return asyncio.create_task(self.play(units, burst, token))

    def facts(self, unit: int, token: bytes | None) -> list[Fact]:
        return [report.fact for report in self.reports if (report.target, report.token) == (unit, token)]

    def lost(self) -> list[int]:
        """The units of which a Fault of no burst was reported."""
        return sorted({r.target for r in self.reports if r.token is None and isinstance(r.fact, Fault)})

    @staticmethod
    def _ends(unit: int, token: bytes, reports: Collection[Report]) -> list[Fact]:
        """The ends of one play; nothing may be said of it after its end."""
        facts = [report.fact for report in reports if (report.target, report.token) == (unit, token)]
        ends: list[Fact] = [fact for fact in facts if isinstance(fact, Finished | Refused | Fault)]
        assert not ends or facts[-1] is ends[-1], facts
        return ends

    # What was heard

    def heard(self, unit: int, burst: Burst) -> list[Heard]:
        return [heard for heard in self.speakers[unit].heard if burst.owns(heard)]

    def begun(self, unit: int, burst: Burst) -> int:
        """How often its beginning was heard."""
        return sum(_begins(burst.content, _content(sound)) for sound in self.heard(unit, burst))

    def whole(self, unit: int, burst: Burst) -> bool:
        """Whether it was heard once, all of it in its order, and nothing of it besides."""
        heard = self.heard(unit, burst)
        return all(sound.whole for sound in heard) and _joined(heard) == burst.content

    @property
    def sounding(self) -> list[int]:
        """The units that sound, or run through a burst without being heard."""
        return [unit for unit, horn in self.speakers.items() if horn.playing or horn.busy_until_end]

    # What happens to the wire

    def spoil_answer(self, number: int, spoil: Wire) -> None:
        """The wire does `spoil` to one answer from now on, counted from 0; all others stay as they are."""
        self.far.wire = _only(number, spoil)

    def spoil_question(self, number: int, spoil: Wire) -> None:
        self.near.wire = _only(number, spoil)

    def withhold(self) -> Callable[[], None]:
        """Keep all answers on the wire. The function returned lets them go and cleans the wire."""
        kept: list[bytes] = []

        def keep(data: bytes) -> list[tuple[float, bytes]]:
            kept.append(data)
            return []

        def let_go() -> None:
            self.far.wire = clean
            self.near.deliver(Chunk(b"".join(kept), now()))

        self.far.wire = keep
        return let_go

    async def occupy(self) -> asyncio.Task[None]:
        """Returns when a question to a silent unit holds the line; orders wait until its time-out."""
        unit = self.units[-1]
        self.speakers[unit].faults.dead = True

        async def ask() -> None:
            with suppress(DriverError):
                await self.driver.status(unit)
            self.speakers[unit].faults.dead = False

        asking = asyncio.create_task(ask())
        await asyncio.sleep(0.001)
        return asking


Story = Callable[[Bench], Awaitable[None]]
"""A course of events on one line."""
OnLine = Callable[[Story], None]
"""Runs a story on a fresh line of the member at hand, as often as it is called."""


@asynccontextmanager
async def bench(member: Member) -> AsyncIterator[Bench]:
    """The line of a member, up and quiet."""
    table = Bench(member)
    async with running(table.simulator.run(), table.driver.run(table.reports.append), settle_s=0.1):
        yield table


def able(burst: Burst) -> Capability:
    """The capability that a unit needs to play it."""
    forms = {
        Capability.TEXT: burst.text,
        Capability.AUDIO: burst.sound,
        Capability.CLIP: burst.clip,
        Capability.TONE: burst.tone,
    }
    return next(capability for capability, form in forms.items() if form is not None)


def failure(end: Fact) -> DriverError:
    """The error of a burst that failed."""
    assert isinstance(end, Fault | Refused), end
    return end.error


def now() -> float:
    return asyncio.get_running_loop().time()


def damaged(data: bytes) -> list[tuple[float, bytes]]:
    """One octet in the middle arrives as another."""
    middle = len(data) // 2
    return [(0.0, data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1 :])]


def with_a_hole(data: bytes) -> list[tuple[float, bytes]]:
    """The second half comes 50 ms after the first."""
    middle = len(data) // 2
    return [(0.0, data[:middle]), (0.05, data[middle:])]


def _only(number: int, spoil: Wire) -> Wire:
    count = iter(range(1_000_000))
    return lambda data: spoil(data) if next(count) == number else clean(data)


def _content(heard: Heard) -> Content:
    if heard.text is not None:
        return heard.text
    return heard.pcm if heard.pcm is not None else (heard.clip or 0,)


def _joined(heard: Sequence[Heard]) -> Content | None:
    if not heard:
        return None
    contents = [_content(sound) for sound in heard]
    return reduce(add, contents)


def _begins(content: Content, heard: Content) -> bool:
    if isinstance(content, str) and isinstance(heard, str):
        return content.startswith(heard)
    if isinstance(content, bytes) and isinstance(heard, bytes):
        return content.startswith(heard)
    return content == heard
