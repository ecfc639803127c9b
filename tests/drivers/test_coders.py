"""The codecs of the extra, by their round trips: the sound comes back, at the rate that is promised.

Run by `make prove`, which installs them.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from drivers import coders
from drivers.coders import CodecMissing
from drivers.sound import Samples

Signal = np.ndarray[Any, np.dtype[np.float64]]


def voice(rate: int, seconds: float = 2.0) -> Samples:
    """A hum with the rise and fall of syllables."""
    moments = np.arange(int(rate * seconds)) / rate
    hum = sum(np.sin(2 * np.pi * 150 * k * moments) / k for k in range(1, 12))
    return np.rint(5000 * hum * np.abs(np.sin(2 * np.pi * 1.5 * moments))).astype(np.int16)


def likeness(sound: Samples, again: Samples, latest: int) -> float:
    """The correlation at the best delay up to `latest` samples."""
    length = len(sound) - latest
    pairs = (
        (sound[:length].astype(np.float64), again[late : late + length].astype(np.float64))
        for late in range(latest)
    )
    return max(float(np.corrcoef(one, other)[0, 1]) for one, other in pairs if len(other) == length)


@pytest.mark.slow
def test_g722_is_half_an_octet_a_sample_and_the_same_sound() -> None:
    sound = voice(coders.G722_RATE)
    octets = coders.g722_encode(sound)
    assert len(octets) == len(sound) // 2
    again = coders.g722_decode(octets)
    assert len(again) == len(sound)
    assert likeness(sound, again, 40) > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("bits", [12000, 16000, 32000])
def test_opus_is_a_packet_every_20_ms_at_the_rate_asked_for(bits: int) -> None:
    sound = voice(coders.OPUS_RATE)
    packets = coders.opus_encode(sound, bits)
    assert len(packets) in (100, 101)
    assert 0.5 * bits < sum(map(len, packets)) * 8 / 2 < 1.3 * bits
    assert likeness(sound, coders.opus_decode(packets), 700) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "octets", "milliseconds"), [(3200, 8, 20), (2400, 6, 20), (1300, 7, 40), (700, 4, 40)]
)
def test_codec2_is_as_narrow_as_its_mode_says_and_keeps_the_rhythm(
    mode: int, octets: int, milliseconds: int
) -> None:
    sound = voice(coders.CODEC2_RATE)
    packets = coders.codec2_encode(sound, mode)
    assert {len(packet) for packet in packets} == {octets}
    assert len(packets) == 2000 // milliseconds
    again = coders.codec2_decode(packets, mode)
    assert len(again) == len(sound)

    def loudness(one: Samples) -> Signal:
        means: Signal = np.abs(one.astype(np.float64)).reshape(-1, 800).mean(axis=1)
        return means

    assert np.corrcoef(loudness(sound), loudness(again))[0, 1] > 0.8


@pytest.mark.slow
def test_nothing_is_nothing_in_every_codec() -> None:
    none = np.zeros(0, np.int16)
    assert not len(coders.g722_decode(coders.g722_encode(none)))
    assert not len(coders.codec2_decode(coders.codec2_encode(none)))


@pytest.mark.parametrize("package", ["av", "pycodec2"])
def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CodecMissing, match=r"tongluo\[codecs\]"):
        (coders.g722_encode if package == "av" else coders.codec2_encode)(voice(8000))
