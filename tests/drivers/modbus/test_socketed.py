"""Modbus over a socket: the codec, the exchange, and the driver against a simulated gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client import AsyncModbusTcpClient

from drivers import EVERYONE, Accepted, Cleared, Fact, Fault, Finished, Report, Utterance
from drivers.errors import DriverError, LinkLost, NoAnswer
from drivers.link.memory import MemoryEnd, pair
from drivers.link.tcp import TcpLink
from drivers.modbus.config import ModbusConfig
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.envelope import Envelope, EnvelopeDecoder
from drivers.modbus.profile import load
from drivers.protocol import LineSpec
from drivers.registry import open_line
from firmware_sim.modbus import Horn, ModbusBus
from firmware_sim.modbus_tcp import ModbusTcp
from firmware_sim.speaker import Speaker
from gateway.demo.fastloop import FastLoop

Virtual = Callable[[Awaitable[Any]], Any]
TOKEN = b"burst001"
HORN = "icpdas-alm-04-mrtu"
CLIPS = {str(n): {"meaning": f"clip {n}", "seconds": 3} for n in range(1, 8)}


class Town:
    """`units` horns behind one Modbus/TCP gateway at a real socket.

    Time runs ten times as fast as on the wall.
    """

    def __init__(self, units: int = 4, **bus: Any) -> None:
        self.profile = load(HORN, {"clips": CLIPS, "bus": bus})
        self.speakers = {unit: Speaker(f"horn {unit}", unit) for unit in range(1, units + 1)}
        self.gateway = ModbusTcp(
            {unit: Horn(speaker, self.profile) for unit, speaker in self.speakers.items()}
        )
        self.reports: list[Report] = []
        self.driver: ModbusDriver

    def live(self, story: Callable[[Town], Awaitable[None]]) -> None:
        async def whole() -> None:
            serving = asyncio.create_task(self.gateway.run())
            await self.gateway.ready.wait()
            link = TcpLink("127.0.0.1", self.gateway.port)
            self.driver = ModbusDriver(link, dict.fromkeys(self.speakers, self.profile), tcp=True)
            running = asyncio.create_task(self.driver.run(self.reports.append))
            await until(lambda: self.gateway.connections == 1)
            try:
                await story(self)
            finally:
                for task in (running, serving):
                    task.cancel()
                await asyncio.gather(running, serving, return_exceptions=True)

        with asyncio.Runner(loop_factory=lambda: FastLoop(10)) as runner:
            runner.run(whole())

    def facts(self, unit: int, token: bytes | None = TOKEN) -> list[Fact]:
        return [report.fact for report in self.reports if (report.target, report.token) == (unit, token)]

    def error(self, unit: int, token: bytes | None = TOKEN) -> DriverError:
        """The error of the first fact there."""
        fault = self.facts(unit, token)[0]
        assert isinstance(fault, Fault), fault
        return fault.error


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not so():
            await asyncio.sleep(0.01)


def test_units_behind_one_gateway_play_over_one_connection() -> None:
    async def story(town: Town) -> None:
        await town.driver.play([1, 2, 3, 4], Utterance(TOKEN, clip=2, volume=70))
        for unit in (1, 2, 3, 4):
            assert town.facts(unit) == [Accepted(), Finished(known=False)]
            assert [(heard.clip, heard.volume) for heard in town.speakers[unit].heard] == [(2, 70)]
        assert (await town.driver.status(3)).volume == 70
        assert town.gateway.connections == 1

    Town().live(story)


def test_a_dead_unit_costs_one_time_out_when_new_and_is_asked_last_when_known() -> None:
    async def story(town: Town) -> None:
        town.speakers[1].faults.dead = True
        loop = asyncio.get_running_loop()
        began = loop.time()
        await town.driver.play(range(1, 33), Utterance(TOKEN, clip=2))
        firsts = [town.speakers[unit].heard[0].began for unit in range(2, 33)]
        assert isinstance(town.facts(1)[0], Fault)
        assert isinstance(town.error(1), NoAnswer)
        assert min(firsts) - began >= 1.0  # the gateway's own time-out, once
        await town.driver.play(range(1, 33), Utterance(b"burst002", clip=2))
        again = [town.speakers[unit].heard[1].began for unit in range(2, 33)]
        last = next(report.at for report in town.reports if (report.target, report.token) == (1, b"burst002"))
        assert max(again) < last - 1.0
        assert max(again) - min(again) < max(firsts) - began

    Town(units=32).live(story)


def test_the_connection_is_made_again_and_the_loss_is_told() -> None:
    async def story(town: Town) -> None:
        playing = asyncio.create_task(town.driver.play([1], Utterance(TOKEN, clip=2)))
        await until(lambda: bool(town.speakers[1].heard))
        for peer in list(town.gateway._peers):
            peer.cancel()
        await until(lambda: Cleared() in town.facts(1, None))
        assert isinstance(town.error(1, None), LinkLost)
        await playing
        await town.driver.play([1], Utterance(b"burst002", clip=3))
        assert [heard.clip for heard in town.speakers[1].heard] == [2, 3]
        assert town.gateway.connections == 2

    Town().live(story)


def test_everyone_is_one_broadcast() -> None:
    async def story(town: Town) -> None:
        await town.driver.play(EVERYONE, Utterance(TOKEN, clip=4))
        starts = [speaker.heard[0].began for speaker in town.speakers.values()]
        assert max(starts) - min(starts) < 0.01

    Town(broadcast=True).live(story)


def test_another_client_is_served_too() -> None:
    """The simulated gateway against pymodbus's own client."""

    async def story(town: Town) -> None:
        client = AsyncModbusTcpClient("127.0.0.1", port=town.gateway.port, timeout=30, retries=0)
        assert await client.connect()
        assert not (await client.write_register(0, 6, device_id=2)).isError()
        assert (await client.read_holding_registers(0, count=1, device_id=2)).registers == [6]
        assert (await client.read_holding_registers(0, count=1, device_id=99)).exception_code == 0x0B
        client.close()

    Town().live(story)


