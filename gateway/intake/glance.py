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
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def looks_grave(raw: bytes) -> bool:
    """Whether the bytes name red, orange, a move order or a cancel.

    A colour in Chinese counts before CAP's severity, as it does for the judge.
    """
    text = raw.decode("utf-16" if raw.startswith(_WIDE) else "utf-8", "ignore")
    if _WORSE.search(text) or _ENDS.search(text):
        return True
    return not _MILDER.search(text) and bool(_SEVERITY.search(text))
