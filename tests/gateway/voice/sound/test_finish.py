"""The finished sound, measured: one loudness without knowledge of the rest, no clipping, the right curve."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import numpy as np
import pytest

from drivers.sound import samples
from gateway.announcements.template import FIELDS, written
from gateway.i18n import phrase
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE
from gateway.voice.announcer import LEAD_S, TAIL_S, Announcer
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.readings import READING_S
from gateway.voice.sound import finish
from gateway.voice.sound.attention import attention
from gateway.voice.sound.finish import _compressed, finished
from gateway.voice.sound.limiting import CEILING
from gateway.voice.sound.loudness import TARGET_LUFS
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import at_once
from gateway.voice.text.spoken import spoken as words
from tests.support.standard_loudness import standard_loudness, true_peak

Signal = np.ndarray[Any, np.dtype[np.float64]]


def heard(pcm: bytes) -> Signal:
    return samples(pcm) / 32768


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


EACH = 8
"""Every eighth message is heard here, all of them in tests/proof/test_finished_messages.py."""


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
            for text in messages()[::EACH]
        ]
        await announcer.close()
        return [heard(burst.pcm) for burst in made]

    return asyncio.run(story())


def test_every_message_is_as_loud_as_every_other_within_half_a_unit(spoken: list[Signal]) -> None:
    long = [signal for signal in spoken if len(signal) > 3 * RATE]
    assert len(long) > 15
    levels = [standard_loudness(signal) for signal in long]
    assert max(levels) <= TARGET_LUFS + 0.5
    assert min(levels) >= TARGET_LUFS - 0.5


def test_no_message_clips_between_its_samples_either(spoken: list[Signal]) -> None:
    for signal in spoken:
        assert np.abs(signal).max() <= CEILING + 1e-3
        assert true_peak(signal) <= -1.5


def test_it_is_said_at_a_pace_that_echoes_leave_intelligible(spoken: list[Signal]) -> None:
    """170 to 190 characters a minute with all pauses."""
    sayable = [
        (text, signal) for text, signal in zip(messages()[::EACH], spoken, strict=True) if "（" not in text
    ]  # no blanks
    characters = [len(re.findall(r"[\u4e00-\u9fff]", words(text).words)) for text, _ in sayable]
    seconds = [len(signal) / RATE - 2 * LEAD_S - TAIL_S for _, signal in sayable]
    paces = [60 * number / lasts for number, lasts in zip(characters, seconds, strict=True)]
    assert min(paces) >= 170
    assert max(paces) <= 190


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
    silence = np.zeros(int(LEAD_S * RATE))
    assert (
        abs(standard_loudness(np.concatenate([silence, heard(attention(name)), silence])) - TARGET_LUFS) < 0.5
    )
    assert true_peak(heard(attention(name))) <= -1.5


def test_ten_decibels_softer_is_five_softer_and_what_is_silent_stays_so() -> None:
    tone = np.sin(np.arange(2 * RATE) * 0.3)
    loud, soft = (at_once(_compressed(level * tone))[RATE:] for level in (0.5, 0.5 / 10**0.5))
    assert 20 * np.log10(loud.std() / soft.std()) == pytest.approx(5.0, abs=0.1)
    assert not at_once(_compressed(np.zeros(RATE))).any()
    faint = 0.001 * tone
    assert np.allclose(at_once(_compressed(faint)), faint)


def test_a_long_sound_is_compressed_in_slices_as_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(7).standard_normal(3 * RATE + 77) * np.linspace(0, 0.5, 3 * RATE + 77)
    whole = at_once(_compressed(noise))
    monkeypatch.setattr(finish, "TOGETHER", 10 * finish.HOP)
    assert len(whole) == len(noise)
    assert np.allclose(at_once(_compressed(noise)), whole)


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


def test_a_voice_that_was_never_measured_is_brought_to_our_standard_loudness() -> None:
    moments = np.arange(4 * 24000) / 24000
    strange = 0.05 * np.sin(2 * np.pi * 400 * moments) * (0.2 + np.abs(np.sin(2 * np.pi * 1.5 * moments)))
    for curve in Curve:
        pcm = at_once(finished(np.rint(strange * 32767).astype(np.int16), 24000, 1.0, curve))
        assert abs(standard_loudness(heard(pcm)) - TARGET_LUFS) < 0.5
