"""A first look at bytes before they are parsed: documents that look grave go before the rest.

The look decides the order and nothing else. A document that looks grave and is not is judged a little sooner.
A grave document that is overlooked waits its turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.codes import colours, table
from gateway.intake.readers import garbled
from gateway.intake.readers.document import glimpsed
from gateway.model.alert import Arrival
from gateway.model.deed import Deed
from gateway.model.hazard import Level

_WORSE = ("红色", "橙色", "立即转移", "准备转移", "就地避险", "解除")
_GARBLED = tuple(
    form for word in ("红色", "橙色", "立即转移", "解除") for form in sorted(garbled.forms(word))
)
"""Grave words that a program on the way decoded wrongly."""
_MILDER = ("黄色", "蓝色")
_SEVERITY = re.compile(r"\b(?:Extreme|Severe|Red|Orange)\b", re.IGNORECASE)
"""The severities of CAP and the colours of the national system."""
_ENDS = re.compile(r"\b(?i:Cancel)\b|msgType\"\s*:[\s\[]*\"(?:取消|撤销)")
"""A document that ends a warning (also 解除) goes first too, because it stops loudspeakers."""
_TELLS = {deed.value for deed in Deed if deed.tells}
_ORDERS = sorted({word for name, words in table("deeds").items() if name not in _TELLS for word in words})
_ACT = re.compile(
    r"""\bact(?:"\s*[:,]|</[\w:]+>\s*<[\w:]*value>)[\s\["]*(?:value"\s*:[\s\["]*|<!\[CDATA\[\s*)?(?:"""
    + "|".join(map(re.escape, _ORDERS))
    + ")",
    re.IGNORECASE,
)
"""The act of a document, in simple JSON and in CAP, where it is an order or stops one (codes.toml, deeds)."""
_LEVEL = re.compile(r"""\blevel"\s*:[\s\[]*"([^"]{1,30})\"""", re.IGNORECASE)
_CODED = re.compile(
    r"""(?:LEVELCODE|\bw6)"\s*:\s*"?0[34]\b|"code"\s*:\s*"\d\d0[34]"|\bp\d{4}00[12]\.|-\d\d0[34]\.html"""
    r"""|(?:[ⅠⅡⅰⅱ]|\bI{1,2})(?:级|/)|特别(?:严重|重大)"""
)
"""Red and orange without their names: in the codes of weather.com.cn, Caiyun and NMC (docs/formats), and as a
grade."""
_END_MARKS = ("ancel", "ANCEL", "取消", "撤销")
_CODE_MARKS = ("LEVELCODE", 'w6"', '"code"', ".html", '"pic"', "Ⅰ", "Ⅱ", "ⅰ", "ⅱ", "I级", "I/", "特别")
_LEVEL_MARKS = ('evel"', 'EVEL"')
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|&#x([0-9A-Fa-f]{1,6});|&#(\d{1,7});")
"""A sign as a number: of JSON, of XML."""
_PLAIN = (b"<", b"{", b"[")
_CHINESE = re.compile(rb"gb|936", re.IGNORECASE)
"""A part of the names of encodings under which a few words of valid UTF-8 may be something else."""
PROLOG = 100
"""Bytes at the beginning in which such a name is looked for. Our choice."""


def looks_grave(came: Arrival | bytes) -> bool:
    """Whether what came names red, orange, a move order or a cancel, or a return or correction.

    A colour in Chinese counts before CAP's severity, as it does for the judge.
    """
    text = _text(came)
    if any(word in text for word in _WORSE) or (_may(text, _END_MARKS) and _ENDS.search(text)):
        return True
    if _may(text, _CODE_MARKS) and _CODED.search(text):
        return True
    levels = set(_LEVEL.findall(text)) if _may(text, _LEVEL_MARKS) else ()
    if any((colours.written(level) or Level.UNKNOWN) <= Level.ORANGE for level in levels):
        return True
    if ('act"' in text or "tongluo:act" in text) and _ACT.search(text):
        return True
    if any(word in text for word in _MILDER):
        return False
    return bool(_SEVERITY.search(text)) or any(form in text for form in _GARBLED)


def _may(text: str, marks: Sequence[str]) -> bool:
    """Whether a text has one of the signs without which a pattern finds nothing: this costs much less."""
    return any(mark in text for mark in marks)


def _text(came: Arrival | bytes) -> str:
    """The text of what came, as far as it can be read, with the escapes of JSON and XML replaced."""
    raw, charset = (came, "") if isinstance(came, bytes) else (came.raw, came.charset)
    text = "" if _unusual(raw, charset) else _utf8(raw)
    text = text or glimpsed(came)
    return _ESCAPED.sub(_sign, text) if "\\u" in text or "&#" in text else text


def _unusual(raw: bytes, charset: str) -> bool:
    """Whether the bytes may be something else than UTF-8 even if they are valid UTF-8."""
    if raw[:1] not in _PLAIN or raw[1:2] == b"\0":
        return True
    return bool(_CHINESE.search(raw[:PROLOG]) or (charset and _CHINESE.search(charset.encode())))


def _utf8(raw: bytes) -> str:
    """The text of an ordinary document, which most are: no more than this is done for it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


def _sign(escape: re.Match[str]) -> str:
    code = escape.group(1) or escape.group(2)
    number = int(code, 16) if code else int(escape.group(3))
    return chr(number) if number < 0x110000 else ""
