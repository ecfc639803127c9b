"""Chinese characters and phrases with their readings: pypinyin's dictionary, laid down once so that reading it costs some megabytes, not fifty.

`dictionary.txt` holds a line for each syllable with the characters it is the first reading of, then a line for each character with the
phrases that begin with it: what follows the character, and the reading where it is not that of its characters. It is made from pypinyin when
the package is built (hatch_build.py), and a test holds the two equal.
"""

from __future__ import annotations

from array import array
from functools import cache
from importlib import resources

FIRST, LAST = 0x3400, 0x9FFF
"""The code points of Chinese characters that are read: the unified ideographs and their extension A."""
MARK = "="
"""Between a phrase and a reading of its own."""


class NoDictionary(RuntimeError):
    """The package is not whole."""

    def __str__(self) -> str:
        return "gateway/voice/dictionary.txt is missing: it is made when the package is installed; install it again (make install)"


def spelt(run: str) -> list[str]:
    """The syllables of a run of Chinese characters, one each: `zhong4`, neutral tone 5, ü as v; a character without a reading as it stands.
    The longest phrase that begins at a place is read whole, as pypinyin reads it."""
    found: list[str] = []
    while len(found) < len(run):
        start = len(found)
        length, reading = _phrase(run, start)
        if reading:
            found += reading.split()
        else:
            found += [_reading(character) for character in run[start : start + length]]
    return found


def _phrase(run: str, start: int) -> tuple[int, str]:
    """How many characters of the run are one phrase from here, at least one, and their reading where it is its own."""
    phrases = _book()[1].get(run[start], "")
    for length in range(min(len(run) - start, _longest(run[start])), 1, -1):
        rest = run[start + 1 : start + length]
        if f",{rest}," in phrases:
            return length, ""
        if (at := phrases.find(f",{rest}{MARK}")) >= 0:
            return length, phrases[at + len(rest) + 2 : phrases.index(",", at + 1)]
    return 1, ""


@cache
def _longest(character: str) -> int:
    """Characters of the longest phrase that begins with this one."""
    rest = _book()[1].get(character, "").split(",")
    return 1 + max(len(phrase.partition(MARK)[0]) for phrase in rest)


def _reading(character: str) -> str:
    syllables, _, numbers = _book()
    index = ord(character) - FIRST
    number = numbers[index] if 0 <= index < len(numbers) else 0
    return syllables[number] if number else character


@cache
def _book() -> tuple[list[str], dict[str, str], array[int]]:
    """Syllables; phrases by their first character, each between commas; and for each code point the number of its syllable, 0 for none."""
    try:
        text = (resources.files("gateway.voice") / "dictionary.txt").read_text("utf-8")
    except FileNotFoundError as error:
        raise NoDictionary from error
    single, several = text.split("\n\n")[1:]
    syllables, numbers = [""], array("H", bytes(2 * (LAST - FIRST + 1)))
    for line in single.splitlines():
        syllable, characters = line.split()
        for character in characters:
            numbers[ord(character) - FIRST] = len(syllables)
        syllables.append(syllable)
    return syllables, {line[0]: line[1:] for line in several.splitlines()}, numbers
