"""Forms with one document in them."""

from __future__ import annotations

import base64
import gzip
import quopri
import zlib
from email.message import EmailMessage
from urllib.parse import quote_plus, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import multipart
from gateway.intake.readers.multipart import document
from gateway.model.reason import Reason
from tests.support.county import START, cap

RAW = cap("A1", START)
TEXT = RAW.decode()


def posted(*fields: tuple[str, bytes | tuple[str, bytes] | tuple[str, bytes, str]]) -> tuple[bytes, str]:
    """A multipart body and its Content-Type, as a library makes them."""
    files = [(name, value if isinstance(value, tuple) else (None, value)) for name, value in fields]
    request = httpx.Request("POST", "http://gateway", files=files)
    return request.read(), request.headers["content-type"]


def part(head: str, body: bytes, boundary: str = "b") -> bytes:
    return f"--{boundary}\r\n{head}\r\n\r\n".encode() + body + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        TEXT.encode("gbk"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le") + "\r\n".encode("utf-16-le"),
        gzip.compress(RAW, mtime=0),
        zlib.compress(RAW),
        b'{"identifier": "A1"}',
        b"[]",
        RAW + b"\r\n",
        RAW + b"\r",
        RAW.replace(b"><", b">\r\n--\r\n<", 1),
    ],
)
def test_the_one_document_comes_out_as_it_went_in(raw: bytes) -> None:
    """Whatever its part is called, and with or without the header of HTTP."""
    for name in ("file", "data", "预警", "token"):
        body, kind = posted(("name", "青石镇".encode()), (name, ("暴雨.xml", raw)), ("token", b"s3cret"))
        for content_type in (kind, "", "application/octet-stream", kind.replace("form-data", "mixed")):
            assert document(body, content_type) == (raw, "")


def test_a_document_in_a_plain_field_is_one_too() -> None:
    body, kind = posted(("xml", RAW), ("submit", "发送".encode()))
    assert document(body, kind) == (RAW, "")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ('multipart/form-data; boundary="b"', part("Content-Disposition: form-data; name=f", RAW)),
        ("multipart/form-data; boundary=b; charset=UTF-8", part("content-disposition: form-data", RAW)),
        ("multipart/mixed; boundary=b", b"A preamble.\r\n" + part("Content-Type: text/xml", RAW)),
        ("multipart/mixed; boundary=other", part("Content-Type: text/xml", RAW)),
        ("multipart/related; type=text/xml; boundary=b", part("Content-ID: <1>", RAW) + b"an epilogue"),
        ("multipart/mixed;boundary=b", part("X: y", RAW).replace(b"\r\n", b"\n")),
        ("multipart/mixed", b"\r\n" + part("X: y", RAW)),
        ("", b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part("X: y", RAW)),
        ("", b"Content-Type: text/xml\r\n\r\n" + RAW),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\n" + RAW + b"\r\n--b--"),
        ("multipart/mixed; boundary=b", b"--b\r\n" + RAW + b"\r\n--b--"),
        ("multipart/mixed; boundary=b", part("X: y", RAW).removesuffix(b"\r\n--b--\r\n")),
        ("multipart/mixed; boundary=b+(.)?", part("X: y", RAW, "b+(.)?")),
    ],
)
def test_a_multipart_is_known_in_every_form(content_type: str, body: bytes) -> None:
    found = document(body, content_type)
    assert found
    assert found.raw.replace(b"\r\n", b"\n") == RAW.replace(b"\r\n", b"\n")


def test_a_mail_of_the_library_is_read() -> None:
    mail = EmailMessage()
    mail.set_content("见附件。")
    mail.add_attachment(TEXT.encode("gbk"), "text", "xml", filename="预警.xml", params={"charset": "GBK"})
    assert document(mail.as_bytes()) == (TEXT.encode("gbk"), "GBK")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.encodebytes(TEXT.encode("gbk"))),
        ("BASE64", base64.b64encode(TEXT.encode("gbk"))),
        ("quoted-printable", quopri.encodestring(TEXT.encode("gbk"))),
        ("binary", TEXT.encode("gbk")),
        ("8bit", TEXT.encode("gbk")),
    ],
)
def test_the_encoding_and_the_charset_of_a_part_are_honoured(encoding: str, body: bytes) -> None:
    head = f"Content-Type: text/xml; charset=GBK\r\nContent-Transfer-Encoding: {encoding}"
    found = document(part(head, body), "multipart/mixed; boundary=b")
    assert found
    assert (found.raw.rstrip(b"\n"), found.charset) == (TEXT.encode("gbk").rstrip(b"\n"), "GBK")


def test_the_charset_of_a_form_is_that_of_its_document() -> None:
    """RFC 7578 §4.6."""
    body, kind = posted(("_charset_", b"gbk"), ("file", ("a.xml", TEXT.encode("gbk"))))
    assert document(body, kind) == (TEXT.encode("gbk"), "gbk")


