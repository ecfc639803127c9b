"""The check of a folder of recordings: what is missing, what cannot be heard well, what is never used.

Nothing is changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.site.recordings.names import Names
from gateway.site.recordings.remark import Grade, Remark
from gateway.site.recordings.sheet import Entry
from gateway.voice.sound.clips import SOUNDS
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.quality import Quality, measured
from gateway.voice.sound.recording import MOST_BYTES, Take, Unusable, opened
from gateway.voice.text.spoken import spoken

OTHER_SOUNDS = {".m4a", ".aac", ".amr", ".3gp", ".3gpp", ".mp4", ".wma", ".opus", ".caf", ".aiff", ".aif"}
"""The suffixes of recordings that phones make and that are not read."""
QUIET_LUFS, SOFT_LUFS = -40.0, -33.0
"""Below the first a recording is made again: its noise would be raised by more than 24 dB. Below the second
it is worth a step nearer. A phone at 20 to 30 cm gives about -25. Our choice."""
NOISY_DB, UNCLEAN_DB = 20.0, 30.0
"""Speech that stands less above the noise than the first is recorded again; wind and a horn are to come. Less
than the second is worth a quieter room. Our choice."""
CRACKLE = 4
"""So many runs of cut samples are heard; a single one is not. Our choice."""
ABRUPT_S = 0.04
"""Speech that begins or ends so near an end of the file lost a part of a syllable. Our choice."""
LONG_S, PAUSE_S = 1.5, 0.7
"""Silence at an end: more than the first is cut off by a person, more than the second is worth it. Our
choice."""
FASTEST, SLOWEST = 260.0, 110.0
"""Characters a minute: beyond them words are missing, or there are others. Our choice."""
FAST, SLOW = 210.0, 150.0
"""Characters a minute that are worth another take; the aim is 170 to 190. Our choice."""
BEHIND_S = pause_s("。")
"""The pause behind a sentence. The pace counts it, and a file of one sentence does not hold it."""
STAND_IN_S = 25.0
"""A stand-in sounds up to three times within a minute (gateway/voice/readings.py)."""
NARROW_HZ = 16000
"""A lower rate lacks consonants: s, sh and x lie up to 6 kHz."""
_CHARACTER = re.compile(r"[\u3400-\u9fffA-Za-z]")


async def remarks(folder: Path, entries: Sequence[Entry], names: Names) -> list[Remark]:
    """Every remark on a folder: the files in their order, then what is missing."""
    made: list[Remark] = []
    by_name: dict[str, str] = {}
    by_content: dict[str, str] = {}
    for file in files(folder):
        path, name = _path(folder, file), _path(folder, file.with_suffix(""))
        if file.suffix.lower() in OTHER_SOUNDS:
            made.append(Remark(Grade.MEND, "format", path, {"suffix": file.suffix}))
            by_name.setdefault(name, path)
            continue
        made += names.remarks(name, path)
        if name in by_name:
            made.append(Remark(Grade.MEND, "twice", path, {"other": by_name[name]}))
        by_name.setdefault(name, path)
        try:
            raw = read(file)
        except Unusable as error:
            made.append(unusable(error, path))
            continue
        except OSError as error:
            made.append(Remark(Grade.MEND, "locked", path, {"why": error.strerror or ""}))
            continue
        digest = hashlib.sha256(raw).hexdigest()
        if raw and digest in by_content:
            made.append(Remark(Grade.MEND, "same", path, {"other": by_content[digest]}))
        by_content.setdefault(digest, path)
        made += await heard(raw, path, names.words(name))
    lacking = (entry for entry in entries if entry.needed and entry.name not in by_name)
    return made + [Remark(Grade.MISSING, "missing", entry.name, entry._asdict()) for entry in lacking]


def files(folder: Path) -> list[Path]:
    """The sound files of a folder and of its folders, also those that are not read."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in SOUNDS | OTHER_SOUNDS and file.is_file() and not file.name.startswith(".")
    ]


async def heard(raw: bytes, path: str, words: str) -> list[Remark]:
    """The remarks on what a file holds. `words`: what it must say; "" where that is free."""
    if not raw:
        return [Remark(Grade.MEND, "empty", path)]
    try:
        take = await opened(raw)
    except Unusable as error:
        return [unusable(error, path)]
    quality = measured(take)
    if not quality.audible:
        return [Remark(Grade.MEND, "silent", path)]
    return [*_level(quality, path), *_ends(quality, path), *_pace(quality, path, words), *_form(take, path)]


def read(file: Path) -> bytes:
    """The bytes of a file. Raises OSError, and Unusable for one that is too large to be a recording."""
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise Unusable("large", f"{size / 1e6:.0f}", "the file is too large")
    return file.read_bytes()


def unusable(error: Unusable, path: str) -> Remark:
    """The remark on a file that cannot be played."""
    return Remark(Grade.MEND, error.fault, path, {"seen": error.seen})


def _level(quality: Quality, path: str) -> Iterator[Remark]:
    """Loudness, cut samples, noise."""
    if quality.lufs < SOFT_LUFS:
        grade = Grade.MEND if quality.lufs < QUIET_LUFS else Grade.NOTE
        yield Remark(grade, "quiet", path, {"lufs": f"{quality.lufs:.0f}", "least": f"{SOFT_LUFS:.0f}"})
    if quality.cut:
        grade = Grade.MEND if quality.cut >= CRACKLE else Grade.NOTE
        yield Remark(grade, "clipped", path, {"times": quality.cut})
    if quality.clean_db < UNCLEAN_DB:
        grade = Grade.MEND if quality.clean_db < NOISY_DB else Grade.NOTE
        fields = {"decibels": f"{quality.clean_db:.0f}", "least": f"{UNCLEAN_DB:.0f}"}
        yield Remark(grade, "hum" if quality.hums else "noise", path, fields)


def _ends(quality: Quality, path: str) -> Iterator[Remark]:
    """Silence before and after the speech, too much or none at all."""
    for kind, silence in (("lead", quality.lead_s), ("tail", quality.tail_s)):
        if silence > PAUSE_S:
            grade = Grade.MEND if silence > LONG_S else Grade.NOTE
            yield Remark(grade, kind, path, {"seconds": f"{silence:.1f}", "most": f"{PAUSE_S:g}"})
        if silence < ABRUPT_S:
            yield Remark(Grade.MEND, f"{kind}_cut", path)


def _pace(quality: Quality, path: str, words: str) -> Iterator[Remark]:
    """Too fast or too slow for its sentence; too long to stand in."""
    if not words:
        if quality.speech_s > STAND_IN_S:
            fields = {"seconds": f"{quality.speech_s:.0f}", "most": f"{STAND_IN_S:.0f}"}
            yield Remark(Grade.NOTE, "long", path, fields)
        return
    characters = len(_CHARACTER.findall(spoken(words).words))
    pace = characters * 60 / (quality.speech_s + BEHIND_S)
    fields = {"pace": f"{pace:.0f}", "seconds": f"{quality.speech_s:.1f}", "count": f"{characters}"}
    if pace > FAST:
        yield Remark(Grade.MEND if pace > FASTEST else Grade.NOTE, "fast", path, fields)
    elif pace < SLOW:
        yield Remark(Grade.MEND if pace < SLOWEST else Grade.NOTE, "slow", path, fields)


def _form(take: Take, path: str) -> Iterator[Remark]:
    """The rate. Two channels do no harm: their mean is heard."""
    if take.rate < NARROW_HZ:
        yield Remark(Grade.NOTE, "narrow", path, {"rate": take.rate, "least": NARROW_HZ})


def _path(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
