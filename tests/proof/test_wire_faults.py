"""Bit flips, drops, doubles, stalls and pulled cables on some ports.

Each port is well again within five seconds, and no other port notices. A hundred of each fault in virtual
time over memory lines; a hundred in all over real pseudo-terminals (TONGLUO_FULL=1: a hundred of each).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import pytest

from drivers import Driver
from drivers.errors import DriverError
from drivers.link import Link
from drivers.link.memory import pair
from drivers.link.serialport import SerialLink
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import load
from drivers.openhorn.driver import OpenhornDriver
from firmware_sim.modbus import ModbusBus
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Speaker
from firmware_sim.terminal import Terminal, terminal
from gateway.demo.fastloop import FastLoop
from tests.support.drivers.fault_injector import Injector, clean
from tests.support.drivers.openhorn import KEY
from tests.support.tasks import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
FULL = bool(os.environ.get("TONGLUO_FULL"))
BAUDS: Final = {"modbus": 9600, "openhorn": 115200}
FAULTS: Final = ("flips", "drops", "doubles", "stalls", "unplugged")
LASTS_S: Final = (0.3, 1.5, 4.0)
"""How long faults last, in turn: within the first attempts to open again, and long after them."""
MOST_S: Final = 5.0
SHARE: Final = 0.05
"""Of the octets that are spoilt while a fault lasts: no exchange survives that."""
Spoil = Callable[[bytes], Iterable[tuple[float, bytes]]]


def spoiler(fault: str, chance: random.Random) -> Spoil:
    def octet(value: int) -> bytes:
        if chance.random() >= SHARE:
            return bytes([value])
        return {
            "flips": bytes([value ^ 1 << chance.randrange(8)]),
            "drops": b"",
            "doubles": bytes([value, value]),
        }[fault]

    def spoil(data: bytes) -> Iterable[tuple[float, bytes]]:
        if fault == "stalls":
            return [(chance.uniform(0.3, 1.2), data)]
        return [(0.0, b"".join(map(octet, data)))]

    return spoil


@dataclass
class Port:
    """One driver with its unit. `hurt(fault)` begins a fault, `heal` ends it."""

    driver: Driver
    hurt: Callable[[str], Awaitable[None]]
    heal: Callable[[], Awaitable[None]]
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def asks_until_answered(self) -> float:
        """Seconds of loop time until the unit answers."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            try:
                await self.driver.status(1)
                return loop.time() - began
            except DriverError:
                await asyncio.sleep(0.05)

    async def suffer(self, fault: str, lasts: float) -> None:
        await self.hurt(fault)
        until = asyncio.get_running_loop().time() + lasts
        while asyncio.get_running_loop().time() < until:
            try:
                await self.driver.status(1)
            except DriverError:
                pass
            await asyncio.sleep(0.05)
        await self.heal()
        async with asyncio.timeout(60):
            self.recoveries[fault].append(await self.asks_until_answered())


def wired(protocol: str, near: Link, far: Link, patience: float) -> tuple[Driver, Any]:
    """A driver and the simulated line at its far end; `patience` is how long it waits for an answer."""
    speaker, loop = Speaker("horn", 1), asyncio.get_running_loop()
    if protocol == "modbus":
        profile = load("icpdas-alm-04-mrtu", {"bus": {"timeout_ms": patience * 1000, "late_ms": 300}})
        return ModbusDriver(near, {1: profile}), ModbusBus(far, {1: speaker}, profile)
    driver = OpenhornDriver(near, [1], KEY, wall=lambda: 0x67000000 + int(loop.time()), turnaround=patience)
    return driver, OpenhornBus(far, {1: speaker}, KEY)


@asynccontextmanager
async def memory_port(protocol: str, seed: int) -> AsyncIterator[Port]:
    near, far = pair(BAUDS[protocol])
    driver, bus = wired(protocol, near, far, 0.3 if protocol == "modbus" else 0.1)
    chance = random.Random(seed)

    async def hurt(fault: str) -> None:
        if fault == "unplugged":
            near.cut()
        else:
            near.wire = far.wire = spoiler(fault, chance)

    async def heal() -> None:
        near.wire = far.wire = clean
        if near.unplugged:
            near.mend()

    async with running(bus.run(), driver.run(lambda report: None), settle_s=0.2):
        yield Port(driver, hurt, heal)


