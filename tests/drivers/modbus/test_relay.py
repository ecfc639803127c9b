"""Power relays: the horn's own, and those of a board on the same line.

Covers drivers/modbus/driver.py and profile.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from drivers import EVERYONE, Accepted, Capability, Finished, Report, Utterance
from drivers.errors import CannotPlay, NoAnswer
from drivers.link.memory import pair
from drivers.modbus.config import ModbusConfig
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import Function, Request
from drivers.modbus.profile import BadProfile, load, parse
from drivers.protocol import LineSpec
from drivers.registry import open_line
from firmware_sim.modbus import ModbusBus
from firmware_sim.speaker import Speaker

Virtual = Callable[[Awaitable[Any]], Any]
HORN, BOARD = "icpdas-alm-04-mrtu", "waveshare-modbus-rtu-relay-8ch"


class Town:
    """Horn 1 with a relay of its own, horns 2 and 3 fed by relays 1 and 8 of the board at address 9."""

    def __init__(self, broadcast: bool = False) -> None:
        self.near, self.far = pair(9600)
        horn, board = load(HORN, {"bus": {"broadcast": broadcast}}), load(BOARD)
        self.speakers = {unit: Speaker(f"horn {unit}", unit) for unit in (1, 2, 3)}
        fed = {unit: [self.speakers[n]] for unit, n in ((1, 1), (1009, 2), (8009, 3))}
        self.bus = ModbusBus(self.far, self.speakers, horn, boards={9: board}, fed=fed)
        kinds = {1: horn, 2: horn, 3: horn, 1009: board, 8009: board}
        self.driver = ModbusDriver(self.near, kinds)
        self.reports: list[Report] = []

    async def live(self, story: Callable[[Town], Awaitable[None]]) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self.bus.run()),
                group.create_task(self.driver.run(self.reports.append)),
            ]
            await asyncio.sleep(0.001)
            await story(self)
            for task in tasks:
                task.cancel()


def in_town(virtual: Virtual, story: Callable[[Town], Awaitable[None]], **town: bool) -> None:
    virtual(Town(**town).live(story))


def test_a_relay_of_a_board_feeds_one_amplifier_and_its_off_silences_it(virtual: Virtual) -> None:
    async def story(town: Town) -> None:
        await town.driver.power(8009, True)
        assert [speaker.powered for speaker in town.speakers.values()] == [False, False, True]
        playing = asyncio.create_task(town.driver.play([2, 3], Utterance(b"burst001", clip=2)))
        await asyncio.sleep(2)
        assert town.speakers[3].playing
        await town.driver.power(8009, False)
        assert not town.speakers[3].powered
        assert town.speakers[3].playing is None
        assert town.speakers[3].milliamperes == 0
        await playing
        assert [sound.whole for sound in town.speakers[3].heard] == [False]
        assert town.speakers[2].heard == []  # it obeyed every order, without supply

    in_town(virtual, story)


def test_switching_twice_is_switching_once_and_the_status_shows_it(virtual: Virtual) -> None:
    async def story(town: Town) -> None:
        for on in (True, True, False, False):
            await town.driver.power(1, on)
            await town.driver.power(1009, on)
            assert town.speakers[1].powered is on
            assert (await town.driver.status(1)).powered is on
            assert (await town.driver.status(1009)).powered is on
        assert (await town.driver.status(8009)).powered is False

    in_town(virtual, story)


def test_a_relay_that_does_not_answer_raises_and_a_unit_without_one_says_so(virtual: Virtual) -> None:
    async def story(town: Town) -> None:
        town.bus.horns[9].speaker.faults.dead = True
        with pytest.raises(NoAnswer):
            await town.driver.power(1009, True)
        with pytest.raises(CannotPlay):
            await town.driver.power(77, True)

    in_town(virtual, story)


def test_everyone_is_every_horn_and_no_relay(virtual: Virtual) -> None:
    async def story(town: Town) -> None:
        await town.driver.play(EVERYONE, Utterance(b"burst001", clip=2, volume=50))
        ends = {report.target for report in town.reports if isinstance(report.fact, Finished)}
        assert ends == {1, 2, 3}
        assert not any(isinstance(report.fact, Accepted) for report in town.reports if report.target > 247)
        groups = [chunk.data for chunk in town.near.sent if chunk.data[0] == 0]
        assert len(groups) == 2  # the volume and the order to play, once for all
        await town.driver.stop(EVERYONE)

    in_town(virtual, story, broadcast=True)


def test_capabilities_of_horns_and_boards() -> None:
    town = Town()
    assert Capability.POWER in town.driver.can(1)
    assert town.driver.can(1009) == Capability.POWER | Capability.STATUS


def test_the_boards_frames_are_those_of_its_maker() -> None:
    relay = load(BOARD).relay
    assert relay
    assert relay.switch(1, True).encode() == bytes.fromhex("01 05 00 00 FF 00 8C 3A")
    assert relay.switch(1001, False).encode() == bytes.fromhex("01 05 00 00 00 00 CD CA")
    assert relay.switch(2001, True).encode() == bytes.fromhex("01 05 00 01 FF 00 DD FA")
    assert relay.switch(4001, False).encode() == bytes.fromhex("01 05 00 03 00 00 3D CA")
    assert relay.question(8009) == Request(9, Function.READ_COILS, 7, count=1)


def test_a_line_of_horns_may_carry_relay_boards_and_refuses_a_relay_that_is_not_there() -> None:
    near, _ = pair()
    spec, mixed = LineSpec([1, 1009], wall=int), ModbusConfig(profile=HORN, relays=BOARD)
    driver, _ = open_line("modbus", mixed, spec, near)
    assert Capability.POWER in driver.can(1009)
    for unit in (9009, 1248, 300):
        with pytest.raises(ValueError, match=str(unit)):
            open_line("modbus", mixed, replace(spec, units=[1, unit]), near)
    with pytest.raises(ValueError, match="1009"):
        open_line("modbus", ModbusConfig(profile=HORN), spec, near)


def test_a_profile_is_a_horn_or_has_a_relay() -> None:
    with pytest.raises(BadProfile, match=r"\[relay\]"):
        parse('id = "x"\nmaker = "x"\nsource = "x"', "x")
    with pytest.raises(BadProfile, match="all three"):
        load(BOARD, {"stop": {"function": 6, "address": 0, "value": 0}})
