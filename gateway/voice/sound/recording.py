"""A recording that came with a warning, made ready to be said in place of our own voice: one rate, one channel, one loudness."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from drivers.sound import Samples, quantised
from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.sound.finish import finished
from gateway.voice.sound.resampling import takes
from gateway.voice.sound.slices import Slices, gently

MOST_BYTES = 32 * 1024 * 1024
"""Two minutes in two channels of 16 bits at 48 kHz have 23 MB; what is larger is not even read. Our choice."""
MOST_CHANNELS = 2
"""A recording for loudspeakers has one or two; others are films. Our choice."""
SHORTEST_S, LONGEST_S = 1.0, 120.0
"""A recording lasts so long (the profiles of NPAS and of CAP-to-EAS give two minutes); a shorter one is a click."""
WHOLE = 0.99
"""Share of what its header promises (MP3 with a Xing header) that must be there: coders round at the end."""


async def ready(raw: bytes) -> bytes:
    """Signed 16-bit mono PCM at RATE of a sound file (MP3, WAV, Ogg, FLAC), told by its bytes. Raises CannotSay."""
    import soundfile  # three megabytes, only where it is wanted

    if len(raw) > MOST_BYTES:
        raise CannotSay(f"the recording has {len(raw) / 1e6:.0f} MB")
    try:
        with soundfile.SoundFile(io.BytesIO(raw)) as file:
            promised, rate = file.frames, file.samplerate
            if not SHORTEST_S <= promised / rate <= LONGEST_S:
                raise CannotSay(f"the recording lasts {promised / rate:.1f} s")
            if file.channels > MOST_CHANNELS or not takes(rate):
                raise CannotSay(f"the recording has {file.channels} channels at {rate} Hz")
            sound = await gently(mono(file))
    except (soundfile.SoundFileError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise CannotSay(f"the recording cannot be read: {error}") from error
    if len(sound) < WHOLE * promised or _shorter_than_it_says(raw):
        raise CannotSay(f"the recording is cut off after {len(sound) / rate:.1f} s")
    return await gently(finished(sound, rate, Curve.FLAT))  # whoever recorded it made it as it should sound


def mono(file: Any) -> Slices[Samples]:
    """All of an opened soundfile.SoundFile, its channels together; a second in a slice."""
    parts: list[Samples] = []
    while len(block := file.read(file.samplerate, dtype="float64", always_2d=True)):
        parts.append(quantised(np.nan_to_num(block.mean(axis=1))))
        yield
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _shorter_than_it_says(raw: bytes) -> bool:
    """Of a RIFF file that names its size, and of Ogg without its last page (RFC 3533 §6: header type 4): libsndfile reads what there is. Writers that could
    not know a size put 0 or all ones."""
    if raw[:4] == b"OggS":
        page = raw[raw.rfind(b"OggS") :]
        table = page[27 : 27 + page[26]] if len(page) > 26 else b""
        return not table or not page[5] & 4 or len(page) < 27 + page[26] + sum(table)
    size = int.from_bytes(raw[4:8], "little")
    return raw[:4] == b"RIFF" and size not in (0, 0xFFFFFFFF) and len(raw) < size + 8
