"""The encoding of a document: whose word is taken, and where it is wrong.

China's systems declare GB2312 and send characters of GBK (镕, 喆 and names of villages), declare GBK and send
UTF-8, or declare nothing and send GBK. GB18030 holds GBK, and GBK holds GB2312. Chinese text in one of them
is hardly ever valid UTF-8, and the other way round: the bytes decide. In this order:

1. a byte order mark, and the zeros of UTF-16 and UTF-32 (XML 1.0 appendix F, RFC 4627 §3);
2. UTF-8, where the bytes are valid;
3. the charset that the transport states (RFC 7303 §3.2), then the declaration of the XML, if the bytes are
   valid in it;
4. GB18030, where the bytes are valid.

A statement that the bytes contradict is a defect. Frameworks state utf-8 and Java's servers ISO-8859-1
whatever they send: such a statement spoils no document.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gateway.intake import Unreadable
from gateway.intake.readers import commonness
from gateway.model.alert import Defect
from gateway.model.reason import Reason, Why

UTF8, CHINESE = "utf-8", "gb18030"
_WIDE, _LATIN, _UNKNOWN = "wide", "latin", "unknown"
_KINDS = (
    (UTF8, re.compile(r"x?utf8\w*|u8|(cp)?65001|unicode11utf8")),
    (CHINESE, re.compile(r"(cs|x)?gb(2312|k|18030|231280)\d*|(x|cp|ms|windows)*936|x?euccn|chinese")),
    (_WIDE, re.compile(r"x?utf(16|32)\w*|ucs[24]\w*|(cs)?unicode|iso10646\w*")),
    (_LATIN, re.compile(r"iso8859(1|15)|latin[19]|(windows|cp)1252|(us)?ascii|iso646us|ansix34\w*")),
)
"""The names of encodings without marks, in lower case, as standards and systems write them."""
_BEYOND = re.compile(
    r"big5\w*|cp950|shiftjis|sjis|cp932|eucjp|euckr|cp949|johab|hzgb2312|hz|koi8[ru]"
    r"|iso8859\d+|(windows|cp)125\d|tis620"
)
"""Encodings of other countries and places. They are taken at their word if the bytes allow it."""
_SAME = {"big5": "cp950", "hzgb2312": "hz"}
"""Names that Python does not know, or knows for less than what is sent under them."""
_DECLARED = re.compile(
    r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE | re.ASCII
)
PROLOG = 400
"""Signs at the beginning in which a declaration is looked for. Our choice."""
_STATED = re.compile(r"\bcharset\s*=\s*[\"']?\s*([^\s;,\"']{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The longer ones first: that of UTF-32 begins with that of UTF-16."""
_ZEROS = (
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]"), "utf-16-be"),
)
_NO_LATIN = re.compile(rb"[\x80-\xff]{4}")
"""Four signs beyond ASCII in a row: no Latin language writes so, and every Chinese text does."""
_TRIED = "UTF-8、GB18030"
_EAST = re.compile("[\u2e80-\U0010ffff]")
_WINDOWS = {
    ord(sign): byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))
}
"""The signs that Windows-1252 has where ISO-8859-1 has none."""
_MIXED = ("锛".encode(), "銆".encode())
"""What becomes of a comma and of a full stop in UTF-8 that are read as GBK. Both are very rare characters."""
TWICE = "utf-8, twice"
"""What a document is said to be encoded in that was encoded two times."""
_CUT = ("unexpected end of data", "incomplete multibyte sequence")
"""What Python's codecs say of a sign that ends too early."""


class Legible(NamedTuple):
    """A document as UTF-8."""

    body: bytes
    """Without byte order mark."""
    lie: Defect | None = None
    """The statement about the encoding that is not true, if there is one."""


def stated(content_type: str) -> str:
    """The charset of a Content-Type as it is written there, or ""."""
    match = _STATED.search(content_type)
    return match.group(1) if match else ""


def named(name: str) -> bool:
    """Whether this is the name of an encoding."""
    return _kind(name) != _UNKNOWN


