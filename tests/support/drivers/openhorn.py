"""Openhorn units and their driver at the two ends of a line. For the tests of both."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from drivers import Fact, Fault, Finished, Refused, Report, Sound
from drivers.errors import DriverError
from drivers.link.memory import MemoryEnd, Wire, pair
from drivers.openhorn.bodies import AudioChunk
from drivers.openhorn.driver import OpenhornDriver
from drivers.openhorn.frames import Decoder, Frame
from drivers.sound import AdpcmState, adpcm_decode, adpcm_encode, alaw_decode, alaw_encode, pcm, samples
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Heard, Speaker
from tests.support.tasks import running

KEY_FILE = Path(__file__).parents[1] / "field.key"
"""The key of all lines here, in hex."""
KEY = bytes.fromhex(KEY_FILE.read_text("ascii"))
TOKEN = bytes.fromhex("a1b2c3d4e5f60718")


def speech(seconds: float, rate: int = 8000) -> bytes:
    at = np.arange(int(seconds * rate)) / rate
    return pcm(np.rint(7000 * np.sin(2 * np.pi * 300 * at) * np.sin(2 * np.pi * 2.7 * at)).astype(np.int16))


def sound(data: bytes, rate: int = 8000, *, pace: float = 0.0, block: int = 4001) -> Sound:
    async def open_() -> AsyncIterator[bytes]:
        for begin in range(0, len(data), block):
            await asyncio.sleep(pace)
            yield data[begin : begin + block]

    return Sound(rate, open_, len(data) / 2 / rate)


def through(data: bytes, codec: str = "adpcm") -> bytes:
    """PCM at 8 kHz as a unit must have heard it."""
    heard = samples(data)
    if codec == "alaw":
        return pcm(alaw_decode(alaw_encode(heard)))
    return pcm(adpcm_decode(adpcm_encode(heard, AdpcmState())[0], AdpcmState())[0])


def noisy(rate: float, seed: int) -> Wire:
    chance = random.Random(seed)

    def wire(data: bytes) -> Iterable[tuple[float, bytes]]:
        return [(0.0, bytes(o ^ chance.randrange(1, 256) if chance.random() < rate else o for o in data))]

    return wire


@dataclass
class Village:
    driver: OpenhornDriver
    bus: OpenhornBus
    near: MemoryEnd
    speakers: dict[int, Speaker]
    reports: list[Report] = field(default_factory=list)

    def facts(self, unit: int, token: bytes | None = TOKEN) -> list[Fact]:
        return [report.fact for report in self.reports if report.target == unit and report.token == token]

    def end(self, unit: int) -> Fact:
        """The one fact that ended the burst there."""
        ends = [fact for fact in self.facts(unit) if isinstance(fact, Finished | Refused | Fault)]
        assert len(ends) == 1, ends
        return ends[0]

    def error(self, unit: int) -> DriverError:
        """The error that ended the burst there."""
        end = self.end(unit)
        assert isinstance(end, Fault | Refused), end
        return end.error

    def said(self, unit: int) -> list[Heard]:
        return self.speakers[unit].heard

    def frames(self) -> list[Frame]:
        decoder, frames = Decoder({1: KEY}), []
        for chunk in self.near.sent:
            frames += decoder.feed(chunk.data, chunk.at)
        return frames

    def pushed(self) -> list[int]:
        return [frame.body.index for frame in self.frames() if isinstance(frame.body, AudioChunk)]


@asynccontextmanager
async def village(
    units: int = 1,
    baud: int = 115200,
    codec: str = "adpcm",
    wall: Callable[[], int] = lambda: 0x67000000,
    **sim: int,
) -> AsyncIterator[Village]:
    near, far = pair(baud)
    speakers = {unit: Speaker(f"horn {unit}", unit) for unit in range(1, units + 1)}
    bus = OpenhornBus(far, speakers, KEY, **sim)  # type: ignore[arg-type]
    loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    driver = OpenhornDriver(near, speakers, KEY, wall=lambda: wall() + int(loop.time() - began), codec=codec)
    place = Village(driver, bus, near, speakers)
    async with running(bus.run(), driver.run(place.reports.append), settle_s=0.01):
        yield place
