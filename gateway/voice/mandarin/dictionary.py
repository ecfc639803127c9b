"""Chinese characters and phrases with their readings: pypinyin's dictionary, laid down once so that it costs a process next to nothing, not fifty megabytes.

`dictionary.sqlite` has a row for each character: its first reading, and the phrases that begin with it, each between commas: what follows the
character, and the reading where it is not that of its characters. It is made from pypinyin when the package is built (hatch_build.py), and a
test holds the two equal.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

FILE = "dictionary.sqlite"
FIRST, LAST = 0x3400, 0x9FFF
"""The code points of Chinese characters that are read: the unified ideographs and their extension A."""
TABLE = "CREATE TABLE character (sign TEXT PRIMARY KEY, syllable TEXT NOT NULL, phrases TEXT NOT NULL) WITHOUT ROWID"
MARK = "="
"""Between a phrase and a reading of its own."""
KEPT = 1000
"""Characters kept in memory: a county's warnings have no more. Our choice."""
PAGES = -128
"""SQLite's own cache, in KiB (negative): a character is looked up once. Our choice."""


class NoDictionary(RuntimeError):
    """The package is not whole: the file is missing, or no longer what it was."""

    def __str__(self) -> str:
        return f"gateway/voice/{FILE} is missing or spoilt: it is made when the package is installed; install it again (make install)"


def spelt(run: str) -> list[str]:
    """The syllables of a run of Chinese characters, one each: `zhong4`, neutral tone 5, ü as v; a character without a reading as it stands.
    The longest phrase that begins at a place is read whole, as pypinyin reads it. Raises NoDictionary."""
    found: list[str] = []
    while len(found) < len(run):
        start = len(found)
        length, reading = _phrase(run, start)
        if reading:
            found += reading.split()
        else:
            found += [_row(character)[0] for character in run[start : start + length]]
    return found


def _phrase(run: str, start: int) -> tuple[int, str]:
    """How many characters of the run are one phrase from here, at least one, and their reading where it is its own."""
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
    """Its reading, itself where it has none; the phrases that begin with it; the characters of the longest."""
    import apsw  # not where the package is built

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
    import apsw  # not where the package is built

    file = Path(str(resources.files("gateway.voice.mandarin") / FILE))
    if not file.is_file():
        raise NoDictionary
    book = apsw.Connection(
        f"{file.absolute().as_uri()}?immutable=1", apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )
    book.pragma("cache_size", PAGES)
    return book
