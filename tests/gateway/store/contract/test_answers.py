"""Answers: the receipts that are owed where a sender wants them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.model.alert import Arrival, Reply
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.receipts import bodies
from gateway.store.contract import Ledger
from gateway.store.sqlite.replies import MOST
from tests.support.county import START, cap
from tests.support.documents import arrival, entry

Lives = Callable[..., None]
RAW = cap("A1", START)
ENTRY = entry(RAW)
KEY = ENTRY.alert.key.digest
WHY = Why(Reason.NOT_XML, {"saw": "<"})


def wanting(topic: str, correlation: bytes | None = b"1", raw: bytes = RAW) -> Arrival:
    return replace(arrival(raw), reply=Reply(topic, correlation))


async def judged(ledger: Ledger, came: Arrival, one: Entry = ENTRY) -> int:
    """The number of this arrival, which is kept and judged."""
    number, _ = await ledger.arrive(came)
    event = bodies.accepted(one.alert, one.judgement.verdict, came, number)
    await ledger.enter(number, [one], [(KEY, bodies.body(event))])
    return number


async def told(ledger: Ledger, kind: str, source: str = "county") -> None:
    await ledger.record([], [(source, KEY, json.dumps({"kind": kind, "key": KEY}))])


def owed(ledger: Ledger, **how: Any) -> list[tuple[str, bytes | None, str]]:
    """Each answer that is owed: topic, correlation data and kind of receipt."""
    return [
        (one.to.topic, one.to.correlation, json.loads(one.receipt.body)["kind"])
        for one in ledger.answers(**how)
    ]


def test_a_receipt_is_owed_where_its_sender_wants_it_until_it_was_sent(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        assert ledger.answers() == []
        await judged(ledger, wanting("to/me", b"\0\xff"))
        await told(ledger, "speaker")
        await told(ledger, "speaker", source="other")
        assert len(ledger.owed()) == 3, "everybody has them as well"
        await ledger.answered(ledger.answers(1))

    async def after(ledger: Ledger) -> None:
        assert owed(ledger) == [("to/me", b"\0\xff", "speaker")]
        await ledger.answered(ledger.answers())
        assert ledger.answers() == []
        await told(ledger, "summary")
        assert owed(ledger) == [("to/me", b"\0\xff", "summary")]
        assert owed(ledger, without=["county"]) == []
        assert owed(ledger, but=[ledger.answers()[0].reply]) == []

    lives(before, after)


def test_whoever_asks_later_is_answered_and_told_the_newest_summary(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await judged(ledger, wanting("to/me"))
        for kind in ("speaker", "summary", "speaker", "summary"):
            await told(ledger, kind)
        await ledger.answered(ledger.answers())
        assert await ledger.arrive(wanting("to/me", b"2")) == (1, False)
        assert await ledger.arrive(wanting("to/you", None)) == (1, False)

    async def after(ledger: Ledger) -> None:
        expected = [("to/me", b"2"), ("to/you", None)]
        assert owed(ledger) == [(*one, kind) for kind in ("accepted", "summary") for one in expected]
        newest = max(one.id for one in ledger.receipts(KEY))
        assert {one.receipt.id for one in ledger.answers()} == {1, newest}
        await ledger.answered(ledger.answers())
        await told(ledger, "speaker")
        assert [one[:2] for one in owed(ledger)] == [("to/me", b"1"), *expected]

    lives(before, after)


def test_the_same_question_has_one_row_and_is_answered_again(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await judged(ledger, wanting("to/me"))
        for data in (None, b"", b"1", None, b""):
            await ledger.arrive(wanting("to/me", data))
        assert {(one.reply, one.to.correlation) for one in ledger.answers()} == {
            (1, b"1"),
            (2, None),
            (3, b""),
        }
        await ledger.answered(ledger.answers())

    async def after(ledger: Ledger) -> None:
        await ledger.arrive(wanting("to/me", None))
        assert [(one.reply, one.receipt.id) for one in ledger.answers()] == [(2, 1)]

    lives(before, after)


def test_a_reply_that_was_given_up_is_sent_nothing_until_its_sender_asks_again(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        await judged(ledger, wanting("to/me"))
        await ledger.arrive(wanting("to/you"))
        await ledger.give_up(1, "Not authorized")
        await told(ledger, "summary")

    async def after(ledger: Ledger) -> None:
        assert {topic for topic, _, _ in owed(ledger)} == {"to/you"}
        await ledger.arrive(wanting("to/me"))
        assert [kind for topic, _, kind in owed(ledger) if topic == "to/me"] == ["accepted", "summary"]

    lives(before, after)


def test_an_arrival_has_a_few_replies_the_newest(lives: Lives) -> None:
    async def story(ledger: Ledger) -> None:
        await judged(ledger, wanting("to/you"))
        for number in range(3 * MOST):
            await ledger.arrive(wanting("to/me", b"%d" % number))
        kept = {(one.to.topic, one.to.correlation) for one in ledger.answers()}
        newest = {("to/me", b"%d" % number) for number in range(2 * MOST + 1, 3 * MOST)}
        assert kept == {("to/you", b"1"), *newest}, "one requester drives out its own questions first"

    lives(story)


def test_what_is_quarantined_is_answered_and_is_told_nothing_of_the_document_that_it_differs_from(
    lives: Lives,
) -> None:
    async def story(ledger: Ledger) -> None:
        await judged(ledger, wanting("to/me"))
        other = wanting("to/you", raw=RAW + b" ")
        number, _ = await ledger.arrive(other)
        event = bodies.accepted(ENTRY.alert, ENTRY.judgement.verdict, other, number)
        differs = json.dumps({**json.loads(bodies.body(event)), "verdict": "quarantine"})
        await ledger.enter(number, [ENTRY], [(KEY, differs)])
        await told(ledger, "summary")
        assert [(topic, kind) for topic, _, kind in owed(ledger)] == [
            ("to/me", "accepted"),
            ("to/you", "accepted"),
            ("to/me", "summary"),
        ]

    lives(story)


def test_a_member_in_quarantine_is_answered_with_its_batch_also_after_it_was_let_go(lives: Lives) -> None:
    async def before(ledger: Ledger) -> None:
        batch, _ = await ledger.arrive(wanting("to/me"))
        member, _ = await ledger.arrive(arrival(b"bad member"))
        event = bodies.rejected(arrival(RAW), batch, WHY, "sent", 3, 2, member)
        for _ in range(2):
            await ledger.quarantine(member, "county", WHY, bodies.body(event))
        assert owed(ledger) == [("to/me", b"1", "rejected")]
        await ledger.arrive(wanting("to/me", b"2"))
        await ledger.answered(ledger.answers())
        again, _ = await ledger.arrive(wanting("to/you", raw=b"another batch"))
        event = bodies.rejected(arrival(b"another batch"), again, WHY, "sent", 3, 1, member)
        for _ in range(2):
            await ledger.quarantine(member, "county", WHY, bodies.body(event))
        assert owed(ledger) == [("to/you", b"1", "rejected")]
        await ledger.answered(ledger.answers())

    async def after(ledger: Ledger) -> None:
        member = ledger.quarantined()[0][0]
        await ledger.unquarantine(member, "王芳", START)
        event = bodies.accepted(ENTRY.alert, ENTRY.judgement.verdict, arrival(b"bad member"), member)
        await ledger.enter(member, [ENTRY], [(KEY, bodies.body(event))])
        expected = [("to/me", b"1", "accepted"), ("to/me", b"2", "accepted"), ("to/you", b"1", "accepted")]
        assert owed(ledger) == expected

    lives(before, after)