@asynccontextmanager
async def terminal_port(protocol: str, seed: int, folder: Path) -> AsyncIterator[Port]:
    baud, name = BAUDS[protocol], f"{protocol}-{seed}"
    far = terminal(folder / f"{name}-far", baud)
    await far.open()
    injector = Injector(Terminal(folder / name, baud), SerialLink(str(folder / f"{name}-far"), baud))
    await injector.plug()
    driver, bus = wired(protocol, SerialLink(str(folder / name), baud), far, 1.5)
    chance = random.Random(seed)

    async def hurt(fault: str) -> None:
        if fault == "unplugged":
            await injector.unplug()
        else:
            injector.spoil = spoiler(fault, chance)

    async def heal() -> None:
        if injector.spoil is clean:
            await injector.plug()
        injector.spoil = clean

    async with running(bus.run(), driver.run(lambda report: None), settle_s=0.2):
        yield Port(driver, hurt, heal)
    await injector.unplug()
    await far.close()


async def asked(port: Port) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await port.driver.status(1)
    return loop.time() - began


async def observe(
    ports: list[Port], seconds: float | None, work: Awaitable[Any] | None
) -> tuple[list[float], int]:
    """Ask healthy ports all the time, for some seconds or while `work` lasts.

    Returns the latencies and the number of failures.
    """
    latencies, failed = list[float](), 0

    async def watch_one(port: Port) -> None:
        nonlocal failed
        while True:
            try:
                latencies.append(await asked(port))
            except DriverError:
                failed += 1
            await asyncio.sleep(0.1)

    watching = [asyncio.create_task(watch_one(port)) for port in ports]
    if work:
        await work
    else:
        await asyncio.sleep(seconds or 0.0)
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return latencies, failed


def show(ports: list[Port]) -> float:
    """Print the recoveries by fault; the worst of all."""
    everything: defaultdict[str, list[float]] = defaultdict(list)
    for port in ports:
        for fault, took in port.recoveries.items():
            everything[fault] += took
    for fault, took in everything.items():
        print(
            (
                f"\n{fault}: {len(took)} times, median {sorted(took)[len(took) // 2]:.2f} s, "
                f"worst {max(took):.2f} s"
            ),
            end="",
        )
    return max(max(took) for took in everything.values())


@pytest.mark.parametrize("protocol", ["modbus", "openhorn"])
def test_every_fault_a_hundred_times_over_in_virtual_time(virtual: Callable[..., Any], protocol: str) -> None:
    async def story() -> None:
        async with (
            memory_port(protocol, 1) as one,
            memory_port(protocol, 2) as two,
            memory_port("modbus", 3) as calm,
            memory_port("openhorn", 4) as quiet,
        ):
            before, _ = await observe([calm, quiet], 60.0, None)

            async def trouble() -> None:
                for number in range(50):
                    lasts = LASTS_S[number % len(LASTS_S)]
                    for fault in FAULTS:
                        await asyncio.gather(one.suffer(fault, lasts), two.suffer(fault, lasts))

            during, failed = await observe([calm, quiet], None, trouble())
            worst = show([one, two])
            assert {fault: len(took) * 2 for fault, took in one.recoveries.items()} == dict.fromkeys(
                FAULTS, 100
            )
            assert worst <= MOST_S
            p99 = [quantiles(latencies, n=100)[98] for latencies in (before, during)]
            print(
                f"\nother ports: p99 {p99[0] * 1000:.1f} ms before, {p99[1] * 1000:.1f} ms during, "
                f"failed {failed}"
            )
            assert failed == 0
            assert p99[1] <= 1.1 * p99[0]

    virtual(story())


def test_a_hundred_faults_over_real_pseudo_terminals(tmp_path: Path) -> None:
    """Twice as fast as on the wall, twenty ports hurt at once and two left alone."""

    async def story() -> None:
        hurt, rounds = 20, 20 if FULL else 1
        async with many(hurt, tmp_path) as (ports, calm):
            turns = [
                FAULTS[(number + turn) % len(FAULTS)] for turn in range(5 * rounds) for number in range(hurt)
            ]

            async def one(number: int) -> None:
                for turn, fault in enumerate(turns[number::hurt]):
                    await ports[number].suffer(fault, LASTS_S[(number + turn) % 2])

            async def trouble() -> None:
                await asyncio.gather(*(one(number) for number in range(hurt)))

            _, failed = await observe(calm, None, trouble())
            worst = show(ports)
            print(f"\n{len(turns)} faults, other ports failed {failed} times")
            assert sum(len(took) for port in ports for took in port.recoveries.values()) == len(turns)
            assert worst <= MOST_S
            assert failed == 0

    with asyncio.Runner(loop_factory=lambda: FastLoop(2)) as runner:
        runner.run(story())


@asynccontextmanager
async def many(hurt: int, folder: Path) -> AsyncIterator[tuple[list[Port], list[Port]]]:
    async with AsyncExitStack() as stack:
        protocols = ["modbus", "openhorn"]
        ports = [
            await stack.enter_async_context(terminal_port(protocols[number % 2], number, folder))
            for number in range(hurt + 2)
        ]
        yield ports[:hurt], ports[hurt:]