class Bare:
    """A driver and the bare far end of its line, in virtual time."""

    def __init__(self, *units: int) -> None:
        self.near, self.far = pair(1_000_000)
        self.driver = ModbusDriver(self.near, dict.fromkeys(units, load(HORN)), tcp=True)
        self.decoder = EnvelopeDecoder()

    async def question(self) -> Envelope:
        while True:
            for envelope in self.decoder.feed((await self.far.read()).data):
                return envelope


def on_bare(virtual: Virtual, story: Callable[[Bare], Awaitable[None]]) -> None:
    async def run() -> None:
        bare = Bare(1, 2)
        running = asyncio.create_task(bare.driver.run(lambda report: None))
        await bare.far.open()
        await asyncio.sleep(0.01)
        await story(bare)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())


def test_a_late_answer_never_answers_the_next_question(virtual: Virtual) -> None:
    async def story(bare: Bare) -> None:
        first = asyncio.create_task(bare.driver.status(1))
        late = await bare.question()
        await asyncio.gather(first, return_exceptions=True)
        assert isinstance(first.exception(), NoAnswer)
        second = asyncio.create_task(bare.driver.status(1))
        asked = await bare.question()
        assert asked.transaction != late.transaction
        wrong = bytes([3, 2, 0, 9])
        await bare.far.write(Envelope(late.transaction, 1, wrong).encode())
        await bare.far.write(Envelope(asked.transaction, 2, wrong).encode())
        await bare.far.write(Envelope(asked.transaction, 1, bytes([3, 2, 0, 4])).encode())
        relay = await bare.question()
        await bare.far.write(Envelope(relay.transaction, 1, bytes([1, 1, 1])).encode())
        assert (await second).volume == 40

    on_bare(virtual, story)


def test_a_stream_out_of_step_is_left_for_a_new_connection(virtual: Virtual) -> None:
    async def story(bare: Bare) -> None:
        asking = asyncio.create_task(bare.driver.status(1))
        await bare.question()
        await bare.far.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await asyncio.gather(asking, return_exceptions=True)
        assert isinstance(asking.exception(), LinkLost)
        await asyncio.sleep(6)
        bare.decoder = EnvelopeDecoder()
        await bare.far.open()
        again = asyncio.create_task(bare.driver.status(2))
        asked = await bare.question()
        await bare.far.write(Envelope(asked.transaction, 2, bytes([0x83, 2])).encode())
        await asyncio.gather(again, return_exceptions=True)
        assert "illegal_address" in str(again.exception())

    on_bare(virtual, story)


@given(
    st.lists(
        st.builds(Envelope, st.integers(0, 65535), st.integers(0, 255), st.binary(min_size=1, max_size=253))
    ),
    st.data(),
)
def test_a_stream_is_cut_at_its_lengths_however_it_arrives(sent: list[Envelope], data: st.DataObject) -> None:
    stream = b"".join(envelope.encode() for envelope in sent)
    decoder, found = EnvelopeDecoder(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += decoder.feed(stream[:size])
        stream = stream[size:]
    assert found == sent
    assert not decoder.lost


@given(st.binary(max_size=600))
def test_whatever_comes_is_bounded_and_never_raises(noise: bytes) -> None:
    decoder = EnvelopeDecoder()
    for begin in range(0, len(noise), 7):
        decoder.feed(noise[begin : begin + 7])
    assert len(decoder._buffer) < 260 + 7


def test_a_line_specification_chooses_the_framing() -> None:
    near, _ = pair()
    for port, framing in (
        ("tcp://127.0.0.1:502", "SocketExchange"),
        ("rtu+tcp://127.0.0.1:4001", "Exchange"),
    ):
        spec = LineSpec([1], wall=int, port=port)
        driver, _ = open_line("modbus", ModbusConfig(profile=HORN), spec, near)
        assert isinstance(driver, ModbusDriver)
        assert type(driver._horns.exchange).__name__ == framing


def test_rtu_octets_go_through_a_socket_as_on_a_wire() -> None:
    """A serial server: it hands octets from the socket to the bus and back."""

    async def whole() -> None:
        horn = load(HORN, {"clips": CLIPS})
        speaker = Speaker("horn 1", 1)
        inner, outer = pair(9600)
        bus = ModbusBus(outer, {1: speaker}, horn)
        server = await asyncio.start_server(lambda r, w: hand_through(r, w, inner), "127.0.0.1", 0)
        link = TcpLink("127.0.0.1", server.sockets[0].getsockname()[1])
        driver = ModbusDriver(link, {1: horn})
        reports: list[Report] = []
        tasks = [asyncio.create_task(bus.run()), asyncio.create_task(driver.run(reports.append))]
        await asyncio.sleep(0.2)
        await driver.play([1], Utterance(TOKEN, clip=2, volume=50))
        assert [report.fact for report in reports] == [Accepted(), Finished(known=False)]
        assert speaker.heard[0].clip == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()

    with asyncio.Runner(loop_factory=lambda: FastLoop(4)) as runner:
        runner.run(whole())


async def hand_through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: MemoryEnd) -> None:
    await wire.open()

    async def back() -> None:
        while True:
            writer.write((await wire.read()).data)

    backwards = asyncio.create_task(back())
    while data := await reader.read(4096):
        await wire.write(data)
    backwards.cancel()
    writer.close()
