"""Documents are fetched from public addresses alone, with bounds on size, time and redirects."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest

from gateway.intake.fetch import Fetch, Fetched, NotFetched, public


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "::", "fe80::1%eth0"),
        *("::127.0.0.1", "::8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "fec0::1", "3fff::1", "5f00::1"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_open_internet_is(address: str) -> None:
    assert public(address)


def fetched(
    url: str, names: dict[str, list[str]], pages: Callable[[httpx.Request], httpx.Response], most: int = 1000
) -> Fetched:
    async def resolve(host: str, port: int) -> list[str]:
        return names.get(host, [])

    async def run() -> Fetched:
        fetch = Fetch(resolve=resolve, transport=httpx.MockTransport(pages))
        try:
            return await fetch.get(url, most)
        finally:
            await fetch.close()

    return asyncio.run(run())


NAMES = {
    "good.example": ["93.184.216.34"],
    "bad.example": ["10.0.0.1"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
}


@pytest.mark.parametrize(
    "url",
    [
        "http://bad.example/a.mp3",
        "http://both.example/",
        "ftp://good.example/",
        "http://a:b@good.example/",
        "http://nobody.example/",
    ],
)
def test_nobody_is_led_inside(url: str) -> None:
    with pytest.raises(NotFetched):
        fetched(url, NAMES, lambda request: httpx.Response(200))


def test_a_redirect_inside_is_not_followed_and_one_outside_is() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "93.184.216.34", "the address that was looked at is the one that is asked"
        assert request.headers["host"] == "good.example"
        where = {"/in": "http://bad.example/", "/on": "/there"}.get(request.url.path)
        return (
            httpx.Response(302, headers={"location": where})
            if where
            else httpx.Response(200, content=b"sound")
        )

    with pytest.raises(NotFetched, match="inside"):
        fetched("http://good.example/in", NAMES, pages)
    assert fetched("http://good.example/on", NAMES, pages).body == b"sound"


def test_a_body_beyond_the_bound_is_given_up() -> None:
    with pytest.raises(NotFetched, match="more than"):
        fetched("http://good.example/", NAMES, lambda request: httpx.Response(200, content=b"x" * 2000))


def test_redirects_without_end_are_given_up() -> None:
    with pytest.raises(NotFetched, match="redirects"):
        fetched("http://good.example/", NAMES, lambda request: httpx.Response(302, headers={"location": "/"}))


@pytest.mark.parametrize(
    "other", ["http://other.example/", "http://good.example:8080/", "https://good.example/"]
)
def test_headers_of_a_site_do_not_follow_a_redirect_to_another_origin(other: str) -> None:
    seen: list[str | None] = []

    def pages(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("authorization"))
        if len(seen) == 1:
            return httpx.Response(302, headers={"location": other})
        return httpx.Response(200, content=b"here")

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    async def run() -> bytes | None:
        fetch = Fetch(resolve=resolve, transport=httpx.MockTransport(pages))
        try:
            answer = await fetch.get("http://good.example/", 1000, headers={"authorization": "key"})
            return answer.body
        finally:
            await fetch.close()

    assert asyncio.run(run()) == b"here"
    assert seen == ["key", None]


@pytest.mark.parametrize(("status", "definite"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_refusal_says_whether_a_further_try_can_succeed(status: int, definite: bool) -> None:
    with pytest.raises(NotFetched) as refused:
        fetched("http://good.example/", NAMES, lambda request: httpx.Response(status))
    assert refused.value.definite is definite


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"<a/>", mtime=0)),
        ("deflate", zlib.compress(b"<a/>")),
        ("deflate", zlib.compress(b"<a/>")[2:-4]),
        ("gzip, deflate", zlib.compress(gzip.compress(b"<a/>", mtime=0))),
        ("identity", b"<a/>"),
        ("gzip", b"<a/>"),
    ],
)
def test_the_coding_of_an_answer_is_taken_off(coding: str, body: bytes) -> None:
    asked: list[httpx.Request] = []

    def pages(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        headers = {"content-encoding": coding, "content-type": "text/xml; charset=GBK"}
        return httpx.Response(200, stream=httpx.ByteStream(body), headers=headers)

    answer = fetched("http://good.example/", NAMES, pages)
    assert (answer.body, answer.charset) == (b"<a/>", "GBK")
    assert [request.headers["accept-encoding"] for request in asked] == ["gzip, deflate"]


def test_a_file_that_is_compressed_is_fetched_as_it_is() -> None:
    """Its digest is over these bytes."""
    body = gzip.compress(b"<a/>", mtime=0)
    answer = fetched("http://good.example/a.gz", NAMES, lambda request: httpx.Response(200, content=body))
    assert (answer.body, answer.charset) == (body, "")


@pytest.mark.parametrize(
    ("coding", "body", "definite"),
    [
        ("br", b"x", False),
        ("gzip", gzip.compress(b"<a/>", mtime=0)[:-4], False),
        ("gzip", gzip.compress(bytes(100_000), mtime=0), True),
    ],
)
def test_what_cannot_be_inflated_or_is_too_large_then_is_not_fetched(
    coding: str, body: bytes, definite: bool
) -> None:
    def pages(_request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": coding}
        return httpx.Response(200, stream=httpx.ByteStream(body), headers=headers)

    with pytest.raises(NotFetched) as refused:
        fetched("http://good.example/", NAMES, pages)
    assert refused.value.definite is definite


def test_an_answer_gives_the_headers_that_ask_only_for_changes() -> None:
    headers = {"etag": '"7"', "last-modified": "Tue, 28 Jul 2026 06:30:00 GMT"}
    answer = fetched(
        "http://good.example/", NAMES, lambda request: httpx.Response(200, content=b"x", headers=headers)
    )
    assert answer.known == {"if-none-match": '"7"', "if-modified-since": "Tue, 28 Jul 2026 06:30:00 GMT"}
    assert fetched("http://good.example/", NAMES, lambda request: httpx.Response(304)).body is None
