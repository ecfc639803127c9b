"""Words with their toned syllables become the tokens of the voice Kokoro.

The model knows sounds in the international alphabet, one token a sign. The mark of the tone stands right
behind the vowel, before a final n or ŋ. The numbers are those of the model's own vocabulary (Kokoro-82M
v1.0); the spelling of Mandarin is what its Mandarin styles were trained with.
"""

from __future__ import annotations

import re

from gateway.voice.piece import Piece, Word

VERSION = 1
"""The version of these tables. A change of a sound needs another one: sound on the disk is kept by it."""
LONGEST = 510
"""The tokens of a piece at most. The model refuses more."""

IDS = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, " ": 16,
    "ʦ": 20, "ʨ": 21, "ꭧ": 23,
    "a": 43, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57,
    "p": 58, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67,
    "ɑ": 69, "ɔ": 76, "ɕ": 77, "ə": 83, "ɚ": 85, "ɛ": 86, "ɥ": 99, "ɨ": 101, "ŋ": 112, "ɹ": 123, "ɻ": 126,
    "ʂ": 130, "ʧ": 133, "ʊ": 135, "ɤ": 140, "ˈ": 156, "ʰ": 162, "↓": 169, "→": 171, "↗": 172, "↘": 173,
}  # fmt: skip
"""The tokens that we use, by their signs."""
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
MARKS = {"、": ",", "，": ",", "；": ";", "：": ":", "。": ".", "！": "!", "？": "?"}

INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f",
    "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x",
    "j": "ʨ", "q": "ʨʰ", "x": "ɕ",
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ",
    "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
FINALS = {
    "a": ("a", ""), "ai": ("ai", ""), "ao": ("au", ""), "an": ("a", "n"), "ang": ("a", "ŋ"),
    "o": ("ɔ", ""), "ou": ("ou", ""), "ong": ("ʊ", "ŋ"),
    "e": ("ɤ", ""), "ei": ("ei", ""), "en": ("ə", "n"), "eng": ("ə", "ŋ"), "er": ("ɚ", ""), "ê": ("ɛ", ""),
    "i": ("i", ""), "ia": ("ja", ""), "ie": ("je", ""), "iao": ("jau", ""), "iu": ("jou", ""),
    "ian": ("jɛ", "n"), "in": ("i", "n"), "iang": ("ja", "ŋ"), "ing": ("i", "ŋ"), "iong": ("jʊ", "ŋ"),
    "io": ("jɔ", ""), "iai": ("jai", ""),
    "u": ("u", ""), "ua": ("wa", ""), "uo": ("wo", ""), "uai": ("wai", ""), "ui": ("wei", ""),
    "uan": ("wa", "n"), "un": ("wə", "n"), "uang": ("wa", "ŋ"), "ueng": ("wə", "ŋ"),
    "v": ("y", ""), "ve": ("ɥe", ""), "van": ("ɥɛ", "n"), "vn": ("y", "n"),
    "m": ("m", ""), "n": ("n", ""), "ng": ("ŋ", ""), "hm": ("hm", ""), "hng": ("hŋ", ""),
    "apical": ("ɨ", ""),
}  # fmt: skip
"""The sounds of each final before and behind the tone. "apical" is the i of zhi, chi, shi, ri, zi, ci, si."""
BEGINNING = {
    "yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yai": "iai", "yao": "iao", "you": "iu",
    "yan": "ian", "yin": "in", "yang": "iang", "ying": "ing", "yong": "iong",
    "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn",
    "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui",
    "wan": "uan", "wen": "un", "wang": "uang", "weng": "ueng", "wong": "ueng",
}  # fmt: skip
"""The finals of the syllables that are written with y or w and have no initial."""
LETTERS = {
    "A": "ei→", "B": "pi↘", "C": "si→", "D": "ti↘", "E": "i→", "F": "ai↗fu", "G": "ʨi↘", "H": "ˈeiʧ",
    "I": "ai↘", "J": "ꭧei↘", "K": "kʰei↘", "L": "ɛ↗lou→", "M": "ai↗mu", "N": "ə→n", "O": "ou→", "P": "pʰi↘",
    "Q": "kʰju→", "R": "ˈɑɹ", "S": "ai↗sɨ", "T": "tʰi↘", "U": "jou→", "V": "vi→", "W": "ta↗puljou",
    "X": "ai↗kʰɤsɨ", "Y": "wai↘", "Z": "ʦei↘",
}  # fmt: skip
"""The names of the letters as Chinese people say them.

A recogniser wrote GPS, APP, SOS, UPS, QQ, VIP, CDC, HR and KTV as these letters, and AED as A一D. By their
English sounds P was B, since the style's p is the Chinese one (docs/decisions/0013).
"""
_ROUNDED = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
"""How the finals with ü are written behind j, q, x, and lüe and nüe also behind n and l."""
_BARE = frozenset(
    ["a", "ai", "ao", "an", "ang", "o", "ou", "e", "ei", "en", "eng", "er", "ê", "m", "n", "ng", "hm", "hng"]
)
"""The finals that are syllables by themselves."""
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?([a-zê]+)")
_TONED = re.compile(r"([a-zê]+)([1-5])")


class CannotToken(ValueError):
    """A text is not the spelling of a Mandarin syllable, or a piece cannot be written in tokens."""


def phonemes(syllable: str) -> str:
    """The sounds of a syllable with its tone: `xiong1` → `ɕjʊ→ŋ`. Raises CannotToken."""
    toned = _TONED.fullmatch(syllable)
    if not toned:
        raise CannotToken(syllable)
    initial, final = _parts(toned[1])
    vowel, coda = FINALS[final]
    return INITIALS.get(initial, "") + vowel + TONES[toned[2]] + coda


def _parts(syllable: str) -> tuple[str, str]:
    """The initial, or "", and the name of the final in FINALS. Raises CannotToken."""
    if syllable in BEGINNING:
        return "", BEGINNING[syllable]
    if syllable in _BARE:
        return "", syllable
    parts = _SYLLABLE.fullmatch(syllable)
    if not parts or not parts[1]:
        raise CannotToken(syllable)
    initial, final = parts[1], parts[2]
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return initial, "apical"
    if final == "o" and initial in ("b", "p", "m", "f", "l"):
        return initial, "uo"
    if initial in ("j", "q", "x") or (initial in ("n", "l") and final == "ue"):
        final = _ROUNDED.get(final, final)
    if final not in FINALS or final in ("apical", "m", "n", "ng", "hm", "hng"):
        raise CannotToken(syllable)
    return initial, final


def tokens(piece: Piece) -> list[int]:
    """The tokens of a piece, with a space between two words, and without the model's own beginning and end.

    Raises CannotToken for a Latin word that is not spelt, and for a piece that says nothing or is too long.
    """
    sounds = " ".join(filter(None, (_word(word) for word in piece.words)))
    if not any(sign.isalpha() for sign in sounds):
        raise CannotToken("there is nothing to say")
    if len(sounds) > LONGEST:
        raise CannotToken(f"too long: {len(sounds)} tokens, more than {LONGEST}")
    return [IDS[sign] for sign in sounds]


def _word(word: Word) -> str:
    """The sounds of a word and its mark. The letters of an abbreviation stand apart. Raises CannotToken."""
    mark = MARKS.get(word.mark, "")
    if word.syllables or not word.written:
        return "".join(map(phonemes, word.syllables)) + mark
    if not word.spelt or not LETTERS.keys() >= set(word.written):
        raise CannotToken(f"{word.written} is no Chinese word")
    return " ".join(LETTERS[letter] for letter in word.written) + mark
