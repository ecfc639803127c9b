"""Warnings over HTTP: each answer of the intake has its status, and a storm is turned away unread."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request

from gateway.intake import LARGEST, Acceptance, Accepted, Backlogged, Rejected, Unreadable
from gateway.intake.door import AGAIN_S, BYTES, Door, Visit
from gateway.intake.http import router
from gateway.intake.readers import parse
from gateway.intake.readers.coding import STEP
from gateway.model.alert import AlertKey, Arrival
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from tests.support.county import START, cap

RAW = cap("A1", START)
KEY = AlertKey("county", "A1", START)


class Intake:
    """Answers every arrival in one way, and keeps what came."""

    def __init__(self, answer: Acceptance | Exception) -> None:
        self.answer = answer
        self.arrived: list[Arrival] = []

    async def accept(self, arrival: Arrival) -> Acceptance:
        self.arrived.append(arrival)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def why(why: Why) -> dict[str, Any]:
    return {"reason": str(why.reason)}


def links(keys: Sequence[AlertKey]) -> dict[str, Any]:
    return {"keys": [key.identifier for key in keys]}


def posted(
    intake: Intake, body: bytes, path: str = "/alerts", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    def sender(request: Request) -> str:
        return "county"

    app = FastAPI()
    app.include_router(router(sender, intake.accept, lambda: START, why, links))

    async def story() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post(path, content=body, headers=headers)

    return asyncio.run(story())


@pytest.mark.parametrize("path", ["/alerts", "/readings"])
def test_the_bytes_arrive_as_they_came_under_the_name_of_their_source(path: str) -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    assert posted(intake, b"<alert/>", path).status_code == 202
    (arrival,) = intake.arrived
    assert (arrival.raw, arrival.source, arrival.at) == (b"<alert/>", "county", START)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (Accepted(7, (KEY,), False), 202, {"keys": ["A1"]}),
        (Accepted(7, (KEY,), True), 200, {"keys": ["A1"]}),
        (
            Rejected(7, Why(Reason.NOT_XML, {"format": "cap"}), "sent", 3),
            422,
            {"quarantine": 7, "element": "sent", "line": 3, "format": "cap", "reason": "not_xml"},
        ),
        (Backlogged(), 429, {"detail": {"reason": "crowded"}}),
        (LedgerFailed("full"), 503, {"detail": {"reason": "disk_trouble"}}),
    ],
)
def test_every_answer_has_its_status(
    answer: Acceptance | Exception, status: int, body: dict[str, object]
) -> None:
    response = posted(Intake(answer), b"<alert/>")
    assert response.status_code == status
    assert response.json() == body
    assert ("retry-after" in response.headers) is (status in (429, 503))


def test_a_document_that_is_too_large_is_refused_unread() -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, b" " * (LARGEST + 1))
    assert response.status_code == 413
    assert response.json() == {"detail": {"reason": "too_large"}}
    assert intake.arrived == []


def test_beyond_the_bounds_a_sender_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.intake.door.BYTES", 4)
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, b"<alert/>")
    assert BYTES > LARGEST, "the real bound takes the largest document"
    assert response.status_code == 429
    assert response.headers["retry-after"] == str(AGAIN_S)
    assert intake.arrived == []


def test_the_charset_of_the_header_comes_with_the_bytes() -> None:
    for kind, charset in (('text/xml; charset="GBK"', "GBK"), ("application/json", ""), ("", "")):
        intake = Intake(Accepted(7, (KEY,), False))
        posted(intake, b"<alert/>", headers={"content-type": kind})
        assert [arrival.charset for arrival in intake.arrived] == [charset]


BARE = zlib.compress(RAW)[2:-4]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(RAW, mtime=0)),
        ("x-gzip", gzip.compress(RAW, mtime=0)),
        ("GZIP", gzip.compress(RAW, mtime=0)),
        ("deflate", zlib.compress(RAW)),
        ("deflate", BARE),
        ("deflate, gzip", gzip.compress(zlib.compress(RAW), mtime=0)),
        ("identity", RAW),
        ("", RAW),
        ("gzip", RAW),  # a proxy has taken it off and left the header
        ("deflate", gzip.compress(RAW, mtime=0)),
        ("gzip", zlib.compress(RAW)),
    ],
)
def test_a_content_coding_is_taken_off(encoding: str, body: bytes) -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    assert posted(intake, body, headers={"content-encoding": encoding}).status_code == 202
    assert [arrival.raw for arrival in intake.arrived] == [RAW]


def test_a_charset_where_the_coding_belongs_is_a_charset() -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    assert posted(intake, RAW, headers={"content-encoding": "GBK"}).status_code == 202
    assert [(arrival.raw, arrival.charset) for arrival in intake.arrived] == [(RAW, "gbk")]


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip, gzip", "compress"])
def test_another_coding_is_refused_with_those_that_are_read(encoding: str) -> None:
    """RFC 9110 §15.5.16."""
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, b"\x1b\x00", headers={"content-encoding": encoding})
    assert (response.status_code, response.json()) == (415, {"detail": {"reason": "unknown_coding"}})
    assert response.headers["accept-encoding"] == "gzip, deflate"
    assert intake.arrived == []


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_a_large_body_and_takes_no_more_memory_than_one(
    layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    monkeypatch.setattr(Door, "check", lambda door, _source, _times: held.append(door.bytes.total()))
    bomb = gzip.compress(bytes(32 * LARGEST))
    body = bomb if layers == 1 else gzip.compress(bomb)
    intake = Intake(Accepted(7, (KEY,), False))
    response = posted(intake, body, headers={"content-encoding": ", ".join(["gzip"] * layers)})
    assert (response.status_code, response.json()) == (413, {"detail": {"reason": "too_large"}})
    assert LARGEST < max(held) < LARGEST + STEP + 2 * len(bomb)
    assert intake.arrived == []


def test_the_door_counts_what_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small on the wire and large in memory: it is turned away like a large one. What is let go counts no
    more."""
    counted: list[int] = []
    monkeypatch.setattr(Visit, "ask", lambda visit, _grave: counted.append(visit.size))
    document = b"<alert>" + b" " * 300_000 + b"</alert>"
    coded = gzip.compress(document)
    headers = {"content-encoding": "gzip"}
    assert posted(Intake(Accepted(7, (KEY,), False)), coded, headers=headers).status_code == 202
    assert counted == [len(document)]
    monkeypatch.setattr("gateway.intake.door.BYTES", 10 * len(coded))
    assert posted(Intake(Accepted(7, (KEY,), False)), coded, headers=headers).status_code == 429


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(RAW, mtime=0)[:-5]),
        ("gzip", gzip.compress(RAW, mtime=0)[:60]),
        ("deflate", zlib.compress(RAW)[:-5]),
        ("deflate", BARE[:-5]),
        ("", gzip.compress(RAW, mtime=0)[:-5]),
    ],
)
def test_broken_compression_is_kept_as_it_came_and_refused_by_name(encoding: str, body: bytes) -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    posted(intake, body, headers={"content-encoding": encoding})
    (arrival,) = intake.arrived
    assert arrival.raw == body
    with pytest.raises(Unreadable) as caught:
        parse(arrival)
    assert caught.value.why.reason is Reason.BAD_COMPRESSION


