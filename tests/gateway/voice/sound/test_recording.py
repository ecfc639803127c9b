"""Recordings made ready: every format at one rate and one loudness, and a cut-off or unfit file refused."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
import soundfile

from drivers.sound import samples
from gateway.voice import RATE, CannotSay
from gateway.voice.sound.loudness import TARGET_LUFS, loudness
from gateway.voice.sound.recording import ready


def recorded(seconds: float, kind: str = "WAV", rate: int = 16000, channels: int = 1) -> bytes:
    """A hum as a sound file."""
    hum = 0.2 * np.sin(2 * np.pi * 500 * np.arange(int(seconds * rate)) / rate)
    file = io.BytesIO()
    soundfile.write(file, np.repeat(hum[:, None], channels, axis=1), rate, format=kind)
    return file.getvalue()


def without_its_end(ogg: bytes) -> bytes:
    """The file without its last page."""
    return ogg[: ogg.rfind(b"OggS")]


@pytest.mark.parametrize("kind", ["WAV", "OGG", "FLAC", "MP3"])
@pytest.mark.parametrize(("rate", "channels"), [(16000, 1), (44100, 2)])
def test_every_format_comes_back_at_one_rate_and_one_loudness(kind: str, rate: int, channels: int) -> None:
    signal = samples(asyncio.run(ready(recorded(2, kind, rate, channels)))).astype(np.float64) / 32768
    assert len(signal) / RATE == pytest.approx(2, abs=0.1)
    assert loudness(signal) == pytest.approx(TARGET_LUFS, abs=0.5)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"no sound at all", "cannot be read"),
        (recorded(0.5), "lasts 0.5 s"),
        (recorded(121, rate=8000), "lasts 121.0 s"),
        (recorded(2, channels=3), "3 channels"),
        (recorded(4)[:80_000], "cut off"),
        (recorded(4, "OGG")[:-100], "lasts 0.0 s"),
        (without_its_end(recorded(60, "OGG")), "cut off"),
    ],
)
def test_a_file_that_is_no_whole_recording_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        asyncio.run(ready(raw))
