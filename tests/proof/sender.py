"""A county that trusts nothing but the gateway's receipt.

It sends each document again until it holds a signed receipt for its bytes.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.receipt_signature import verified

AGAIN_S = 3.0


class Sender:
    """Sends over one broker; reconnects by itself.

    A clean session each time: a broker's memory is nothing to rely on.
    """

    def __init__(self, name: str, port: int, key: bytes = b"") -> None:
        self._key = key
        self.receipts: dict[str, dict[str, Any]] = {}
        """By the SHA-256 of the bytes: the receipt for them."""
        self.false: list[dict[str, Any]] = []
        self.sent: Counter[str] = Counter()
        self.acknowledged = 0
        self._lock = threading.Lock()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe("tongluo/receipts/#", 1)
        self._client.on_message = self._told
        self._client.on_publish = self._published
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(100)
        self._client.connect_async("127.0.0.1", port, clean_start=True)
        self._client.loop_start()

    def _told(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        letter = json.loads(message.payload)
        if self._key and not verified(letter, self._key):
            self.false.append(letter)
        elif letter["kind"] in ("accepted", "rejected"):
            self.receipts[letter["digest"]] = letter

    def _published(self, *_: Any) -> None:
        self.acknowledged += 1

    def send(self, raw: bytes, topic: str = "alerts") -> None:
        self.sent[hashlib.sha256(raw).hexdigest()] += 1
        self._client.publish(topic, raw, qos=1)

    def insist(
        self, documents: Mapping[str, bytes], pace_s: float, seconds: float, topic: str = "alerts"
    ) -> list[str]:
        """Send all at this pace, then again what has no receipt, until all have one.

        Returns the digests that never got one.
        """
        end = time.monotonic() + seconds
        due = dict.fromkeys(documents, 0.0)
        while due and time.monotonic() < end:
            for digest in [digest for digest, at in due.items() if at <= time.monotonic()]:
                if self._client.is_connected():
                    self.send(documents[digest], topic)
                    due[digest] = time.monotonic() + AGAIN_S
                time.sleep(pace_s)
            due = {digest: at for digest, at in due.items() if digest not in self.receipts}
            time.sleep(0.05)
        return list(due)

    def wait(self, true: Callable[[], Any], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            time.sleep(0.05)
        return bool(true())

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
