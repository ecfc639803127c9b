"""What only shows when the site is put together: wrong lines, recordings that nobody can play, slow lines."""

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
    """What works and is worth knowing: lines that are too slow for speech."""
    return [
        phrase("line_slow", lang, line=line.name, baud=line.baud, codec=slow.codec, pace=f"{slow.pace:.1f}")
        for line in site.lines
        if (slow := line.slow_speech(line.baud))
    ]


def recordings(site: Config) -> list[str]:
    """What is wrong with the site's own recordings. One fault each."""
    if site.clips is None:
        return []
    if not site.clips.is_dir():
        return [f"clips: {site.clips} is no folder"]
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # whoever checks may be nobody the daemon could take files from
        return [f"clips: {fault}" for fault in asyncio.run(Clips(site.clips, Shelf(Path(folder))).open())]


def wiring(site: Config, roster: Roster) -> list[str]:
    """What only shows when a line is put together: unknown profiles, wrong keys, units it cannot carry. One fault each."""
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
