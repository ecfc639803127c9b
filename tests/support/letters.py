"""The other end of a broker for tests/journeys/test_every_door.py: MQTT 5 or 3.1.1, with QoS 1."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.support.processes import until


class Letters:
    """A county at the broker: sends documents, collects what is published to it."""

    def __init__(self, port: int, version5: bool) -> None:
        self.version5 = version5
        self.came: list[tuple[str, bytes, dict[str, Any]]] = []
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            f"county-{5 if version5 else 3}",
            protocol=paho.MQTTv5 if version5 else paho.MQTTv311,
        )
        self._client.on_message = self._received
        self._client.on_connect = lambda client, *_: client.subscribe(
            [("tongluo/receipts/#", 1), ("county/replies/#", 1)] if version5 else [("tongluo/receipts/#", 1)]
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert until(self._client.is_connected)

    def _received(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        told = json.loads(message.payload)
        self.came.append((message.topic, getattr(message.properties, "CorrelationData", b""), told))

    def send(self, topic: str, raw: bytes, reply: str = "", correlation: bytes = b"", kind: str = "") -> None:
        """Publish with QoS 1; MQTT 5 with a response topic, correlation data and a content type."""
        properties = None
        if self.version5:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            if reply:
                properties.ResponseTopic = reply
                properties.CorrelationData = correlation
            if kind:
                properties.ContentType = kind
        self._client.publish(topic, raw, qos=1, properties=properties).wait_for_publish(10)

    def replies(self, topic: str) -> list[tuple[bytes, dict[str, Any]]]:
        return [(correlation, told) for came, correlation, told in list(self.came) if came == topic]

    def key_of(self, raw: bytes) -> str:
        """The key under which these bytes were taken; "" without a receipt that says so."""
        digest = hashlib.sha256(raw).hexdigest()
        told = [told for topic, _, told in list(self.came) if topic.startswith("tongluo/receipts/")]
        taken = (one["key"] for one in told if one["kind"] == "accepted" and one["digest"] == digest)
        return str(next(taken, ""))

    def topics(self, raw: bytes) -> set[str]:
        """The topics under which something was told of these bytes."""
        digest = hashlib.sha256(raw).hexdigest()
        return {topic for topic, _, told in list(self.came) if told.get("digest") == digest}

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