def read(raw: bytes, charset: str = "") -> Legible:
    """The bytes as UTF-8. `charset` is what the transport states.

    Raises Unreadable if they are valid in no encoding that is stated or likely.
    """
    if wide := _wide(raw):
        text = _decoded(raw, wide)
        if text is None:
            text = _decoded(raw[:-1], wide)  # a line break of one byte was added behind it
        if text is None:
            raise _illegible(raw, wide)
        text = text.removeprefix("\ufeff")
        return Legible(text.encode(), _lie(text[:PROLOG], (), charset, wide, raw))
    body = _paired(raw.removeprefix(codecs.BOM_UTF8))
    head = body[:PROLOG].decode("latin-1")
    marked = (UTF8,) if raw.startswith(codecs.BOM_UTF8) else ()
    statements = [*marked, charset, _declared(head)]
    try:
        encoding = _narrow(body, statements, bool(marked))
    except Unreadable:
        body = _without_half_a_sign(body)
        encoding = _narrow(body, statements, bool(marked))
    if encoding == UTF8:
        if (once := _once(body)) is not None:
            return Legible(once.encode(), Defect("encoding", TWICE, 0))
        return Legible(body, _lie(head, marked, charset, encoding, body))
    text = body.decode(encoding).removeprefix("\ufeff")
    return Legible(text.encode(), _lie(head, marked, charset, encoding, body))


def _without_half_a_sign(body: bytes) -> bytes:
    """The bytes without the half of a sign at their end: a document that was cut off in it is told as cut off
    by its parser, who knows what is missing."""
    for encoding in (UTF8, CHINESE):
        try:
            body.decode(encoding)
        except UnicodeDecodeError as error:
            if error.end == len(body) and error.reason in _CUT:
                return body[: error.start]
    return body


def guessed(raw: bytes) -> str:
    """The text of bytes that may be spoilt, for people and for a first look: what cannot be read is shown as
    escapes."""
    if wide := _wide(raw):
        return raw.decode(wide, "backslashreplace").removeprefix("\ufeff")
    for encoding in (UTF8, CHINESE):
        if (text := _decoded(raw, encoding)) is not None:
            return text.removeprefix("\ufeff")
    texts = [raw.decode(encoding, "backslashreplace") for encoding in (UTF8, CHINESE)]
    return min(texts, key=lambda text: text.count("\\x"))


