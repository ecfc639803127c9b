"""Codecs that need a package of their own (`pip install 'tongluo[codecs]'`): G.722, Opus packets, Codec2, and
the files of telephones.

They are for narrow links, and for the clips of hardware that plays files. All of them work on mono `Samples`.
PyAV brings the codecs of ffmpeg. Its wheel holds GPL binaries: it is an extra, and loaded only when one of
these functions is called.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np

from drivers.sound import Samples

G722_RATE: Final = 16000
"""Hz. ITU-T G.722: 64 kbit/s at 16 kHz, two samples an octet."""
OPUS_RATE: Final = 16000
"""Hz. Wideband: the speech of this product has no higher frequencies."""
OPUS_FRAME: Final = OPUS_RATE // 50
"""Samples in a packet: 20 ms (RFC 6716 §2.1.4)."""
CODEC2_RATE: Final = 8000
"""Hz. Codec2 has no other rate."""
FILE_RATE: Final = 16000
"""Hz of the sound of a file that was decoded."""


class CodecMissing(Exception):
    """The package of a codec is not installed. The message names it."""


def g722_encode(sound: Samples) -> bytes:
    """Half an octet a sample at G722_RATE. Raises CodecMissing."""
    return b"".join(_encoded("g722", sound, G722_RATE, 320))


def g722_decode(octets: bytes) -> Samples:
    """The samples of `g722_encode`. Raises CodecMissing."""
    return _decoded("g722", [octets], G722_RATE)


def opus_encode(sound: Samples, bits: int = 16000) -> list[bytes]:
    """A packet for each 20 ms at OPUS_RATE, at `bits` a second. Raises CodecMissing.

    The last packet is filled up with silence. The packets that the encoder still holds at the end follow it.
    """
    return _encoded("libopus", sound, OPUS_RATE, OPUS_FRAME, bits)


def opus_decode(packets: list[bytes]) -> Samples:
    """The samples of `opus_encode`, late by the delay of the encoder. Raises CodecMissing."""
    return _decoded("libopus", packets, OPUS_RATE)


def file_decode(octets: bytes, most_s: float) -> Samples:
    """The first `most_s` seconds of the sound of a file that ffmpeg reads (M4A, AMR, 3GP …) at FILE_RATE.

    Raises CodecMissing, and ValueError if it is no such file or has no sound.
    """
    av = _av()
    pieces: list[Samples] = []
    resampler = av.AudioResampler("s16", "mono", FILE_RATE)
    try:
        with av.open(io.BytesIO(octets)) as file:
            for frame in file.decode(audio=0):
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
                if sum(map(len, pieces)) > most_s * FILE_RATE:
                    break
            else:
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(str(error)) from error
    if not pieces:
        raise ValueError("there is no sound in it")
    return np.concatenate(pieces).astype(np.int16)[: int(most_s * FILE_RATE)]


def codec2_encode(sound: Samples, mode: int = 3200) -> list[bytes]:
    """A packet for each frame at CODEC2_RATE. The last packet is filled up with silence. Raises CodecMissing.

    `mode` is 3200, 2400, 1600, 1400, 1300, 1200 or 700 bits a second.
    """
    coder = _codec2(mode)
    frame = coder.samples_per_frame()
    whole = np.pad(sound, (0, -len(sound) % frame))
    return [coder.encode(whole[start : start + frame]) for start in range(0, len(whole), frame)]


def codec2_decode(packets: list[bytes], mode: int = 3200) -> Samples:
    """The samples of `codec2_encode`: the same words, another waveform. Raises CodecMissing."""
    coder = _codec2(mode)
    frames = [np.asarray(coder.decode(packet), np.int16) for packet in packets]
    return np.concatenate(frames) if frames else np.zeros(0, np.int16)


def _encoded(name: str, sound: Samples, rate: int, frame: int, bits: int = 0) -> list[bytes]:
    av = _av()
    coder = av.CodecContext.create(name, "w")
    coder.sample_rate, coder.layout, coder.format = rate, "mono", "s16"
    if bits:
        coder.bit_rate = bits
    whole = np.pad(sound, (0, -len(sound) % frame)).astype(np.int16)
    packets: list[bytes] = []
    for start in range(0, len(whole), frame):
        piece = av.AudioFrame.from_ndarray(whole[None, start : start + frame], "s16", "mono")
        piece.sample_rate, piece.pts = rate, start
        packets += [bytes(packet) for packet in coder.encode(piece)]
    return packets + [bytes(packet) for packet in coder.encode(None)]


def _decoded(name: str, packets: list[bytes], rate: int) -> Samples:
    av = _av()
    coder = av.CodecContext.create(name, "r")
    coder.sample_rate, coder.layout = rate, "mono"
    frames = [frame for packet in packets for frame in coder.decode(av.Packet(packet))]
    resampler = av.AudioResampler("s16", "mono", rate)
    pieces = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.int16) if pieces else np.zeros(0, np.int16)


def _av() -> Any:
    try:
        import av
    except ImportError as error:
        raise CodecMissing("G.722 and Opus need PyAV: pip install 'tongluo[codecs]'") from error
    return av


def _codec2(mode: int) -> Any:
    try:
        import pycodec2
    except ImportError as error:
        raise CodecMissing("Codec2 needs pycodec2: pip install 'tongluo[codecs]'") from error
    return pycodec2.Codec2(mode)
