"""A document is the same in whatever bytes it comes."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.document import Came, glimpsed, opened
from gateway.model.alert import Alert, Arrival, Defect
from gateway.model.reason import Reason
from tests.support.county import START, cap
from tests.support.nasty import FOLDER

_DECLARED = re.compile(r'(<\?xml[^>]*?) encoding="[^"]*"')


def legible(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


SEEDS = {
    file.name: raw.decode()
    for file in sorted(FOLDER.iterdir())
    if file.suffix in (".xml", ".json") and legible(raw := file.read_bytes())
}


def declaring(text: str, name: str) -> str:
    """The text with another declaration; an XML text without one gets it."""
    text = _DECLARED.sub(rf'\1 encoding="{name}"' if name else r"\1", text)
    if name and text.startswith("<") and not text.startswith("<?xml"):
        return f'<?xml version="1.0" encoding="{name}"?>{text}'
    return text


def came(raw: bytes, charset: str = "") -> Arrival:
    return Arrival(raw, "county", "", START, charset)


BYTES: dict[str, Callable[[str], Came]] = {
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8 stated": lambda text: came(text.encode(), "UTF-8"),
    "UTF-8, stated as what Java's servers state": lambda text: came(text.encode(), "ISO-8859-1"),
    "UTF-8 that declares GB2312": lambda text: declaring(text, "GB2312").encode(),
    "UTF-8 that declares UTF-16": lambda text: declaring(text, "UTF-16").encode(),
    "UTF-8 that declares nothing": lambda text: declaring(text, "").encode(),
    "GB18030 that declares GB2312": lambda text: declaring(text, "GB2312").encode("gb18030"),
    "GB18030 that declares GBK": lambda text: declaring(text, "GBK").encode("gb18030"),
    "GB18030 that declares UTF-8": lambda text: declaring(text, "UTF-8").encode("gb18030"),
    "GB18030 that declares nothing": lambda text: declaring(text, "").encode("gb18030"),
    "GB18030 stated": lambda text: came(declaring(text, "").encode("gb18030"), "gb18030"),
    "GB18030 stated as utf-8": lambda text: came(declaring(text, "GBK").encode("gb18030"), "utf-8"),
    "UTF-16 with a mark": lambda text: declaring(text, "UTF-16").encode("utf-16"),
    "UTF-16 that declares UTF-8": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 that declares GBK": lambda text: declaring(text, "GBK").encode("utf-16"),
    "UTF-16 without a mark": lambda text: declaring(text, "UTF-16").encode("utf-16-le"),
    "UTF-16, the other way round": lambda text: came(text.encode("utf-16-be"), "GBK"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CRLF in GBK": lambda text: text.replace("\n", "\r\n").encode("gb18030"),
    "blanks and a zero around it": lambda text: b" \r\n" + text.encode() + b"\n\0",
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode("gb18030")),
    "bare deflate": lambda text: zlib.compress(text.encode("utf-16"))[2:-4],
    "a part of a form": lambda text: (
        b"--b\r\nContent-Type: text/xml; charset=GBK\r\n\r\n" + text.encode("gb18030") + b"\r\n--b--"
    ),
    "a compressed part of a form, compressed": lambda text: gzip.compress(
        b"--b\r\nContent-Type: text/xml\r\n\r\n" + gzip.compress(text.encode()) + b"\r\n--b--"
    ),
}
"""How one text may come."""


def told(came: Came) -> tuple[Alert, ...] | tuple[str, str]:
    """The alerts without what they say of their encoding, or the refusal."""
    try:
        alerts = parse(came)
    except Unreadable as refused:
        return str(refused.why.reason), refused.element
    return tuple(
        replace(alert, defects=tuple(defect for defect in alert.defects if defect.element != "encoding"))
        for alert in alerts
    )


def test_there_is_enough_to_try() -> None:
    assert len(SEEDS) > 100
    assert sum(isinstance(alert, Alert) for text in SEEDS.values() for alert in told(text.encode())) > 100


@pytest.mark.parametrize("how", BYTES)
def test_a_text_says_the_same_in_whatever_bytes_it_comes(how: str) -> None:
    for name, text in SEEDS.items():
        if text.strip():  # nothing is no document in no encoding
            assert told(BYTES[how](text)) == told(text.encode()), name


def test_what_parsers_get_begins_with_the_first_sign() -> None:
    for raw in (
        b"<a/>",
        b"\xef\xbb\xbf<a/>",
        b" \n\xef\xbb\xbf\r\n<a/>\r\n\0",
        "<a/>".encode("utf-16"),
        b" <a/> ",
    ):
        assert opened(raw).body == b"<a/>"
    for nothing in (b"", b"  \r\n", b"\xef\xbb\xbf", b"\0\0", gzip.compress(b""), "\n".encode("utf-16")):
        with pytest.raises(Unreadable) as caught:
            parse(nothing)
        assert caught.value.why.reason is Reason.EMPTY, nothing


def test_a_part_of_a_form_says_more_of_its_encoding_than_the_form_does() -> None:
    text = "舒城縣氣象臺發佈暴雨紅色預警信號"
    form = b"--b\r\nContent-Type: text/xml; charset=Big5\r\n\r\n<a>" + text.encode("big5") + b"</a>\r\n--b--"
    assert opened(came(form, "gb18030")).body.decode() == f"<a>{text}</a>"


@pytest.mark.parametrize("hole", ["\ufffd", "锟斤拷"])
def test_a_sign_that_was_lost_before_is_told(hole: str) -> None:
    raw = f"<a>\n<b>暴{hole}红色</b></a>"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert opened(
            raw.replace("<a>", f'<?xml version="1.0" encoding="{encoding}"?><a>').encode(encoding)
        ).lie == (Defect("encoding", "U+FFFD", 2))


def test_bounds_hold_for_what_comes_and_for_what_comes_out() -> None:
    for raw in (b" " * (LARGEST + 1), gzip.compress(bytes(LARGEST + 1))):
        with pytest.raises(Unreadable) as caught:
            opened(raw)
        assert caught.value.why.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (cap("A1", START, level="红").decode().encode("gbk"), "红色"),
        (gzip.compress(cap("A1", START, level="红"))[:-9], "红色"),
        ("红色".encode("gbk") + b"\xff\xff" + b"<a>", "红色"),
        ("红色".encode() + b"\xff\xff" + b"<a>", "红色"),
        (b"\xff\xfe" + "红色".encode("utf-16-le") + b"\x00\xd8\x00", "红色"),
        (b"--b\r\nX: y\r\n\r\n<a/>\r\n--b\r\nX: y\r\n\r\n<b>\xba\xec\xc9\xab</b>\r\n--b--", "红色"),
        (b"\x00\x01\x02", ""),
    ],
)
def test_whatever_cannot_be_read_can_be_looked_at(raw: bytes, words: str) -> None:
    assert words in glimpsed(raw)
