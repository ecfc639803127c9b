"""Compression that is taken off, in bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers import charset, coding
from gateway.intake.readers.coding import Header, begins, compressed, glimpsed, opened, stated
from gateway.model.reason import Reason
from tests.support.county import START, cap

RAW = cap("A1", START)


def bare(raw: bytes) -> bytes:
    """Deflate without the head and tail of zlib."""
    return zlib.compress(raw)[2:-4]


CODED: dict[str, bytes] = {
    "gzip": gzip.compress(RAW),
    "zlib": zlib.compress(RAW),
    "zlib, quick": zlib.compress(RAW, 1),
    "zlib, small": zlib.compress(RAW, 9),
    "bare deflate": bare(RAW),
    "gzip twice": gzip.compress(gzip.compress(RAW)),
    "gzip in zlib": zlib.compress(gzip.compress(RAW)),
    "gzip in two members": gzip.compress(RAW[:100]) + gzip.compress(RAW[100:]),
    "gzip with padding": gzip.compress(RAW) + bytes(100),
    "gzip with a line break": gzip.compress(RAW) + b"\r\n",
    "nothing": RAW,
}


@pytest.mark.parametrize("how", CODED)
def test_whatever_was_put_on_is_taken_off(how: str) -> None:
    assert opened(CODED[how]) == RAW
    assert glimpsed(CODED[how]) == RAW
    assert compressed(CODED[how]) == (how != "nothing")


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, bare])
def test_what_was_cut_off_is_refused_by_name_and_its_beginning_can_be_looked_at(
    compress: Callable[[bytes], bytes],
) -> None:
    """At each place at which a stream can be told from noise."""
    whole = compress(RAW)
    for end in (len(whole) // 2, len(whole) * 3 // 4, len(whole) - 1):
        with pytest.raises(Unreadable) as caught:
            opened(whole[:end])
        assert caught.value.why.reason is Reason.BAD_COMPRESSION, end
        assert RAW.startswith(glimpsed(whole[:end]))
    assert len(glimpsed(whole[:-1])) > len(RAW) // 2


def test_what_was_changed_on_the_way_is_refused() -> None:
    """gzip and zlib carry a check sum."""
    for coded in (gzip.compress(RAW), zlib.compress(RAW)):
        wrong = bytearray(coded)
        wrong[len(wrong) // 2] ^= 0x10
        with pytest.raises(Unreadable) as caught:
            opened(bytes(wrong))
        assert caught.value.why.reason is Reason.BAD_COMPRESSION


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, lambda raw: bare(b"<" + raw)])
def test_a_bomb_takes_no_more_memory_than_a_large_document(compress: Callable[[bytes], bytes]) -> None:
    bomb = compress(bytes(32 * LARGEST))
    assert len(bomb) < LARGEST // 10
    held = [0]

    def grow(size: int) -> None:
        held.append(held[-1] + size)

    for coded in (bomb, gzip.compress(bomb)):
        held[:] = [0]
        with pytest.raises(Unreadable) as caught:
            opened(coded, grow=grow)
        assert caught.value.why.reason is Reason.TOO_LARGE
        assert max(held) <= LARGEST + coding.STEP + len(bomb)
        assert len(glimpsed(coded)) <= LARGEST


def test_a_file_of_more_members_than_anybody_writes_is_refused() -> None:
    assert opened(gzip.compress(RAW) + gzip.compress(b"") * (coding.MEMBERS - 1)) == RAW
    with pytest.raises(Unreadable):
        opened(gzip.compress(RAW) + gzip.compress(b"") * coding.MEMBERS)


def test_three_layers_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        opened(gzip.compress(CODED["gzip twice"]))
    assert caught.value.why.reason is Reason.UNKNOWN_CODING


def test_memory_is_told_of_what_is_held_and_of_what_was_let_go() -> None:
    held: list[int] = []
    opened(CODED["gzip twice"], grow=held.append)
    assert sum(held) == len(RAW)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", Header()),
        ("identity", Header()),
        ("gzip", Header(("gzip",))),
        ("X-GZip", Header(("x-gzip",))),
        (" deflate , gzip", Header(("deflate", "gzip"))),
        ("gzip, identity", Header(("gzip",))),
        ("br", Header((), "br")),
        ("gzip, br", Header(("gzip",), "br")),
        ("zstd", Header((), "zstd")),
        ("aws-chunked", Header((), "aws-chunked")),
        ("gzip, gzip, gzip", Header(("gzip", "gzip", "gzip"), "gzip, gzip, gzip")),
        ("UTF-8", Header((), "", "utf-8")),  # a charset where no charset belongs
        ("gbk, gzip", Header(("gzip",), "", "gbk")),
    ],
)
def test_a_content_encoding_is_read_in_any_case(header: str, said: Header) -> None:
    assert stated(header, charset.named) == said


@pytest.mark.parametrize(
    "raw", [b"", b"\x1f", b"x\x9c", b"hello", b"0123456789", b"\x00" * 40, bytes(range(256)), b"xml=<alert/>"]
)
def test_noise_is_not_compressed_and_no_document(raw: bytes) -> None:
    assert not begins(raw)
    assert raw[:2] == b"x\x9c" or opened(raw) is raw


@given(st.binary(max_size=300))
def test_any_bytes_are_left_alone_or_refused_and_a_look_never_fails(raw: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"x\x9c"):
        assert isinstance(glimpsed(start + raw), bytes)
        try:
            opened(start + raw)
        except Unreadable:
            assert start or compressed(raw)
