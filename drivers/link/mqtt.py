"""The one door to MQTT: paho driven by the event loop, reconnecting by itself, acknowledging only when told to.

MQTT 5 and 3.1.1, QoS 1, a persistent session. Only connecting uses a thread, since it blocks on names and TLS.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

log = logging.getLogger(__name__)

SESSION_S = 7 * 24 * 3600
"""The broker keeps what we missed for a week: longer than any warning lives. Our choice."""
RECEIVE_MAXIMUM = 100
"""Unacknowledged messages the broker may have under way to us (MQTT 5 §3.1.2.11.3). Our choice."""
RECONNECT_FIRST_S = 0.5
RECONNECT_MOST_S = 5.0
"""Pauses between connection attempts double from the first to the most. Our choice: a broker back is used within five seconds."""
CONNECT_TIMEOUT_S = 5.0
QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)


@dataclass(frozen=True)
class Access:
    """How to reach a broker and who we are there. Files are PEM."""

    host: str
    port: int
    client_id: str
    version5: bool = True
    username: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: int = 30
    """A dead connection is noticed within one and a half of these (MQTT 3.1.1 §3.1.2.10)."""


@dataclass(frozen=True)
class Incoming:
    """A message not yet acknowledged."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    connection: int
    """Which of our connections it came over: packet identifiers mean nothing in the next (MQTT 5 §4.4)."""


class Mqtt:
    """One connection. `received` gets each message in the loop's thread; call `ack` once it is safe, in order of arrival."""

    def __init__(self, access: Access, topics: tuple[str, ...], received: Callable[[Incoming], None]) -> None:
        self._access = access
        self._topics = topics
        self._received = received
        self._client = self._make()
        self._loop: asyncio.AbstractEventLoop
        self._lost = asyncio.Event()
        self._connections = 0
        self._published: dict[int, asyncio.Future[None]] = {}
        self.up = asyncio.Event()
        """Set while connected and subscribed."""

    def _make(self) -> paho.Client:
        access = self._access
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=access.client_id,
            protocol=paho.MQTTv5 if access.version5 else paho.MQTTv311,
            clean_session=None if access.version5 else False,
            manual_ack=True,
        )
        if access.username is not None:
            client.username_pw_set(access.username, access.password)
        if access.ca_file:
            certificate = str(access.certificate_file) if access.certificate_file else None
            key = str(access.key_file) if access.key_file else None
            client.tls_set(str(access.ca_file), certfile=certificate, keyfile=key)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_writable_wanted
        client.on_socket_unregister_write = self._on_writable_done
        if access.version5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_S
            properties.ReceiveMaximum = RECEIVE_MAXIMUM
            client.connect_async(
                access.host, access.port, access.keepalive_s, clean_start=False, properties=properties
            )
        else:
            client.connect_async(access.host, access.port, access.keepalive_s)
        return client

    async def run(self) -> None:
        """Stay connected until cancelled."""
        self._loop = asyncio.get_running_loop()
        pause = RECONNECT_FIRST_S
        try:
            while True:
                self._lost.clear()
                self._connections += 1
                try:
                    await self._loop.run_in_executor(None, self._client.reconnect)
                    self._watch()
                    await self._tick()
                    pause = RECONNECT_FIRST_S
                except OSError as error:
                    log.warning("broker %s:%d: %s", self._access.host, self._access.port, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, RECONNECT_MOST_S)
        finally:
            self._client.disconnect()
            self._close()

    async def _tick(self) -> None:
        """Keepalive until the connection is lost."""
        while not self._lost.is_set():
            if self._client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._lost.wait()
        self._close()

    async def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """Publish with QoS 1; returns at the broker's PUBACK. Raises ConnectionError when the connection is or goes down."""
        if not self.up.is_set():
            raise ConnectionError(f"broker {self._access.host}:{self._access.port} is not connected")
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        future = self._published.setdefault(sent.mid, self._loop.create_future())
        try:
            await future
        finally:
            self._published.pop(sent.mid, None)

    def ack(self, message: Incoming) -> None:
        """The message is safe: the broker may forget it. Of an earlier connection nothing is said: the broker sends it again."""
        if message.connection == self._connections:
            self._client.ack(message.mid, message.qos)

    def _watch(self) -> None:
        wire = self._client.socket()
        if wire is None:
            raise ConnectionError("closed while connecting")
        self._loop.add_reader(wire, self._readable)
        if self._client.want_write():
            self._loop.add_writer(wire, self._client.loop_write)

    def _readable(self) -> None:
        """Read, and let the kernel acknowledge at once: a broker that gathers small packets (Nagle, Mosquitto's default) would hold a
        warning back for up to 40 ms until we acknowledged the one before. Linux forgets the wish after each use (tcp(7))."""
        self._client.loop_read()
        wire: Any = self._client.socket()
        if wire is not None and QUICK_ACK is not None:
            wire.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)

    def _close(self) -> None:
        self.up.clear()
        wire = self._client.socket()
        if wire is not None:
            self._loop.remove_reader(wire)
            self._loop.remove_writer(wire)
        for future in self._published.values():
            if not future.done():
                future.set_exception(ConnectionError("the broker went away before it acknowledged"))
        self._published.clear()

    # paho's callbacks; those of the socket may come from the connecting thread

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.error("broker %s refused us: %s", self._access.host, reason)
            return
        if self._topics:
            client.subscribe([(topic, 1) for topic in self._topics])
        else:
            self.up.set()

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        refused = [topic for topic, reason in zip(self._topics, reasons, strict=False) if reason.is_failure]
        if refused:
            log.error("broker %s refused the subscription to %s", self._access.host, refused)
        else:
            self.up.set()

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if self.up.is_set():
            log.warning("broker %s:%d lost: %s", self._access.host, self._access.port, reason)
        self._lost.set()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._received(
            Incoming(message.topic, bytes(message.payload), message.mid, message.qos, self._connections)
        )

    def _on_publish(self, _client: paho.Client, _data: Any, mid: int, _reason: Any, _properties: Any) -> None:
        future = self._published.setdefault(mid, self._loop.create_future())
        if not future.done():
            future.set_result(None)

    def _on_socket_open(self, _client: paho.Client, _data: Any, wire: Any) -> None:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_socket_close(self, _client: paho.Client, _data: Any, wire: Any) -> None:
        self._loop.remove_reader(wire)
        self._loop.remove_writer(wire)
        self._lost.set()

    def _on_writable_wanted(self, client: paho.Client, _data: Any, wire: Any) -> None:
        self._loop.call_soon_threadsafe(self._add_writer, client, wire)

    def _add_writer(self, client: paho.Client, wire: Any) -> None:
        if wire.fileno() >= 0 and client.want_write():
            self._loop.add_writer(wire, client.loop_write)

    def _on_writable_done(self, _client: paho.Client, _data: Any, wire: Any) -> None:
        self._loop.call_soon_threadsafe(self._remove_writer, wire)

    def _remove_writer(self, wire: Any) -> None:
        if wire.fileno() >= 0:
            self._loop.remove_writer(wire)
