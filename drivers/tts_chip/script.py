"""From a text to the frames that say it: GBK, tags, and pieces of at most 200 bytes. No IO."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from drivers.tts_chip.frames import TEXT_MOST, Order, speak

VOLUME_MOST = 16
"""The tags are `[v0]` to `[v16]`; after power-up it is 10 (SYN6288 data sheet)."""
FULL_STOPS: Final = "。！？；!?;"
COMMAS: Final = "，、,：:"
SLOWEST_CHARACTERS_PER_S = 3.0
"""The chip says 4 to 5 characters a second, and digits as numbers take about twice as long. For deadlines.
Our choice."""
FASTEST_CHARACTERS_PER_S = 8.0
"""Faster than the fastest setting of the chip. For the shortest possible length of a sentence. Our choice."""
SPEECH_MARGIN_S = 3.0
"""Seconds added to every deadline, for start-up, pauses at punctuation and a slow clock. Our choice."""
TONES: Final[dict[int, str]] = {1: "soundk", 2: "soundo", 3: "soundn", 4: "soundp", 5: "soundq", 6: "soundr"}
"""Our tone numbers and the sounds built into the chip: broadcast chime; alarm of 1, 2, 3 s; urgent alarm of
1, 4 s (data sheet)."""
TONE_SECONDS: Final[dict[str, float]] = {
    "soundk": 2.0,
    "soundo": 1.0,
    "soundn": 2.0,
    "soundp": 3.0,
    "soundq": 1.0,
    "soundr": 4.0,
}
"""The length of each sound (data sheet). The sheet gives none for soundk: ours is an estimate."""

_BRACKETS = str.maketrans("[]", "［］")
_BLANKS = re.compile(r"[\x00-\x20\x7f\u3000\xa0]+")


@dataclass(frozen=True)
class Sentence:
    """One frame of speech."""

    text: str
    order: Order
    shortest: float
    """Seconds before which it cannot end."""
    patience: float
    """Seconds after which its end is overdue."""


@dataclass(frozen=True)
class Script:
    """A text ready for the chip."""

    sentences: tuple[Sentence, ...]
    unsayable: str
    """The characters that GBK does not have: nobody hears them."""


def script(text: str, volume: int | None = None) -> Script:
    """`text` as sentences of one frame each. Every frame begins with the reset and volume tags `[d][v..]`.

    The chip forgets the tags when it loses power, which may happen between two frames: so every frame has
    them. `volume` is 0-100; None sends no tags. Brackets in the text become full-width brackets, so that no
    text can change the settings of the chip.
    """
    tags = "" if volume is None else f"[d][v{chip_volume(volume)}]"
    written, unsayable = sayable(text)
    return Script(
        tuple(_sentence(tags, piece) for piece in pieces(written, TEXT_MOST - len(tags))), unsayable
    )


def tone_script(tone: int, volume: int | None = None) -> Script:
    """A built-in attention sound. Raises KeyError for a tone that the chip does not have."""
    sound = TONES[tone]
    tags = "" if volume is None else f"[d][v{chip_volume(volume)}]"
    order = speak((tags + sound).encode("ascii"))
    seconds = TONE_SECONDS[sound]
    return Script((Sentence(sound, order, seconds / 2, seconds + SPEECH_MARGIN_S),), "")


def chip_volume(percent: int) -> int:
    """0-100 on the chip's scale 0-16. Only zero becomes silence."""
    if percent <= 0:
        return 0
    return max(1, min(VOLUME_MOST, round(percent * VOLUME_MOST / 100)))


def sayable(text: str) -> tuple[str, str]:
    """The characters of `text` that GBK has, and those that it does not have.

    Control characters and blanks become one space; brackets become full-width.
    """
    kept: list[str] = []
    lost: list[str] = []
    for character in _BLANKS.sub(" ", text).strip().translate(_BRACKETS):
        (kept if _in_gbk(character) else lost).append(character)
    return "".join(kept), "".join(lost)


def pieces(text: str, room: int) -> list[str]:
    """`text`, whose characters are all in GBK, in pieces of at most `room` bytes.

    A cut comes after the last full stop that fits, else after the last comma, else at the last place that is
    not inside a number or a word.
    """
    cut_up: list[str] = []
    while text:
        fitting = _fitting(text, room)
        if fitting < len(text):
            fitting = _cut(text, fitting)
        cut_up.append(text[:fitting])
        text = text[fitting:]
    return cut_up


def _sentence(tags: str, piece: str) -> Sentence:
    order = speak((tags + piece).encode("gbk"))
    spoken = sum(character.isalpha() and not character.isascii() for character in piece)
    return Sentence(
        piece,
        order,
        shortest=spoken / FASTEST_CHARACTERS_PER_S,
        patience=len(piece) / SLOWEST_CHARACTERS_PER_S + SPEECH_MARGIN_S,
    )


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _fitting(text: str, room: int) -> int:
    used = 0
    for index, character in enumerate(text):
        used += len(character.encode("gbk"))
        if used > room:
            return index
    return len(text)


def _cut(text: str, most: int) -> int:
    for stops in (FULL_STOPS, COMMAS):
        for end in range(most, 0, -1):
            if text[end - 1] in stops and not _inside_number(text, end):
                return end
    end = most
    while end > 1 and text[end - 1].isascii() and text[end].isascii():
        end -= 1
    return end if end > 1 else most


def _inside_number(text: str, end: int) -> bool:
    """Whether a cut at `end` would divide a number such as 1,000 or 12:30."""
    return text[end - 1].isascii() and text[end : end + 1].isdigit()
