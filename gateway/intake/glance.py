"""A first look at bytes that are not parsed yet: they may be grave, and then they go before the rest.

It decides an order and nothing else. A document that it takes for grave is judged a little sooner; one that
it overlooks waits its turn.
"""

from __future__ import annotations

import codecs
import re

_WORSE = re.compile("[红橙]色|立即转移|准备转移|就地避险")
_MILDER = re.compile("[黄蓝]色")
_SEVERITY = re.compile(r"\b(?:Extreme|Severe|Red|Orange)\b", re.IGNORECASE)
"""CAP's severities and the national system's colours."""
_ENDS = re.compile(r"\bCancel\b|解除")
"""A document that ends a warning stops a speaker, so it waits behind no storm either."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def looks_grave(raw: bytes) -> bool:
    """Whether the bytes name red, orange, a move order or a cancel.

    A colour in Chinese counts before CAP's severity, as it does for the judges.
    """
    text = raw.decode("utf-16" if raw.startswith(_WIDE) else "utf-8", "ignore")
    if _WORSE.search(text) or _ENDS.search(text):
        return True
    return not _MILDER.search(text) and bool(_SEVERITY.search(text))
