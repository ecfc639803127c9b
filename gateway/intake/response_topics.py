"""Where senders may have their answers: the response topics that are used, and those that are not.

A response topic is a wish of whoever may publish a warning. The gateway may publish more than its senders
may, so a wish is not enough. What a broker's own rules allow the gateway is the real guard
(docs/receipts.md).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from drivers.link.mqtt import Incoming, matches
from gateway.model.alert import Reply

log = logging.getLogger(__name__)

TOPIC_MOST = 1024
"""Bytes of the longest response topic. Our choice."""
LEVELS_MOST = 64
"""Levels of the deepest response topic. Our choice: Mosquitto closes the connection at more than 200."""
CORRELATION_MOST = 1024
"""Bytes of the longest correlation data. Our choice: it is kept, and goes out with every answer."""
REMEMBERED = 100
"""Complaints that are not repeated. Our choice."""

_UNSENDABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""Characters that a broker may take for a malformed packet (MQTT 5 §1.5.4), and U+FEFF, which paho takes for
one."""


class ResponseTopics:
    """The rules of one broker.

    `subscriptions` are the topics on which warnings come from it, `own` the topics under which the gateway
    publishes there.
    """

    def __init__(self, broker: str, subscriptions: Iterable[str], own: Iterable[str]) -> None:
        self._broker = broker
        self._subscriptions = tuple(subscriptions)
        self._own = tuple(topic.strip("/") for topic in own)
        self._said: set[tuple[str, str]] = set()

    def reply(self, message: Incoming) -> Reply | None:
        """Where the answers to a message go. None where its sender did not say, or where they cannot go
        there: the log says so once."""
        topic, data = message.response_topic, message.correlation
        if topic is None:
            return None
        why = self.unfit(topic)
        if not why and len(data or b"") > CORRELATION_MOST:
            why = f"its correlation data has more than {CORRELATION_MOST} bytes"
        if not why:
            return Reply(topic, data)
        self._complain(message.topic, topic, why)
        return None

    def unfit(self, topic: str) -> str:
        """Why nothing is published on this response topic; "" where it is fit."""
        if not topic:
            return "it is empty"
        if _UNSENDABLE.search(topic):
            return "it has a character that no topic should have"
        if len(topic.encode()) > TOPIC_MOST or topic.count("/") >= LEVELS_MOST:
            return f"it has more than {TOPIC_MOST} bytes or {LEVELS_MOST} levels"
        if "+" in topic or "#" in topic:
            return "it has a wildcard"
        if topic.startswith("$"):
            return "topics that begin with $ are the broker's own"
        if any(matches(subscription, topic) for subscription in self._subscriptions):
            return "warnings come on it: the answers would come back as warnings"
        if any(topic.strip("/") == own or topic.strip("/").startswith(f"{own}/") for own in self._own):
            return "the gateway publishes there for everybody"
        return ""

    def _complain(self, came: str, topic: str, why: str) -> None:
        said = (topic[:TOPIC_MOST], why)
        if said in self._said:
            return
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said.add(said)
        log.warning(
            "broker %s: no answers to %.200r, named by a message on %.200r: %s",
            self._broker,
            topic,
            came,
            why,
        )