def test_the_token_is_asked_for_before_the_body_is_read() -> None:
    def nobody(request: Request) -> str:
        raise HTTPException(401)

    async def story() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            raise AssertionError("the body was read")

        async def send(message: Any) -> None:
            sent.append(message)

        app = FastAPI()
        app.include_router(router(nobody, Intake(Backlogged()).accept, lambda: START, why, links))
        headers = [(b"content-encoding", b"gzip"), (b"content-length", b"9")]
        scope = {"type": "http", "method": "POST", "path": "/alerts", "headers": headers, "query_string": b""}
        await app({**scope, "client": ("127.0.0.1", 1), "app": app}, receive, send)
        return sent

    assert asyncio.run(story())[0]["status"] == 401


def test_the_document_of_a_form_comes_alone() -> None:
    """As `curl -F file=@warning.xml` sends it, with other fields beside it."""
    for raw in (RAW, RAW.decode().encode("utf-16"), gzip.compress(RAW, mtime=0)):
        intake = Intake(Accepted(7, (KEY,), False))
        file: tuple[str, bytes] = ("暴雨.xml", raw)
        files: Any = {"name": (None, "青石镇"), "file": file, "token": (None, "s3cret")}
        request = httpx.Request("POST", "http://gateway", files=files)
        coded, headers = gzip.compress(request.read()), {"content-type": request.headers["content-type"]}
        posted(intake, request.content, headers=headers)
        posted(intake, coded, headers={**headers, "content-encoding": "gzip"})
        assert [arrival.raw for arrival in intake.arrived] == [raw, raw]


def test_the_charset_of_the_part_counts_before_that_of_the_header() -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    body = b"--b\r\nContent-Type: text/xml; charset=GBK\r\n\r\n<alert/>\r\n--b--"
    posted(intake, body, headers={"content-type": "multipart/form-data; charset=UTF-8; boundary=b"})
    assert [(arrival.raw, arrival.charset) for arrival in intake.arrived] == [(b"<alert/>", "GBK")]


@pytest.mark.parametrize("count", [0, 2])
def test_a_form_with_none_or_several_is_kept_as_it_came_and_refused_by_name(count: int) -> None:
    intake = Intake(Accepted(7, (KEY,), False))
    files = [(f"f{number}", ("a.xml", RAW)) for number in range(count)] + [("x", ("", b"1"))]
    request = httpx.Request("POST", "http://gateway", files=files)
    posted(intake, request.read(), headers={"content-type": request.headers["content-type"]})
    (arrival,) = intake.arrived
    assert arrival.raw == request.content
    with pytest.raises(Unreadable) as caught:
        parse(arrival)
    assert caught.value.why.reason is (Reason.SEVERAL_DOCUMENTS if count else Reason.NO_DOCUMENT)


def test_a_form_of_a_page_gives_its_document_and_curl_may_call_a_document_a_form() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=GBK"}
    form = urlencode({"xml": RAW.decode(), "user": "县局"}, encoding="gbk").encode()
    for body, raw in ((form, RAW.decode().encode("gbk")), (RAW, RAW)):
        intake = Intake(Accepted(7, (KEY,), False))
        posted(intake, body, headers=headers)
        assert [(arrival.raw, arrival.charset) for arrival in intake.arrived] == [(raw, "GBK")]
