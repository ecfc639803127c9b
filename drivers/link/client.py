"""A connection as paho makes it: one client, connected once, with the properties of MQTT 5.

This module and `mqtt` are the only users of paho.
"""

from __future__ import annotations

from typing import Any

import paho.mqtt.client as paho
from paho.mqtt import MQTTException
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties, VariableByteIntegers

from drivers.link.access import Access, Incoming

SESSION_S = 7 * 24 * 3600
"""The broker keeps missed messages for a week: longer than any warning is valid. Our choice."""
PACKET_MOST = 8 * 1024 * 1024
"""Bytes of the largest packet that the broker may send (MQTT 5 §3.1.2.11.4). A smaller packet that is no
document is quarantined. Our choice."""
CONNECT_TIMEOUT_S = 5.0
"""Seconds in which the connection to a broker must stand. Our choice."""


class Client(paho.Client):
    """A client of paho that also takes messages whose properties paho cannot read.

    paho refuses U+FEFF in a property, which MQTT 5 §1.5.4 allows, by an error. It would meet the same message
    again after every reconnection, and nothing behind it would be received.
    """

    def _handle_publish(self) -> MQTTErrorCode:
        try:
            return super()._handle_publish()
        except MQTTException:
            packet = self._in_packet
            packet["packet"] = _without_properties(packet["command"], packet["packet"])
            return super()._handle_publish()


def _without_properties(header: int, packet: bytearray) -> bytearray:
    """A PUBLISH packet (MQTT 5 §3.3) whose properties are taken out. `header` is its first byte."""
    start = 2 + int.from_bytes(packet[:2], "big") + (2 if header & 0x06 else 0)
    length, digits = VariableByteIntegers.decode(packet[start : start + 4])  # type: ignore[no-untyped-call]
    return packet[:start] + b"\0" + packet[start + digits + length :]


def make(access: Access) -> Client:
    """A client for this access, not connected yet. Raises OSError, ValueError."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=access.client_id,
        protocol=paho.MQTTv5 if access.version5 else paho.MQTTv311,
        clean_session=None if access.version5 else False,
        manual_ack=True,
    )
    if access.username is not None:
        password = access.password_file.read_text("utf-8").strip() if access.password_file else None
        client.username_pw_set(access.username, password)
    if access.ca_file:
        certificate = str(access.certificate_file) if access.certificate_file else None
        key = str(access.key_file) if access.key_file else None
        client.tls_set(str(access.ca_file), certfile=certificate, keyfile=key)
    if access.will:
        client.will_set(access.will.topic, access.will.payload, qos=1, retain=True)
    client.connect_timeout = CONNECT_TIMEOUT_S
    return client


def dial(client: Client, access: Access) -> None:
    """Connect. Raises OSError, ValueError."""
    if access.version5:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = access.receive_maximum
        properties.MaximumPacketSize = PACKET_MOST
        client.connect(access.host, access.port, access.keepalive_s, clean_start=False, properties=properties)
    else:
        client.connect(access.host, access.port, access.keepalive_s)


def incoming(message: paho.MQTTMessage, connection: int) -> Incoming:
    """The message that paho received over the connection of this number."""
    properties = message.properties

    def said(name: str, otherwise: Any) -> Any:
        return getattr(properties, name, otherwise)

    return Incoming(
        message.topic,
        bytes(message.payload),
        message.mid,
        message.qos,
        connection,
        said("ResponseTopic", None),
        said("CorrelationData", None),
        said("ContentType", ""),
    )


def correlating(data: bytes | None) -> Properties | None:
    """The properties of a message with this correlation data (MQTT 5 §3.3.2.3.6)."""
    if data is None:
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.CorrelationData = data
    return properties
