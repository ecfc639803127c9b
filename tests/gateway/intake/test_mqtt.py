"""The MQTT source between a session and the ledger: when each message is acknowledged, also if the disk
fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from drivers.link.mqtt import Incoming
from gateway.intake import Backlogged
from gateway.intake.mqtt import MqttSource
from gateway.model.alert import Arrival, Reply
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import LoopClock
from tests.support.county import START

Virtual = Callable[[Any], Any]


class Ledger:
    """Keeps everything, unless it ails."""

    def __init__(self) -> None:
        self.ails: Exception | None = None
        self.poison = b""
        self.kept: list[bytes] = []
        self.replies: list[bytes | None] = []
        """The correlation data of what was kept."""
        self.tried: list[bytes] = []

    async def keep(self, arrival: Arrival, _urgent: bool) -> None:
        await asyncio.sleep(0.001)
        self.tried.append(arrival.raw)
        if self.ails:
            raise self.ails
        if arrival.raw == self.poison:
            raise ValueError("poison")
        self.kept.append(arrival.raw)
        self.replies.append(arrival.reply.correlation if arrival.reply else None)


def wanted(message: Incoming) -> Reply | None:
    return None if message.response_topic is None else Reply(message.response_topic, message.correlation)


class Session:
    """The broker's side: hands out messages, notes what it may forget."""

    def __init__(self) -> None:
        self.connection = 1
        self.done: list[Incoming] = []
        self.source = MqttSource("county", "alerts", LoopClock(START), self.done.append, reply=wanted)
        self._mid = 0

    def send(self, payload: bytes, data: bytes | None = None) -> None:
        self._mid += 1
        topic = None if data is None else "to/me"
        self.source.offer(Incoming("alerts", payload, self._mid, 1, self.connection, topic, data))

    @property
    def acknowledged(self) -> list[bytes]:
        return [message.payload for message in self.done if message.connection == self.connection]


def tell(virtual: Virtual, story: Callable[[Session, Ledger], Awaitable[None]]) -> None:
    async def run() -> None:
        session, ledger = Session(), Ledger()
        running = asyncio.create_task(session.source.run(ledger.keep))
        await story(session, ledger)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())


def test_the_charset_of_its_content_type_stays_with_the_document(virtual: Virtual) -> None:
    kept: list[Arrival] = []

    async def keep(arrival: Arrival, _urgent: bool) -> None:
        kept.append(arrival)

    async def run() -> None:
        source = Session().source
        for number, kind in enumerate(("text/xml; charset=GBK", "text/xml", "")):
            source.offer(Incoming("alerts", b"%d" % number, number, 1, 1, content_type=kind))
        running = asyncio.create_task(source.run(keep))
        await asyncio.sleep(0.1)
        running.cancel()

    virtual(run())
    assert [arrival.charset for arrival in kept] == ["GBK", "", ""]


def test_what_is_kept_is_acknowledged_in_order_of_arrival(virtual: Virtual) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        for number in range(50):
            session.send(b"%d" % number)
            if number % 7 == 0:
                await asyncio.sleep(0.001)
        await asyncio.sleep(1)
        assert session.acknowledged == [b"%d" % number for number in range(50)]
        assert session.source.oldest_unacknowledged() is None

    tell(virtual, story)


@pytest.mark.parametrize("ailment", [LedgerFailed("disk full"), Backlogged("too many")])
def test_while_nothing_is_taken_nothing_is_acknowledged_and_all_of_it_once_something_is(
    virtual: Virtual, ailment: Exception
) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        ledger.ails = ailment
        for number in range(500):
            session.send(b"%d" % number)
        await asyncio.sleep(5)
        session.send(b"red")
        await asyncio.sleep(0.01)
        assert b"red" in ledger.tried, "it is tried at once, behind 500 that wait"
        await asyncio.sleep(4.99)
        assert session.done == []
        assert session.source.oldest_unacknowledged() == pytest.approx(10, abs=0.1)
        assert len(ledger.tried) <= 501 + 12, "one asks for all, not every one every second"
        ledger.ails = None
        await asyncio.sleep(2)
        assert session.acknowledged == [*(b"%d" % number for number in range(500)), b"red"]
        assert sorted(ledger.kept) == sorted(session.acknowledged)

    tell(virtual, story)


def test_a_message_that_the_broker_sends_again_takes_no_more_room_and_is_acknowledged_where_it_came_last(
    virtual: Virtual,
) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        ledger.ails = LedgerFailed("disk full")
        for connection in range(1, 5):
            session.connection = connection
            for number in range(100):
                session.send(b"%d" % number)
            await asyncio.sleep(3)
        assert len(session.source._unacknowledged) == 100
        assert len(session.done) == 300, "those of earlier connections are out of our hands"
        ledger.ails = None
        await asyncio.sleep(2)
        assert session.acknowledged == [b"%d" % number for number in range(100)]
        assert len(ledger.kept) == 100

    tell(virtual, story)


def test_the_same_bytes_twice_on_one_connection_are_kept_once_and_acknowledged_twice(
    virtual: Virtual,
) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        session.send(b"same")
        session.send(b"same")
        await asyncio.sleep(1)
        assert ledger.kept == [b"same"]
        assert [message.mid for message in session.done] == [1, 2]

    tell(virtual, story)


def test_each_answer_that_is_wanted_of_the_same_bytes_is_kept_before_its_message_is_acknowledged(
    virtual: Virtual,
) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        ledger.ails = LedgerFailed("disk full")
        for connection in (1, 2):
            session.connection = connection
            for data in (b"1", b"2", None, b"2"):
                session.send(b"same", data)
            await asyncio.sleep(3)
        assert session.acknowledged == []
        assert len(session.source._unacknowledged) == 3, "what the broker sends again takes no more room"
        ledger.ails = None
        await asyncio.sleep(2)
        assert ledger.replies == [b"1", b"2", None]
        assert len(session.acknowledged) == 4

    tell(virtual, story)


def test_one_document_that_cannot_be_kept_delays_no_other(virtual: Virtual) -> None:
    async def story(session: Session, ledger: Ledger) -> None:
        ledger.poison = b"poison"
        for payload in (b"1", b"poison", b"2"):
            session.send(payload)
        await asyncio.sleep(3)
        session.send(b"3")
        await asyncio.sleep(0.1)
        assert session.acknowledged == [b"1", b"2", b"3"]
        ledger.poison = b""
        await asyncio.sleep(2)
        assert session.acknowledged[-1] == b"poison"

    tell(virtual, story)


def test_a_source_that_is_started_again_goes_on_with_what_it_held(virtual: Virtual) -> None:
    async def run() -> None:
        session, ledger = Session(), Ledger()
        ledger.ails = LedgerFailed("disk full")
        running = asyncio.create_task(session.source.run(ledger.keep))
        session.send(b"before")
        await asyncio.sleep(0.5)
        session.send(b"behind")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        ledger.ails = None
        running = asyncio.create_task(session.source.run(ledger.keep))
        await asyncio.sleep(2)
        assert session.acknowledged == [b"before", b"behind"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(run())
