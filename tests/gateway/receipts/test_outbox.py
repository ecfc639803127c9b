"""The outbox: it sends each receipt that is owed, in order, until its sender has it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pytest

from gateway.model.record import Receipt
from gateway.receipts.outbox import AGAIN_S, PATIENCE_S, Outbox
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]


class Book:
    """Owes what it is given."""

    def __init__(self, *sources: str) -> None:
        self.left = {number: Receipt(number, source, "", "{}") for number, source in enumerate(sources)}

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        return [one for one in self.left.values() if one.source not in without][:most]

    def owing(self) -> int:
        return len(self.left)

    async def told(self, receipts: Sequence[int]) -> None:
        for number in receipts:
            del self.left[number]

    def receipts(self, document: str) -> list[Receipt]:
        return [one for one in self.left.values() if one.document == document]


def test_a_road_that_is_down_holds_up_no_other_and_is_tried_again(virtual: Virtual) -> None:
    async def story() -> None:
        book, sent, tries = Book(*["down"] * 300, *["up"] * 10), [], []
        down = True

        async def publish(receipt: Receipt) -> None:
            if receipt.source == "down":
                tries.append(receipt)
                if down:
                    raise ConnectionError("gone")
            sent.append(receipt.id)

        outbox: Any = Outbox(book, publish)
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(1)
        assert sent == list(range(300, 310))
        await asyncio.sleep(10)
        assert len(tries) <= 100 * (11 / AGAIN_S + 1)
        down = False
        await asyncio.sleep(AGAIN_S + 0.1)
        assert sent[10:] == list(range(300)), "in order"
        assert not book.left
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(story())


def test_a_broker_that_never_acknowledges_is_a_road_that_is_down(virtual: Virtual) -> None:
    async def story() -> None:
        book, sent = Book("mute", "up"), []

        async def publish(receipt: Receipt) -> None:
            if receipt.source == "mute":
                await asyncio.Event().wait()
            sent.append(receipt.source)

        outbox: Any = Outbox(book, publish)
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(PATIENCE_S + 1)
        assert sent == ["up"]
        assert [one.source for one in book.left.values()] == ["mute"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual(story())


@pytest.mark.parametrize(
    "raw", [cap("A1", START), b"<alert><identifier>broken"], ids=["accepted", "rejected"]
)
def test_a_sender_of_the_same_document_is_told_again_in_the_same_words(virtual: Virtual, raw: bytes) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()

        def told() -> list[Receipt]:
            return [one for _, one in world.told if json.loads(one.body).get("arrival")]

        await world.send(raw)
        await asyncio.sleep(5)
        assert len(told()) == 1
        assert json.loads(told()[0].body)["digest"] == hashlib.sha256(raw).hexdigest()
        for times in (2, 3):
            await world.send(raw)
            await asyncio.sleep(5)
            assert len(told()) == times
        assert len(set(told())) == 1
        assert len(world.heard("a", "A1")) <= 2, "told again, not said again"
        await world.end()

    virtual(story())
