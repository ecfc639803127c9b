"""Text in a sound document that was decoded wrongly before it was put in: æš´é›¨, ±©Óê, 鏆撮洦 for 暴雨.

`charset` has back a whole document. Here are single values: one headline beside a right description, or what
stands there as numbers of JSON and XML. A value is changed only if all of it goes back to bytes, and these
bytes are Chinese as warnings write it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import partial

from gateway.intake.readers import commonness

UTF8, CHINESE = "utf-8", "gb18030"
_LATINS = ("latin-1", "cp1252")
DEEPEST = 3
"""Times that a text may have been decoded wrongly, one after another. Our choice."""
_WINDOWS = {
    ord(sign): byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))
}
"""The signs that Windows-1252 has where ISO-8859-1 has none."""
LATIN = "\x80-\xff" + "".join(map(chr, _WINDOWS))
"""Every sign that a byte beyond ASCII becomes in Latin-1 and Windows-1252, as a set of a pattern."""
LATIN_RUN = f"(?=[{LATIN}]{{0,2}}[\xc0-\xff])[{LATIN}]{{4,}}"
"""Four such signs in a row, with a letter among the first: no Latin language writes so."""
_LEADS, _REST = (0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF), range(0x80, 0xC0)
LEADS = "".join(
    bytes((lead, rest)).decode("gbk", "ignore") for lead in _LEADS for rest in _REST if rest != 127
)
"""What the first two bytes of a Chinese character in UTF-8 become if they are read as GBK. All are rare."""
_QUICK = re.compile(f"[\xc0-\xff{LEADS}]")
"""A text without any of these is not suspect. To ask so costs a fifth."""
_SUSPECT = re.compile(f"{LATIN_RUN}|[{LEADS}]")
"""What every such text has, and hardly another."""
_ELEMENT = re.compile(
    r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>\s*)(?:(<!\[CDATA\[)(.*?)\]\]>|([^<]+)(?=<))", re.DOTALL
)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?', re.DOTALL)
_NAMES = re.compile(r"identifier|references|\w*(?:id|code)s?", re.IGNORECASE)
"""Values that tell one thing from another. They are compared with what others wrote: no sign of them is
changed."""
_FREQUENT = re.compile(
    "[的预警报信号气象台局县市区乡镇村发布变更解除年月日时分钟小红橙黄蓝色级暴雨风雷电雪冰雹雾霾高温寒潮霜冻干旱"
    "台沙尘洪水山地质灾害火险强对流天将达毫米以上未来注意请防范停止户外转移避立即远离河道沟谷]"
)
"""Signs of which a text of a warning has at least one. Our choice."""


def restored(text: str) -> str:
    """The text as it was before it was decoded wrongly; the same text if that is not certain."""
    if not _suspicious(text):
        return text
    return next(_earlier(text, DEEPEST), text)


def forms(word: str) -> frozenset[str]:
    """A Chinese word in every form in which it may stand in a text that was decoded wrongly once.

    In UTF-8 that was taken for GBK, its place decides which bytes make one sign.
    """
    utf8 = word.encode()
    latin = [raw.decode(encoding, "ignore") for raw in (utf8, word.encode("gbk")) for encoding in _LATINS]
    pairs = [raw.decode(CHINESE, "ignore") for raw in (utf8[: len(utf8) // 2 * 2], utf8[1:-1])]
    return frozenset((*latin, *pairs))


def document(body: bytes) -> bytes:
    """The document in UTF-8 with every value restored. Its lines stay; names and codes are not changed."""
    if not _suspect(body):
        return body
    text = body.decode()
    if body.lstrip().startswith(b"<"):
        return _ELEMENT.sub(_element, text).encode()
    return _STRING.sub(partial(_string, [""]), text).encode()


def _suspect(body: bytes) -> bool:
    if b"\\u" in body:
        # Only to look at: what is no escape becomes a Latin sign, and is looked at once more.
        return _suspicious(body.decode("raw_unicode_escape", "replace"))
    text = body.decode()
    return _suspicious(html.unescape(text) if "&#" in text else text)


def _suspicious(text: str) -> bool:
    return not text.isascii() and bool(_QUICK.search(text) and _SUSPECT.search(text))


def _element(match: re.Match[str]) -> str:
    opening, name, cdata, marked, plain = match.groups()
    if _NAMES.fullmatch(name):
        return match[0]
    if cdata:
        return f"{opening}{cdata}{restored(marked)}]]>"
    value = html.unescape(plain)
    right = restored(value)
    return match[0] if right == value else opening + html.escape(right, quote=False)


def _string(last: list[str], match: re.Match[str]) -> str:
    """A string of JSON with its value restored. `last` holds the key before it."""
    written, colon = match.groups()
    if colon:
        last[0] = written[1:-1]
        return match[0]
    if _NAMES.fullmatch(last[0]):
        return match[0]
    try:
        value = json.loads(written, strict=False)
    except ValueError:
        return match[0]
    right = restored(value)
    return match[0] if right == value else json.dumps(right, ensure_ascii=False)


def _earlier(text: str, deep: int) -> Iterator[str]:
    """Every Chinese text that the text can come from, the nearest first."""
    for raw, encodings in _bytes(text):
        for encoding in encodings:
            try:
                before = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _chinese(before) and not _FREQUENT.search(text):
                yield before
            elif deep > 1 and encoding == UTF8 and before != text:
                yield from _earlier(before, deep - 1)


def _bytes(text: str) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """The bytes that were read as this text, and the encodings that they can be in."""
    for signs, encoding, inside in (
        (text.translate(_WINDOWS), "latin-1", (UTF8, CHINESE)),
        (text, CHINESE, (UTF8,)),
    ):
        try:
            raw = signs.encode(encoding)
        except UnicodeEncodeError:
            continue
        if encoding == CHINESE or re.search(LATIN_RUN, text):
            yield raw, inside


def _chinese(text: str) -> bool:
    return commonness.chinese(text) and _FREQUENT.search(text) is not None
