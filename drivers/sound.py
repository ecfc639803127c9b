"""Sound as numbers: PCM bytes, A-law, IMA ADPCM, MP3 and a band-limited change of rate.

The gateway, the drivers and the simulator share it. All sound is mono. `Samples` are signed 16-bit integers;
PCM bytes are the same numbers, little-endian.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil, gcd
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


def samples(pcm: bytes) -> Samples:
    """PCM bytes as samples. Raises ValueError for an odd number of bytes."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.int16)


def pcm(sound: Samples) -> bytes:
    """Samples as PCM bytes."""
    return sound.astype("<i2").tobytes()


def quantised(signal: NDArray[np.floating[Any]]) -> Samples:
    """Samples of a signal whose full scale is 1. Larger values are clipped."""
    return np.asarray(np.rint(np.clip(signal, -1, 1) * 32767), np.int16)


def _alaw_levels() -> Samples:
    """The sixteen-bit level of each A-law octet (ITU-T G.711 table 1, character signals with even bits
    inverted)."""
    octet = np.arange(256) ^ 0x55
    segment, step = (octet >> 4) & 7, octet & 15
    level = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(octet & 0x80, level, -level).astype(np.int16)


def _alaw_octets() -> NDArray[np.uint8]:
    """The A-law octet of each sign and eleven-bit magnitude, indexed by (sample >> 4) + 2048.

    A negative sample is complemented, not negated, so that both signs have the same decision values (ITU-T
    G.191).
    """
    value = np.arange(-2048, 2048)
    magnitude = np.where(value < 0, ~value, value)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int64) - 3, 0)
    octet = (segment << 4) | (magnitude >> np.maximum(segment - 1, 0)) & 15
    octets: NDArray[np.uint8] = ((octet | np.where(value < 0, 0, 0x80)) ^ 0x55).astype(np.uint8)
    return octets


_ALAW_LEVELS: Final = _alaw_levels()
_ALAW_OCTETS: Final = _alaw_octets()


def alaw_encode(sound: Samples) -> bytes:
    """One octet a sample, bit exact with ITU-T G.711."""
    return bytes(_ALAW_OCTETS[(sound.astype(np.int32) >> 4) + 2048])


def alaw_decode(octets: bytes) -> Samples:
    """One sample an octet, bit exact with ITU-T G.711."""
    levels: Samples = _ALAW_LEVELS[np.frombuffer(octets, dtype=np.uint8)]
    return levels


ADPCM_STEPS: Final = (
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
)  # fmt: skip
"""Quantizer steps (IMA, Recommended Practices for Enhancing Digital Audio Compatibility, 1992)."""
ADPCM_MOVES: Final = (-1, -1, -1, -1, 2, 4, 6, 8)
"""The change of the step's index after each magnitude of a nibble (same source)."""


def _adpcm_change(step: int, nibble: int) -> int:
    """The change of the level by one nibble (same source)."""
    change = (step >> 3) + (step if nibble & 4 else 0)
    change += (step >> 1 if nibble & 2 else 0) + (step >> 2 if nibble & 1 else 0)
    return -change if nibble & 8 else change


_CHANGES: Final = [[_adpcm_change(step, nibble) for nibble in range(16)] for step in ADPCM_STEPS]
_FOLLOWING: Final = [
    [min(max(index + ADPCM_MOVES[nibble & 7], 0), 88) for nibble in range(16)]
    for index in range(len(ADPCM_STEPS))
]
"""The next index, by index and nibble. A table, since Python codes the sound of a whole county."""


@dataclass(frozen=True)
class AdpcmState:
    """The state of an IMA ADPCM coder between two samples."""

    level: int = 0
    """The last level (int16)."""
    index: int = 0
    """The index of the next step (0-88)."""


def adpcm_encode(sound: Samples, state: AdpcmState) -> tuple[bytes, AdpcmState]:
    """Two samples an octet, the earlier one in the low nibble. Returns the octets and the state after them.

    An odd last sample is coded twice. The successive comparison of the IMA text chooses each nibble, so that
    the level comes nearest to its sample.
    """
    level, index = state.level, state.index
    nibbles = bytearray()
    for sample in sound.tolist() + sound[-1:].tolist() * (len(sound) % 2):
        step, nibble, left = ADPCM_STEPS[index], 0, sample - level
        if left < 0:
            nibble, left = 8, -left
        if left >= step:
            nibble |= 4
            left -= step
        if left >= step >> 1:
            nibble |= 2
            left -= step >> 1
        if left >= step >> 2:
            nibble |= 1
        nibbles.append(nibble)
        level += _CHANGES[index][nibble]
        level = 32767 if level > 32767 else -32768 if level < -32768 else level
        index = _FOLLOWING[index][nibble]
    octets = bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return octets, AdpcmState(level, index)


def adpcm_decode(octets: bytes, state: AdpcmState) -> tuple[Samples, AdpcmState]:
    """The samples of `adpcm_encode`, two an octet, and the state after them."""
    level, index = state.level, state.index
    levels = []
    for octet in octets:
        for nibble in (octet & 15, octet >> 4):
            level += _CHANGES[index][nibble]
            level = 32767 if level > 32767 else -32768 if level < -32768 else level
            index = _FOLLOWING[index][nibble]
            levels.append(level)
    return np.array(levels, dtype=np.int16), AdpcmState(level, index)