def _wide(raw: bytes) -> str:
    """UTF-16 or UTF-32 with its order of bytes; "" if it is neither."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    if b"\0" in raw[:4]:
        for zeros, encoding in _ZEROS:
            if zeros.match(raw):
                return encoding
    return ""


def _paired(body: bytes) -> bytes:
    """UTF-8 in the place of CESU-8, in which Java and databases write rare characters (Unicode TR 26)."""
    if b"\xed" not in body or _holds(body, UTF8):
        return body
    try:
        text = body.decode(UTF8, "surrogatepass")
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()
    except UnicodeDecodeError:
        return body


def _once(body: bytes) -> str | None:
    """The text of UTF-8 that was taken for Latin text, or for GBK, and encoded again; None if it was not.

    Programs in Java do so with Chinese in UTF-8 and in GBK. Chinese that comes out so is no chance.
    """
    if body.isascii():
        return None
    text = body.decode()
    if any(mark in body for mark in _MIXED):
        raw = _encoded(text, CHINESE)
    elif not _EAST.search(text):
        raw = _encoded(text.translate(_WINDOWS), "latin-1")
    else:
        return None
    for encoding in (UTF8, CHINESE) if _NO_LATIN.search(raw) else ():
        once = _decoded(raw, encoding)
        if once is not None and commonness.chinese(once):
            return once
    return None


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text; none if the encoding lacks one of its signs."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b""


def _narrow(body: bytes, statements: Sequence[str], marked: bool) -> str:
    """The encoding of bytes whose ASCII signs are one byte each. Raises Unreadable.

    `marked`: they had the byte order mark of UTF-8.
    """
    kinds = [_kind(name) for name in statements if name]
    if body.isascii():
        return "hz" if "hz" in kinds and b"~{" in body and _holds(body, "hz") else UTF8
    text = _decoded(body, UTF8)
    if text is not None and (marked or CHINESE not in kinds):
        return UTF8
    chinese = _decoded(body, CHINESE)
    if text is not None:
        return CHINESE if chinese is not None and commonness.rather(chinese, text) else UTF8
    for kind in kinds:
        if kind == _LATIN and not _NO_LATIN.search(body):
            return "cp1252" if _holds(body, "cp1252") else "latin-1"
        if kind == CHINESE and chinese is not None:
            break
        if kind not in (UTF8, CHINESE, _WIDE, _LATIN, _UNKNOWN) and _holds(body, kind):
            return kind
    if chinese is not None and commonness.written(chinese, body, CHINESE in kinds):
        return CHINESE
    raise _illegible(body, CHINESE if CHINESE in kinds and chinese is None else UTF8)


def _lie(head: str, marked: Sequence[str], charset: str, encoding: str, body: bytes) -> Defect | None:
    """The first statement that is not so: of the mark, the transport, the document. Where nothing is stated,
    UTF-8 is (RFC 8259 §8.1, XML 1.0 §4.3.3)."""
    declared = _declared(head)
    xml = int(head.lstrip().startswith("<"))
    said = [*((name, 0) for name in (*marked, charset) if name), *([(declared, xml)] if declared else ())]
    if not said and not encoding.startswith("utf-"):
        said = [(UTF8, xml)]
    for name, line in said:
        if not _agrees(name, encoding, body):
            return Defect("encoding", name.lower(), line)
    return None


def _agrees(name: str, encoding: str, body: bytes) -> bool:
    """Whether a statement is true of bytes that were read in an encoding."""
    kind = _kind(name)
    if kind == _UNKNOWN:
        return False
    if kind == _WIDE or encoding.startswith(("utf-16", "utf-32")):
        return kind == _WIDE and encoding.startswith(("utf-16", "utf-32"))
    if body.isascii() and encoding == UTF8:
        return True
    if kind == CHINESE:
        return encoding == CHINESE and _holds(body, _narrowest(name))
    return encoding in (("cp1252", "latin-1") if kind == _LATIN else (kind,))


def _narrowest(name: str) -> str:
    """The encoding of the Chinese family that a name means."""
    bare = _bare(name)
    if "18030" in bare:
        return CHINESE
    return "gbk" if "gbk" in bare or "936" in bare else "gb2312"


def _declared(head: str) -> str:
    """The name in the declaration; "" if there is none."""
    match = _DECLARED.search(head) if "<?xml" in head.lower() else None
    return match.group(1) if match else ""


@lru_cache(64)
def _kind(name: str) -> str:
    """UTF8, CHINESE, wide, latin, the name of Python's codec for another encoding, or unknown."""
    bare = _bare(name)
    for kind, names in _KINDS:
        if names.fullmatch(bare):
            return kind
    if _BEYOND.fullmatch(bare):
        try:
            return codecs.lookup(_SAME.get(bare, name)).name
        except LookupError:
            return _UNKNOWN
    return _UNKNOWN


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _holds(raw: bytes, encoding: str) -> bool:
    return _decoded(raw, encoding) is not None


def _illegible(raw: bytes, encoding: str) -> Unreadable:
    """The refusal of bytes that are valid in no encoding, with the place of the first that is not."""
    try:
        raw.decode(encoding)
        at, end = 0, 0
    except UnicodeDecodeError as error:
        at, end = error.start, error.end
    line = raw.count(b"\n", 0, at) + 1
    tried = encoding.upper() if encoding.startswith(("utf-16", "utf-32")) else _TRIED
    saw = raw[at : max(end, at + 1)][:8].hex(" ")
    return Unreadable(Why(Reason.NOT_TEXT, {"saw": saw, "line": str(line), "tried": tried}), "", line)
