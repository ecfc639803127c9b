"""Checks of a whole site: lines that cannot be opened, files that cannot be read, recordings that cannot be
played, lines too slow for speech."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from drivers.link.reach import reach
from drivers.protocol import LineSpec, LineWrong
from drivers.registry import open_line
from gateway.config.config import Config
from gateway.config.lines import LineTable
from gateway.i18n import phrase, sentence
from gateway.model.speaker import Roster
from gateway.site import files
from gateway.voice.engines.choice import missing
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.shelf import Shelf


def remarks(site: Config, lang: str) -> list[str]:
    """A sentence for each line that works and is too slow for speech."""
    return [
        phrase("line_slow", lang, line=line.name, baud=line.baud, codec=slow.codec, pace=f"{slow.pace:.1f}")
        for line in site.lines
        if (slow := line.slow_speech(line.baud))
    ]


def recordings(site: Config, lang: str = "zh") -> list[str]:
    """A sentence for each of the site's own recordings that cannot be played."""
    if site.clips is None:
        return []
    if not site.clips.is_dir():
        return [phrase("clips_absent", lang, folder=site.clips)]
    # The user who checks may be another than the daemon's: nothing is written into the site's data.
    with tempfile.TemporaryDirectory() as folder:
        return [f"clips: {fault}" for fault in asyncio.run(Clips(site.clips, Shelf(Path(folder))).open())]


def wiring(site: Config, roster: Roster, lang: str = "zh") -> list[str]:
    """A sentence for each fault of the voice and of the lines: unknown profiles, wrong keys, units that a
    line cannot carry.

    No port is opened.
    """
    faults: list[str] = []
    if why := missing(site.voice, site.data):
        faults.append(f"voice: {sentence(why, lang)}")
    for number, line in enumerate(site.lines):
        if fault := _unusable(line, number, site, roster, lang):
            faults.append(fault)
    return faults


def barring(site: Config, roster: Roster, lang: str = "zh") -> list[str]:
    """A sentence for each fault with which the gateway does not start.

    What else `wiring` and `files.faults` find is worth mending, and no reason to be silent.
    """
    opened = (_unopened(line, number, site, roster, lang) for number, line in enumerate(site.lines))
    return [fault for fault in opened if fault] + files.barring(site, lang)


def _unusable(line: LineTable, number: int, site: Config, roster: Roster, lang: str) -> str | None:
    """Why a line carries nothing, also where it could be opened."""
    where = f"line.{number} ({line.name})"
    if not roster.units(line.name):
        return phrase("line_lonely", lang, where=where, seed=site.seed, line=line.name)
    try:
        line.check()
    except (OSError, ValueError) as error:
        return _fault(error, where, site, lang)
    return _unopened(line, number, site, roster, lang)


def _unopened(line: LineTable, number: int, site: Config, roster: Roster, lang: str) -> str | None:
    """Why a line cannot be opened. Its port stays closed."""
    where, units = f"line.{number} ({line.name})", roster.units(line.name)
    try:
        open_line(line.protocol, line, LineSpec(units, int, line.port), reach(line.port, line.baud))
    except (OSError, ValueError) as error:
        if not units and isinstance(error, LineWrong) and error.key == "unit":
            return phrase("line_lonely", lang, where=where, seed=site.seed, line=line.name)
        return _fault(error, where, site, lang)
    return None


def _fault(error: OSError | ValueError, where: str, site: Config, lang: str) -> str:
    if isinstance(error, OSError):
        return files.unread(error, where, error.filename or "", lang)
    if not isinstance(error, LineWrong):
        return f"{where}: {error}"
    where += f", {site.seed} speaker.unit" if error.key == "unit" else f".{error.key}"
    return phrase("line_wrong", lang, where=where, error=error.code, **error.fields)
