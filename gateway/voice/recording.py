"""A recording that came with a warning, made ready to be said in place of our own voice: one rate, one channel, one loudness."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from drivers.sound import pcm
from gateway.voice import RATE, CannotSay
from gateway.voice.espeak import resampling
from gateway.voice.loudness import levelling
from gateway.voice.slices import gently

SHORTEST_S, LONGEST_S = 1.0, 120.0
"""A recording lasts so long (the profiles of NPAS and of CAP-to-EAS give two minutes); a shorter one is a click."""
SILENCE = 0.003
"""Root mean square below which nothing is said, of full scale: -50 dB. Our choice: a recording at -30 dB is raised, one at -50 is noise."""


async def ready(raw: bytes) -> bytes:
    """Signed 16-bit mono PCM at RATE of a sound file (MP3, WAV, Ogg, FLAC), told by its bytes. Raises CannotSay."""
    try:
        with soundfile.SoundFile(io.BytesIO(raw)) as file:
            seconds = file.frames / file.samplerate
            if not SHORTEST_S <= seconds <= LONGEST_S:
                raise CannotSay(f"the recording lasts {seconds:.1f} s")
            sound, rate = file.read(dtype="float64", always_2d=True).mean(axis=1), file.samplerate
    except (soundfile.SoundFileError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise CannotSay(f"the recording cannot be read: {error}") from error
    if not len(sound) or float(np.sqrt(np.mean(sound**2))) < SILENCE:
        raise CannotSay("the recording is silent")
    whole = np.rint(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    if rate != RATE:
        whole = await gently(resampling(whole, rate))
    signal = await gently(levelling(whole.astype(np.float64) / 32768))
    return pcm(np.rint(np.clip(signal, -1, 1) * 32767).astype(np.int16))
