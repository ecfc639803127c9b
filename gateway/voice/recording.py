"""A recording that came with a warning, made ready to be said in place of our own voice: one rate, one channel, one loudness."""

from __future__ import annotations

import io
from typing import Any

from drivers.sound import Samples, quantised
from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.finish import finished
from gateway.voice.slices import gently
from gateway.voice.vetting import audible

SHORTEST_S, LONGEST_S = 1.0, 120.0
"""A recording lasts so long (the profiles of NPAS and of CAP-to-EAS give two minutes); a shorter one is a click."""
WHOLE = 0.99
"""Share of what its header promises (MP3 with a Xing header) that must be there: coders round at the end."""


async def ready(raw: bytes) -> bytes:
    """Signed 16-bit mono PCM at RATE of a sound file (MP3, WAV, Ogg, FLAC), told by its bytes. Raises CannotSay."""
    import soundfile  # three megabytes, only where it is wanted

    try:
        with soundfile.SoundFile(io.BytesIO(raw)) as file:
            seconds = file.frames / file.samplerate
            if not SHORTEST_S <= seconds <= LONGEST_S:
                raise CannotSay(f"the recording lasts {seconds:.1f} s")
            promised = file.frames
            sound, rate = mono(file), file.samplerate
    except (soundfile.SoundFileError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise CannotSay(f"the recording cannot be read: {error}") from error
    if len(sound) < WHOLE * promised or _shorter_than_it_says(raw):
        raise CannotSay(f"the recording is cut off after {len(sound) / rate:.1f} s")
    if not audible(sound):
        raise CannotSay("the recording is silent")
    return await gently(finished(sound, rate, Curve.FLAT))  # whoever recorded it made it as it should sound


def mono(file: Any) -> Samples:
    """All of an opened soundfile.SoundFile, its channels together."""
    return quantised(file.read(dtype="float64", always_2d=True).mean(axis=1))


def _shorter_than_it_says(raw: bytes) -> bool:
    """Of a RIFF file that names its size, and of Ogg without its last page (RFC 3533 §6: header type 4): libsndfile reads what there is. Writers that could
    not know a size put 0 or all ones."""
    if raw[:4] == b"OggS":
        page = raw[raw.rfind(b"OggS") :]
        table = page[27 : 27 + page[26]] if len(page) > 26 else b""
        return not table or not page[5] & 4 or len(page) < 27 + page[26] + sum(table)
    size = int.from_bytes(raw[4:8], "little")
    return raw[:4] == b"RIFF" and size not in (0, 0xFFFFFFFF) and len(raw) < size + 8
