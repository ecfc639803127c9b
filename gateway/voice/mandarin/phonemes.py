"""Toned syllables become espeak-ng's Mandarin phoneme mnemonics, for its `[[...]]` input.

espeak-ng reads Chinese text wrongly (105 as 150, every qiong and xiong as English) but says phonemes right.
The tables restate the spelling of its own Mandarin voice (1.52). jiong, qiong and xiong follow the pattern
that its dictionary misses.
"""

from __future__ import annotations

import re

INITIALS = {
    "b": "p", "p": "ph", "m": "m", "f": "f",
    "d": "t", "t": "th", "n": "n", "l": "l",
    "g": "k", "k": "kh", "h": "X",
    "j": "tS;", "q": "tS;h", "x": "S;",
    "zh": "ts.", "ch": "ts.h", "sh": "s.", "r": "z.",
    "z": "ts", "c": "tsh", "s": "s",
}  # fmt: skip

FINALS = {
    "a": ("'A", ""), "ai": ("'ai", ""), "ao": ("'Au", ""), "an": ("'a", "n"), "ang": ("'A", "N"),
    "o": ("'o", ""), "ou": ("'ou", ""), "ong": ("'ong", ""),
    "e": ("'o-", ""), "ei": ("'ei", ""), "en": ("'@", "n"), "eng": ("'@", "N"), "er": ("'@r", ""),
    "ê": ("'E", ""),
    "i": ("'i", ""), "ia": ("'iA", ""), "ie": ("'iE", ""), "iao": ("j'Au", ""), "iu": ("'iou", ""),
    "ian": ("'iE", "n"), "in": ("'i", "n"), "iang": ("'iA", "N"), "ing": ("'i", "N"),
    "iong": ("j'ong", ""), "io": ("'io", ""),
    "u": ("'u", ""), "ua": ("w'A", ""), "uo": ("'uo", ""), "uai": ("'uai", ""), "ui": ("'uei", ""),
    "uan": ("'ua", "n"), "un": ("'u@", "n"), "uang": ("w'A", "N"),
    "v": ("'y", ""), "ve": ("'yE", ""), "van": ("'y&", "n"), "vn": ("'y@", "n"),
}  # fmt: skip
"""The nucleus and the coda of each final. The tone is written between them."""

WHOLE = {
    "yi": ("j'i", ""), "ya": ("j'iA", ""), "yo": ("j'o", ""), "ye": ("j'iE", ""),
    "yai": ("j'ai", ""), "yao": ("j'Au", ""), "you": ("j'iou", ""),
    "yan": ("j'iE", "n"), "yin": ("j'i", "n"), "yang": ("j'iA", "N"), "ying": ("j'i", "N"),
    "yong": ("j'ong", ""),
    "yu": ("j'y", ""), "yue": ("j'yE", ""), "yuan": ("j'y&", "n"), "yun": ("j'y@", "n"),
    "wu": ("w'u", ""), "wa": ("w'A", ""), "wo": ("w'o", ""), "wai": ("w'ai", ""), "wei": ("w'ei", ""),
    "wan": ("w'A", "n"), "wen": ("w'u@", "n"), "wang": ("w'A", "N"), "weng": ("w'u@", "N"),
    "m": ("m'@", ""), "n": ("'@", "n"), "ng": ("'@", "N"), "hm": ("X'@", ""), "hng": ("X'@", "N"),
}  # fmt: skip
"""The nucleus and the coda of each syllable without an initial."""

TONES = {"1": "55", "2": "35", "3": "214", "4": "51", "5": "11"}
"""espeak-ng's names of the citation tones."""

_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?([a-zê]+)([1-5])")
_WRITTEN = re.compile(r"([a-zê]+)([1-5])")


class NotASyllable(ValueError):
    """A text is not the spelling of a Mandarin syllable."""


def phonemes(syllable: str) -> str:
    """The phonemes of a syllable: `xiong1` → `S;j'ong55`. Raises NotASyllable."""
    whole = _WRITTEN.fullmatch(syllable)
    if whole and whole[1] in WHOLE:
        nucleus, coda = WHOLE[whole[1]]
        return nucleus + TONES[whole[2]] + coda
    parts = _SYLLABLE.fullmatch(syllable)
    if not parts:
        raise NotASyllable(syllable)
    initial, final, tone = parts[1] or "", parts[2], TONES[parts[3]]
    if initial in ("j", "q", "x") and final in ("u", "ue", "uan", "un"):
        final = "v" + final[1:]
    if initial in ("n", "l") and final == "ue":
        final = "ve"
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        return f"{INITIALS[initial]}'i.{tone}"
    if final == "i" and initial in ("z", "c", "s"):
        return f"{INITIALS[initial]}'i[{tone}"
    if final == "e" and initial in ("d", "t", "n", "l"):
        return f"{INITIALS[initial]}'@{tone}"
    if (initial, final) == ("sh", "ui"):
        return f"s.w'ei{tone}"
    if final not in FINALS:
        raise NotASyllable(syllable)
    nucleus, coda = FINALS[final]
    return INITIALS.get(initial, "") + nucleus + tone + coda
