"""The things outside the daemon that a configuration names: feeds, webhooks, receipt keys, brokers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.link.mqtt import NotConnected
from gateway.app.brokers import Brokers
from gateway.app.feeds import Feeds, header_lines
from gateway.app.receipts import seals
from gateway.app.webhooks import Webhooks
from gateway.config.config import Config
from gateway.model.alert import Reply
from gateway.model.record import Answer, Receipt
from gateway.receipts.answers import Unanswerable
from gateway.receipts.seals import UNSIGNED, Seals
from gateway.runtime.clock import LoopClock
from tests.support.county import CONFIG, SENDER, START
from tests.support.office_desk import desk
from tests.support.world import World

Virtual = Callable[[Any], Any]
RECEIPT = Receipt(1, "towns", "key", '{"kind": "accepted"}')
ANSWER = Answer(1, Reply("to/me", b"1"), RECEIPT)


def config(folder: Path, *sources: dict[str, Any], **more: Any) -> Config:
    table = CONFIG.model_dump(by_alias=True)
    table["broker"] = [
        {
            "name": "local",
            "host": "127.0.0.1",
            "port": 1,
            "client_id": "gate",
            "receipt_key_file": folder / "b",
        }
    ]
    table["source"] = [{"senders": [SENDER], **source} for source in sources]
    return Config.model_validate({**table, **more})


def feed(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "feed", "name": name, "url": "https://feeds.example/cap", **more}


def test_headers_are_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "headers"
    file.write_text("Authorization: Bearer a:b\n\n  X-Key :  c \nno header\n", "utf-8")
    assert header_lines(file) == {"Authorization": "Bearer a:b", "X-Key": "c"}


def test_each_feed_is_a_task_and_those_with_a_secret_take_calls(virtual: Virtual, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b" s3cret\n")

    async def story() -> None:
        world = World(1, START)
        await world.start()
        site = config(tmp_path, feed("called", hook_secret_file=tmp_path / "secret"), feed("other"))
        feeds = Feeds(site, world.clock, world.living.intake)
        assert [task.name for task in feeds.tasks()] == ["feed called", "feed other"]
        assert [feeds.secret(name) for name in ("called", "other", "county")] == [b"s3cret", None, None]
        await world.end()

    virtual(story())


def test_each_webhook_is_a_task_and_hears_every_event(virtual: Virtual, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s3cret\n")
    hooks = [{"url": f"https://{name}.example/", "secret_file": tmp_path / "secret"} for name in "ab"]

    async def story() -> None:
        async with desk() as here:
            webhooks = Webhooks(config(tmp_path, webhook=hooks), here.ledger, here.clock)
            assert [task.name for task in webhooks.tasks()] == ["webhook 1", "webhook 2"]
            assert len(webhooks.listeners) == 2
            assert all(task.pulses for task in webhooks.tasks())
            none = Webhooks(config(tmp_path), here.ledger, here.clock)
            assert (list(none.tasks()), none.listeners) == ([], [])

    virtual(story())


def test_a_receipt_is_sealed_with_the_key_of_its_source_or_of_its_broker(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b" of-the-broker\n")
    (tmp_path / "h").write_bytes(b"of-the-source")
    keys = seals(
        config(
            tmp_path,
            {"kind": "mqtt", "name": "towns", "broker": "local", "topic": "t"},
            {"kind": "http", "name": "county", "token_file": "t", "receipt_key_file": tmp_path / "h"},
            {"kind": "http", "name": "unsigned", "token_file": "t"},
        )
    )
    expected = Seals({"towns": b"of-the-broker", "county": b"of-the-source"})
    for source in ("towns", "county", "unsigned"):
        receipt = Receipt(1, source, "key", RECEIPT.body)
        assert keys.letter(receipt) == expected.letter(receipt)
    assert "signature" in keys.letter(RECEIPT)
    assert "signature" not in keys.letter(Receipt(1, "unsigned", "key", RECEIPT.body))


def test_a_receipt_goes_to_the_broker_of_its_source_and_of_http_to_none(tmp_path: Path) -> None:
    async def story() -> None:
        site = config(
            tmp_path,
            {"kind": "mqtt", "name": "towns", "broker": "local", "topic": "t"},
            {"kind": "http", "name": "county", "token_file": "t"},
        )
        brokers = Brokers(site, LoopClock(START), UNSIGNED)
        assert brokers.up() == {"local": False}
        await brokers.publish(Receipt(1, "county", "key", RECEIPT.body))
        with pytest.raises(ConnectionError):
            await brokers.publish(RECEIPT)
        assert [waited() for waited in brokers.unacknowledged] == [None]
        names = [task.name for task in brokers.tasks(lambda *_: asyncio.sleep(0), lambda: None)]
        assert names == ["broker local", "replies at local", "source towns", "states at local"]

    asyncio.run(story())


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_answers_have_a_session_of_their_own_over_mqtt_5_and_none_over_3_1_1(
    tmp_path: Path, version: str
) -> None:
    """A topic that was fit when it was named is asked again: the configuration may have changed."""

    async def story() -> None:
        site = config(tmp_path, {"kind": "mqtt", "name": "towns", "broker": "local", "topic": "t"})
        broker = site.brokers[0].model_copy(update={"protocol": version})
        brokers = Brokers(site.model_copy(update={"brokers": (broker,)}), LoopClock(START), UNSIGNED)
        names = [task.name for task in brokers.tasks(lambda *_: asyncio.sleep(0), lambda: None)]
        assert ("replies at local" in names) == (version == "5")
        with pytest.raises(NotConnected if version == "5" else Unanswerable):
            await brokers.answer(ANSWER)
        for topic in ("t", "tongluo/receipts/x"):
            with pytest.raises(Unanswerable):
                await brokers.answer(replace(ANSWER, to=Reply(topic)))
        with pytest.raises(Unanswerable, match="no broker"):
            await brokers.answer(replace(ANSWER, receipt=replace(RECEIPT, source="gone")))

    asyncio.run(story())
