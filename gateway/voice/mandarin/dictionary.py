"""The pronunciations of Chinese characters and phrases: pypinyin's dictionary in a file.

The file costs a process almost no memory; pypinyin itself costs fifty megabytes. `dictionary.sqlite` has a
row for each character. A row holds the first pronunciation of the character, and the phrases that begin with
it, each between commas: the characters after the first, and the pronunciation of the phrase if it differs
from that of its characters. The file is made from pypinyin when the package is built (hatch_build.py). A test
holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

FILE = "dictionary.sqlite"
FIRST, LAST = 0x3400, 0x9FFF
"""The first and the last code point of the characters in the file: the unified ideographs and their
extension A."""
TABLE = (
    "CREATE TABLE character (sign TEXT PRIMARY KEY, syllable TEXT NOT NULL, phrases TEXT NOT NULL) "
    "WITHOUT ROWID"
)
"""The table of the file."""
MARK = "="
"""The sign between a phrase and its own pronunciation."""
KEPT = 1000
"""Characters kept in memory: the warnings of a county have no more. Our choice."""
PAGES = -128
"""SQLite's own cache, in KiB (negative): a character is looked up once. Our choice."""


class NoDictionary(RuntimeError):
    """The file is missing or damaged."""

    def __str__(self) -> str:
        return (
            f"gateway/voice/mandarin/{FILE} is missing or spoilt: "
            "it is made when the package is installed; install it again (make install)"
        )


def spelt(run: str) -> list[str]:
    """The syllables of a run of Chinese characters, one for each: `zhong4`, neutral tone 5, ü as v.

    The longest phrase that begins at a place is taken whole, as pypinyin does. A character without a
    pronunciation stands as it is. Raises NoDictionary.
    """
    syllables: list[str] = []
    while len(syllables) < len(run):
        start = len(syllables)
        length, pronunciation = _phrase(run, start)
        if pronunciation:
            syllables += pronunciation.split()
        else:
            syllables += [_row(character)[0] for character in run[start : start + length]]
    return syllables


def lengths(run: str, start: int, most: int) -> list[int]:
    """The lengths of the phrases that begin here, of 2 to `most` characters. Raises NoDictionary."""
    _, phrases, longest = _row(run[start])
    found = []
    for length in range(2, min(most, longest, len(run) - start) + 1):
        rest = "," + run[start + 1 : start + length]
        if rest + "," in phrases or rest + MARK in phrases:
            found.append(length)
    return found


def characters() -> Iterator[tuple[str, str]]:
    """Every character that has a pronunciation, with its first one. Raises NoDictionary."""
    import apsw  # it may be missing while the package is being built

    try:
        yield from _book().execute("SELECT sign, syllable FROM character WHERE syllable != ''")
    except apsw.Error as error:
        raise NoDictionary from error


def _phrase(run: str, start: int) -> tuple[int, str]:
    """The length of the phrase that begins here, at least 1, and its own pronunciation, or ""."""
    _, phrases, longest = _row(run[start])
    for length in range(min(len(run) - start, longest), 1, -1):
        rest = run[start + 1 : start + length]
        if f",{rest}," in phrases:
            return length, ""
        if (at := phrases.find(f",{rest}{MARK}")) >= 0:
            return length, phrases[at + len(rest) + 2 : phrases.index(",", at + 1)]
    return 1, ""


@lru_cache(KEPT)
def _row(character: str) -> tuple[str, str, int]:
    """A character's pronunciation, or itself; the phrases that begin with it; the length of the longest of
    them."""
    import apsw  # it may be missing while the package is being built

    try:
        row = (
            _book().execute("SELECT syllable, phrases FROM character WHERE sign = ?", (character,)).fetchone()
        )
    except apsw.Error as error:
        raise NoDictionary from error
    if row is None:
        return character, "", 1
    longest = max(len(phrase.partition(MARK)[0]) for phrase in row[1].split(","))
    return row[0] or character, row[1], 1 + longest


@cache
def _book() -> apsw.Connection:
    import apsw  # it may be missing while the package is being built

    file = Path(str(resources.files("gateway.voice.mandarin") / FILE))
    if not file.is_file():
        raise NoDictionary
    book = apsw.Connection(
        f"{file.absolute().as_uri()}?immutable=1", apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )
    book.pragma("cache_size", PAGES)
    return book
