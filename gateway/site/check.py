"""What only shows when the site is put together: wrong lines, recordings that nobody can play, slow lines."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from drivers.openhorn.chunks import SLOW, pace
from drivers.openhorn.driver import CODECS
from drivers.link.reach import reach
from drivers.registry import LineSpec, open_line
from gateway.config.config import Config
from gateway.config.lines import LineTable
from gateway.i18n import phrase
from gateway.model.speaker import Roster
from gateway.voice.engines.choice import missing
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.shelf import Shelf


def remarks(site: Config, lang: str) -> list[str]:
    """What works and is worth knowing: lines that are too slow for speech."""
    return [
        phrase("line_slow", lang, line=line.name, baud=line.baud, codec=line.codec, pace=f"{needed:.1f}")
        for line in site.lines
        if line.protocol == "openhorn" and (needed := pace(line.baud, CODECS[line.codec])) > SLOW
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
            spec = LineSpec(
                line.protocol, units, line.profile or "", _key(line), line.codec, wall=int, port=line.port,
                relays=line.relays or "",
            )  # fmt: skip
            open_line(spec, reach(line.port, line.baud))
        except OSError as error:
            faults.append(f"{where}: {error.filename or ''}: {error.strerror or error}")
        except (ValueError, KeyError) as error:
            faults.append(f"{where}: {error}")
    return faults


def _key(line: LineTable) -> bytes:
    """Raises ValueError, OSError; never repeats what the file holds."""
    if line.key_file is None:
        return b""
    text = line.key_file.read_text("ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ValueError(f"key_file {line.key_file} must hold 64 hex digits: openssl rand -hex 32")
    return bytes.fromhex(text)
