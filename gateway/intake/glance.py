"""A first look at bytes before they are parsed: documents that look grave go before the rest.

The look decides the order and nothing else. A document that looks grave and is not is judged a little sooner.
A grave document that is overlooked waits its turn.
"""

from __future__ import annotations

import codecs
import re

_WORSE = re.compile("[红橙]色|立即转移|准备转移|就地避险")
_MILDER = re.compile("[黄蓝]色")
_SEVERITY = re.compile(r"\b(?:Extreme|Severe|Red|Orange)\b", re.IGNORECASE)
"""The severities of CAP and the colours of the national system."""
_ENDS = re.compile(r"\bCancel\b|解除")
"""A document that ends a warning goes first too, because it stops loudspeakers."""
_GB = re.compile(rb"gb[ _-]?(?:2312|k|18030)", re.IGNORECASE)
"""A declaration of the encoding that is national in China."""
PROLOG = 200
"""Bytes at the beginning in which a declaration is looked for. Our choice."""
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|&#x([0-9A-Fa-f]{1,6});|&#(\d{1,7});")
"""A sign as a number: of JSON, of XML."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def looks_grave(raw: bytes) -> bool:
    """Whether the bytes name red, orange, a move order or a cancel.

    A colour in Chinese counts before CAP's severity, as it does for the judge.
    """
    text = _text(raw)
    if _WORSE.search(text) or _ENDS.search(text):
        return True
    return not _MILDER.search(text) and bool(_SEVERITY.search(text))


def _text(raw: bytes) -> str:
    """The text of the bytes in the likeliest encoding, with the escapes of JSON and XML replaced."""
    if raw.startswith(_WIDE):
        text = raw.decode("utf-16", "ignore")
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            chinese = _GB.search(raw[:PROLOG]) is not None
            text = raw.decode("gb18030" if chinese else "utf-8", "ignore")
    return _ESCAPED.sub(_sign, text) if "\\u" in text or "&#" in text else text


def _sign(escape: re.Match[str]) -> str:
    code = escape.group(1) or escape.group(2)
    number = int(code, 16) if code else int(escape.group(3))
    return chr(number) if number < 0x110000 else ""
