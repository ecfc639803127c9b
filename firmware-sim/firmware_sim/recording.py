"""Recordings of the sounds at every speaker: a WAV file and a line of JSON each."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import soundfile

from firmware_sim.speaker import Heard, Speaker

Speak = Callable[[str], Awaitable[tuple[int, bytes]]]
"""A voice: turns text into (rate in Hz, mono signed 16-bit little-endian PCM)."""
INDEX = "index.jsonl"
TONE_RATE = 16000
TONE_LOWEST_HZ, TONE_STEP_HZ, TONE_STEPS = 330, 55, 16
"""Clips are recorded as tones. Each number has its own pitch within an octave and a half. Our choice."""
TONE_BEEP_S = 0.4
"""Seconds of each beep and of each pause in the tone of a clip. Our choice."""

log = logging.getLogger(__name__)


class Recorder:
    """Writes `<directory>/<speaker>/<n>.wav` and a line of `<directory>/index.jsonl` for each sound.

    `note` is a listener for speakers; `run` writes the files. Without `speak`, a text has a line in the index
    and no file.
    """

    def __init__(self, directory: Path, speak: Speak | None = None) -> None:
        self._directory = directory
        self._speak = speak
        self._ended: asyncio.Queue[tuple[Speaker, Heard]] = asyncio.Queue()
        self._numbers: dict[str, int] = {}

    def note(self, speaker: Speaker, heard: Heard) -> None:
        """A sound began or ended at a speaker. Ended ones are written."""
        if heard.ended is not None:
            self._ended.put_nowait((speaker, heard))

    async def run(self) -> None:
        """Write until cancelled. A full disk or a failing voice costs a recording and does not end the
        village."""
        while True:
            speaker, heard = await self._ended.get()
            try:
                await self._write(speaker, heard)
            except Exception:
                log.exception("a sound at %s was not recorded", speaker.name)

    async def _write(self, speaker: Speaker, heard: Heard) -> None:
        seconds = (heard.ended or heard.began) - heard.began
        folder = self._directory / speaker.name
        folder.mkdir(parents=True, exist_ok=True)
        number = self._next(speaker.name, folder)
        sounds = await self._sounds(heard, seconds)
        file = None
        if sounds:
            file = folder / f"{number}.wav"
            rate, samples = sounds
            audible = samples if heard.whole else samples[: int(seconds * rate)]
            soundfile.write(file, audible, rate, subtype="PCM_16")
        line = {
            "speaker": speaker.name,
            "number": number,
            "began": round(heard.began, 3),
            "seconds": round(seconds, 3),
            "whole": heard.whole,
            "volume": heard.volume,
            "text": heard.text,
            "clip": heard.clip,
            "file": str(file.relative_to(self._directory)) if file else None,
        }
        with (self._directory / INDEX).open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def _sounds(
        self, heard: Heard, seconds: float
    ) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int16]]] | None:
        if heard.pcm is not None:
            return heard.rate, np.frombuffer(heard.pcm, "<i2")
        if heard.clip is not None:
            return TONE_RATE, clip_tone(heard.clip, seconds)
        if heard.text is not None and self._speak:
            rate, pcm = await self._speak(heard.text)
            return rate, np.frombuffer(pcm, "<i2")
        return None

    def _next(self, name: str, folder: Path) -> int:
        """The next number. The numbers of an earlier run go on."""
        if name not in self._numbers:
            self._numbers[name] = max(
                (int(file.stem) for file in folder.glob("*.wav") if file.stem.isdigit()), default=0
            )
        self._numbers[name] += 1
        return self._numbers[name]


def clip_tone(clip: int, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Beeps at the pitch of this clip number, at half of the full scale, 16 kHz."""
    moments = np.arange(int(seconds * TONE_RATE)) / TONE_RATE
    pitch = TONE_LOWEST_HZ + clip % TONE_STEPS * TONE_STEP_HZ
    beeping = moments % (2 * TONE_BEEP_S) < TONE_BEEP_S
    return np.asarray(np.sin(2 * np.pi * pitch * moments) * beeping * 16384, dtype=np.int16)
