"""One broker: its sessions, the sources that listen on them, and what goes out over it (receipts, the retained state of gateway and speakers).

Ordinary and urgent topics each have a session of their own, with a connection and a receive maximum of its own: however many ordinary
documents the broker has under way to us, an urgent one does not queue behind them.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any

from drivers.link.mqtt import Access, Incoming, Mqtt, Will, matches
from gateway.config.brokers import Broker
from gateway.config.config import Config
from gateway.config.sources import MqttSource
from gateway.intake import Keep
from gateway.intake.mqtt import MqttSource as Topic
from gateway.model.record import Receipt
from gateway.receipts.seals import Seals, canonical
from gateway.runtime.clock import Clock

log = logging.getLogger(__name__)


class Connection:
    """Supervise what `tasks` names. `show` may be called at any time."""

    def __init__(self, broker: Broker, config: Config, clock: Clock, seals: Seals) -> None:
        self.broker = broker
        self._seals = seals
        tables = [one for one in config.sources if isinstance(one, MqttSource) and one.broker == broker.name]
        ordinary = {table.topic: table.name for table in tables}
        urgent = {table.urgent_topic: table.name for table in tables if table.urgent_topic}
        offline = Will(broker.status, canonical({"gateway": broker.client_id, "status": "offline"}))
        self.mqtt, self.topics = self._session(broker.client_id, ordinary, clock, offline)
        self.urgent: Mqtt | None = None
        if urgent:
            self.urgent, topics = self._session(f"{broker.client_id}-urgent", urgent, clock)
            self.topics += topics
        self._shown: dict[str, bytes] = {}
        self._stale: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.mqtt.on_up = self._came_up
        self.on_up: Callable[[], None] = lambda: None
        """Called at every connection: what waited for it can go."""
        self.show("", {"gateway": broker.client_id, "status": "online", "since": clock.now().isoformat()})

    def _session(
        self, client_id: str, names: Mapping[str, str], clock: Clock, will: Will | None = None
    ) -> tuple[Mqtt, list[Topic]]:
        broker = self.broker
        topics: list[Topic] = []

        def received(message: Incoming) -> None:
            topic = next((one for one in topics if matches(one.topic, message.topic)), None)
            if topic is None:
                log.warning("%s: nobody listens on %s any more", broker.name, message.topic)
                mqtt.done(message)
            else:
                topic.offer(message)

        access = Access(
            broker.host,
            broker.port,
            client_id,
            broker.protocol == "5",
            broker.username,
            broker.password_file,
            broker.ca_file,
            broker.certificate_file,
            broker.key_file,
            broker.keepalive_s,
            will=will,
        )
        mqtt = Mqtt(access, tuple(names), received)
        topics += [Topic(name, topic, clock, mqtt.done, will is None) for topic, name in names.items()]
        return mqtt, topics

    @property
    def up(self) -> bool:
        """Whether every session is there and the broker refuses none of its topics."""
        sessions = [self.mqtt, *([self.urgent] if self.urgent else [])]
        return all(one.up.is_set() and not one.trouble for one in sessions)

    def tasks(self, keep: Keep) -> Iterator[tuple[str, Callable[[], Awaitable[Any]]]]:
        """What must run for it, by name."""
        name = self.broker.name
        yield f"broker {name}", self.mqtt.run
        if self.urgent:
            yield f"broker {name} urgent", self.urgent.run
        for topic in self.topics:
            urgent = " urgent" if topic.urgent else ""
            yield f"source {topic.name}{urgent}", partial(topic.run, keep)
        yield f"states at {name}", self._tell

    async def publish(self, receipt: Receipt) -> None:
        """A receipt to whoever sent the document. Raises ConnectionError."""
        letter = json.dumps(self._seals.letter(receipt), ensure_ascii=False).encode()
        await self.mqtt.publish(f"{self.broker.receipts}/{receipt.document or 'rejected'}", letter)

    def show(self, name: str, state: Mapping[str, object]) -> None:
        """Keep a retained state at the broker under `<status>/<name>`, such as `speakers/<id>`; the latest counts. `""` is the gateway's own."""
        body = canonical(state)
        if self._shown.get(name) != body:
            self._shown[name] = body
            self._stale[name] = None
            self._wake.set()

    def _came_up(self) -> None:
        """A broker may have forgotten everything, and it has said our will."""
        self.on_up()
        self._stale = dict.fromkeys(self._shown)
        self._wake.set()

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            await self.mqtt.up.wait()
            self._wake.clear()
            while self._stale and self.mqtt.up.is_set():
                name = next(iter(self._stale))
                del self._stale[name]
                topic = f"{self.broker.status}/{name}" if name else self.broker.status
                try:
                    await self.mqtt.publish(topic, self._shown[name], retain=True)
                except ConnectionError as error:
                    log.info(
                        "the state of %s is told when the broker is back: %s", name or "the gateway", error
                    )
                    self._stale.setdefault(name)
                    break
