"""The parts of a toned syllable, by what is heard and not by how pinyin writes it: `liu4` is l, iou, 4.

Pinyin writes some finals short (iu, ui, un), some without their dots (ju, yue), and puts a y or a w before a
final that has no initial. Models of other people name the finals in one way or the other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WRITTEN = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?([a-zê]+)([1-5])")
_ALONE = {
    "yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yai": "iai", "yao": "iao", "you": "iou", "yan": "ian",
    "yin": "in", "yang": "iang", "ying": "ing", "yong": "iong", "yu": "v", "yue": "ve", "yuan": "van",
    "yun": "vn", "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "uei", "wan": "uan", "wen": "uen",
    "wang": "uang", "weng": "ueng",
}  # fmt: skip
"""The finals of syllables that pinyin writes with y or w."""
NASALS = frozenset(["m", "n", "ng", "hm", "hng"])
"""Calls without a vowel: 呣, 嗯, 哼. They have no initial."""
NEAREST = {
    "ê": "ei", "n": "en", "ng": "en", "m": "mu", "hm": "hen", "hng": "heng", "wong": "weng", "shei": "shui",
}  # fmt: skip
"""Calls and rare readings, each with the common syllable that sounds most like it, for models without
them."""
_SHORT = {"iu": "iou", "ui": "uei", "un": "uen"}
_DOTTED = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
_WHISTLED = {**dict.fromkeys(("z", "c", "s"), "ii"), **dict.fromkeys(("zh", "ch", "sh", "r"), "iii")}
"""The vowel of 资 and of 知, which pinyin writes i: models that tell them apart call them ii and iii."""


class Parts(NamedTuple):
    """What a syllable is made of."""

    initial: str
    """As pinyin writes it, or empty."""
    final: str
    """In full: iou, uei, uen, ueng. ü is v: v, ve, van, vn. The vowels of 资 and 知 are ii and iii."""
    tone: str
    """1 to 4, 5 for the neutral tone."""


def parts(syllable: str) -> Parts | None:
    """The parts of a syllable such as `zhong4`, ü written v. None for what is not written like one."""
    if not (written := _WRITTEN.fullmatch(syllable)):
        return None
    initial, final, tone = written[1] or "", written[2], written[3]
    if initial + final in NASALS:
        return Parts("", initial + final, tone)
    if not initial:
        return Parts("", _ALONE.get(final, final), tone)
    if initial in ("j", "q", "x") or (initial in ("n", "l") and final == "ue"):
        final = _DOTTED.get(final, final)
    elif final == "i":
        final = _WHISTLED.get(initial, final)
    return Parts(initial, _SHORT.get(final, final), tone)
