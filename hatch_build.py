"""Makes gateway/voice/mandarin/dictionary.sqlite when the package is built, from the pypinyin that the build
names.

The pronunciations are pypinyin's, so they are not kept in the repository. The daemon looks them up in a file:
the library itself would take fifty megabytes of memory.
"""

from __future__ import annotations

import runpy
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

VOICE = Path(__file__).parent / "gateway/voice/mandarin"
FORM = runpy.run_path(str(VOICE / "dictionary.py"))
"""The form of the table, as its reader knows it."""
NOTICE = """Readings of Chinese characters and phrases, from pypinyin
(https://github.com/mozillazg/python-pinyin). Copyright (c) 2016 mozillazg, 闲耘 <hotoo.cn@gmail.com>.
MIT License: permission is granted, free of charge, to use, copy, modify, merge, publish, distribute,
sublicense and sell copies, provided that this notice is included. Provided "as is", without warranty of any
kind."""
"""Kept in the file, as its licence asks."""


class DictionaryHook(BuildHookInterface[Any]):
    """Writes the file before files are gathered, for wheels and for editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        file = VOICE / FORM["FILE"]
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new)) as book:
            book.execute(FORM["TABLE"])
            book.executemany("INSERT INTO character VALUES (?, ?, ?)", rows())
            book.execute("CREATE TABLE notice AS SELECT ? AS notice", (NOTICE,))
            book.commit()
            book.execute("VACUUM")
        new.replace(file)


def spelt(words: str) -> list[str]:
    """As pypinyin spells them: `zhong4`, neutral tone 5, ü as v."""
    return lazy_pinyin(words, style=Style.TONE3, neutral_tone_with_five=True, errors=list)  # type: ignore[arg-type]


def rows() -> list[tuple[str, str, str]]:
    """Every character's sign, first reading ("" for none), and phrases."""
    codes, mark = range(FORM["FIRST"], FORM["LAST"] + 1), FORM["MARK"]
    first = {chr(code): spelt(chr(code))[0] for code in codes if code in PINYIN_DICT}
    phrases: dict[str, list[str]] = {}
    for phrase in sorted(PHRASES_DICT):
        if len(phrase) > 1 and all(ord(character) in codes for character in phrase):
            own, plain = spelt(phrase), [first.get(character, character) for character in phrase]
            reading = "" if own == plain else mark + " ".join(own)
            phrases.setdefault(phrase[0], []).append(phrase[1:] + reading)
    return [
        (sign, first.get(sign, ""), f",{','.join(phrases.get(sign, []))},")
        for sign in sorted(first.keys() | phrases.keys())
    ]
