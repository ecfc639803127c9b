"""Whether text that came out of bytes is Chinese as people write it: how common its signs are.

Where bytes could be read in two ways, the common signs tell: a few short words of GBK are valid UTF-8, UTF-8
with a broken sign may be valid GB18030, and so is most of Big5.
"""

from __future__ import annotations

import re

SAMPLE = 400
"""Signs beyond ASCII from which the likelier of two encodings is told. Our choice."""
LIKELY, UNLIKELY, FEW = 0.5, 0.4, 6
"""Chinese has more common signs than the first, of one; other bytes that are valid GB18030 by chance have
fewer than the second. Of so few signs nothing is concluded. Measured: texts of warnings have 0.8 and more,
lists of villages with rare names 0.58, Big5 that is read as GBK up to 0.3. Our choice."""
_FOREIGN = re.compile(rb"\xa8[\xa1-\xc0]|.[0-9]", re.DOTALL)
"""In GB18030 the Latin letters with accents of GB/T 2312, and what takes four bytes: letters of other
languages and rare characters. Other encodings have such a form by a rare chance only."""
_LATIN_WORDS = re.compile(r"[A-Za-z][\u00c0-\u024f]|[\u00c0-\u024f][A-Za-z]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_COMMON = frozenset(bytes([row]) for row in (0xA1, 0xA3, *range(0xB0, 0xD8)))
"""The first bytes of punctuation, of full-width signs and of the common characters (level 1) in GB/T 2312."""


def chinese(text: str) -> bool:
    """Whether the text has so many common signs that no chance has made it."""
    return _usual(text) > LIKELY


def rather(text: str, other: str) -> bool:
    """Whether the same bytes make more sense as Chinese than as the other text, which is read as UTF-8."""
    if len(_LATIN_WORDS.findall(other[:65_536])) * 2 > len(_sample(other)):
        return False
    return _usual(text) > _usual(other)


def written(text: str, body: bytes, stated: bool) -> bool:
    """Whether bytes that are no UTF-8 were written as GB18030: not as UTF-8 that broke on the way, and, where
    nobody says so, not in an encoding of which nobody tells."""
    if _usual(text) < _usual(body.decode("utf-8", "ignore")):
        return False
    signs = _sample(text)
    foreign = sum(_FOREIGN.match(sign.encode("gb18030")) is not None for sign in signs)
    return stated or len(signs) < FEW or _usual(text) + foreign / len(signs) > UNLIKELY


def _usual(text: str) -> float:
    """The part of the signs beyond ASCII that are common in Chinese texts, from 0 to 1."""
    signs = _sample(text)
    codes = (sign.encode("gb2312", "ignore") for sign in signs)
    return sum(code[:1] in _COMMON for code in codes) / max(len(signs), 1)


def _sample(text: str) -> list[str]:
    """The first signs beyond ASCII."""
    return _BEYOND_ASCII.findall(text[:65_536])[:SAMPLE]
