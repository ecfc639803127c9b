"""A sender over MQTT 5 has its answers where it wants them: the daemon, its ledger and a real Mosquitto."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.link.mqtt import NotConnected
from gateway.app.brokers import Brokers
from gateway.app.daemon import Daemon, Outside
from gateway.app.serve import opened_ledger
from gateway.config.config import Config
from gateway.model.alert import Reply
from gateway.model.record import Answer, Receipt
from gateway.model.speaker import Roster
from gateway.receipts.answers import Unanswerable
from gateway.receipts.seals import Seals
from gateway.runtime.clock import LoopClock
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.county import CONFIG, ROSTER, SENDER, START, cap
from tests.support.receipt_signature import verified
from tests.support.requester import Requester
from tests.support.tasks import running
from tests.support.voices import Buzz

pytestmark = pytest.mark.service

KEY = b"the key of this broker"
NOBODY = Roster(0, ROSTER.villages, ())
"""No speakers: a document is judged, and that is all."""


def config(folder: Path, port: int, **more: Any) -> Config:
    table = CONFIG.model_dump(by_alias=True)
    table |= {"data": folder / "data", "line": []}
    table["broker"] = [{"name": "local", "host": "127.0.0.1", "port": port, "client_id": "gate", **more}]
    source = {"kind": "mqtt", "broker": "local", "senders": [SENDER]}
    table["source"] = [{**source, "name": "towns", "topic": "county/+/in", "urgent_topic": "county/+/now"}]
    return Config.model_validate(table)


async def mute(_answer: Answer) -> None:
    """The way out of a gateway that dies before it answers."""
    raise NotConnected("it has no time left")


@asynccontextmanager
async def gateway(site: Config, mutely: bool = False) -> AsyncIterator[Daemon]:
    """The daemon on the ledger of this site, connected to its broker."""
    clock = LoopClock(START)
    async with opened_ledger(site, clock) as ledger:
        brokers = Brokers(site, clock, Seals({"towns": KEY}))
        outside = Outside({}, Buzz(), brokers.publish, mute if mutely else brokers.answer)
        daemon = Daemon(site, ledger, clock, NOBODY, outside)
        delivery = daemon.delivery
        tasks = brokers.tasks(daemon.intake.keep, delivery.outbox.retry, delivery.answers.retry)
        async with running(daemon.run(tasks)), asyncio.timeout(30):
            while not all(brokers.up().values()):
                await asyncio.sleep(0.01)
            yield daemon


@contextmanager
def township(folder: Path, **how: Any) -> Iterator[tuple[Mosquitto, Requester]]:
    """A broker, and a requester that sees everything."""
    mosquitto_or_skip()
    username = how.pop("username", None)
    broker = Mosquitto(folder / "broker", **how)
    requester = Requester(broker.port, username=username)
    try:
        yield broker, requester
    finally:
        requester.leave()
        broker.stop()


def play(folder: Path, story: Callable[[Config, Mosquitto, Requester], Any], **how: Any) -> None:
    more = how.pop("site", {})
    with township(folder, **how) as (broker, requester):

        async def run() -> None:
            await requester.sees(lambda: requester.subscribed)
            await story(config(folder, broker.port, **more), broker, requester)

        asyncio.run(run())


def general(requester: Requester) -> list[str]:
    """The kinds of the receipts for everybody."""
    return [body["kind"] for topic, _, body in list(requester.got) if topic.startswith("tongluo/receipts/")]


@pytest.mark.parametrize("topic", ["county/a/in", "county/b/now", "tongluo/receipts/x", "tongluo/status"])
def test_nothing_is_answered_on_a_topic_that_the_configuration_has_taken_since(
    tmp_path: Path, topic: str
) -> None:
    def answer(to: str) -> Answer:
        return Answer(1, Reply(to, None), Receipt(1, "towns", "", "{}"))

    async def story() -> None:
        brokers = Brokers(config(tmp_path, 1), LoopClock(START), Seals({}))
        with pytest.raises(NotConnected):
            await brokers.answer(answer("county/a/replies"))
        with pytest.raises(Unanswerable):
            await brokers.answer(answer(topic))

    asyncio.run(story())


def test_accepted_rejected_and_a_batch_are_answered_with_their_own_correlation_data(tmp_path: Path) -> None:
    every = bytes(range(256))
    good, bad = cap("B1", START), cap("B2", START).replace(b"<sent>", b"<sent>yesterday ")
    batch = b"<alerts>" + b"".join(one[one.index(b"<alert") :] for one in (good, bad)) + b"</alerts>"

    async def story(site: Config, _broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site):
            requester.ask("county/a/in", cap("A1", START), "回/甲", every)
            requester.ask("county/a/now", b"<alert><identifier>broken", "回/乙", b"")
            requester.ask("county/a/in", batch, "回/丙", b"\0")
            requester.ask("county/a/in", cap("A2", START), "回/丁")
            requester.ask("county/a/in", cap("A3", START), None, b"nobody asked")
            await requester.sees(lambda: len(requester.got) == 6 + 5)
        assert requester.to("回/甲") == [(every, "accepted")]
        assert requester.to("回/乙") == [(b"", "rejected")]
        assert sorted(requester.to("回/丙")) == [(b"\0", "accepted"), (b"\0", "rejected")]
        assert requester.to("回/丁") == [(None, "accepted")]
        assert sorted(general(requester)) == ["accepted"] * 4 + ["rejected"] * 2, "who watches loses nothing"
        letters = {json.dumps(body) for _, _, body in requester.got}
        assert len(letters) == 6, "the same letters as for everybody"
        assert all(verified(json.loads(letter), KEY) for letter in letters)
        members = [
            body["member"] for topic, _, body in requester.got if topic == "回/丙" and "member" in body
        ]
        assert members == [2]

    play(tmp_path, story)


def test_whoever_asks_again_with_other_data_is_answered_again_and_each_requester_has_its_own(
    tmp_path: Path,
) -> None:
    raw = cap("A1", START)

    async def story(site: Config, _broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site) as daemon:
            for data in (b"1", b"2", b"2", b"3"):  # together: none is acknowledged before all have come
                requester.ask("county/a/in", raw, "to/me", data)
            requester.ask("county/a/now", raw, "to/you", b"1")
            await requester.sees(lambda: {data for data, _ in requester.to("to/me")} == {b"1", b"2", b"3"})
            await requester.sees(lambda: requester.to("to/you") == [(b"1", "accepted")])
            requester.ask("county/a/in", raw, "to/me", b"4")
            await requester.sees(lambda: (b"4", "accepted") in requester.to("to/me"))
            rows = daemon.shared.ledger._all("SELECT topic, correlation FROM reply")  # type: ignore[attr-defined]
            assert sorted(rows) == [*(("to/me", f"3{data}") for data in (1, 2, 3, 4)), ("to/you", "31")]
            assert len(daemon.shared.ledger.documents()) == 1

    play(tmp_path, story)


def test_what_a_gateway_that_died_owed_is_answered_by_the_next_one(tmp_path: Path) -> None:
    async def story(site: Config, _broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site, mutely=True):
            requester.ask("county/a/in", cap("A1", START), "to/me", b"\xff\0")
            await requester.sees(lambda: general(requester))
        assert requester.to("to/me") == []
        async with gateway(site) as daemon:
            await requester.sees(lambda: requester.to("to/me") == [(b"\xff\0", "accepted")])
            await requester.sees(lambda: daemon.shared.ledger.answers() == [])

    play(tmp_path, story)


def test_answers_wait_for_a_broker_that_is_down(tmp_path: Path) -> None:
    async def story(site: Config, broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site) as daemon:
            requester.ask("county/a/in", cap("A1", START), "to/me", b"1")
            await requester.sees(lambda: requester.to("to/me"))
            requester.subscribed = False
            broker.stop()
            key = daemon.shared.ledger.documents()[0].key
            await daemon.shared.ledger.record([], [("towns", key, '{"kind": "summary"}')])
            daemon.delivery.owed()
            await asyncio.sleep(0.1)
            assert len(daemon.shared.ledger.answers()) == 1
            broker.start()
            await requester.sees(lambda: requester.subscribed)
            await requester.sees(lambda: requester.to("to/me") == [(b"1", "accepted"), (b"1", "summary")])

    play(tmp_path, story)


def test_a_topic_that_the_broker_forbids_holds_nothing_up_and_is_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.receipts.answers.AGAIN_S", 0.05)
    rights = "user gate\ntopic readwrite county/#\ntopic readwrite tongluo/#\ntopic write to/me\n"
    (tmp_path / "acl").write_text(f"{rights}user all\ntopic readwrite #\n")

    async def story(site: Config, _broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site) as daemon:
            for number in range(3):
                requester.ask("county/a/in", cap(f"A{number}", START), "speakers/stop", b"%d" % number)
            requester.ask("county/a/in", cap("B", START), "to/me", b"1")
            await requester.sees(lambda: requester.to("to/me") == [(b"1", "accepted")])
            await requester.sees(lambda: len(general(requester)) == 4)
            await requester.sees(lambda: daemon.shared.ledger.answers() == [])
            sql = "SELECT topic, ended FROM reply WHERE ended IS NOT NULL"
            ended = daemon.shared.ledger._all(sql)  # type: ignore[attr-defined]
            assert [topic for topic, _ in ended] == ["speakers/stop"] * 3
            assert all("Not authorized" in why for _, why in ended)
            assert caplog.text.count("nothing more is answered") == 3

    rules = f"allow_anonymous true\nacl_file {tmp_path / 'acl'}\n"
    with caplog.at_level(logging.WARNING):
        play(tmp_path, story, rules=rules, username="all", site={"username": "gate"})


def test_topics_on_which_no_answer_may_go_are_named_once_and_the_documents_are_judged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forbidden = ["county/b/in", "county/a/now", "tongluo/receipts/x", "tongluo/status", "$SYS/x", "d" * 1025]

    async def story(site: Config, _broker: Mosquitto, requester: Requester) -> None:
        async with gateway(site) as daemon:
            for number, topic in enumerate([*forbidden, *forbidden]):
                requester.ask("county/a/in", cap(f"A{number}", START), topic, b"1")
            requester.ask("county/a/in", cap("B", START), "to/me", bytes(1025))
            requester.ask("county/a/in", cap("C", START), "to/me", bytes(1024))
            await requester.sees(lambda: requester.to("to/me"))
            await requester.sees(lambda: len(general(requester)) == 14)
            assert len(daemon.shared.ledger.documents()) == 14, "no answer has come back as a document"
            rows = daemon.shared.ledger._all("SELECT topic FROM reply")  # type: ignore[attr-defined]
            assert rows == [("to/me",)]
        assert caplog.text.count("no answers to") == len(forbidden) + 1

    with caplog.at_level(logging.WARNING):
        play(tmp_path, story)
