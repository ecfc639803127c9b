"""A noisy line: of a thousand octets one is damaged, one lost and one doubled.

Every clip is heard bit-exact all the same. Most clips run over the paced memory line in virtual time, a few
over real pseudo-terminals. TONGLUO_FULL=1: a thousand clips.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from drivers import EVERYONE, Fact, Fault, Finished, Refused, Utterance
from drivers.link.memory import Wire
from drivers.link.serialport import SerialLink
from drivers.openhorn.driver import OpenhornDriver
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Speaker
from firmware_sim.terminal import Terminal, terminal
from gateway.demo.fastloop import FastLoop
from tests.support.drivers.fault_injector import Injector
from tests.support.drivers.openhorn import KEY, Village, sound, speech, through, village

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
FULL = bool(os.environ.get("TONGLUO_FULL"))
RATE = 1e-3
CLIPS = 1000 if FULL else 40
UNITS = 3
TRIES = 3
"""Delivery's part: it asks again with the same token, which a unit adopts."""


def spoil(data: bytes, chance: random.Random) -> bytes:
    """Each octet is damaged, lost or doubled, RATE each."""
    out = bytearray()
    for octet in data:
        fate = chance.random()
        if fate < RATE:
            out.append(octet ^ 1 << chance.randrange(8))
        elif fate < 2 * RATE:
            continue
        elif fate < 3 * RATE:
            out += bytes([octet, octet])
        else:
            out.append(octet)
    return bytes(out)


def noisy(seed: int) -> Wire:
    chance = random.Random(seed)

    def wire(data: bytes) -> Iterable[tuple[float, bytes]]:
        return [(0.0, spoil(data, chance))]

    return wire


async def deliver(place: Village, units: set[int], utterance: Utterance) -> int:
    """Play until it ended well everywhere; the number of tries."""
    left = set(units)
    for number in range(TRIES):
        seen = len(place.reports)
        await place.driver.play(EVERYONE if left == units else sorted(left), utterance)
        ends: dict[int, Fact] = {
            report.target: report.fact
            for report in place.reports[seen:]
            if report.token == utterance.token and isinstance(report.fact, Finished | Fault | Refused)
        }
        left -= {unit for unit, fact in ends.items() if fact == Finished(known=True)}
        if not left:
            return number + 1
    raise AssertionError(f"not heard at {left}: {ends}")


@pytest.mark.parametrize(("baud", "codec"), [(115200, "adpcm"), (115200, "alaw"), (19200, "adpcm")])
def test_every_clip_is_bit_exact_on_a_noisy_line(virtual: Callable[..., Any], baud: int, codec: str) -> None:
    async def story() -> tuple[int, int, int]:
        async with village(UNITS, baud, codec) as place:
            place.near.wire, place.near.peer.wire = noisy(1), noisy(2)
            units, data = set(range(1, UNITS + 1)), speech(3.0 if baud > 19200 else 1.0)
            expected, tries = through(data, codec), 0
            for number in range(CLIPS):
                token = (number + 1).to_bytes(4, "big") + b"clip"
                tries += await deliver(place, units, Utterance(token, sound=sound(data)))
                for unit in units:
                    (heard,) = place.said(unit)
                    assert heard.pcm == expected
                    assert heard.whole
                    place.said(unit).clear()
            chunks = CLIPS * -(-len(data) // 2 // (400 if codec == "adpcm" else 200))
            return tries, chunks, len(place.pushed())

    tries, chunks, sent = virtual(story())
    print(
        f"\n{CLIPS} clips x {UNITS} units at {baud} {codec}: {sent / chunks:.2f} sends a frame,"
        f" {tries - CLIPS} tried again"
    )
    assert chunks <= sent <= 3.0 * chunks
    assert tries <= CLIPS * 1.1


def test_clips_over_real_pseudo_terminals_are_bit_exact_too(tmp_path: Path) -> None:
    """Driver, injector and unit on two real pairs of pseudo-terminals, four times as fast as on the wall."""

    async def story() -> tuple[int, int]:
        chance = random.Random(11)
        speaker = Speaker("horn", 1)
        injector = Injector(
            Terminal(tmp_path / "near", 115200),
            SerialLink(str(tmp_path / "far"), 115200),
            lambda data: [(0.0, spoil(data, chance))],
        )
        far = terminal(tmp_path / "far", 115200)
        await far.open()
        bus = OpenhornBus(far, {1: speaker}, KEY)
        loop = asyncio.get_running_loop()
        driver = OpenhornDriver(
            SerialLink(str(tmp_path / "near"), 115200), [1], KEY, wall=lambda: 0x67000000 + int(loop.time())
        )
        await injector.plug()
        place = Village(driver, bus, None, {1: speaker})  # type: ignore[arg-type]
        tasks = [asyncio.create_task(work) for work in (bus.run(), driver.run(place.reports.append))]
        await asyncio.sleep(0.5)
        data, tries, clips = speech(1.0), 0, 6
        for number in range(clips):
            tries += await deliver(
                place, {1}, Utterance((number + 1).to_bytes(8, "little"), sound=sound(data))
            )
            (heard,) = speaker.heard
            assert heard.pcm == through(data)
            speaker.heard.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await injector.unplug()
        await far.close()
        return tries, clips

    with asyncio.Runner(loop_factory=lambda: FastLoop(4)) as runner:
        tries, clips = runner.run(story())
    print(f"\n{clips} clips over pseudo-terminals, {tries - clips} tried again, {RATE} each")


def test_the_noise_is_what_it_says() -> None:
    chance = random.Random(5)
    data = bytes(200_000)
    changed = sum(a != b for a, b in zip(data, spoil(data, chance), strict=False))
    assert 150 < changed < 250
