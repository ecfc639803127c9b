"""How to reach an MQTT broker, and what it hands us: values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RECEIVE_MAXIMUM = 1000
"""Unacknowledged messages the broker may have under way to us (MQTT 5 §3.1.2.11.3). While the disk fails nothing is acknowledged, and a red
must still come through behind as many others. Our choice."""


@dataclass(frozen=True)
class Will:
    """What the broker says, retained, once it has lost us; we say it ourselves when we leave (MQTT 5 §3.1.2.5)."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Access:
    """How to reach a broker and who we are there. Files are PEM; `password_file` holds one line."""

    host: str
    port: int
    client_id: str
    version5: bool = True
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: int = 30
    """A dead connection is noticed within one and a half of these (MQTT 3.1.1 §3.1.2.10)."""
    receive_maximum: int = RECEIVE_MAXIMUM
    will: Will | None = None


@dataclass(frozen=True)
class Incoming:
    """A message in our hands until `Mqtt.done`."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    connection: int
    """Which of our connections it came over: packet identifiers mean nothing in the next (MQTT 5 §4.4)."""
