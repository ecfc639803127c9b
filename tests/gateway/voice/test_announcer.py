"""Whole bursts: one synthesis for all who ask, never silent, one loudness, in time."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from drivers import Sound
from drivers.sound import samples
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE, CannotSay, Form, Gone
from gateway.voice.account import Account
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.mandarin.dictionary import NoDictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.pieces import DEADLINE_S
from gateway.voice.sound.attention import attention
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.limiting import CEILING
from gateway.voice.sound.loudness import TARGET_LUFS, loudness
from gateway.voice.sound.pace import Pace
from gateway.voice.sound.shelf import Shelf
from tests.support.toy_voice import Toy, hum
from tests.support.voice_output import said

FLAT = Hearing(Curve.FLAT)

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


@pytest.fixture
def one_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message has the same pace, so that the same words are the same bytes."""
    monkeypatch.setattr(Pace, "of", lambda pieces: Pace(0.25))


class Humming(Toy):
    """A voice that hums half a second for each sentence and counts what it was asked."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.broken = False
        self.takes = 0.1

    async def sound(self, words: str) -> bytes:
        self.said.append(words)
        await asyncio.sleep(self.takes)
        if self.broken:
            raise CannotSay("hoarse")
        return hum(0.5)


async def whole(sound: Sound) -> np.ndarray[Any, np.dtype[np.float64]]:
    return samples(b"".join([block async for block in sound.open()])).astype(np.float64) / 32767


def test_all_who_ask_for_a_script_at_once_share_one_synthesis(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        sounds = await asyncio.gather(*(announcer.speech(RAINSTORM, 2) for _ in range(5)))
        assert len(voice.said) == 3
        await announcer.speech(RAINSTORM, 2)
        assert len(voice.said) == 3
        assert len({sound.seconds for sound in sounds}) == 1

    virtual(story())


def test_who_stops_waiting_does_not_take_the_sound_from_the_others(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        impatient = asyncio.create_task(announcer.speech(RAINSTORM, 1))
        patient = asyncio.create_task(announcer.speech(RAINSTORM, 1))
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
        assert (await announcer.speech(RAINSTORM, 1)).form is Form.TONE
        alone = announcer.sound(RAINSTORM, 1, FLAT)
        await whole(alone)
        voice.broken = False
        assert (await announcer.speech(RAINSTORM, 1)).form is Form.VOICE
        assert announcer.sound(RAINSTORM, 1, FLAT) is not alone

    virtual(story())


@pytest.mark.parametrize("name", list(ToneName))
def test_a_voice_that_hangs_gives_way_to_the_tone_in_time(virtual: Virtual, name: ToneName) -> None:
    async def story() -> None:
        voice = Humming()
        voice.takes = 1e6
        started = asyncio.get_running_loop().time()
        signal = await whole(Announcer(voice).sound(Script(name, ("请转移。",), "x"), 1, FLAT))
        assert asyncio.get_running_loop().time() - started < DEADLINE_S + 1
        assert loudness(signal) > TARGET_LUFS - 2

    virtual(story())


def test_a_voice_with_a_bug_does_not_silence_the_village(virtual: Virtual) -> None:
    class Wrong(Humming):
        async def sound(self, words: str) -> bytes:
            raise ZeroDivisionError

    async def story() -> None:
        assert loudness(await whole(Announcer(Wrong()).sound(RAINSTORM, 1, FLAT))) > -20
        assert (
            loudness(await whole(Announcer(Humming()).sound(Script(ToneName.NONE, (), "x"), 1, FLAT))) > -20
        )

    virtual(story())


@pytest.mark.parametrize("sign", ["；。", "。", "；2.立即转移。；", "，。；"])
@pytest.mark.usefixtures("one_pace")
def test_a_sign_alone_costs_nobody_the_rest_of_the_warning(sign: str) -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        try:
            words = ("暴雨红色预警。", sign, "请立即转移到村委会。")
            burst = await announcer.speech(Script(ToneName.RED, words, "warning-red"), 2)
            assert burst.form is Form.VOICE
            assert burst.seconds == pytest.approx(
                announcer.length(Script(ToneName.RED, words, "warning-red"), 2)
            )
            for sentence in (words[0], words[2]):
                _, said = await announcer.plain(sentence)
                assert burst.pcm.count(said) == 2, sentence
            assert announcer.speaks
        finally:
            await announcer.close()

    asyncio.run(story())


class Choosy(Humming):
    """Dies at once in the middle of whatever has one of these characters."""

    refused = "坏"

    async def sound(self, words: str) -> bytes:
        if set(self.refused) & set(words):
            self.said.append(words)
            raise CannotSay(words)
        return await super().sound(words)


@pytest.mark.usefixtures("one_pace")
def test_a_sentence_that_cannot_be_said_does_not_take_those_after_it_along(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Choosy()
        announcer = Announcer(voice)
        words = ("预警。", "坏了。", "请转移。")
        burst = await announcer.speech(Script(ToneName.RED, words, "warning-red"), 2)
        assert burst.form is Form.VOICE
        for sentence in ("预警。", "请转移。"):
            assert burst.pcm.count((await announcer.plain(sentence))[1]) == 2, "in both readings"
        assert voice.said == ["预警。", "坏了。", "请转移。", "坏了。"], "each reading tries again"

    virtual(story())


@pytest.mark.usefixtures("one_pace")
def test_where_the_end_cannot_be_said_what_can_is_said_as_often_as_ever_and_the_tone_follows(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        announcer = Announcer(Choosy())
        burst = await announcer.speech(Script(ToneName.RED, ("预警。", "坏了。"), "warning-red"), 3)
        _, said = await announcer.plain("预警。")
        assert burst.pcm.count(said) == 3
        assert burst.form is Form.TONE
        assert burst.pcm.rindex(attention(ToneName.RED)) > burst.pcm.rindex(said)

    virtual(story())


def test_a_voice_that_hangs_is_waited_for_once_and_not_at_every_sentence(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        voice.takes = 1e6
        started = asyncio.get_running_loop().time()
        await Announcer(voice).speech(RAINSTORM, 3)
        assert asyncio.get_running_loop().time() - started < DEADLINE_S + 1

    virtual(story())


def test_a_voice_that_hangs_is_waited_for_by_all_villages_at_once(virtual: Virtual) -> None:
    class Hanging(Humming):
        async def sound(self, words: str) -> bytes:
            await asyncio.sleep(10)
            raise Gone("it hangs")

    async def story() -> None:
        announcer, loop = Announcer(Hanging()), asyncio.get_running_loop()
        scripts = [Script(ToneName.RED, (f"请{name}撤离。",), "x") for name in "一二三四五六七八九十"]
        began = loop.time()
        bursts = await asyncio.gather(*(announcer.speech(script, 2) for script in scripts))
        assert loop.time() - began <= DEADLINE_S + 0.1
        assert {burst.form for burst in bursts} == {Form.TONE}
        await announcer.close()

    virtual(story())


def test_a_voice_that_is_busy_and_lives_is_waited_for(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        voice.takes = 5.0
        announcer = Announcer(voice)
        scripts = [Script(ToneName.RED, (f"请{name}撤离。",), "x") for name in "一二三四五六七八九十"]
        bursts = await asyncio.gather(*(announcer.speech(script, 1) for script in scripts))
        assert {burst.form for burst in bursts} == {Form.VOICE}
        await announcer.close()

    virtual(story())


def test_only_so_many_sentences_are_kept_and_the_oldest_goes_first(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        await Announcer(voice).plain("量一句。")
        _, once = await Announcer(voice).plain("量一句。")
        announcer = Announcer(voice, kept=5 * len(once))
        for number in range(30):
            await announcer.plain(f"第{number}句。")
        asked = len(voice.said)
        await announcer.plain("第29句。")
        await announcer.plain("第26句。")
        assert len(voice.said) == asked
        await announcer.plain("第0句。")
        assert len(voice.said) == asked + 1

    virtual(story())


def test_what_two_scripts_share_is_said_once_and_what_was_made_ready_is_not_said_again(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        before = Script(ToneName.LIFT, ("预警解除通知。", "解除暴雨红色预警信号。"), "lift")
        await announcer.prepare(before, 2, FLAT)
        asked = len(voice.said)
        started = asyncio.get_running_loop().time()
        lift = Script(ToneName.LIFT, (*before.sentences, "解除时间，9时。"), "lift")
        await announcer.speech(lift, 2)
        assert len(voice.said) == asked + 1
        assert asyncio.get_running_loop().time() - started == pytest.approx(voice.takes)

    virtual(story())


def test_what_cannot_be_made_ready_is_tried_again_when_it_is_wanted(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        voice.broken = True
        announcer = Announcer(voice)
        await announcer.prepare(RAINSTORM, 1, FLAT)
        voice.broken = False
        assert (await announcer.speech(RAINSTORM, 1)).form is Form.VOICE

    virtual(story())


def test_a_red_waits_for_one_sentence_of_what_is_made_ready_not_for_all(virtual: Virtual) -> None:
    class Single(Humming):
        """One sentence at a time, in order, as the worker speaks."""

        def __init__(self) -> None:
            super().__init__()
            self.turn = asyncio.Lock()

        async def sound(self, words: str) -> bytes:
            async with self.turn:
                return await super().sound(words)

    async def story() -> None:
        announcer = Announcer(Single())
        ready = [Script(ToneName.LIFT, tuple(f"第{n}{k}句。" for k in range(9)), "lift") for n in range(9)]

        async def in_order() -> None:
            for script in ready:
                await announcer.prepare(script, 2, FLAT)

        preparing = asyncio.create_task(in_order())
        await asyncio.sleep(0.05)
        started = asyncio.get_running_loop().time()
        await announcer.speech(RAINSTORM, 2)
        assert asyncio.get_running_loop().time() - started < 2 * 3 * 0.1 + 0.11
        await preparing

    virtual(story())


def test_the_tone_leaves_before_the_words_are_ready(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        voice.takes = 3.0
        announcer = Announcer(voice)
        loop = asyncio.get_running_loop()
        started = loop.time()
        sound = announcer.sound(RAINSTORM, 2, FLAT)
        blocks = sound.open()
        tone = [await anext(blocks) for _ in range(5)]
        assert loop.time() == started
        assert np.abs(samples(b"".join(tone))).max() > 3000
        rest = [block async for block in blocks]
        assert loop.time() >= started + 9
        burst = (await announcer.speech(RAINSTORM, 2)).pcm
        assert b"".join(tone + rest) == burst
        del sound  # the burst is over: the next is a sound of its own
        ready = announcer.sound(RAINSTORM, 2, FLAT)
        assert ready.seconds == pytest.approx(len(burst) / 2 / RATE)
        assert b"".join([block async for block in ready.open()]) == burst
        assert b"".join([block async for block in ready.open()]) == burst, "again from its start"

    virtual(story())


def test_the_first_sentence_is_there_before_the_second_is_made(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        blocks = announcer.sound(Script(ToneName.NONE, RAINSTORM.sentences, "x"), 1, FLAT).open()
        async for block in blocks:
            if np.abs(samples(block)).max(initial=0) > 3000:
                break
        assert len(voice.said) < 3
        assert len([block async for block in blocks]) > 2

    virtual(story())


def test_many_lines_that_say_the_same_hold_it_in_memory_once(virtual: Virtual) -> None:
    async def story() -> None:
        announcer = Announcer(Humming())
        await announcer.prepare(RAINSTORM, 3, FLAT)
        tracemalloc.start()
        sounds = [announcer.sound(RAINSTORM, 3, FLAT) for _ in range(100)]
        await asyncio.sleep(1)
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sounds[0].seconds
        assert grown < sounds[0].seconds * RATE * 2, "a hundred sounds take less than one would"
        assert all(sound is sounds[0] for sound in sounds), "lines share the work of coding it"

    virtual(story())


def test_a_burst_whose_voice_fails_goes_on_with_the_tone(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        voice.broken = True
        announcer = Announcer(voice)
        signal = await whole(announcer.sound(RAINSTORM, 1, FLAT))
        assert len(signal) == len((await announcer.speech(RAINSTORM, 1)).pcm) / 2
        assert loudness(signal[len(signal) // 2 :]) > -20

    virtual(story())


def test_the_length_is_reckoned_before_and_known_after() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        try:
            for script in (RAINSTORM, Script(ToneName.NONE, ("测试，一、二、三。",), "test")):
                reckoned = announcer.length(script, 2)
                sound = await announcer.speech(script, 2)
                assert sound.seconds
                assert announcer.length(script, 2) == pytest.approx(sound.seconds)
                assert 0.7 < reckoned / sound.seconds < 1.4
        finally:
            await announcer.close()

    asyncio.run(story())


def test_every_sentence_is_as_loud_as_every_other() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        try:
            for sentence in (*RAINSTORM.sentences, "请。", "快转移！"):
                _, said = await announcer.plain(sentence)
                assert abs(loudness(samples(said).astype(np.float64) / 32767) - TARGET_LUFS) < 1.2, sentence
        finally:
            await announcer.close()

    asyncio.run(story())


def test_words_for_a_chip_are_whole_sentences_without_digits_signs_or_brackets() -> None:
    script = Script(ToneName.RED, ("[v1]预警(红色)", "107毫米，", "😀"), "x")
    assert Announcer(Humming()).text(script, 1) == "v一，预警，红色。一百零七毫米。"
    assert Announcer(Humming()).text(script, 2).count("一百零七毫米") == 2


def test_a_red_rainstorm_is_heard_as_one_loud_burst_of_tone_and_speech() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        try:
            once = await announcer.speech(RAINSTORM, 1)
            thrice = await announcer.speech(RAINSTORM, 3)
            signal = samples(thrice.pcm).astype(np.float64) / 32767
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
            expected = await said(voice, "请注意。")
            for wait in (0.0, 0.001, 0.003, 0.01):
                given_up = asyncio.create_task(said(voice, "现在进行广播设备测试，请勿惊慌。" * 20))
                await asyncio.sleep(wait)
                given_up.cancel()
                await asyncio.gather(given_up, return_exceptions=True)
                assert len(await said(voice, "请注意。")) == pytest.approx(len(expected), rel=0.02)
        finally:
            await voice.close()

    asyncio.run(story())


def test_a_name_that_is_taught_is_said_so_from_the_next_burst_on() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        _, before = await announcer.plain("枫长岗村。")
        assert await announcer.plain("枫长岗村。") == (RATE, before), "what is made is kept"
        announcer.learn(Lexicon.of({"枫长岗": "feng1 zhang3 gang3"}).over(OURS))
        _, after = await announcer.plain("枫长岗村。")
        assert after != before
        await announcer.close()

    asyncio.run(story())


def test_a_name_that_is_taught_while_it_is_said_is_said_so_next_time(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        first = asyncio.create_task(announcer.plain("枫岗村。"))
        await asyncio.sleep(voice.takes / 2)
        announcer.learn(Lexicon.of({"枫岗": "feng1 gang1"}))
        assert (await first)[1], "who waits for it still gets it"
        await announcer.plain("枫岗村。")
        assert len(voice.said) == 2
        await announcer.close()

    virtual(story())


@pytest.mark.parametrize(
    "wrong", [TimeoutError(), NoDictionary(), OSError("no such program"), CannotSay("x")]
)
def test_whatever_is_wrong_with_the_voice_the_daemon_starts(virtual: Virtual, wrong: Exception) -> None:
    class Broken(Humming):
        async def sound(self, words: str) -> bytes:
            raise wrong

    async def story() -> None:
        announcer = await open_voices(Announcer(Broken()))
        assert not announcer.speaks
        burst = await announcer.speech(Script(ToneName.RED, ("预警。",), "warning-red"), 1)
        assert burst.form is Form.TONE
        await announcer.close()

    virtual(story())


def test_without_a_dictionary_a_burst_is_still_a_sound_and_a_recorded_sentence_is_heard(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file of the dictionary is spoilt: no text can be cut into pieces, by any voice."""

    def spoilt(*_: object) -> None:
        raise NoDictionary

    monkeypatch.setattr("gateway.voice.cuts.phrased", spoilt)
    script = Script(ToneName.RED, ("预警广播。", "请撤离。"), "warning-red")
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "请撤离。.wav", samples(hum(2.0)), RATE)

    async def story() -> None:
        clips = Clips(tmp_path / "in", Shelf(tmp_path / "clips"))
        await clips.open()
        for chosen in (None, Humming()):
            for beside in (None, clips):
                announcer = Announcer(Humming(), chosen=chosen, clips=beside)
                burst = announcer.sound(script, 2, Hearing(Curve.HORN))
                assert len(await whole(burst)) > 0
                assert burst.seconds
                assert announcer.told(burst).startswith("clip" if beside else "tone")
                await announcer.close()

    virtual(story())