def adpcm_pack(sound: Samples, state: AdpcmState) -> tuple[bytes, AdpcmState]:
    """A chunk that can be decoded without those before it, and the state for the next chunk.

    It holds the level (int16 big-endian), the index (1 octet) and the nibbles.
    """
    octets, following = adpcm_encode(sound, state)
    return state.level.to_bytes(2, "big", signed=True) + bytes([state.index]) + octets, following


def adpcm_unpack(chunk: bytes) -> Samples:
    """The samples of one `adpcm_pack` chunk.

    Raises ValueError for a chunk without its first three octets, and for an index over 88.
    """
    if len(chunk) < 3 or chunk[2] >= len(ADPCM_STEPS):
        raise ValueError("an ADPCM chunk begins with a level (2 octets) and an index (0-88)")
    return adpcm_decode(chunk[3:], AdpcmState(int.from_bytes(chunk[:2], "big", signed=True), chunk[2]))[0]


def mp3_encode(sound: Samples, rate: int) -> bytes:
    """A whole MPEG audio file of constant bit rate, for hardware that plays files from a card.

    `rate` is in Hz. At 16 kHz the file has about 42 kbit/s.
    """
    import soundfile  # three megabytes: loaded only where it is used

    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", rate, 1, format="MP3", bitrate_mode="CONSTANT", compression_level=MP3_COMPRESSION
    ) as out:
        out.write(sound)
    return file.getvalue()


MP3_COMPRESSION: Final = 0.8
"""On libsndfile's scale from 0 to 1. A horn could not reproduce the part of speech that is lost here. Our
choice."""
CROSSINGS: Final = 24
"""Zero crossings of the sinc on each side. The transition band is about 8 % of the pass band. Our choice."""
KAISER_BETA: Final = 9.0
"""The stop band is under -90 dB (Kaiser's formula): below the noise of 16 bits as a horn gives it."""
PASS: Final = 0.92
"""Share of the narrower half band that passes; the rest is the slope of the filter. Our choice."""

TOGETHER: Final = 512
"""Output samples computed at once. They need half a megabyte; a whole second would need ten. Our choice."""


class Resampler:
    """Changes the rate of a sound that arrives in blocks, from `before` to `after` Hz.

    A Kaiser-windowed sinc limits the band. Output sample n is at input time n * before / after: there is no
    delay, and there are ceil(samples * after / before) samples in all. Raises ValueError for a rate that is
    not positive.
    """

    def __init__(self, before: int, after: int) -> None:
        if before <= 0 or after <= 0:
            raise ValueError(f"sampling rates are positive, got {before} and {after}")
        shared = gcd(before, after)
        self._down, self._up = before // shared, after // shared
        cut = PASS * min(1.0, self._up / self._down)
        self._reach = ceil(CROSSINGS / cut)
        offsets = np.arange(-self._reach + 1, self._reach + 1)
        at = np.arange(self._up)[:, None] / self._up - offsets[None, :]
        window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (at / self._reach) ** 2))) / np.i0(
            KAISER_BETA
        )
        taps = cut * np.sinc(cut * at) * window
        self._taps = taps / taps.sum(axis=1, keepdims=True)
        self._kept = np.zeros(self._reach - 1)
        self._first = 1 - self._reach
        self._next = 0
        self._taken = 0

    def feed(self, block: Samples) -> Samples:
        """Take a block; returns the output samples that are known now."""
        if self._up == self._down:
            return block
        self._taken += len(block)
        return self._make(block.astype(np.float64), len(block) and self._ready())

    def flush(self) -> Samples:
        """The rest of the output, as if silence followed the input."""
        if self._up == self._down:
            return np.zeros(0, dtype=np.int16)
        return self._make(np.zeros(self._reach), -(-self._taken * self._up // self._down))

    def _ready(self) -> int:
        """The number of output samples whose taps all lie in the input so far."""
        return max(0, -(-(self._taken - self._reach) * self._up // self._down))

    def _make(self, block: NDArray[np.float64], until: int) -> Samples:
        self._kept = np.concatenate([self._kept, block])
        numbers = np.arange(self._next, max(until, self._next))
        parts = [
            self._outputs(numbers[first : first + TOGETHER]) for first in range(0, len(numbers), TOGETHER)
        ]
        self._next += len(numbers)
        spare = max(0, self._next * self._down // self._up - self._reach + 1 - self._first)
        self._kept, self._first = self._kept[spare:], self._first + spare
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)

    def _outputs(self, numbers: NDArray[np.int64]) -> Samples:
        place = numbers * self._down
        begin = place // self._up - self._reach + 1 - self._first
        windows = np.lib.stride_tricks.sliding_window_view(self._kept, 2 * self._reach)[begin]
        outputs = np.einsum("ij,ij->i", windows, self._taps[place % self._up])
        rounded: Samples = np.clip(np.rint(outputs), -32768, 32767).astype(np.int16)
        return rounded


def resample(sound: Samples, before: int, after: int) -> Samples:
    """A whole sound at another rate, band-limited; see Resampler. Rates in Hz."""
    resampler = Resampler(before, after)
    return np.concatenate([resampler.feed(sound), resampler.flush()])
