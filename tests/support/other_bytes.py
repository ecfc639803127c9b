"""One document in other bytes: encodings that are declared truly, falsely or not at all, and what HTTP wraps.

The characters stay the same. What an encoding lacks is written as a number, as XML and JSON allow. For
tests/corpus/test_other_bytes.py.
"""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_DECLARED = re.compile(r"<\?xml\b[^>]*\?>")
_ENCODING = re.compile(r"""\s+encoding\s*=\s*["']([^"']*)["']""")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


class Impossible(Exception):
    """The document cannot be written in this way without other characters."""


@dataclass(frozen=True)
class Sheet:
    """A document as characters."""

    text: str
    json: bool

    @classmethod
    def of(cls, raw: bytes) -> Sheet:
        """The characters of bytes: by their mark, as UTF-8, as declared, as GB18030. Raises Impossible."""
        json = not raw.lstrip(BOM_UTF8 + b" \r\n\t").startswith(b"<") and not _wide(raw)
        if _wide(raw):
            return cls(raw.decode("utf-16"), json)
        declared = _ENCODING.search(raw[:200].decode("latin-1"))
        for encoding in ("utf-8-sig", declared.group(1) if declared else "utf-8", "gb18030"):
            try:
                return cls(raw.decode(encoding), json)
            except (UnicodeDecodeError, LookupError):
                continue
        raise Impossible("it ends inside a character")

    def declared(self, encoding: str) -> str:
        """The text with this encoding in its declaration; "" for none."""
        if self.json:
            return self.text
        stated = f' encoding="{encoding}"' if encoding else ""
        found = _DECLARED.search(self.text)
        if not found:
            return f'<?xml version="1.0"{stated}?>' + self.text.lstrip()
        plain = _ENCODING.sub("", found.group())
        return self.text.replace(
            found.group(), re.sub(r"(<\?xml\s+version=\S+?)(?=\s|\?)", rf"\1{stated}", plain), 1
        )

    def encoded(self, encoding: str, declared: str) -> bytes:
        """The bytes. What the encoding lacks becomes a number. Raises Impossible."""
        text = self.declared(declared)
        if self.json:
            return b"".join(_json_sign(sign, encoding) for sign in text)
        for section in _CDATA.finditer(text):
            try:
                section.group().encode(encoding)
            except UnicodeEncodeError as error:
                raise Impossible("a number is no character in CDATA") from error
        return text.encode(encoding, "xmlcharrefreplace")


def _wide(raw: bytes) -> bool:
    return raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))


def _json_sign(sign: str, encoding: str) -> bytes:
    try:
        return sign.encode(encoding)
    except UnicodeEncodeError:
        units = sign.encode("utf-16-be")
        pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
        return "".join(f"\\u{pair}" for pair in pairs).encode("ascii")


@dataclass(frozen=True)
class Dispatch:
    """A document as it is sent: bytes, and what is said beside them."""

    body: bytes
    kind: str = ""
    """The content type."""
    coding: str = ""
    """The content coding."""
    pieces: int = 0
    """Bytes of a chunk; 0: in one."""
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)
    """The files of a form."""

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.body), self.pieces or len(self.body) or 1):
            yield self.body[start : start + (self.pieces or len(self.body))]

    @property
    def headers(self) -> dict[str, str]:
        stated = {"Content-Type": self.kind, "Content-Encoding": self.coding}
        return {name: value for name, value in stated.items() if value}


Way = Callable[[Sheet, bytes], Dispatch]


def _in(encoding: str, declared: str = "", mark: bytes = b"", kind: str = "") -> Way:
    """Encoded so, with that declaration, mark and content type."""
    return lambda sheet, _: Dispatch(mark + sheet.encoded(encoding, declared), kind)


def _lines(sheet: Sheet, _: bytes) -> Dispatch:
    text = sheet.declared("UTF-8").replace("\r\n", "\n").replace("\n", "\r\n")
    return Dispatch(text.encode("utf-8"))


WAYS: dict[str, Way] = {
    "GBK": _in("gbk", "GBK"),
    "GB2312": _in("gb2312", "GB2312"),
    "GB18030": _in("gb18030", "GB18030"),
    "GB18030 in small letters": _in("gb18030", "gb18030"),
    "GB18030 that nothing declares": _in("gb18030"),
    "GB18030 declared GB2312": _in("gb18030", "GB2312"),
    "GB18030 declared UTF-8": _in("gb18030", "UTF-8"),
    "GBK declared UTF-8": _in("gbk", "utf-8"),
    "UTF-8 declared GBK": _in("utf-8", "GBK"),
    "UTF-8 declared UTF-16": _in("utf-8", "UTF-16"),
    "UTF-8 with its mark": _in("utf-8", "UTF-8", BOM_UTF8),
    "UTF-8 with its mark declared GB2312": _in("utf-8", "gb2312", BOM_UTF8),
    "UTF-16LE": _in("utf-16-le", "UTF-16", BOM_UTF16_LE),
    "UTF-16BE": _in("utf-16-be", "UTF-16", BOM_UTF16_BE),
    "UTF-16LE declared UTF-8": _in("utf-16-le", "UTF-8", BOM_UTF16_LE),
    "UTF-16BE that nothing declares": _in("utf-16-be", "", BOM_UTF16_BE),
    "ASCII and numbers": _in("ascii", "US-ASCII"),
    "CRLF": _lines,
}
"""Ways that bytes alone show."""

HTTP_WAYS: dict[str, Way] = {
    "gzip": lambda _, raw: Dispatch(gzip.compress(raw, 1), coding="gzip"),
    "deflate": lambda _, raw: Dispatch(zlib.compress(raw, 1), coding="deflate"),
    "chunks of 13 bytes": lambda _, raw: Dispatch(raw, pieces=max(13, len(raw) // 400)),
    "gzip of GB18030 in chunks": lambda sheet, _: Dispatch(
        gzip.compress(sheet.encoded("gb18030", "GBK"), 1), coding="gzip", pieces=97
    ),
    "a form": lambda _, raw: Dispatch(b"", files={"file": ("warning.xml", raw, "application/octet-stream")}),
    "UTF-16LE that the header alone tells": _in("utf-16-le", kind="text/plain; charset=utf-16le"),
    "GBK that the header tells": _in("gbk", kind='application/xml; charset="GBK"'),
    "UTF-8 whose header says GBK": _in("utf-8", "UTF-8", kind="text/xml; charset=gbk"),
    "UTF-8 whose header says Latin-1": _in("utf-8", "UTF-8", kind="text/html; charset=ISO-8859-1"),
}
"""Ways that HTTP alone has."""
