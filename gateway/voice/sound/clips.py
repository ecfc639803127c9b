"""The site's own recordings: what is said where no voice speaks, and in the village's own tongue before the Mandarin.

A folder of sound files. `warning-red.mp3` stands in for the words of a red warning (the meanings are those of stored clips), `预警广播，预警广播。.wav`
for that sentence. In a folder named by a region's twelve digits lies what is said first in that village: `warning-red.mp3`, or, for one hazard
alone, `warning-red 11B03.mp3` with its letter code. A broken, silent or endless file is refused and named.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

from gateway.model.plan import Script
from gateway.voice import RATE, CannotSay
from gateway.voice.sound.recording import MOST_BYTES, ready
from gateway.voice.sound.shelf import Shelf

log = logging.getLogger(__name__)

CLIPS_BYTES = 1024 * 1024 * 1024
"""Of recordings made ready on the disk: nine hours, more than any site has. Our choice."""
SOUNDS = {".wav", ".mp3", ".ogg", ".flac"}
"""By their names; what is in them is told by their bytes."""


class Clips:
    """`shelf` holds them as they are played. Nothing is known before `open`."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self._folder = folder
        self._shelf = shelf
        self._keys: dict[str, str] = {}
        self._seconds: dict[str, float] = {}

    async def open(self) -> list[str]:
        """Make every file ready, once for each content. Returns what is wrong, a sentence for each file that is refused."""
        faults: list[str] = []
        for name, file in self._files():
            await asyncio.sleep(0)
            try:
                if file.stat().st_size > MOST_BYTES:
                    raise CannotSay(f"the file has {file.stat().st_size / 1e6:.0f} MB")
                raw = file.read_bytes()
                key = f"clip {hashlib.sha256(raw).hexdigest()}"
                pcm = self._shelf.get(
                    key
                )  # read whole: a spoilt one is made again now, not when it is wanted
                if pcm is None:
                    self._shelf.put(key, await ready(raw))
                    pcm = self._shelf.get(key)
                if pcm is None:
                    raise CannotSay("the disk does not keep it")
                self._keys[name] = key
                self._seconds[name] = len(pcm) / 2 / RATE
            except (CannotSay, OSError) as error:
                faults.append(self._refused(file, str(error)))
            except Exception as error:  # whatever lies there, the other recordings are not to suffer for it
                faults.append(self._refused(file, f"it cannot be read: {error!r}"))
        return faults

    def _refused(self, file: Path, why: str) -> str:
        log.error("the recording %s is refused: %s", file, why)
        return f"{file}: {why}"

    def get(self, name: str) -> bytes | None:
        """PCM at the voice's rate of a meaning, of a sentence or of what `first` gave; None where there is none."""
        key = self._keys.get(name)
        return self._shelf.get(key) if key else None

    def seconds(self, name: str) -> float:
        """How long it is, without a look at the disk; 0 where there is none."""
        return self._seconds.get(name, 0.0)

    def first(self, script: Script, region: str) -> str:
        """The name of what is said before these words in a village, "" for nothing: for its hazard, else for its meaning."""
        names = (f"{region}/{script.clip} {script.about}", f"{region}/{script.clip}")
        return next((name for name in names if name in self._keys), "")

    def _files(self) -> Iterator[tuple[str, Path]]:
        for file in sorted(self._folder.rglob("*")):
            if file.suffix.lower() in SOUNDS and file.is_file():
                yield file.relative_to(self._folder).with_suffix("").as_posix(), file
