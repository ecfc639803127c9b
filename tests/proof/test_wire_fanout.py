"""A county of RS-485 buses in virtual time.

The time until the last unit has its order is compared with the arithmetic of the line. Only the wire's time
counts: silences, turns, time-outs. The bench measures the computer's share.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from drivers import EVERYONE, Accepted, Fault, Report, Units, Utterance
from drivers.link.memory import MemoryEnd, pair
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import silence
from drivers.modbus.profile import load
from firmware_sim.modbus import ModbusBus
from firmware_sim.speaker import Speaker

Virtual = Callable[[Awaitable[Any]], Any]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LINES, UNITS = 313, 32
SOME: Final = LINES if os.environ.get("TONGLUO_FULL") else 64
"""Lines where more of them show nothing new."""
ANSWER_S: Final = 0.005
"""What a unit takes to answer beyond the silence that ends the question; the arithmetic and the simulated
unit have the same."""
TIMEOUT_S, TURNAROUND_S = 0.3, 0.1
FRAME = 8


def transaction(baud: int) -> float:
    """The time of a write and its echo, 8N1, by the line's arithmetic.

    Two frames, two silences of 3.5 characters, and the unit's time to answer.
    """
    quiet = 0.00175 if baud > 19200 else 35 / baud
    return 2 * FRAME * 10 / baud + 2 * quiet + ANSWER_S


@dataclass
class Bus:
    driver: ModbusDriver
    near: MemoryEnd
    speakers: dict[int, Speaker]
    reports: list[Report]

    def accepted(self, token: bytes) -> dict[int, float]:
        return {
            report.target: report.at
            for report in self.reports
            if report.token == token and isinstance(report.fact, Accepted)
        }


async def county(
    baud: int, story: Callable[[list[Bus]], Awaitable[None]], lines: int = LINES, broadcast: bool = False
) -> None:
    clips = {str(n): {"meaning": "clip", "seconds": 60} for n in (1, 2, 7)}
    pace = {"broadcast": broadcast, "turnaround_ms": TURNAROUND_S * 1000, "timeout_ms": TIMEOUT_S * 1000}
    profile = load("icpdas-alm-04-mrtu", {"clips": clips, "bus": pace})
    buses, tasks = [], []
    for _ in range(lines):
        near, far = pair(baud)
        speakers = {unit: Speaker(f"{unit}", unit) for unit in range(1, UNITS + 1)}
        bus = Bus(ModbusDriver(near, dict.fromkeys(speakers, profile)), near, speakers, [])
        tasks.append(asyncio.create_task(ModbusBus(far, speakers, profile, thinking=ANSWER_S).run()))
        tasks.append(asyncio.create_task(bus.driver.run(bus.reports.append)))
        buses.append(bus)
    await asyncio.sleep(0.01)
    await story(buses)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def play(buses: list[Bus], units: Units, token: bytes, seconds: float) -> float:
    """Order all buses to play; the loop time of the order.

    Comes back after `seconds`, the playing goes on.
    """
    began = asyncio.get_running_loop().time()
    playing = [asyncio.create_task(bus.driver.play(units, Utterance(token, clip=1))) for bus in buses]
    await asyncio.sleep(seconds)
    for task in playing:
        task.cancel()
    await asyncio.gather(*playing, return_exceptions=True)
    return began


@pytest.mark.parametrize(("baud", "most"), [(9600, 1.10), (115200, 1.25)])
def test_the_last_of_ten_thousand_units_has_its_order_within_the_lines_arithmetic(
    virtual: Virtual, baud: int, most: float
) -> None:
    async def story(buses: list[Bus]) -> None:
        began = await play(buses, range(1, UNITS + 1), b"burst001", 3.0)
        orders = [bus.accepted(b"burst001") for bus in buses]
        assert sum(map(len, orders)) == LINES * UNITS
        last = max(max(accepted.values()) for accepted in orders) - began
        limit = UNITS * transaction(baud)
        print(
            f"\n{LINES} x {UNITS} at {baud}: last {last:.3f} s, arithmetic {limit:.3f} s, "
            f"ratio {last / limit:.3f}"
        )
        assert last <= most * limit

    virtual(county(baud, story))


@pytest.mark.parametrize("baud", [9600, 115200])
def test_a_group_call_takes_its_frame_and_the_turnaround(virtual: Virtual, baud: int) -> None:
    async def story(buses: list[Bus]) -> None:
        began = await play(buses, EVERYONE, b"burst001", 1.0)
        sounds = [speaker.heard[0].began - began for bus in buses for speaker in bus.speakers.values()]
        assert len(sounds) == SOME * UNITS
        heard = FRAME * 10 / baud + silence(baud) + ANSWER_S
        following = max(bus.near.sent[1].at for bus in buses) - began
        limit = FRAME * 10 / baud + TURNAROUND_S
        print(
            f"\ngroup call at {baud}: sounds after {max(sounds):.4f} s, line free after {following:.4f} "
            f"s of {limit:.4f} s"
        )
        assert max(sounds) <= 1.2 * heard
        assert following <= 1.2 * limit

    virtual(county(baud, story, SOME, broadcast=True))


@pytest.mark.parametrize("baud", [9600, 115200])
def test_one_dead_unit_of_each_bus_costs_one_time_out_when_new_and_is_asked_last_when_known(
    virtual: Virtual, baud: int
) -> None:
    async def story(buses: list[Bus]) -> None:
        for number, bus in enumerate(buses):
            bus.speakers[number % UNITS + 1].faults.dead = True
        one = transaction(baud)
        began = await play(buses, range(1, UNITS + 1), b"burst001", 3.0)
        new = max(max(bus.accepted(b"burst001").values()) for bus in buses) - began
        for bus in buses:
            faults = [report for report in bus.reports if isinstance(report.fact, Fault)]
            assert len(faults) == 1
        began = await play(buses, range(1, UNITS + 1), b"burst002", 3.0)
        known = max(max(bus.accepted(b"burst002").values()) for bus in buses) - began
        healthy = (UNITS - 1) * one
        print(f"\none dead at {baud}: new {new:.3f} s, known {known:.3f} s, healthy alone {healthy:.3f} s")
        assert new <= 1.25 * healthy + TIMEOUT_S + one
        assert known <= 1.25 * healthy

    virtual(county(baud, story, SOME))


@pytest.mark.parametrize("baud", [9600, 115200])
def test_an_urgent_command_overtakes_a_running_round_within_two_transactions(
    virtual: Virtual, baud: int
) -> None:
    """The one under way, and its own; with eight plays and a sweep of polls waiting besides."""

    async def story(buses: list[Bus]) -> None:
        one = transaction(baud)
        loop = asyncio.get_running_loop()
        waits = []

        async def urgent(bus: Bus, number: int) -> None:
            rounds = [
                asyncio.create_task(
                    bus.driver.play(range(first, first + 4), Utterance(bytes([first]) * 8, clip=1))
                )
                for first in range(1, UNITS + 1, 4)
            ]
            polls = [asyncio.create_task(bus.driver.status(unit)) for unit in range(1, UNITS + 1)]
            await asyncio.sleep(one * (0.5 + number / 8 * 29))  # at every stage of a transaction
            asked = loop.time()
            await bus.driver.stop([UNITS])
            waits.append(loop.time() - asked)
            for task in (*rounds, *polls):
                task.cancel()
            await asyncio.gather(*rounds, *polls, return_exceptions=True)

        await asyncio.gather(*(urgent(bus, number) for number, bus in enumerate(buses)))
        print(f"\nurgent at {baud}: worst {max(waits) * 1000:.1f} ms, two transactions {2000 * one:.1f} ms")
        assert len(waits) == 8
        assert max(waits) <= 1.25 * 2 * one

    virtual(county(baud, story, lines=8))


@pytest.mark.parametrize("baud", [9600, 115200])
def test_a_preemption_in_mid_round_costs_the_new_round_and_two_transactions(
    virtual: Virtual, baud: int
) -> None:
    async def story(buses: list[Bus]) -> None:
        one = transaction(baud)
        loop = asyncio.get_running_loop()
        lasts = []

        async def preempt(bus: Bus) -> None:
            first = asyncio.create_task(bus.driver.play(range(1, UNITS + 1), Utterance(b"burst001", clip=1)))
            await asyncio.sleep(one * UNITS / 2)
            asked = loop.time()
            stopping = asyncio.create_task(bus.driver.stop(range(1, UNITS + 1)))
            await asyncio.sleep(0)
            second = asyncio.create_task(bus.driver.play(range(1, UNITS + 1), Utterance(b"burst002", clip=2)))
            await asyncio.sleep(one * (UNITS + 4))
            lasts.append(max(bus.accepted(b"burst002").values()) - asked)
            assert len(bus.accepted(b"burst002")) == UNITS
            for task in (first, second, stopping):
                task.cancel()
            await asyncio.gather(first, second, stopping, return_exceptions=True)

        await asyncio.gather(*map(preempt, buses))
        print(f"\npre-emption at {baud}: last {max(lasts):.3f} s, its round alone {UNITS * one:.3f} s")
        assert max(lasts) <= 1.10 * UNITS * one + 2 * one

    virtual(county(baud, story, lines=8))
