"""The MQTT door against a real Mosquitto, in both versions of the protocol."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from drivers.link.mqtt import Access, Incoming, Mqtt
from tests.support.brokers import Mosquitto, mosquitto_or_skip


@pytest.mark.service
@pytest.mark.parametrize("version5", [True, False], ids=["MQTT 5", "MQTT 3.1.1"])
def test_a_message_without_acknowledgement_comes_again_after_the_broker_restarted(
    tmp_path: Path, version5: bool
) -> None:
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path)

    async def story() -> None:
        got: list[Incoming] = []
        ours = Mqtt(Access("127.0.0.1", broker.port, "ours", version5), ("a/b",), got.append)
        theirs = Mqtt(Access("127.0.0.1", broker.port, "theirs", version5), (), got.append)
        running = [asyncio.create_task(link.run()) for link in (ours, theirs)]
        async with asyncio.timeout(40):
            await ours.up.wait()
            await theirs.up.wait()
            for number in range(3):
                await theirs.publish("a/b", b"%d" % number)
            while len(got) < 3:
                await asyncio.sleep(0.01)
            ours.done(got[0])
            await asyncio.sleep(0.1)
            broker.stop()
            while theirs.up.is_set() or ours.up.is_set():
                await asyncio.sleep(0.01)
            with pytest.raises(ConnectionError):
                await theirs.publish("a/b", b"lost")
            broker.start()
            await ours.up.wait()
            await theirs.up.wait()
            await theirs.publish("a/b", b"after")
            while not got or got[-1].payload != b"after":
                await asyncio.sleep(0.01)
        again = [message.payload for message in got[3:]]
        assert again == [b"1", b"2", b"after"]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    try:
        asyncio.run(story())
    finally:
        broker.stop()
