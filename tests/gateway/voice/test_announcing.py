"""Whole bursts: one synthesis for all who ask, never silent, one loudness, in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from drivers import Sound
from drivers.sound import pcm, samples
from gateway.model.plan import Script, ToneName
from gateway.voice import RATE, CannotSay
from gateway.voice.announcer import DEADLINE_S, KEPT, Announcer
from gateway.voice.espeak import EspeakVoice
from gateway.voice.loudness import CEILING, TARGET_LUFS, level, loudness

RAINSTORM = Script(
    ToneName.RED,
    (
        "预警广播，预警广播。",
        "舒城县气象台2026年7月28日14时30分发布暴雨红色预警信号：预计未来3小时降雨量将达100毫米以上，山洪风险很高。",
        "请相互转告，做好防范。",
    ),
    "warning-red",
)
Virtual = Callable[[Any], Any]


class Humming:
    """A voice that hums half a second for each sentence and counts what it was asked."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.broken = False
        self.takes = 0.1

    async def say(self, words: str) -> bytes:
        self.said.append(words)
        await asyncio.sleep(self.takes)
        if self.broken:
            raise CannotSay("hoarse")
        return pcm((3000 * np.sin(np.arange(RATE // 2) / 10)).astype(np.int16))

    async def close(self) -> None: ...


async def whole(sound: Sound) -> np.ndarray[Any, np.dtype[np.float64]]:
    return samples(b"".join([block async for block in sound.open()])).astype(np.float64) / 32767


def test_all_who_ask_for_a_script_at_once_share_one_synthesis(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        sounds = await asyncio.gather(*(announcer.sound(RAINSTORM, 2) for _ in range(5)))
        assert len(voice.said) == 3
        await announcer.sound(RAINSTORM, 2)
        assert len(voice.said) == 3
        assert len({sound.seconds for sound in sounds}) == 1

    virtual(story())


def test_who_stops_waiting_does_not_take_the_sound_from_the_others(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        impatient = asyncio.create_task(announcer.sound(RAINSTORM, 1))
        patient = asyncio.create_task(announcer.sound(RAINSTORM, 1))
        await asyncio.sleep(0.15)
        impatient.cancel()
        assert (await patient).seconds
        assert len(voice.said) == 3

    virtual(story())


def test_a_voice_that_is_back_is_heard_again(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        voice.broken = True
        tone_alone = await announcer.sound(RAINSTORM, 1)
        voice.broken = False
        spoken = await announcer.sound(RAINSTORM, 1)
        assert tone_alone.seconds != spoken.seconds

    virtual(story())


@pytest.mark.parametrize("name", list(ToneName))
def test_a_voice_that_hangs_gives_way_to_the_tone_in_time(virtual: Virtual, name: ToneName) -> None:
    async def story() -> None:
        voice = Humming()
        voice.takes = 1e6
        started = asyncio.get_running_loop().time()
        signal = await whole(await Announcer(voice).sound(Script(name, ("请转移。",), "x"), 1))
        assert asyncio.get_running_loop().time() - started < DEADLINE_S + 1
        assert loudness(signal) > TARGET_LUFS - 2

    virtual(story())


def test_a_voice_with_a_bug_does_not_silence_the_village(virtual: Virtual) -> None:
    class Wrong(Humming):
        async def say(self, words: str) -> bytes:
            raise ZeroDivisionError

    async def story() -> None:
        assert loudness(await whole(await Announcer(Wrong()).sound(RAINSTORM, 1))) > -20
        assert (
            loudness(await whole(await Announcer(Humming()).sound(Script(ToneName.NONE, (), "x"), 1))) > -20
        )

    virtual(story())


def test_only_so_many_bursts_are_kept_and_the_oldest_goes_first(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        for number in range(KEPT + 1):
            await announcer.sound(Script(ToneName.NONE, (f"第{number}句。",), "x"), 1)
        asked = len(voice.said)
        await announcer.sound(Script(ToneName.NONE, (f"第{KEPT}句。",), "x"), 1)
        assert len(voice.said) == asked
        await announcer.sound(Script(ToneName.NONE, ("第0句。",), "x"), 1)
        assert len(voice.said) == asked + 1

    virtual(story())


def test_words_for_a_chip_are_whole_sentences_without_digits_signs_or_brackets() -> None:
    script = Script(ToneName.RED, ("[v1]预警(红色)", "107毫米，", "😀"), "x")
    assert Announcer(Humming()).text(script, 1) == "v一，预警，红色。一百零七毫米。"
    assert Announcer(Humming()).text(script, 2).count("一百零七毫米") == 2


def test_a_red_rainstorm_is_heard_as_one_loud_burst_of_tone_and_speech() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        try:
            once = await announcer.sound(RAINSTORM, 1)
            thrice = await announcer.sound(RAINSTORM, 3)
            signal = await whole(thrice)
        finally:
            await announcer.close()
        assert once.seconds
        assert thrice.seconds
        speech = once.seconds - 4.3
        characters = 82  # of the words, as they are said
        assert 2.0 < characters / speech < 4.0
        assert abs(loudness(signal) - TARGET_LUFS) < 0.5
        assert np.abs(signal).max() <= CEILING + 1e-3
        second = [np.sqrt(np.mean(signal[at : at + RATE] ** 2)) for at in range(0, len(signal) - RATE, RATE)]
        assert sum(power > 0.02 for power in second) > 0.85 * len(second)

    asyncio.run(story())


def test_a_cancelled_sentence_is_never_heard_in_place_of_the_next() -> None:
    async def story() -> None:
        voice = EspeakVoice()
        try:
            expected = await voice.say("请注意。")
            for wait in (0.0, 0.001, 0.003, 0.01):
                given_up = asyncio.create_task(voice.say("现在进行广播设备测试，请勿惊慌。" * 20))
                await asyncio.sleep(wait)
                given_up.cancel()
                await asyncio.gather(given_up, return_exceptions=True)
                assert len(await voice.say("请注意。")) == pytest.approx(len(expected), rel=0.02)
        finally:
            await voice.close()

    asyncio.run(story())


@pytest.mark.parametrize("gain", [0.001, 0.05, 1.0, 8.0])
@pytest.mark.parametrize("seconds", [1, 20])
def test_whatever_comes_is_levelled(gain: float, seconds: int) -> None:
    moments = np.arange(seconds * RATE) / RATE
    voice = gain * np.sin(2 * np.pi * 300 * moments) * (0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 2 * moments)))
    levelled = level(voice)
    assert abs(loudness(levelled) - TARGET_LUFS) < 0.5
    assert np.abs(levelled).max() <= CEILING + 1e-9


def test_clicks_are_kept_under_the_ceiling_without_a_jump() -> None:
    noise = 0.05 * np.random.default_rng(1).standard_normal(5 * RATE)
    noise[RATE::RATE] = 3.0
    levelled = level(noise)
    assert np.abs(levelled).max() <= CEILING + 1e-9
    assert abs(loudness(levelled) - TARGET_LUFS) < 1.0


def test_eighty_seconds_are_levelled_before_anyone_waits() -> None:
    signal = 0.2 * np.random.default_rng(1).standard_normal(80 * RATE)
    level(signal[:RATE])
    started = time.process_time()
    level(signal)
    assert (
        time.process_time() - started < 1.0
    )  # 0.15 s where it was measured; the bound leaves room for a busy machine


def test_silence_and_almost_nothing_stay_as_they_are() -> None:
    for length in (0, 1, 100, RATE):
        assert not level(np.zeros(length)).any()
        assert len(level(np.zeros(length))) == length
