"""A broker's connection: its two sessions, wildcards, and what it retains of us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.link.mqtt import Access, Incoming, Mqtt
from gateway.app.brokers import Connection
from gateway.config.config import Config
from gateway.model.alert import Arrival
from gateway.receipts.seals import UNSIGNED
from gateway.runtime.clock import LoopClock
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.county import CONFIG, SENDER, START

pytestmark = pytest.mark.service


def config(port: int) -> Config:
    table = CONFIG.model_dump(by_alias=True)
    table["broker"] = [{"name": "local", "host": "127.0.0.1", "port": port, "client_id": "gate"}]
    source = {"kind": "mqtt", "broker": "local", "senders": [SENDER]}
    table["source"] = [
        {**source, "name": "towns", "topic": "county/+/alerts", "urgent_topic": "county/+/urgent"},
        {**source, "name": "rest", "topic": "elsewhere/#"},
    ]
    return Config.model_validate(table)


@asynccontextmanager
async def connected(port: int, keep: Any) -> AsyncIterator[tuple[Connection, Mqtt, dict[str, bytes]]]:
    """A connection that runs, and a neighbour who publishes and sees what is retained."""
    site = config(port)
    connection = Connection(site.brokers[0], site, LoopClock(START), UNSIGNED)
    retained: dict[str, bytes] = {}

    def see(message: Incoming) -> None:
        retained[message.topic] = message.payload
        neighbour.done(message)

    neighbour = Mqtt(Access("127.0.0.1", port, "neighbour"), ("tongluo/status/#",), see)
    runs: list[Callable[[], Any]] = [neighbour.run, *(task.run for task in connection.tasks(keep))]
    tasks = [asyncio.create_task(run()) for run in runs]
    try:
        async with asyncio.timeout(20):
            await neighbour.up.wait()
            while not connection.up:
                await asyncio.sleep(0.01)
            yield connection, neighbour, retained
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_topics_with_wildcards_lead_to_their_source_and_the_urgent_ones_are_told_apart(
    tmp_path: Path,
) -> None:
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path)
    kept: list[tuple[str, bytes, bool]] = []

    async def keep(arrival: Arrival, urgent: bool) -> None:
        kept.append((arrival.source, arrival.raw, urgent))

    async def story() -> None:
        async with connected(broker.port, keep) as (_, neighbour, _retained):
            for topic in ("county/a/alerts", "county/b/urgent", "elsewhere/x/y"):
                await neighbour.publish(topic, topic.encode())
            while len(kept) < 3:
                await asyncio.sleep(0.01)
        assert sorted(kept) == [
            ("rest", b"elsewhere/x/y", False),
            ("towns", b"county/a/alerts", False),
            ("towns", b"county/b/urgent", True),
        ]

    try:
        asyncio.run(story())
    finally:
        broker.stop()


def test_the_broker_knows_whether_we_are_there_and_how_each_speaker_is_also_after_it_forgot(
    tmp_path: Path,
) -> None:
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path, settings="persistence false\n")

    async def keep(*_: object) -> None: ...

    async def story() -> None:
        async with connected(broker.port, keep) as (connection, _, retained):
            while "tongluo/status" not in retained:
                await asyncio.sleep(0.01)
            assert json.loads(retained["tongluo/status"])["status"] == "online"
            for number in range(300):
                connection.show("speakers/a", {"silent": False, "number": number})
                connection.show(f"speakers/{number}", {"silent": False})
            while len(retained) < 302:
                await asyncio.sleep(0.01)
            while json.loads(retained["tongluo/status/speakers/a"])["number"] != 299:
                await asyncio.sleep(0.01)
            broker.stop()
            while connection.up:
                await asyncio.sleep(0.01)
            retained.clear()
            connection.show("speakers/a", {"silent": True, "number": 300})
            broker.start()
            while len(retained) < 302:
                await asyncio.sleep(0.01)
            assert json.loads(retained["tongluo/status/speakers/a"]) == {"silent": True, "number": 300}
            assert json.loads(retained["tongluo/status"])["status"] == "online"

    try:
        asyncio.run(story())
    finally:
        broker.stop()
