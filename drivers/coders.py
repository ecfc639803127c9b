"""Codecs that need a package of their own (`pip install 'tongluo[codecs]'`): G.722, Opus packets, Codec2. For links that are narrow, and clips of hardware
that plays files.

PyAV brings ffmpeg's; its wheel holds GPL binaries, so it is an extra and never loaded unasked. All take and give mono `Samples`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from drivers.sound import Samples

G722_RATE: Final = 16000
"""ITU-T G.722: 64 kbit/s at 16 kHz, two samples an octet."""
OPUS_RATE: Final = 16000
"""Wideband: all that speech here has."""
OPUS_FRAME: Final = OPUS_RATE // 50
"""Samples of a packet: 20 ms (RFC 6716 §2.1.4)."""
CODEC2_RATE: Final = 8000
"""Codec2 knows no other."""


class CodecMissing(Exception):
    """The package is not installed; the sentence says which."""


def g722_encode(sound: Samples) -> bytes:
    """Half an octet a sample at G722_RATE. Raises CodecMissing."""
    return b"".join(_encoded("g722", sound, G722_RATE, 320))


def g722_decode(octets: bytes) -> Samples:
    """The samples of `g722_encode`. Raises CodecMissing."""
    return _decoded("g722", [octets], G722_RATE)


def opus_encode(sound: Samples, bits: int = 16000) -> list[bytes]:
    """A packet for each 20 ms at OPUS_RATE, the last filled up with silence, and what the encoder still holds at the end; `bits` a second.
    Raises CodecMissing."""
    return _encoded("libopus", sound, OPUS_RATE, OPUS_FRAME, bits)


def opus_decode(packets: list[bytes]) -> Samples:
    """The samples of `opus_encode`, later by the encoder's delay. Raises CodecMissing."""
    return _decoded("libopus", packets, OPUS_RATE)


def codec2_encode(sound: Samples, mode: int = 3200) -> list[bytes]:
    """A packet for each frame at CODEC2_RATE, the last filled up with silence; `mode` is 3200, 2400, 1600, 1400, 1300, 1200 or 700 bits a second.
    Raises CodecMissing."""
    coder = _codec2(mode)
    frame = coder.samples_per_frame()
    whole = np.pad(sound, (0, -len(sound) % frame))
    return [coder.encode(whole[start : start + frame]) for start in range(0, len(whole), frame)]


def codec2_decode(packets: list[bytes], mode: int = 3200) -> Samples:
    """The samples of `codec2_encode`: the same words, not the same wave. Raises CodecMissing."""
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
    made = [frame for packet in packets for frame in coder.decode(av.Packet(packet))]
    change = av.AudioResampler("s16", "mono", rate)
    pieces = [one.to_ndarray()[0] for frame in made for one in change.resample(frame)]
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
