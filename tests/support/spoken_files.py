"""Sound files as a person's recorder makes them: a buzz with the rhythm of syllables, noise, silence, faults.

For the tests of the site's own recordings.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 16000
PACE = 180
"""Characters a minute, with a pause of 0.6 s behind the sentence."""


def speech(
    characters: int,
    pace: float = PACE,
    level_db: float = -20.0,
    noise_db: float = -65.0,
    lead_s: float = 0.4,
    tail_s: float = 0.4,
    hum_db: float | None = None,
) -> NDArray[np.float64]:
    """Full scale is 1; `level_db` is that of the vowels."""
    long = characters * 60 / pace - 0.6
    at = np.arange(int(long * RATE)) / RATE
    syllable = at / long * characters % 1
    shape = np.clip(np.sin(np.pi * np.minimum(syllable / 0.8, 1)) * 3, 0, 1)
    buzz = sum(np.sin(2 * np.pi * 150 * harmonic * at + harmonic**2) / harmonic for harmonic in range(1, 20))
    vowel = buzz / np.std(buzz) * 10 ** (level_db / 20) * shape
    sound = np.concatenate([np.zeros(int(lead_s * RATE)), vowel, np.zeros(int(tail_s * RATE))])
    everywhere = np.arange(len(sound)) / RATE
    sound += np.random.default_rng(7).standard_normal(len(sound)) * 10 ** (noise_db / 20)
    if hum_db is not None:
        sound += np.sqrt(2) * 10 ** (hum_db / 20) * np.sin(2 * np.pi * 50 * everywhere)
    return np.asarray(sound)


def file_of(sound: NDArray[np.float64], kind: str = "WAV", rate: int = RATE) -> bytes:
    """The bytes of a file. What is louder than full scale is cut."""
    octets = io.BytesIO()
    soundfile.write(octets, np.clip(sound, -1, 32767 / 32768), rate, format=kind)
    return octets.getvalue()
