"""An MQTT client on the event loop, which reconnects by itself and acknowledges on request.

MQTT 5 and 3.1.1, QoS 1, a persistent session. Only connecting uses a thread, since name look-up and TLS
block. Every connection is a paho client of its own: it reads certificates and passwords again, and paho never
resends a message of a lost connection by itself.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from drivers.link.access import RECEIVE_MAXIMUM, Access, Incoming, NotConnected, Refused, Will
from drivers.link.client import Client, correlating, dial, incoming, make

__all__ = ["Access", "Incoming", "Mqtt", "NotConnected", "Refused", "Will", "matches"]

log = logging.getLogger(__name__)

UNACKNOWLEDGED_MOST = 2 * RECEIVE_MAXIMUM
"""Unacknowledged messages of all connections. Beyond them nothing is read. A broker that keeps to the receive
maximum never reaches this number; QoS 0 can reach it, and a session that the broker forgot. Our choice."""
UNACKNOWLEDGED_BYTES = 32 * 1024 * 1024
"""The same limit in bytes: sixteen of the largest documents. Our choice."""
RECONNECT_FIRST_S = 0.5
RECONNECT_MOST_S = 5.0
"""Seconds between connection attempts, doubled from the first value up to the last: a broker that is back is
used within five seconds. Our choice."""
QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)

matches: Callable[[str, str], bool] = paho.topic_matches_sub
"""Whether a filter with wildcards takes a topic (MQTT 5 §4.7)."""


class Mqtt:
    """One session.

    `received` gets each message in the loop's thread. Call `done` for each message once it is on the disk, in
    the order of arrival.
    """

    def __init__(self, access: Access, topics: tuple[str, ...], received: Callable[[Incoming], None]) -> None:
        self._access = access
        self._topics = topics
        self._received = received
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop
        self._lost = asyncio.Event()
        self._over = False
        self._connections = 0
        self._published: dict[int, asyncio.Future[None]] = {}
        self._unacknowledged = self._unacknowledged_bytes = 0
        self._deaf = False
        self.up = asyncio.Event()
        """Set while connected and subscribed."""
        self.trouble = ""
        """The reason why it is not connected, or the topics that the broker refuses. Empty while there is no
        trouble."""
        self.on_up: Callable[[], None] = lambda: None
        """Called for every connection, once it is subscribed."""

    def _connect(self) -> Client:
        """Make a connection; runs in a thread. Raises OSError, ValueError."""
        client = make(self._access)
        self._listen(client)
        try:
            dial(client, self._access)
        except (OSError, ValueError):
            _forget(client)
            raise
        if self._over:
            client.disconnect()
            _forget(client)
        return client

    def _listen(self, client: Client) -> None:
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_writable_wanted
        client.on_socket_unregister_write = self._on_writable_done

    async def run(self) -> None:
        """Stay connected until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._over = False
        pause = RECONNECT_FIRST_S
        try:
            while True:
                self._lost.clear()
                self._connections += 1
                was_up = False
                try:
                    self._client = await self._loop.run_in_executor(None, self._connect)
                    self._watch(self._client)
                    was_up = await self._tick(self._client)
                except (OSError, ValueError) as error:
                    self._complain(str(error))
                if was_up:
                    pause = RECONNECT_FIRST_S
                await asyncio.sleep(pause)
                pause = min(pause * 2, RECONNECT_MOST_S)
        finally:
            self._over = True
            self._leave()

    async def _tick(self, client: Client) -> bool:
        """Keep the connection alive until it is lost. Returns whether it was ever subscribed."""
        was_up = False
        while not self._lost.is_set():
            if client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._lost.wait()
            was_up = was_up or self.up.is_set()
        was_up = was_up or self.up.is_set()
        self._close("the broker went away")
        return was_up

    async def publish(
        self, topic: str, payload: bytes, retain: bool = False, correlation: bytes | None = None
    ) -> None:
        """Publish with QoS 1. Returns when the broker acknowledges (PUBACK).

        Raises NotConnected, Refused, ConnectionError when the connection is lost before the acknowledgement,
        and ValueError where no broker would take the topic. Only MQTT 5 carries `correlation` data.
        """
        if not self.up.is_set() or self._client is None:
            raise NotConnected(f"broker {self._access.host}:{self._access.port} is not connected")
        properties = correlating(correlation)
        sent = self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        self._published[sent.mid] = future = self._loop.create_future()
        try:
            await future
        finally:
            self._published.pop(sent.mid, None)

    def done(self, message: Incoming) -> None:
        """Acknowledge the message: it is on the disk, and the broker may forget it.

        A message of an earlier connection is not acknowledged: the broker sends it again.
        """
        self._unacknowledged -= 1
        self._unacknowledged_bytes -= message.size
        if message.connection == self._connections and self._client is not None:
            self._client.ack(message.mid, message.qos)
        if self._deaf and not self._full():
            self._deaf = False
            if self._client is not None and (wire := self._client.socket()) is not None:
                self._loop.add_reader(wire, self._readable)
                self._loop.call_soon(self._readable)  # TLS may buffer bytes of which no descriptor tells

    def _full(self) -> bool:
        return (
            self._unacknowledged >= UNACKNOWLEDGED_MOST or self._unacknowledged_bytes >= UNACKNOWLEDGED_BYTES
        )

    def _watch(self, client: Client) -> None:
        wire = client.socket()
        if wire is None:
            raise ConnectionError("closed while connecting")
        self._deaf = self._full()
        if not self._deaf:
            self._loop.add_reader(wire, self._readable)
        if client.want_write():
            self._loop.add_writer(wire, client.loop_write)

    def _readable(self) -> None:
        """Read, and let the kernel acknowledge at once (TCP_QUICKACK).

        A broker that gathers small packets (Nagle's algorithm, the default of Mosquitto) would delay a
        warning by up to 40 ms, until the packet before it is acknowledged. Linux forgets the option after
        each use (tcp(7)).
        """
        client = self._client
        if client is None or self._deaf:
            return
        client.loop_read()
        wire: Any = client.socket()
        if wire is None:
            return
        if QUICK_ACK is not None:
            wire.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)
        if self._full():
            self._deaf = True
            self._loop.remove_reader(wire)
        elif isinstance(wire, ssl.SSLSocket) and wire.pending():
            self._loop.call_soon(self._readable)

    def _leave(self) -> None:
        """Publish the will and disconnect: after an orderly disconnect the broker does not publish it."""
        client, will = self._client, self._access.will
        if client is not None:
            if will and self.up.is_set():
                client.publish(will.topic, will.payload, qos=1, retain=True)
            client.disconnect()
        self._close("we left")

    def _close(self, why: str) -> None:
        client, self._client = self._client, None
        self.up.clear()
        if client is not None:
            if (wire := client.socket()) is not None:
                self._loop.remove_reader(wire)
                self._loop.remove_writer(wire)
            _forget(client)
        for future in self._published.values():
            if not future.done():
                future.set_exception(ConnectionError(f"{why} before the publication was acknowledged"))
        self._published.clear()
        if not self.trouble:
            self.trouble = why

    def _complain(self, trouble: str) -> None:
        """Log a trouble once, not at every attempt."""
        if trouble != self.trouble:
            log.warning("broker %s:%d: %s", self._access.host, self._access.port, trouble)
        self.trouble = trouble

    # The callbacks of paho. Those of the socket may come from the connecting thread.

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._complain(f"refused us: {reason}")
        elif self._topics:
            client.subscribe([(topic, 1) for topic in self._topics])
        else:
            self._ready("")

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        """The other topics work although the broker refuses one."""
        refused = [topic for topic, reason in zip(self._topics, reasons, strict=False) if reason.is_failure]
        self._ready(f"refuses the subscription to {', '.join(refused)}" if refused else "")

    def _ready(self, trouble: str) -> None:
        if trouble:
            self._complain(trouble)
        elif self.trouble:
            log.info("broker %s:%d is there", self._access.host, self._access.port)
        self.trouble = trouble
        self.up.set()
        self.on_up()

    def _on_disconnect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if client is self._client:
            if self.up.is_set():
                self._complain(f"lost: {reason}")
            self._lost.set()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        came = incoming(message, self._connections)
        self._unacknowledged += 1
        self._unacknowledged_bytes += came.size
        self._received(came)

    def _on_publish(
        self, _client: paho.Client, _data: Any, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        future = self._published.get(mid)
        if future is None or future.done():
            return
        if reason is not None and reason.is_failure:
            future.set_exception(Refused(f"the broker refuses the publication: {reason}"))
        else:
            future.set_result(None)

    def _on_socket_open(self, _client: paho.Client, _data: Any, wire: Any) -> None:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_socket_close(self, client: paho.Client, _data: Any, wire: Any) -> None:
        if client is self._client:
            self._loop.remove_reader(wire)
            self._loop.remove_writer(wire)
            self._lost.set()

    def _on_writable_wanted(self, client: paho.Client, _data: Any, wire: Any) -> None:
        self._loop.call_soon_threadsafe(self._add_writer, client, wire)

    def _add_writer(self, client: paho.Client, wire: Any) -> None:
        if client is self._client and wire.fileno() >= 0 and client.want_write():
            self._loop.add_writer(wire, client.loop_write)

    def _on_writable_done(self, client: paho.Client, _data: Any, wire: Any) -> None:
        self._loop.call_soon_threadsafe(self._remove_writer, client, wire)

    def _remove_writer(self, client: paho.Client, wire: Any) -> None:
        if client is self._client and wire.fileno() >= 0:
            self._loop.remove_writer(wire)


def _forget(client: paho.Client) -> None:
    """Close the socket of a client. Its callbacks are no longer called."""
    client.on_socket_close = client.on_socket_register_write = client.on_socket_unregister_write = None
    if (wire := client.socket()) is not None:
        wire.close()