LONG = Script(
    ToneName.RED,
    ("一二三四五六。", "七八九。", "请撤离。"),
    "warning-red",
    short=("一二三四五六。", "请撤离。"),
)


def test_after_a_long_reading_the_second_is_short(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        assert announcer.text(LONG, 2) == "一二三四五六。七八九。请撤离。一二三四五六。请撤离。"
        await announcer.prepare(LONG, 2, FLAT)
        speech = await announcer.speech(LONG, 2, FLAT)
        assert len(voice.said) == 3, "the short reading is made of the same sentences"
        twice = await announcer.speech(Script(LONG.tone, LONG.sentences, LONG.clip), 2, FLAT)
        assert speech.seconds < twice.seconds
        assert abs(announcer.length(LONG, 2, FLAT) - speech.seconds) < 0.1
        thrice = await announcer.speech(LONG, 3, FLAT)
        assert abs(announcer.length(LONG, 3, FLAT) - thrice.seconds) < 0.1

    virtual(story())


def test_where_the_short_reading_fails_the_tone_follows(virtual: Virtual) -> None:
    class Hoarse(Humming):
        async def sound(self, words: str) -> bytes:
            self.broken = "短" in words
            return await super().sound(words)

    async def story() -> None:
        script = Script(ToneName.RED, ("一二三。",), "warning-red", short=("短的。",))
        speech = await Announcer(Hoarse()).speech(script, 2, FLAT)
        assert speech.form is Form.TONE

    virtual(story())


def test_it_is_known_who_said_each_reading_and_what_stood_in(virtual: Virtual) -> None:
    async def story() -> None:
        voice = Humming()
        announcer = Announcer(voice)
        sound = announcer.sound(RAINSTORM, 2, FLAT)
        await whole(sound)
        assert announcer.told(sound) == "espeak-ng espeak-ng"
        voice.broken = True
        lost = announcer.sound(Script(ToneName.RED, ("没有说过的话。",), "warning-red"), 2, FLAT)
        await whole(lost)
        assert announcer.told(lost) == "tone"
        assert announcer.said == {Account(("espeak-ng",)): 2}

    virtual(story())
