"""Bringing recordings in: files that bear the numbers of the sheet are copied to the names that it gives
them.

A file is copied only if it needs no mending. Formats of phones that are not read are converted to WAV.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drivers.coders import FILE_RATE, file_decode
from drivers.sound import pcm
from gateway.site.recordings.check import OTHER_SOUNDS, heard, read, unusable
from gateway.site.recordings.names import Names
from gateway.site.recordings.remark import Grade, Remark
from gateway.site.recordings.sheet import Entry
from gateway.voice.sound.clips import SOUNDS
from gateway.voice.sound.recording import LONGEST_S, Unusable

_NUMBERED = re.compile(r"(\d{1,3})(?!\d)")


class Brought(NamedTuple):
    """What became of one file."""

    source: Path
    entry: Entry | None
    """The line of the sheet that it holds; None where its name tells none."""
    target: Path | None
    """Where it was copied to; None where it was not."""
    stands: Path | None = None
    """The file that is there already and was not replaced."""
    remarks: tuple[Remark, ...] = ()
    """What was heard in it."""


def numbered(source: Path) -> bool:
    """Whether the name of a file begins with a number of the sheet."""
    return _NUMBERED.match(source.stem) is not None


def entry_of(source: Path, folder: Path, entries: Sequence[Entry]) -> Entry | None:
    """The line that a file holds: by the number at the beginning of its name, else by the whole name."""
    if number := _NUMBERED.match(source.stem):
        return next((entry for entry in entries if entry.number == int(number[1])), None)
    name = source.relative_to(folder).with_suffix("").as_posix()
    return next((entry for entry in entries if entry.name == name), None)


async def brought(
    source: Path, folder: Path, to: Path, entries: Sequence[Entry], replace: bool = False
) -> Brought:
    """Copy one file of `folder` to its name under `to`.

    Raises OSError, and CodecMissing where a format needs a package that is not installed.
    """
    entry = entry_of(source, folder, entries)
    if entry is None:
        return Brought(source, None, None)
    suffix = ".wav" if source.suffix.lower() in OTHER_SOUNDS else source.suffix.lower()
    try:
        raw = read(source)
        raw = raw if suffix == source.suffix.lower() else _wav(raw)
    except Unusable as error:
        return Brought(source, entry, None, remarks=(unusable(error, source.name),))
    remarks = tuple(await heard(raw, source.name, Names(None, entries).words(entry.name)))
    if any(remark.grade is Grade.MEND for remark in remarks):
        return Brought(source, entry, None, remarks=remarks)
    target = to / f"{entry.name}{suffix}"
    stands = [other for kind in sorted(SOUNDS) if (other := to / f"{entry.name}{kind}").exists()]
    if stands and not replace:
        return Brought(source, entry, None, stands[0], remarks)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + ".new")
    half.write_bytes(raw)
    half.replace(target)
    for other in stands:
        if other != target:
            other.unlink()
    return Brought(source, entry, target, remarks=remarks)


def _wav(raw: bytes) -> bytes:
    """A file that is not read here as a WAV file. Raises Unusable and CodecMissing."""
    try:
        sound = file_decode(raw, LONGEST_S)
    except ValueError as error:
        raise Unusable("unreadable", "", str(error)) from error
    octets = io.BytesIO()
    with wave.open(octets, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(FILE_RATE)
        file.writeframes(pcm(sound))
    return octets.getvalue()
