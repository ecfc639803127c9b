"""From a text to the frames that say it: GBK, tags, pieces of at most 200 bytes. No IO."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from drivers.tts_chip.frames import TEXT_MOST, Order, speak

VOLUME_MOST = 16
"""`[v0]` to `[v16]`, the power-up setting is 10 (SYN6288 data sheet)."""
FULL_STOPS: Final = "。！？；!?;"
COMMAS: Final = "，、,：:"
SLOWEST_CHARACTERS_PER_S = 3.0
"""The chip says 4 to 5 characters a second; read out as values, digits take about twice their share. Our choice: patience."""
FASTEST_CHARACTERS_PER_S = 8.0
"""Faster than the chip's fastest setting; only for what is certain. Our choice."""
SPEECH_MARGIN_S = 3.0
"""Start-up, pauses at punctuation and a slow clock. Our choice."""
TONES: Final[dict[int, str]] = {1: "soundk", 2: "soundo", 3: "soundn", 4: "soundp", 5: "soundq", 6: "soundr"}
"""Our tone numbers and the chip's built-in sounds: broadcast chime; alarm of 1, 2, 3 s; urgent alarm of 1, 4 s (data sheet)."""
TONE_SECONDS: Final[dict[str, float]] = {
    "soundk": 2.0,
    "soundo": 1.0,
    "soundn": 2.0,
    "soundp": 3.0,
    "soundq": 1.0,
    "soundr": 4.0,
}
"""How long each sounds (data sheet; of soundk it gives no figure, ours is an estimate)."""

_BRACKETS = str.maketrans("[]", "［］")
_BLANKS = re.compile(r"[\x00-\x20\x7f\u3000\xa0]+")


@dataclass(frozen=True)
class Sentence:
    """One frame of speech. It cannot be over before `shortest` seconds; after `patience` seconds its end is overdue."""

    text: str
    order: Order
    shortest: float
    patience: float


@dataclass(frozen=True)
class Script:
    """A text ready for the chip. `unsayable` holds the characters that GBK cannot write and that nobody will hear."""

    sentences: tuple[Sentence, ...]
    unsayable: str


def script(text: str, volume: int | None = None) -> Script:
    """`text` as sentences of one frame each, every one with the reset and volume tags `[d][v..]` at its start.

    The tags go with every frame because the chip keeps them until power is lost, and it may lose power between two frames.
    `volume` is 0-100; None sends no tags. What looks like a tag in the text is written with full-width brackets, so that no
    text can change the chip's settings.
    """
    tags = "" if volume is None else f"[d][v{chip_volume(volume)}]"
    said, unsayable = sayable(text)
    return Script(tuple(_sentence(tags, piece) for piece in pieces(said, TEXT_MOST - len(tags))), unsayable)


def tone_script(tone: int, volume: int | None = None) -> Script:
    """A built-in attention sound. Raises KeyError for a tone the chip does not have."""
    sound = TONES[tone]
    tags = "" if volume is None else f"[d][v{chip_volume(volume)}]"
    order = speak((tags + sound).encode("ascii"))
    seconds = TONE_SECONDS[sound]
    return Script((Sentence(sound, order, seconds / 2, seconds + SPEECH_MARGIN_S),), "")


def chip_volume(percent: int) -> int:
    """0-100 as the chip's 0-16; only zero is silence."""
    if percent <= 0:
        return 0
    return max(1, min(VOLUME_MOST, round(percent * VOLUME_MOST / 100)))


def sayable(text: str) -> tuple[str, str]:
    """The text in GBK's repertoire, control characters and blanks as one space, brackets full-width; and what GBK cannot hold."""
    kept: list[str] = []
    lost: list[str] = []
    for character in _BLANKS.sub(" ", text).strip().translate(_BRACKETS):
        (kept if _in_gbk(character) else lost).append(character)
    return "".join(kept), "".join(lost)


def pieces(text: str, room: int) -> list[str]:
    """`text`, all of it in GBK, in pieces of at most `room` bytes.

    Cut after the last full stop that fits, else after the last comma, else where it must be but not inside a number or a word.
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
    """Whether a cut at `end` would part 1,000 or 12:30."""
    return text[end - 1].isascii() and text[end : end + 1].isdigit()