@pytest.mark.parametrize(
    ("fields", "reason", "saw"),
    [
        ((("a", RAW), ("b", RAW)), Reason.SEVERAL_DOCUMENTS, "2"),
        ((("a", ("a.xml", RAW)), ("b", ("b.json", b'{"a": 1}')), ("c", b"1")), Reason.SEVERAL_DOCUMENTS, "2"),
        ((("a", RAW), ("b", ("b.gz", gzip.compress(RAW, mtime=0)[:-3]))), Reason.SEVERAL_DOCUMENTS, "2"),
        ((("a", b"1"), ("b", b"")), Reason.NO_DOCUMENT, "2"),
        ((("text", "[测试]今日有雨".encode()),), Reason.NO_DOCUMENT, "1"),
    ],
)
def test_none_or_several_are_refused_by_name(
    fields: tuple[tuple[str, bytes], ...], reason: Reason, saw: str
) -> None:
    body, kind = posted(*fields)
    for content_type in (kind, ""):
        with pytest.raises(Unreadable) as caught:
            document(body, content_type)
        assert (caught.value.why.reason, caught.value.why.fields) == (reason, {"saw": saw})


def test_parts_have_a_bound_and_parts_in_parts_are_not_followed() -> None:
    many = b"--b\r\nX: y\r\n\r\n1\r\n" * (multipart.PARTS + 2) + part("X: y", RAW)
    with pytest.raises(Unreadable) as caught:
        document(many, "multipart/mixed; boundary=b")
    assert caught.value.why.fields == {"saw": f"> {multipart.PARTS}"}
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
        for number in range(3000)
    )
    with pytest.raises(Unreadable):
        document(deep)


@pytest.mark.parametrize(
    "body",
    [
        urlencode({"name": "青石镇", "xml": TEXT, "token": "s3cret"}).encode(),
        urlencode({"xml": TEXT}).encode(),
        b"data=" + quote_plus(TEXT).encode().replace(b"%3C", b"%3c"),
        quote_plus(TEXT).encode(),
        b"xml=" + RAW,
    ],
)
def test_a_form_of_a_page_gives_its_document(body: bytes) -> None:
    for content_type in ("application/x-www-form-urlencoded; charset=UTF-8", ""):
        if content_type or not body.startswith(b"%"):
            found = document(body, content_type)
            assert found
            assert found.raw == RAW


def test_a_form_of_a_page_in_gbk() -> None:
    body = urlencode({"xml": TEXT}, encoding="gbk").encode()
    assert document(body, "application/x-www-form-urlencoded;charset=GBK") == (TEXT.encode("gbk"), "GBK")
    assert document(body + b"&_charset_=gbk") == (TEXT.encode("gbk"), "gbk")


def test_a_form_with_two_documents_or_too_many_fields_is_refused() -> None:
    two = urlencode({"a": TEXT, "b": '{"identifier": "A2"}'}).encode()
    with pytest.raises(Unreadable) as caught:
        document(two)
    assert caught.value.why.reason is Reason.SEVERAL_DOCUMENTS
    with pytest.raises(Unreadable):
        document(b"a=%3Ca%3E&" + b"&".join(b"f%d=1" % number for number in range(200)))
    with pytest.raises(Unreadable) as caught:
        document(b"a=1&b=2", "application/x-www-form-urlencoded")
    assert caught.value.why.reason is Reason.NO_DOCUMENT


@pytest.mark.parametrize("raw", [b"", b"hello", b"--", b"a=b", RAW, b"{}", b"\x00\x01", b"-- \r\n"])
def test_what_is_no_form_is_left_alone(raw: bytes) -> None:
    assert document(raw) is None


def test_the_document_itself_under_the_content_type_of_a_form() -> None:
    """As `curl -d @warning.xml` sends it."""
    assert document(RAW, "application/x-www-form-urlencoded") is None
    assert document(RAW, "multipart/form-data; boundary=b") is None


@given(st.binary(max_size=400))
def test_binary_parts_come_out_as_they_went_in(raw: bytes) -> None:
    body = part("Content-Type: application/octet-stream", b"<a" + raw)
    assert document(body, "multipart/mixed; boundary=b") == (b"<a" + raw, "") or b"\n--b" in raw


@given(st.binary(max_size=300), st.sampled_from(["", "multipart/mixed; boundary=b", "x-www-form-urlencoded"]))
def test_any_bytes_are_left_alone_or_refused(raw: bytes, content_type: str) -> None:
    for start in (b"", b"--b\r\n", b"a=%3C", b"MIME-Version:"):
        try:
            document(start + raw, content_type)
        except Unreadable as refused:
            known = (Reason.NO_DOCUMENT, Reason.SEVERAL_DOCUMENTS)
            if refused.why.reason not in known:
                raise
