"""The values of MQTT: how to reach a broker, and the messages it delivers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RECEIVE_MAXIMUM = 1000
"""Messages that the broker may send before it waits for an acknowledgement (MQTT 5 §3.1.2.11.3). While the
disk fails, nothing is acknowledged; a red warning behind as many others must still arrive. Our choice."""


@dataclass(frozen=True)
class Will:
    """A retained message that the broker publishes when it loses this client (MQTT 5 §3.1.2.5).

    The client publishes it itself when it disconnects.
    """

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Access:
    """How to reach a broker, and the identity of this client there."""

    host: str
    port: int
    client_id: str
    version5: bool = True
    """MQTT 5; False: 3.1.1."""
    username: str | None = None
    password_file: Path | None = None
    """Holds one line."""
    ca_file: Path | None = None
    """PEM. With it the connection uses TLS."""
    certificate_file: Path | None = None
    """PEM."""
    key_file: Path | None = None
    """PEM."""
    keepalive_s: int = 30
    """A dead connection is noticed within one and a half times as long (MQTT 3.1.1 §3.1.2.10)."""
    receive_maximum: int = RECEIVE_MAXIMUM
    will: Will | None = None


@dataclass(frozen=True)
class Incoming:
    """A received message. It is unacknowledged until `Mqtt.done`."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    connection: int
    """The number of the connection it came over. A packet identifier is valid within one connection (MQTT 5
    §4.4)."""
    response_topic: str | None = None
    """Where its sender wants the answers (MQTT 5 §3.3.2.3.5), as it was sent. None where it did not say."""
    correlation: bytes | None = None
    """What the sender knows the answers by (MQTT 5 §3.3.2.3.6). None where it did not say; empty is not
    None."""
    content_type: str = ""
    """What the sender says of the payload (MQTT 5 §3.3.2.3.9), such as `application/xml; charset=GBK`."""

    @property
    def size(self) -> int:
        """The bytes that it holds in memory, about."""
        said = len(self.topic) + len(self.response_topic or "") + len(self.content_type)
        return len(self.payload) + len(self.correlation or b"") + said


class NotConnected(ConnectionError):
    """The broker is not there, so nothing was sent."""


class Refused(ConnectionError):
    """The broker refuses this publication, by its answer (MQTT 5 §3.4.2.1)."""
