"""Brokers: their sessions, the sources that listen on them, and the receipts and states that go out over
them.

The ordinary topics of a broker share one session, its urgent topics another. Each session has its own
connection and its own receive maximum, so that an urgent document does not wait behind ordinary ones on their
way.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from drivers.link.mqtt import Access, Incoming, Mqtt, Will, matches
from gateway.app.tasks import Task
from gateway.config.brokers import Broker
from gateway.config.config import Config
from gateway.config.sources import MqttSource
from gateway.intake import Keep
from gateway.intake.mqtt import MqttSource as Topic
from gateway.intake.response_topics import ResponseTopics
from gateway.model.record import Answer, Receipt
from gateway.receipts.answers import Unanswerable
from gateway.receipts.seals import Seals, canonical
from gateway.runtime.clock import Clock

log = logging.getLogger(__name__)


class Brokers:
    """The connections to the configured brokers."""

    def __init__(self, config: Config, clock: Clock, seals: Seals) -> None:
        self._connections = {
            broker.name: Connection(broker, config, clock, seals) for broker in config.brokers
        }
        self._by_source = {
            source.name: self._connections[source.broker]
            for source in config.sources
            if isinstance(source, MqttSource)
        }

    @property
    def unacknowledged(self) -> list[Callable[[], float | None]]:
        """A function for each topic: for how many seconds its oldest document has waited for
        acknowledgement."""
        return [
            topic.oldest_unacknowledged
            for connection in self._connections.values()
            for topic in connection.topics
        ]

    def up(self) -> dict[str, bool]:
        """Which brokers are connected."""
        return {name: connection.up for name, connection in self._connections.items()}

    async def publish(self, receipt: Receipt) -> None:
        """Send a receipt to the broker that its document came from. A source over HTTP asks for its receipts
        instead.

        Raises ConnectionError.
        """
        if connection := self._by_source.get(receipt.source):
            await connection.publish(receipt)

    async def answer(self, answer: Answer) -> None:
        """Send a receipt where its sender wants it. Raises Unanswerable, Refused, NotConnected,
        ConnectionError."""
        connection = self._by_source.get(answer.receipt.source)
        if connection is None:
            raise Unanswerable("its source has no broker any more")
        await connection.answer(answer)

    def show(self, speaker: str, state: Mapping[str, object]) -> None:
        """Retain the newest state of a speaker at every broker."""
        for connection in self._connections.values():
            connection.show(f"speakers/{speaker}", state)

    def tasks(
        self, keep: Keep, came_up: Callable[[], None], answerable: Callable[[], None] = lambda: None
    ) -> Iterator[Task]:
        """All that must run for them, see `Connection.tasks`."""
        for connection in self._connections.values():
            yield from connection.tasks(keep, came_up, answerable)


class Connection:
    """One broker. Supervise its `tasks`; `show` may be called at any time."""

    def __init__(self, broker: Broker, config: Config, clock: Clock, seals: Seals) -> None:
        self.broker = broker
        self._seals = seals
        tables = [
            source
            for source in config.sources
            if isinstance(source, MqttSource) and source.broker == broker.name
        ]
        ordinary = {table.topic: table.name for table in tables}
        urgent = {table.urgent_topic: table.name for table in tables if table.urgent_topic}
        offline = Will(broker.status, canonical({"gateway": broker.client_id, "status": "offline"}))
        own = (broker.receipts, broker.status)
        self._response_topics = ResponseTopics(broker.name, (*ordinary, *urgent), own)
        self.mqtt, self.topics = self._session(broker.client_id, ordinary, clock, offline)
        self.urgent: Mqtt | None = None
        if urgent:
            self.urgent, topics = self._session(f"{broker.client_id}-urgent", urgent, clock)
            self.topics += topics
        self.replies: Mqtt | None = None
        """A session that answers alone: a broker may close it at a topic that it refuses."""
        if tables and broker.protocol == "5":
            self.replies, _ = self._session(f"{broker.client_id}-replies", {}, clock)
        self._answering = asyncio.Event()
        """Whether something was to be answered. The session is opened then."""
        self._shown: dict[str, bytes] = {}
        self._stale: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.show("", {"gateway": broker.client_id, "status": "online", "since": clock.now().isoformat()})

    def _session(
        self, client_id: str, names: Mapping[str, str], clock: Clock, will: Will | None = None
    ) -> tuple[Mqtt, list[Topic]]:
        broker = self.broker
        topics: list[Topic] = []

        def received(message: Incoming) -> None:
            topic = next((topic for topic in topics if matches(topic.topic, message.topic)), None)
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
        reply = self._response_topics.reply
        topics += [Topic(name, topic, clock, mqtt.done, will is None, reply) for topic, name in names.items()]
        return mqtt, topics

    @property
    def up(self) -> bool:
        """Whether every session is there and the broker refuses none of its topics."""
        sessions = [self.mqtt, *([self.urgent] if self.urgent else [])]
        return all(session.up.is_set() and not session.trouble for session in sessions)

    def tasks(
        self,
        keep: Keep,
        came_up: Callable[[], None] = lambda: None,
        answerable: Callable[[], None] = lambda: None,
    ) -> Iterator[Task]:
        """All that must run for it.

        `keep` takes each arrival. `came_up` is called at every connection: what waited for it can go.
        `answerable` is called when answers can go.
        """
        name = self.broker.name
        yield Task(f"broker {name}", partial(self._connect, came_up))
        if self.urgent:
            yield Task(f"broker {name} urgent", self.urgent.run)
        if self.replies:
            self.replies.on_up = answerable
            yield Task(f"replies at {name}", partial(self._answer_when_asked, self.replies))
        for topic in self.topics:
            urgent = " urgent" if topic.urgent else ""
            yield Task(f"source {topic.name}{urgent}", partial(topic.run, keep))
        yield Task(f"states at {name}", self._tell)

    async def _connect(self, came_up: Callable[[], None]) -> None:
        def connected() -> None:
            came_up()
            self._show_all()

        self.mqtt.on_up = connected
        await self.mqtt.run()

    async def _answer_when_asked(self, session: Mqtt) -> None:
        await self._answering.wait()
        await session.run()

    async def publish(self, receipt: Receipt) -> None:
        """Send a receipt to the sender of its document. Raises ConnectionError."""
        topic = f"{self.broker.receipts}/{receipt.document or 'rejected'}"
        await self.mqtt.publish(topic, self._letter(receipt))

    async def answer(self, answer: Answer) -> None:
        """See `Brokers.answer`."""
        if self.replies is None:
            raise Unanswerable("MQTT 3.1.1 has no correlation data")
        if why := self._response_topics.unfit(answer.to.topic):
            raise Unanswerable(why)  # the configuration may have changed since it was asked for
        self._answering.set()
        letter, data = self._letter(answer.receipt), answer.to.correlation
        await self.replies.publish(answer.to.topic, letter, correlation=data)

    def _letter(self, receipt: Receipt) -> bytes:
        return json.dumps(self._seals.letter(receipt), ensure_ascii=False).encode()

    def show(self, name: str, state: Mapping[str, object]) -> None:
        """Retain a state at the broker under `<status>/<name>`, such as `speakers/<id>`. `""` is the
        gateway's own.

        A newer state takes the place of one that was not sent yet.
        """
        body = canonical(state)
        if self._shown.get(name) != body:
            self._shown[name] = body
            self._stale[name] = None
            self._wake.set()

    def _show_all(self) -> None:
        """A broker may have lost what it retained, and it has published our will."""
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
