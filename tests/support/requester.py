"""A sender over MQTT 5 that names where it wants its answers, beside somebody who watches all receipts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


class Requester:
    """One client. `got` has every message on its topics: the topic, the correlation data and the JSON."""

    def __init__(self, port: int, topics: tuple[str, ...] = ("#",), username: str | None = None) -> None:
        self.got: list[tuple[str, bytes | None, dict[str, Any]]] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="requester", protocol=paho.MQTTv5)
        self._client.username_pw_set(username)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
        self.subscribed = False
        self._client.on_subscribe = lambda *_: setattr(self, "subscribed", True)
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = 3600  # it misses nothing while the broker is away
        self._client.connect("127.0.0.1", port, clean_start=False, properties=session)
        self._client.loop_start()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        with suppress(ValueError):
            body = json.loads(message.payload)
            if isinstance(body, dict) and "kind" in body:
                self.got.append((message.topic, getattr(message.properties, "CorrelationData", None), body))

    def ask(self, topic: str, raw: bytes, response: str | None = None, data: bytes | None = None) -> None:
        """Publish a document and name where the answers go."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if response is not None:
            properties.ResponseTopic = response
        if data is not None:
            properties.CorrelationData = data
        self._client.publish(topic, raw, 1, properties=properties)

    def to(self, topic: str) -> list[tuple[bytes | None, str]]:
        """Correlation data and kind of each answer on this topic."""
        return [(data, body["kind"]) for came, data, body in list(self.got) if came == topic]

    async def sees(self, true: Callable[[], object]) -> None:
        """Wait until it is true."""
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.01)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
