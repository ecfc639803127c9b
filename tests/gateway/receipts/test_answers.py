"""Answers: a topic that takes nothing is given up, and holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from drivers.link.access import NotConnected, Refused
from gateway.model.alert import Reply
from gateway.model.record import Answer, Receipt
from gateway.receipts.answers import PATIENCE_S, TRIES, Answers, Unanswerable
from gateway.receipts.outbox import AGAIN_S, TOGETHER
from tests.support.county import START, cap
from tests.support.tasks import running
from tests.support.world import World

Virtual = Callable[[Any], Any]
Sending = Callable[[Answer], Awaitable[None]]


class Book:
    """Owes one answer to each topic named, in this order; the same topic is the same reply."""

    def __init__(self, *topics: str) -> None:
        replies = {topic: number for number, topic in enumerate(dict.fromkeys(topics))}
        self.left = [
            Answer(replies[topic], Reply(topic), Receipt(number, "county", "", "{}"))
            for number, topic in enumerate(topics)
        ]
        self.ended: dict[int, str] = {}

    def answers(
        self, most: int = 100, without: Collection[str] = (), but: Collection[int] = ()
    ) -> list[Answer]:
        return [one for one in self.left if one.receipt.source not in without and one.reply not in but][:most]

    async def answered(self, answers: Sequence[Answer]) -> None:
        self.left = [one for one in self.left if one not in answers]

    async def give_up(self, reply: int, why: str) -> None:
        self.ended[reply] = why
        self.left = [one for one in self.left if one.reply != reply]


class Broker:
    """Takes answers, but those to topics that it dislikes. `tried` and `taken` have the numbers."""

    def __init__(self, *errors: tuple[str, Exception | None]) -> None:
        self.errors = dict(errors)
        """None: it does not acknowledge."""
        self.up = True
        self.connections = 1
        self.tried: list[int] = []
        self.taken: list[int] = []

    async def send(self, answer: Answer) -> None:
        if not self.up:
            raise NotConnected("away")
        self.tried.append(answer.receipt.id)
        connection = self.connections
        await asyncio.sleep(0.001)
        if answer.to.topic in self.errors:
            error = self.errors[answer.to.topic]
            if error is None:
                await asyncio.Event().wait()
            elif not isinstance(error, Refused | Unanswerable):
                self.connections += 1
            assert error
            raise error
        await asyncio.sleep(0.001)
        if connection != self.connections:
            raise ConnectionError("lost")
        self.taken.append(answer.receipt.id)


def play(virtual: Virtual, book: Book, broker: Broker, seconds: float) -> None:
    async def story() -> None:
        answers = Answers(book, broker.send)
        async with running(answers.run()):
            await asyncio.sleep(seconds)

    virtual(story())


def test_a_topic_that_is_refused_is_tried_a_few_times_and_holds_up_no_other(virtual: Virtual) -> None:
    book, broker = Book(*["bad"] * 300, "good", "worse", "good"), Broker()
    broker.errors = {"bad": Refused("not authorized"), "worse": Unanswerable("a loop")}
    play(virtual, book, broker, 1.0)
    assert broker.taken == [300, 302]
    assert book.ended == {2: "a loop"}
    play(virtual, book, broker, TRIES * (AGAIN_S + 0.1))
    assert book.ended == {0: "not authorized", 2: "a loop"}
    assert broker.tried.count(0) == TRIES + 1, "the first life of the outbox had one"
    assert 1 not in broker.tried
    assert not book.left


def test_answers_to_one_reply_keep_their_order_although_one_failed(virtual: Virtual) -> None:
    book, broker = Book("a", "a", "b", "a"), Broker(("a", Refused("quota exceeded")))

    async def story() -> None:
        async with running(Answers(book, broker.send).run()):
            await asyncio.sleep(AGAIN_S + 0.1)
            broker.errors.clear()
            await asyncio.sleep(AGAIN_S)

    virtual(story())
    assert broker.taken == [2, 0, 1, 3]
    assert not book.ended


def test_a_topic_that_is_never_acknowledged_is_given_up(virtual: Virtual) -> None:
    book, broker = Book("mute", "good"), Broker(("mute", None))
    play(virtual, book, broker, TRIES * (PATIENCE_S + AGAIN_S) + 1)
    assert broker.taken == [1]
    assert list(book.ended) == [0]


def test_a_broker_that_is_away_costs_no_try(virtual: Virtual) -> None:
    book, broker = Book("a"), Broker()

    async def story() -> None:
        broker.up = False
        answers = Answers(book, broker.send)
        async with running(answers.run()):
            await asyncio.sleep(3600)
            broker.up = True
            answers.retry()
            await asyncio.sleep(0.1)

    virtual(story())
    assert broker.taken == [0]
    assert not book.ended


def test_a_topic_at_which_the_broker_closes_the_connection_is_found_and_no_other_is_given_up(
    virtual: Virtual,
) -> None:
    topics = [f"good/{number}" for number in range(2 * TOGETHER)]
    topics[5] = topics[40] = "poison"
    book, broker = Book(*topics), Broker(("poison", ConnectionError("closed by the broker")))
    play(virtual, book, broker, 10 * TRIES * AGAIN_S)
    assert list(book.ended) == [5]
    assert sorted(broker.taken) == sorted(set(range(2 * TOGETHER)) - {5, 40})
    assert not book.left


def test_everything_of_a_document_is_answered_over_crashes(virtual: Virtual) -> None:
    """The whole daemon: accepted, each speaker and the summary, and the same again where it is told late."""

    async def story() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START), reply=Reply("to/me", b"1"))
        await asyncio.sleep(3)
        world.crash()
        await asyncio.sleep(3600)
        kinds = [one.receipt.body.split('"')[3] for one in world.answered]
        told = [receipt for _, receipt in world.told]
        assert {one.receipt for one in world.answered} == set(told)
        assert {"accepted", "speaker", "summary"} <= set(kinds)
        assert {(one.to.topic, one.to.correlation) for one in world.answered} == {("to/me", b"1")}
        world.answered.clear()
        await world.send(cap("A1", START), reply=Reply("to/me", b"2"))
        await asyncio.sleep(5)
        late = [(one.to.correlation, one.receipt.body.split('"')[3]) for one in world.answered]
        assert late == [(b"2", "accepted"), (b"2", "summary")]
        await world.end()

    virtual(story())
