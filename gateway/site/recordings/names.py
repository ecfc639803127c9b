"""The names of recordings: which are used, and which right name a wrong one is nearest to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from gateway.announcements.stock import STAND_INS
from gateway.codes import HAZARDS
from gateway.model.speaker import Roster
from gateway.site.recordings.remark import Grade, Remark
from gateway.site.recordings.sheet import Entry, spoken_here

ALIKE = 0.7
"""Two names that share so much of their signs are meant to be the same. Our choice."""
_FRONT = re.compile(r"^\d{1,3}[\s._-]*(?=\D)")
"""The number of a line of the sheet in front of a name."""
_COPY = re.compile(r"(?:\s*[(（]\d+[)）]|\s*-\s*副本|\s*副本|\s+copy)+$", re.IGNORECASE)
"""What programs put behind the name of a copy."""
_REGION = re.compile(r"\d{12}")


class Names:
    """The names that are used at a site. Without a roster nothing is known of its villages."""

    def __init__(self, roster: Roster | None, entries: Sequence[Entry]) -> None:
        sentences = spoken_here(roster) | {words for entry in entries if (words := _sentence(entry))}
        self._sentences = sorted(sentences)
        self._villages = (
            {village.region.code: village.name for village in roster.villages} if roster else None
        )

    def words(self, name: str) -> str:
        """The sentence that a recording of this name must say; "" where its words are free."""
        return name if name in self._sentences or _is_sentence(name) else ""

    def remarks(self, name: str, path: str) -> Iterator[Remark]:
        """What is wrong with a name: nothing that sounds here asks for it."""
        folder, _, own = name.rpartition("/")
        if folder:
            yield from self._in_village(folder, own, path)
        elif name not in STAND_INS and name not in self._sentences:
            near = nearest(name, [*STAND_INS, *self._sentences])
            if near:
                yield Remark(Grade.MEND, "name", path, {"near": near})
            elif _is_sentence(name):
                yield Remark(Grade.NOTE, "unknown", path)
            else:
                yield Remark(Grade.MEND, "nameless", path)

    def _in_village(self, folder: str, own: str, path: str) -> Iterator[Remark]:
        """A recording in a folder: that of a village, named by a meaning and perhaps by a hazard."""
        if not _REGION.fullmatch(folder) or (self._villages is not None and folder not in self._villages):
            yield Remark(Grade.MEND, "village", path, {"folder": folder, "near": self._village(folder)})
            return
        meaning, _, hazard = own.partition(" ")
        if meaning not in STAND_INS:
            yield Remark(Grade.MEND, "meaning", path, {"near": nearest(meaning, list(STAND_INS)) or "?"})
        elif hazard and hazard not in HAZARDS:
            yield Remark(
                Grade.MEND, "hazard", path, {"hazard": hazard, "near": nearest(hazard, list(HAZARDS))}
            )

    def _village(self, folder: str) -> str:
        """The code of the village that a folder means, with its name; "" where nobody can tell."""
        if not self._villages:
            return ""
        by_name = {name: code for code, name in self._villages.items()}
        code = by_name.get(folder) or nearest(folder, list(self._villages))
        return f"{code} {self._villages[code]}" if code else ""


def nearest(name: str, names: Sequence[str]) -> str:
    """The one of `names` that a name most likely stands for; "" where none is like it."""
    plain = _plain(name)
    best, alike = "", ALIKE
    for other in names:
        matcher = SequenceMatcher(None, plain, _plain(other), autojunk=False)
        if plain and matcher.real_quick_ratio() >= alike and (ratio := matcher.ratio()) >= alike:
            best, alike = other, ratio
    return best


def _plain(name: str) -> str:
    """The letters and digits of a name, without the number in front and the mark of a copy."""
    name = _COPY.sub("", _FRONT.sub("", name.strip()))
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).lower() if sign.isalnum()) or name


def _is_sentence(name: str) -> bool:
    return name.endswith(("。", "！", "？"))


def _sentence(entry: Entry) -> str:
    return entry.words if entry.name == entry.words else ""
