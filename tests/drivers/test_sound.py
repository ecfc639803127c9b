"""drivers.sound against ITU-T G.711, the IMA text, CPython's audioop and libsndfile as peers."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from drivers.sound import (
    AdpcmState,
    Resampler,
    adpcm_decode,
    adpcm_encode,
    adpcm_pack,
    adpcm_unpack,
    alaw_decode,
    alaw_encode,
    mp3_encode,
    pcm,
    resample,
    samples,
)

EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)


def audioop() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("audioop", reason="removed in Python 3.13")


def tone(hertz: float, rate: int, seconds: float = 1.0, peak: float = 12000) -> np.ndarray:
    return np.rint(peak * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def decibels(signal: np.ndarray, noise: np.ndarray) -> float:
    return float(
        10 * np.log10(np.mean(signal.astype(float) ** 2) / max(np.mean(noise.astype(float) ** 2), 1e-12))
    )


def test_pcm_bytes_are_little_endian_and_come_back() -> None:
    assert samples(b"\x01\x00\xff\xff\x00\x80").tolist() == [1, -1, -32768]
    assert pcm(samples(b"\x01\x00\xff\xff\x00\x80")) == b"\x01\x00\xff\xff\x00\x80"
    with pytest.raises(ValueError, match="multiple"):
        samples(b"\x01")


def test_alaw_has_the_octets_of_g711() -> None:
    """ITU-T G.711 table 1: character signals of the smallest and the largest levels, even bits inverted."""
    assert alaw_encode(np.array([0, -1, 32767, -32768], dtype=np.int16)).hex() == "d555aa2a"
    assert alaw_decode(bytes.fromhex("d555aa2a")).tolist() == [8, -8, 32256, -32256]


def test_alaw_agrees_with_audioop_on_every_sample() -> None:
    assert alaw_encode(EVERY_SAMPLE) == audioop().lin2alaw(EVERY_SAMPLE.astype("<i2").tobytes(), 2)


def test_alaw_decodes_as_audioop_and_libsndfile_do() -> None:
    octets = bytes(range(256))
    assert pcm(alaw_decode(octets)) == audioop().alaw2lin(octets, 2)
    read, _ = soundfile.read(
        io.BytesIO(octets), dtype="int16", format="RAW", subtype="ALAW", samplerate=8000, channels=1
    )
    assert alaw_decode(octets).tolist() == read.tolist()


def test_an_alaw_octet_survives_decoding_and_encoding() -> None:
    assert alaw_encode(alaw_decode(bytes(range(256)))) == bytes(range(256))


def test_adpcm_agrees_with_audioop() -> None:
    sound = np.concatenate([tone(440, 8000, peak=30000), EVERY_SAMPLE[::37], tone(3000, 8000, peak=200)])
    sound = sound[: len(sound) // 2 * 2]
    theirs, _ = audioop().lin2adpcm(pcm(sound), 2, None)
    ours, _ = adpcm_encode(sound, AdpcmState())
    assert bytes(octet >> 4 | (octet & 15) << 4 for octet in ours) == theirs
    assert pcm(adpcm_decode(ours, AdpcmState())[0]) == audioop().adpcm2lin(theirs, 2, None)[0]


def test_adpcm_worked_nibbles() -> None:
    """IMA 1992, from level 0 and step 7.

    A sample of 10 needs 4 + 2 (7 + 3). It is decoded as 0 + 7 + 3, and the index moves by 6.
    """
    octets, state = adpcm_encode(np.array([10, 10], dtype=np.int16), AdpcmState())
    assert octets[0] & 15 == 6
    assert adpcm_decode(b"\x06", AdpcmState())[0][0] == 10
    assert adpcm_decode(b"\x6f", AdpcmState())[0].tolist() == [-11, -11 + 16 + 8 + 2]
    assert state == adpcm_decode(octets, AdpcmState())[1]


def test_adpcm_chunks_decode_alone_in_any_order() -> None:
    sound = tone(700, 8000)
    state, chunks = AdpcmState(), []
    for begin in range(0, len(sound), 400):
        chunk, state = adpcm_pack(sound[begin : begin + 400], state)
        chunks.append(chunk)
    whole = adpcm_decode(adpcm_encode(sound, AdpcmState())[0], AdpcmState())[0]
    assert np.array_equal(np.concatenate([adpcm_unpack(chunk) for chunk in chunks]), whole)
    assert np.array_equal(adpcm_unpack(chunks[7]), whole[2800:3200])
    assert {len(chunk) for chunk in chunks} == {203}


def test_adpcm_refuses_a_chunk_without_its_state() -> None:
    for bad in (b"", b"\0\0", b"\0\0\x59\x11"):
        with pytest.raises(ValueError, match="ADPCM"):
            adpcm_unpack(bad)


def test_an_odd_sample_is_said_twice() -> None:
    chunk, _ = adpcm_pack(np.array([5, 6, 7], dtype=np.int16), AdpcmState())
    assert len(adpcm_unpack(chunk)) == 4
    assert adpcm_unpack(adpcm_pack(np.zeros(0, dtype=np.int16), AdpcmState())[0]).tolist() == []


@pytest.mark.parametrize(("codec", "least"), [("alaw", 36), ("adpcm", 20)])
def test_the_codecs_are_clear_enough_for_speech(codec: str, least: float) -> None:
    sound = (tone(350, 8000, peak=9000) + tone(1200, 8000, peak=5000)).astype(np.int16)
    if codec == "alaw":
        heard = alaw_decode(alaw_encode(sound))
    else:
        heard = adpcm_decode(adpcm_encode(sound, AdpcmState())[0], AdpcmState())[0]
    assert decibels(sound, sound.astype(int) - heard) > least


@pytest.mark.parametrize(
    ("before", "after"), [(16000, 8000), (22050, 8000), (24000, 8000), (8000, 16000), (44100, 16000)]
)
def test_a_tone_keeps_its_pitch_level_and_place_when_resampled(before: int, after: int) -> None:
    made, meant = resample(tone(1000, before), before, after), tone(1000, after)
    assert len(made) == len(meant)
    middle = slice(200, -200)
    assert decibels(meant[middle], meant[middle].astype(int) - made[middle]) > 70


def test_what_the_lower_rate_cannot_carry_is_gone() -> None:
    made = resample(tone(5000, 16000), 16000, 8000)
    assert np.abs(made[200:-200]).max() <= 2


def test_the_same_rate_changes_nothing() -> None:
    sound = tone(440, 8000, 0.1)
    assert np.array_equal(resample(sound, 8000, 8000), sound)
    with pytest.raises(ValueError, match="positive"):
        Resampler(0, 8000)


@given(
    st.lists(st.integers(0, 700), max_size=12), st.sampled_from([(16000, 8000), (22050, 8000), (8000, 11025)])
)
def test_blocks_of_any_size_sound_like_the_whole(sizes: list[int], rates: tuple[int, int]) -> None:
    sound = tone(800, rates[0], (sum(sizes) + 1) / rates[0])[: sum(sizes)]
    change, made, begin = Resampler(*rates), [], 0
    for size in sizes:
        made.append(change.feed(sound[begin : begin + size]))
        begin += size
    made.append(change.flush())
    assert np.array_equal(np.concatenate(made), resample(sound, *rates))
    assert len(np.concatenate(made)) == -(-len(sound) * rates[1] // rates[0])


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_an_mp3_is_whole_of_one_bit_rate_and_the_same_sound(rate: int) -> None:
    moments = np.arange(2 * rate) / rate
    tone = np.rint(8000 * np.sin(2 * np.pi * 440 * moments) * np.abs(np.sin(2 * np.pi * moments))).astype(
        np.int16
    )
    file = mp3_encode(tone, rate)
    again, its = soundfile.read(io.BytesIO(file))
    assert its == rate
    assert 2.0 <= len(again) / rate < 2.2
    assert 12_000 < len(file) * 8 / 2 < 70_000
    spectrum = np.abs(np.fft.rfft(again))
    assert np.argmax(spectrum) * rate / len(again) == pytest.approx(440, abs=2)
