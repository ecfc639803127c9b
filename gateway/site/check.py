"""Checks of a whole site: lines that cannot be opened, recordings that cannot be played, lines too slow
for speech."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from drivers.link.reach import reach
from drivers.protocol import LineSpec
from drivers.registry import open_line
from gateway.config.config import Config
from gateway.i18n import phrase
from gateway.model.speaker import Roster
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


def recordings(site: Config) -> list[str]:
    """A sentence for each of the site's own recordings that cannot be played."""
    if site.clips is None:
        return []
    if not site.clips.is_dir():
        return [f"clips: {site.clips} is no folder"]
    # The user who checks may be another than the daemon's: nothing is written into the site's data.
    with tempfile.TemporaryDirectory() as folder:
        return [f"clips: {fault}" for fault in asyncio.run(Clips(site.clips, Shelf(Path(folder))).open())]


def wiring(site: Config, roster: Roster) -> list[str]:
    """A sentence for each fault of the voice and of the lines: unknown profiles, wrong keys, units that a
    line cannot carry.

    No port is opened.
    """
    faults: list[str] = []
    if site.voice and missing(site.voice):
        faults.append(
            f"voice: it needs a package that is not here: pip install 'tongluo[{site.voice.engine}]'"
        )
    for number, line in enumerate(site.lines):
        where = f"line.{number} ({line.name})"
        units = roster.units(line.name)
        if not units:
            faults.append(f"{where}: no speaker of {site.seed} is on it; add one or remove the line")
            continue
        try:
            line.check()
            spec = LineSpec(units, wall=int, port=line.port)
            open_line(line.protocol, line, spec, reach(line.port, line.baud))
        except OSError as error:
            faults.append(f"{where}: {error.filename or ''}: {error.strerror or error}")
        except (ValueError, KeyError) as error:
            faults.append(f"{where}: {error}")
    return faults
