"""What a message of MQTT 5 says beside its payload, and messages whose properties paho cannot read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from drivers.link.mqtt import Access, Incoming, Mqtt, NotConnected, Refused
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.tasks import running

pytestmark = pytest.mark.service

ACL = "user ours\ntopic readwrite #\nuser narrow\ntopic read #\ntopic write good/#\n"


def said(**properties: Any) -> Properties:
    said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for name, value in properties.items():
        setattr(said, name, value)
    return said


def sender(port: int) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="sender", protocol=paho.MQTTv5)
    client.username_pw_set("ours")
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


def test_the_properties_of_a_message_arrive_and_unreadable_ones_hold_nothing_up(tmp_path: Path) -> None:
    """paho refuses U+FEFF in a property by an error, and would meet the same message for ever."""
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path)
    got: list[Incoming] = []

    async def story() -> None:
        ours = Mqtt(Access("127.0.0.1", broker.port, "ours"), ("t",), got.append)
        async with running(ours.run()), asyncio.timeout(20):
            await ours.up.wait()
            theirs = sender(broker.port)
            every = said(ResponseTopic="答/1", CorrelationData=bytes(range(256)), ContentType="text/xml")
            theirs.publish("t", b"1", 1, properties=every)
            theirs.publish("t", b"2", 1, properties=said(ResponseTopic="a\ufeff"))
            theirs.publish("t", b"3", 0, properties=said(UserProperty=("\ufeff", "b" * 300)))
            theirs.publish("t", b"4", 1, properties=said(CorrelationData=b""))
            theirs.publish("t", b"5", 1)
            while len(got) < 5:
                await asyncio.sleep(0.01)
            theirs.disconnect()
            theirs.loop_stop()

    try:
        asyncio.run(story())
    finally:
        broker.stop()
    assert [(one.payload, one.qos, one.response_topic, one.correlation, one.content_type) for one in got] == [
        (b"1", 1, "答/1", bytes(range(256)), "text/xml"),
        (b"2", 1, None, None, ""),
        (b"3", 0, None, None, ""),
        (b"4", 1, None, b"", ""),
        (b"5", 1, None, None, ""),
    ]


@pytest.mark.parametrize("version5", [True, False], ids=["MQTT 5", "MQTT 3.1.1"])
def test_a_publication_with_correlation_data_and_one_that_the_broker_refuses(
    tmp_path: Path, version5: bool
) -> None:
    mosquitto_or_skip()
    (tmp_path / "acl").write_text(ACL)
    broker = Mosquitto(tmp_path, f"allow_anonymous true\nacl_file {tmp_path / 'acl'}\n")
    got: list[Incoming] = []

    async def story() -> None:
        ours = Mqtt(Access("127.0.0.1", broker.port, "a", username="ours"), ("good/#",), got.append)
        narrow = Mqtt(Access("127.0.0.1", broker.port, "b", version5, "narrow"), (), got.append)
        with pytest.raises(NotConnected):
            await narrow.publish("good/1", b"")
        async with running(ours.run(), narrow.run()), asyncio.timeout(20):
            await ours.up.wait()
            await narrow.up.wait()
            await narrow.publish("good/1", b"1", correlation=b"\0\xff" if version5 else None)
            if version5:
                with pytest.raises(Refused, match="Not authorized"):
                    await narrow.publish("bad/1", b"2")
            while not got:
                await asyncio.sleep(0.01)

    try:
        asyncio.run(story())
    finally:
        broker.stop()
    assert [(one.payload, one.correlation) for one in got] == [(b"1", b"\0\xff" if version5 else None)]
