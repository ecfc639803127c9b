"""The site's own recordings: substitutes for a voice that fails, and words in a village's own tongue.

They are a folder of sound files. The name of a file says its use.

- `warning-red.mp3` sounds in place of the words of a red warning, if the voice fails. The meanings are those
  of stored clips.
- `预警广播，预警广播。.wav` sounds in place of that sentence.
- `341523104201/warning-red.mp3` sounds before the Mandarin words of a red warning in the village of that
  region; `341523104201/warning-red 11B03.mp3` does so for one hazard, named by its letter code.

A broken, silent or endless file is refused and named.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

from gateway.model.plan import Script
from gateway.voice import RATE, CannotSay
from gateway.voice.sound.finish import FINISHED
from gateway.voice.sound.recording import MOST_BYTES, ready
from gateway.voice.sound.shelf import Shelf

log = logging.getLogger(__name__)

CLIPS_BYTES = 1024 * 1024 * 1024
"""Bytes on the disk of recordings that are ready: nine hours, more than any site has. Our choice."""
SOUNDS = {".wav", ".mp3", ".ogg", ".flac"}
"""The suffixes of sound files. Their format is told by their bytes."""


class Clips:
    """The recordings of a folder. `shelf` holds them ready to play. Before `open` there are none."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self._folder = folder
        self._shelf = shelf
        self._keys: dict[str, str] = {}
        self._seconds: dict[str, float] = {}

    async def open(self) -> list[str]:
        """Make every file ready, once for each content. Returns a sentence for each file that is refused."""
        faults: list[str] = []
        for name, file in self._files():
            await asyncio.sleep(0)
            try:
                if file.stat().st_size > MOST_BYTES:
                    raise CannotSay(f"the file has {file.stat().st_size / 1e6:.0f} MB")
                raw = file.read_bytes()
                key = f"clip {FINISHED} {hashlib.sha256(raw).hexdigest()}"
                pcm = self._shelf.get(key)  # it is read now, so that a damaged one is made again now
                if pcm is None:
                    self._shelf.put(key, await ready(raw))
                    pcm = self._shelf.get(key)
                if pcm is None:
                    raise CannotSay("the disk does not keep it")
                self._keys[name] = key
                self._seconds[name] = len(pcm) / 2 / RATE
            except (CannotSay, OSError) as error:
                faults.append(self._refused(file, str(error)))
            except Exception as error:  # any file may lie there: the other recordings must be opened
                faults.append(self._refused(file, f"it cannot be read: {error!r}"))
        return faults

    def _refused(self, file: Path, why: str) -> str:
        log.error("the recording %s is refused: %s", file, why)
        return f"{file}: {why}"

    def get(self, name: str) -> bytes | None:
        """A recording as PCM at the voice's rate, by a meaning, a sentence or a name that `first` gave. Or
        None."""
        key = self._keys.get(name)
        return self._shelf.get(key) if key else None

    def seconds(self, name: str) -> float:
        """The length of a recording, without a look at the disk; 0 if there is none."""
        return self._seconds.get(name, 0.0)

    def first(self, script: Script, region: str) -> str:
        """The name of the recording that comes before these words in a village, or "".

        The recording of the hazard goes before the recording of the meaning.
        """
        names = (f"{region}/{script.clip} {script.about}", f"{region}/{script.clip}")
        return next((name for name in names if name in self._keys), "")

    def _files(self) -> Iterator[tuple[str, Path]]:
        for file in sorted(self._folder.rglob("*")):
            if file.suffix.lower() in SOUNDS and file.is_file():
                yield file.relative_to(self._folder).with_suffix("").as_posix(), file
