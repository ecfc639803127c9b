"""The finished sound, measured: one loudness without knowledge of the rest, no clipping, the right curve."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.sound import samples
from gateway.announcements.template import FIELDS, written
from gateway.i18n import phrase
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE
from gateway.voice.announcer import LEAD_S, TAIL_S, Announcer
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.readings import READING_S
from gateway.voice.sound.attention import attention
from gateway.voice.sound.finish import Compressor, Finish, finished
from gateway.voice.sound.loudness import CEILING, TARGET_LUFS, loudness
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import at_once
from gateway.voice.text.spoken import spoken as words

Signal = np.ndarray[Any, np.dtype[np.float64]]


def heard(pcm: bytes) -> Signal:
    return samples(pcm) / 32768


def true_peak(signal: Signal) -> float:
    """dBTP: four times as many samples (ITU-R BS.1770-4, annex 2), by Fourier transforms of overlapping
    blocks."""
    block, edge, highest = 1 << 14, 256, 0.0
    for start in range(0, len(signal), block - 2 * edge):
        heard = np.zeros(block)
        part = signal[start : start + block]
        heard[: len(part)] = part
        finer = np.fft.irfft(np.pad(np.fft.rfft(heard), (0, 3 * block // 2)), 4 * block) * 4
        highest = max(highest, float(np.abs(finer[4 * edge : -4 * edge]).max()))
    return 20 * float(np.log10(highest))


ROSTER = {
    "place": "山背村三组", "route": "村东公路", "shelter": "镇中心小学", "person": "王大山",
    "phone": "0564-8621234", "cause": "上游两小时降雨120毫米",
    "time": "今天16时", "issuer": "青石镇人民政府",
}  # fmt: skip
FILLED: tuple[dict[str, str], ...] = (
    {},
    ROSTER,
    {name: phrase(f"blank_{name}", "zh") for name in FIELDS},
    {name: {"phone": "13812345678"}.get(name, "石桥村小学") for name in FIELDS},
)


def messages() -> list[str]:
    """What the office's own acts say, all of it, with fields of several kinds and with none."""
    return [said.text for fields in FILLED for _, _, said in written(fields)]


@pytest.fixture(scope="module", params=list(Curve))
def spoken(request: pytest.FixtureRequest) -> list[Signal]:
    async def story() -> list[Signal]:
        announcer = Announcer(EspeakVoice())
        made = [
            await announcer.speech(
                Script(ToneName.NONE, tuple(filter(None, text.split("\n"))), "x"), 1, Hearing(request.param)
            )
            for text in messages()
        ]
        await announcer.close()
        return [heard(burst.pcm) for burst in made]

    return asyncio.run(story())


def test_every_message_is_as_loud_as_every_other_within_half_a_unit(spoken: list[Signal]) -> None:
    long = [signal for signal in spoken if len(signal) > 3 * RATE]
    assert len(long) > 30
    levels = [loudness(signal) for signal in long]
    assert max(levels) <= TARGET_LUFS + 0.5
    assert min(levels) >= TARGET_LUFS - 0.5


def test_no_message_clips_between_its_samples_either(spoken: list[Signal]) -> None:
    for signal in spoken:
        assert np.abs(signal).max() <= CEILING + 1e-3
        assert true_peak(signal) <= -1.5


def test_it_is_said_at_a_pace_that_echoes_leave_intelligible(spoken: list[Signal]) -> None:
    """170 to 190 characters a minute with all pauses, for the office's messages together, and none far
    from it."""
    sayable = [
        (text, signal) for text, signal in zip(messages(), spoken, strict=True) if "（" not in text
    ]  # no blanks
    characters = [len(re.findall(r"[\u4e00-\u9fff]", words(text).words)) for text, _ in sayable]
    seconds = [len(signal) / RATE - 2 * LEAD_S - TAIL_S for _, signal in sayable]
    assert 170 <= 60 * sum(characters) / sum(seconds) <= 190
    paces = [60 * number / lasts for number, lasts in zip(characters, seconds, strict=True)]
    assert min(paces) > 160
    assert max(paces) < 200


def silences(pcm: bytes) -> list[float]:
    """Seconds of each stretch of 60 ms and more in which nothing is heard, the end's among them."""
    loud = np.flatnonzero(np.abs(samples(pcm).astype(int)) > 150)
    gaps = np.diff(np.append(loud, len(pcm) // 2)) / RATE
    return [float(gap) for gap in gaps if gap > 0.06]


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("暴雨，大风，山洪，滑坡，泥石流，请注意防范。", [0.2] * 5 + [0.5]),
        ("一组、二组、三组、四组。", [0.2] * 3 + [0.5]),
        ("请转移：一组，二组；三组。", [0.2] * 3 + [0.5]),
        ("暴雨。大风！山洪？滑坡。", [0.5] * 4),
        ("(红色)预警,请转移!", [0.2, 0.2, 0.5]),
    ],
)
def test_a_pause_is_heard_wherever_there_is_punctuation_and_nowhere_else(
    text: str, least: list[float]
) -> None:
    async def story() -> bytes:
        announcer = Announcer(EspeakVoice())
        try:
            return (await announcer.plain(text))[1]
        finally:
            await announcer.close()

    heard = silences(asyncio.run(story()))
    assert len(heard) == len(least), heard
    assert all(gap >= wanted for gap, wanted in zip(heard, least, strict=True)), heard


