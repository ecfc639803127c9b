"""A recording, made ready to sound in place of a voice: at one rate, in one channel, at one loudness."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import numpy as np

from drivers.sound import Samples, quantised
from gateway.model.speaker import Curve
from gateway.voice import CannotSay
from gateway.voice.sound.finish import finished
from gateway.voice.sound.resampling import takes
from gateway.voice.sound.slices import Slices, gently

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of a file at most. Two minutes in two channels of 16 bits at 48 kHz have 23 MB. Our choice."""
MOST_CHANNELS = 2
"""A recording for loudspeakers has one channel or two. Our choice."""
SHORTEST_S, LONGEST_S = 1.0, 120.0
"""Bounds of a recording.

The profiles of NPAS and of CAP-to-EAS give two minutes; a shorter sound is a click.
"""
WHOLE = 0.99
"""Share of the promised length that must be there (MP3 with a Xing header): coders round at the end."""


class Unusable(CannotSay):
    """A sound file that cannot be played. `fault` names what is wrong with it, `seen` what was found."""

    def __init__(self, fault: str, seen: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault
        """One of: large, length, channels, rate, unreadable, cut_off."""
        self.seen = seen
        """The size, the seconds, the channels or the rate, as a short text."""


class Take(NamedTuple):
    """A sound file as it was recorded."""

    sound: Samples
    """The mean of its channels."""
    rate: int
    """Samples a second."""
    channels: int


async def ready(raw: bytes) -> bytes:
    """A sound file (MP3, WAV, Ogg or FLAC, told by its bytes) as signed 16-bit mono PCM at RATE.

    Raises Unusable if the file is too large, too short, too long, cut off or no sound, and CannotSay if it is
    silent.
    """
    sound, rate, _ = await opened(raw)
    return await gently(finished(sound, rate, 1.0, Curve.FLAT))  # a recording is made as it should sound


async def opened(raw: bytes) -> Take:
    """A sound file as it was recorded. Raises Unusable."""
    import soundfile  # three megabytes of memory, only for a site that wants it

    if len(raw) > MOST_BYTES:
        size = f"{len(raw) / 1e6:.0f}"
        raise Unusable("large", size, f"the recording has {size} MB")
    try:
        with soundfile.SoundFile(io.BytesIO(raw)) as file:
            promised, rate = file.frames, file.samplerate
            seconds = f"{promised / rate:.1f}"
            if not SHORTEST_S <= promised / rate <= LONGEST_S:
                raise Unusable("length", seconds, f"the recording lasts {seconds} s")
            if file.channels > MOST_CHANNELS or not takes(rate):
                fault, seen = (
                    ("rate", rate) if file.channels <= MOST_CHANNELS else ("channels", file.channels)
                )
                why = f"the recording has {file.channels} channels at {rate} Hz"
                raise Unusable(fault, str(seen), why)
            take = Take(await gently(mono(file)), rate, file.channels)
    except (soundfile.SoundFileError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise Unusable("unreadable", "", f"the recording cannot be read: {error}") from error
    if len(take.sound) < WHOLE * promised or _shorter_than_it_says(raw):
        seconds = f"{len(take.sound) / rate:.1f}"
        raise Unusable("cut_off", seconds, f"the recording is cut off after {seconds} s")
    return take


def mono(file: Any) -> Slices[Samples]:
    """All samples of an opened soundfile.SoundFile, the mean of its channels; a second in a slice."""
    parts: list[Samples] = []
    while len(block := file.read(file.samplerate, dtype="float64", always_2d=True)):
        parts.append(quantised(np.nan_to_num(block.mean(axis=1))))
        yield
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _shorter_than_it_says(raw: bytes) -> bool:
    """Whether a file is cut off: a RIFF file shorter than its size, or an Ogg file without its last page.

    libsndfile reads such files without an error. The header type 4 marks the last page (RFC 3533 §6). A size
    of 0 or of all ones means that the writer did not know it.
    """
    if raw[:4] == b"OggS":
        page = raw[raw.rfind(b"OggS") :]
        table = page[27 : 27 + page[26]] if len(page) > 26 else b""
        return not table or not page[5] & 4 or len(page) < 27 + page[26] + sum(table)
    size = int.from_bytes(raw[4:8], "little")
    return raw[:4] == b"RIFF" and size not in (0, 0xFFFFFFFF) and len(raw) < size + 8
