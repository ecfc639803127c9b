"""Which response topics are used: never one that harms, whoever names it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.link.client import correlating
from drivers.link.mqtt import Incoming, matches
from gateway.intake.response_topics import (
    CORRELATION_MOST,
    LEVELS_MOST,
    REMEMBERED,
    TOPIC_MOST,
    ResponseTopics,
)
from gateway.model.alert import Reply

SUBSCRIPTIONS = ("county/+/in", "county/+/now", "elsewhere/#")


PARTS = ("a", "+", "#", "$", "/", "é", "\ufeff", "\x01", "county", "in", "now", "elsewhere", "status")


def topics() -> ResponseTopics:
    return ResponseTopics("local", SUBSCRIPTIONS, ("tongluo/receipts", "tongluo/status/"))


def message(topic: str | None, data: bytes | None = None) -> Incoming:
    return Incoming("county/a/in", b"<alert/>", 1, 1, 1, topic, data)


FIT = [
    "a",
    "回执/甲",
    "/a",
    "a/",
    "a//b",
    "a b",
    "🔔/1",
    "county/a",
    "county/a/b/in",
    "COUNTY/a/in",
    "tongluo/receipts2/x",
    "tongluo",
    "a/$SYS",
    "é" * (TOPIC_MOST // 2),
    "/" * (LEVELS_MOST - 1),
]
UNFIT = {
    "": "empty",
    "+": "wildcard",
    "a/#": "wildcard",
    "a+b": "wildcard",
    "$SYS/broker": "$",
    "$share/g/a": "$",
    "a\0b": "character",
    "a\nb": "character",
    "a\x7f": "character",
    "a\x9f": "character",
    "a\ufeff": "character",
    "a\uffff": "character",
    "a\ud800": "character",
    "é" * (TOPIC_MOST // 2) + "a": "bytes",
    "a" * 70_000: "bytes",
    "/" * LEVELS_MOST: "levels",
    "county/b/in": "back as warnings",
    "county//now": "back as warnings",
    "elsewhere": "back as warnings",
    "elsewhere/a/b": "back as warnings",
    "tongluo/receipts": "for everybody",
    "tongluo/receipts/rejected": "for everybody",
    "tongluo/status/speakers/a": "for everybody",
    "tongluo/status": "for everybody",
    "/tongluo/status/x": "for everybody",
}


@pytest.mark.parametrize("topic", FIT)
def test_topics_that_are_used(topic: str) -> None:
    assert topics().unfit(topic) == ""
    assert topics().reply(message(topic, b"\0\xff")) == Reply(topic, b"\0\xff")


@pytest.mark.parametrize("topic", list(UNFIT), ids=[ascii(topic[:12]) for topic in UNFIT])
def test_topics_that_are_not(topic: str, caplog: pytest.LogCaptureFixture) -> None:
    rules = topics()
    assert UNFIT[topic] in rules.unfit(topic)
    with caplog.at_level(logging.WARNING):
        assert rules.reply(message(topic)) is rules.reply(message(topic)) is None
    (record,) = caplog.records
    assert UNFIT[topic] in record.getMessage()
    assert len(record.getMessage()) < 600
    assert "\n" not in record.getMessage()


def test_no_topic_no_answer_and_correlation_data_as_it_came(caplog: pytest.LogCaptureFixture) -> None:
    rules = topics()
    assert rules.reply(message(None, b"1")) is None
    assert not caplog.records
    for data in (None, b"", bytes(CORRELATION_MOST)):
        assert rules.reply(message("a", data)) == Reply("a", data)
    assert rules.reply(message("a", bytes(CORRELATION_MOST + 1))) is None
    assert "correlation" in caplog.records[0].getMessage()


def test_complaints_take_little_memory(caplog: pytest.LogCaptureFixture) -> None:
    rules = topics()
    for number in range(5 * REMEMBERED):
        rules.reply(message(f"{number}/#"))
    assert len(rules._said) <= REMEMBERED


@given(st.lists(st.sampled_from(PARTS)))
def test_what_is_used_can_be_sent_and_comes_to_no_source(parts: list[str]) -> None:
    topic = "".join(parts)
    if topics().unfit(topic):
        return
    assert not any(matches(one, topic) for one in SUBSCRIPTIONS)
    assert topic
    assert not set("+#\ufeff\x01") & set(topic)


@given(st.none() | st.binary(max_size=CORRELATION_MOST))
def test_correlation_data_goes_out_bit_for_bit(data: bytes | None) -> None:
    properties: Any = correlating(data)
    if data is None:
        assert properties is None
    else:
        packed = properties.pack()
        assert packed.endswith(len(data).to_bytes(2, "big") + data)