def test_a_burst_leaves_amplifiers_their_time_and_lasts_as_long_as_its_parts() -> None:
    async def story() -> tuple[bytes, float]:
        announcer = Announcer(EspeakVoice())
        script = Script(ToneName.RED, ("预警广播。", "请立即转移。"), "warning-red")
        burst = (await announcer.speech(script, 3)).pcm
        reckoned = announcer.length(script, 3)
        await announcer.close()
        return burst, reckoned

    burst, reckoned = asyncio.run(story())
    heard = np.flatnonzero(np.abs(samples(burst)) > 30)
    assert heard[0] >= LEAD_S * RATE, "before the tone"
    assert len(burst) / 2 - heard[-1] >= (TAIL_S + 0.5) * RATE, "after the last word"
    assert len(burst) / 2 / RATE == pytest.approx(reckoned, abs=0.01)
    assert sum(gap >= READING_S for gap in silences(burst)) == 2, "between three readings"


@pytest.mark.parametrize("name", [name for name in ToneName if name is not ToneName.NONE])
def test_a_tone_is_as_loud_as_speech(name: ToneName) -> None:
    assert abs(loudness(heard(attention(name))) - TARGET_LUFS) < 0.5
    assert true_peak(heard(attention(name))) <= -1.5


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 3 * RATE), max_size=12), gain=st.sampled_from([0.0, 12.0, 30.0]))
def test_however_it_arrives_the_same_comes_out(cuts: list[int], gain: float) -> None:
    noise = np.random.default_rng(7).standard_normal(3 * RATE) * np.linspace(0, 0.5, 3 * RATE)
    whole, cut = Finish(gain), Finish(gain)
    expected = np.concatenate([whole.feed(noise), whole.flush()])
    pieces = np.split(noise, sorted(cuts))
    got = np.concatenate([*(cut.feed(piece) for piece in pieces), cut.flush()])
    assert len(got) == len(noise)
    assert np.allclose(got, expected, atol=1e-9)
    assert np.abs(got).max() <= CEILING + 1e-9


def test_ten_decibels_softer_is_five_softer_and_what_is_silent_stays_so() -> None:
    tone = np.sin(np.arange(2 * RATE) * 0.3)
    loud, soft = (Compressor(0.0).feed(level * tone)[RATE:] for level in (0.5, 0.5 / 10**0.5))
    assert 20 * np.log10(loud.std() / soft.std()) == pytest.approx(5.0, abs=0.1)
    assert not Compressor(20.0).feed(np.zeros(RATE)).any()
    faint = 0.001 * tone
    assert np.allclose(Compressor(6.0).feed(faint), faint * 10 ** (6 / 20))


@pytest.mark.parametrize(
    ("hertz", "decibels"), [(300, -12), (700, 0), (1000, 0), (2000, 4), (4000, 5), (6000, -15)]
)
@pytest.mark.parametrize("before", [16000, 22050, 24000, 48000])
def test_the_horn_is_given_what_it_throws_far_and_spared_the_rest(
    hertz: float, decibels: float, before: int
) -> None:
    sine = np.rint(4000 * np.sin(2 * np.pi * hertz * np.arange(3 * before) / before)).astype(np.int16)
    flat, horn = (
        at_once(resampled(sine, before, curve))[RATE : 2 * RATE] for curve in (Curve.FLAT, Curve.HORN)
    )
    assert 20 * np.log10(flat.std() * 32768 * 2**0.5 / 4000) == pytest.approx(0, abs=0.1)
    assert 20 * np.log10(horn.std() / flat.std()) == pytest.approx(decibels, abs=0.5)


def test_a_voice_that_was_never_measured_is_brought_to_our_loudness() -> None:
    moments = np.arange(4 * 24000) / 24000
    strange = 0.05 * np.sin(2 * np.pi * 400 * moments) * (0.2 + np.abs(np.sin(2 * np.pi * 1.5 * moments)))
    for curve in Curve:
        pcm = at_once(finished(np.rint(strange * 32767).astype(np.int16), 24000, 1.0, curve))
        assert abs(loudness(heard(pcm)) - TARGET_LUFS) < 0.5
