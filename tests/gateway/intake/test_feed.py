"""Feeds asked over a real socket: which documents are done, and which are asked for again."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.intake import Accept, Acceptance, Accepted, Rejected, Unreadable
from gateway.intake.feed import Feed, entries
from gateway.intake.fetch import Fetch
from gateway.intake.readers import parse
from gateway.intake.readers.formats import caiyun
from gateway.model.alert import Arrival
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from tests.support.county import START, cap

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>1</id><updated>2026-07-28T09:00:00Z</updated>
<link href="/one.cap" type="application/cap+xml"/></entry>
<entry><id>2</id><updated>2026-07-28T10:00:00Z</updated>
<link rel="self" href="/two"/><link href="two.xml"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><item><link>http://a/3.xml</link><pubDate>1</pubDate></item>
<item><enclosure url="http://a/4" type="application/cap+xml"/><pubDate>2</pubDate></item></channel></rss>"""


@dataclass
class Site:
    """A small web site; `pages` by path."""

    pages: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        self.asked[path] += 1
        self.sent[path] = {name.lower(): value for name, value in headers.items()}
        status, body, more = self.pages.get(path, (404, b"", {}))
        if more.get("etag") and self.sent[path].get("if-none-match") == more["etag"]:
            status, body = 304, b""
        extra = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        writer.write(
            f"HTTP/1.1 {status} x\r\ncontent-length: {len(body)}\r\n{extra}connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()


Story = Callable[[Site, Feed, Accept], Awaitable[None]]


def at_a_site(
    story: Story, answer: Callable[[Arrival], Acceptance] | None = None, **more: Any
) -> list[Arrival]:
    taken: list[Arrival] = []

    async def accept(arrival: Arrival) -> Acceptance:
        acceptance = answer(arrival) if answer else Accepted(1, (), False)
        taken.append(arrival)
        return acceptance

    async def run() -> None:
        site = Site()
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
        site.port = server.sockets[0].getsockname()[1]
        fetch = Fetch(frozenset({"127.0.0.1"}))
        feed = Feed(
            "poll", f"http://127.0.0.1:{site.port}/feed", 60, fetch, lambda: START, lambda _: None, **more
        )
        try:
            await story(site, feed, accept)
        finally:
            await fetch.close()
            server.close()

    asyncio.run(run())
    return taken


RED = cap("A1", START, level="红")


def test_each_document_is_fetched_once_newest_first_and_what_has_not_changed_is_not_sent_again() -> None:
    async def story(site: Site, feed: Feed, accept: Accept) -> None:
        site.pages = {
            "/feed": (200, ATOM.encode(), {"etag": '"1"'}),
            "/one.cap": (200, RED, {}),
            "/two.xml": (200, RED, {}),
        }
        await feed.poll(accept)
        await feed.poll(accept)
        assert site.asked == {"/feed": 2, "/one.cap": 1, "/two.xml": 1}
        assert site.sent["/feed"]["if-none-match"] == '"1"'

    taken = at_a_site(story)
    assert [arrival.peer.rpartition("/")[2] for arrival in taken] == ["two.xml", "one.cap"]
    assert {arrival.source for arrival in taken} == {"poll"}


def test_t24_what_failed_on_the_way_is_asked_for_again_and_what_was_rejected_is_not() -> None:
    async def story(site: Site, feed: Feed, accept: Accept) -> None:
        site.pages = {
            "/feed": (200, ATOM.encode(), {"etag": '"1"'}),
            "/one.cap": (500, b"", {}),
            "/two.xml": (200, b"<nonsense/>", {}),
        }
        await feed.poll(accept)
        site.pages["/one.cap"] = (200, RED, {})
        await feed.poll(accept)
        await feed.poll(accept)
        assert site.asked["/one.cap"] == 2
        assert site.asked["/two.xml"] == 1

    rejected = at_a_site(
        story,
        lambda arrival: (
            Rejected(1, Why(Reason.MISSING_ELEMENT)) if b"nonsense" in arrival.raw else Accepted(1, (), False)
        ),
    )
    assert len(rejected) == 2


def test_a_disk_that_fails_leaves_it_undone() -> None:
    tries: list[int] = []

    def refuse(arrival: Arrival) -> Acceptance:
        tries.append(1)
        if len(tries) == 1:
            raise LedgerFailed("full")
        return Accepted(1, (), False)

    async def story(site: Site, feed: Feed, accept: Accept) -> None:
        site.pages = {
            "/feed": (200, ATOM.encode(), {"etag": '"1"'}),
            "/one.cap": (404, b"", {}),
            "/two.xml": (200, RED, {}),
        }
        with pytest.raises(LedgerFailed):
            await feed.poll(accept)
        await feed.poll(accept)

    assert len(at_a_site(story, refuse)) == 1


@pytest.mark.parametrize(
    "body",
    [
        RED,
        b'{"metadata":{},"alerts":[]}',
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>"
        + RED.partition(b"?>")[2]
        + b"</content></entry></feed>",
    ],
)
def test_a_body_that_is_the_warnings_is_taken_whole(body: bytes) -> None:
    assert entries(body, "http://a/") is None


def test_documents_come_with_the_charset_that_their_site_states_and_without_its_coding() -> None:
    async def story(site: Site, feed: Feed, accept: Accept) -> None:
        gbk = {"content-type": "text/xml; charset=GBK"}
        site.pages = {
            "/feed": (200, gzip.compress(ATOM.encode("utf-16")), {"content-encoding": "gzip"}),
            "/one.cap": (200, RED.decode().encode("gbk"), gbk),
            "/two.xml": (200, gzip.compress(RED), {"content-type": "application/gzip"}),
        }
        await feed.poll(accept)
        site.pages["/feed"] = (200, RED.decode().encode("gbk"), gbk)
        await feed.poll(accept)

    taken = at_a_site(story)
    assert [arrival.charset for arrival in taken] == ["", "GBK", "GBK"]
    assert [parse(arrival)[0].identifier for arrival in taken] == ["A1"] * 3


def test_atom_and_rss_point_at_documents() -> None:
    for encoding in ("gbk", "utf-16", "utf-16-be"):
        assert entries(ATOM.encode(encoding), "http://a/") == entries(ATOM.encode(), "http://a/")
    assert entries(gzip.compress(RSS.encode()), "http://a/") == entries(RSS.encode(), "http://a/")
    assert [entry.url for entry in entries(ATOM.encode(), "http://a/x/feed") or ()] == [
        "http://a/x/two.xml",
        "http://a/one.cap",
    ]
    assert [entry.url for entry in entries(RSS.encode(), "http://a/") or ()] == [
        "http://a/4",
        "http://a/3.xml",
    ]


def test_a_feed_that_has_nothing_points_at_nothing() -> None:
    assert entries(b"<feed xmlns='http://www.w3.org/2005/Atom'><title/></feed>", "http://a/") == []


def test_caiyun_signs_its_calls() -> None:
    secret, body = (
        b"s3cret",
        {"event": "ALERT_OFF", "nonce": "n1", "alert_id": "34152341600000_20260728143000", "time": 1},
    )
    right = hashlib.sha1(secret + b"34152341600000_20260728143000n1").hexdigest()
    assert caiyun.call(json.dumps({**body, "signature": right}).encode(), secret) == "ALERT_OFF"
    forged: list[object] = [{**body, "signature": "0" * 40}, {**body, "nonce": "n2", "signature": right}]
    for wrong in (*forged, body, []):
        with pytest.raises(Unreadable):
            caiyun.call(json.dumps(wrong).encode(), secret)
