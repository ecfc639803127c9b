"""From words to sound: syllables, phonemes, the real espeak-ng in its process, tones and loudness."""

from __future__ import annotations

import asyncio
import ctypes
import subprocess
import sys
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest
from pypinyin.constants import PINYIN_DICT

from drivers import Sound
from drivers.sound import samples
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE, CannotSay
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import EspeakVoice, mnemonics
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.mandarin.phonemes import NotASyllable, phonemes
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.phrasing import phrased
from gateway.voice.sound.levelling import level
from gateway.voice.sound.limiting import CEILING
from gateway.voice.sound.loudness import TARGET_LUFS, loudness
from tests.support.toy_voice import Toy
from tests.support.voice_output import pieces, said

FLAT = Hearing(Curve.FLAT)

SCRIPT = Script(
    ToneName.RED,
    (
        "预警广播，预警广播。",
        "舒城县气象台7月28日14时30分发布暴雨红色预警信号。",
        "预计未来3小时降雨量将达100毫米以上。",
    ),
    "warning-red",
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("六安", "lu4 an1"),
        ("蔚县", "yu4 xian4"),
        ("洪洞", "hong2 tong2"),
        ("涡阳", "guo1 yang2"),
        ("阆中", "lang4 zhong1"),
        ("转移", "zhuan3 yi2"),
        ("重大险情", "zhong4 da4 xian3 qing2"),
        ("解除", "jie3 chu2"),
        ("不要", "bu2 yao4"),
        ("不听", "bu4 ting1"),
        ("一定", "yi2 ding4"),
        ("一起", "yi4 qi3"),
        ("第一", "di4 yi1"),
        ("十一月", "shi2 yi1 yue4"),
        ("一百", "yi4 bai3"),
        ("汹涌", "xiong1 yong3"),
        ("银行", "yin2 hang2"),
    ],
)
def test_words_are_read_like_this(words: str, said: str) -> None:
    assert " ".join(syllables(words)) == said


def toned_syllables() -> set[str]:
    """Every syllable of the dictionary in every tone."""
    from pypinyin import Style, lazy_pinyin

    characters = [chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF]
    spelt = {
        lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)[0] for character in characters
    }
    assert len(spelt) > 1200
    return {syllable[:-1] + digit for syllable in spelt for digit in "12345"}


def test_every_syllable_of_the_dictionary_has_phonemes_that_espeak_says_as_they_stand(tmp_path: Path) -> None:
    """espeak-ng reports as many syllables as were asked for, and none by its English voice, which it marks
    (en)."""
    asked = [f"[[{phonemes(syllable)}]]" for syllable in sorted(toned_syllables())]
    said = traced(asked, tmp_path / "trace")
    assert "(en)" not in said
    assert len(said.splitlines()) == len(asked)
    assert all(line.strip(" _|") for line in said.splitlines())
    assert "(en)" in traced(["汹", "雄"], tmp_path / "raw"), (
        "what this would look like: espeak-ng's own reading of Chinese"
    )


def traced(texts: list[str], file: Path) -> str:
    """A line of phonemes for each text, as espeak-ng says it (espeak_SetPhonemeTrace), from another
    process."""
    done = subprocess.run(
        [sys.executable, "-c", TRACE, str(file)],
        input="\n".join(texts),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return file.read_text("utf-8")


TRACE = """
import ctypes, sys
import espeakng_loader
library, c = ctypes.CDLL(espeakng_loader.get_library_path()), ctypes.CDLL(None)
c.fopen.restype = ctypes.c_void_p
library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
library.espeak_SetVoiceByName(b"cmn")
trace = ctypes.c_void_p(c.fopen(sys.argv[1].encode(), b"w"))
library.espeak_SetPhonemeTrace(1, trace)
for text in sys.stdin.read().split("\\n"):
    octets = text.encode() + b"\\0"
    library.espeak_Synth(octets, len(octets), 0, 1, 0, 0x1 | 0x100 | 0x1000, None, None)
c.fclose(trace)
"""


def test_our_phonemes_are_espeaks_own_where_its_dictionary_is_right() -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_SetVoiceByName(b"cmn")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def own(character: str) -> str:
        buffer = ctypes.create_string_buffer(character.encode() + b"\0")
        pointer = ctypes.c_void_p(ctypes.addressof(buffer))
        said: str = library.espeak_TextToPhonemes(ctypes.byref(pointer), 1, 0).decode()
        return said.replace("_|", "").strip("| ")

    for character, syllable in zip(
        "八波哥爱奥安恩昂牙夜优烟音央英窝威温汪约晕拥儿妈坡特绿略居坐江中国孙春风东雪全选四日吃水鬼六贴点天林平两家瓜多快短黄窗交小",
        [
            "ba1",
            "bo1",
            "ge1",
            "ai4",
            "ao4",
            "an1",
            "en1",
            "ang2",
            "ya2",
            "ye4",
            "you1",
            "yan1",
            "yin1",
            "yang1",
            "ying1",
            "wo1",
            "wei1",
            "wen1",
            "wang1",
            "yue1",
            "yun1",
            "yong1",
            "er2",
            "ma1",
            "po1",
            "te4",
            "lv4",
            "lve4",
            "ju1",
            "zuo4",
            "jiang1",
            "zhong1",
            "guo2",
            "sun1",
            "chun1",
            "feng1",
            "dong1",
            "xue3",
            "quan2",
            "xuan3",
            "si4",
            "ri4",
            "chi1",
            "shui3",
            "gui3",
            "liu4",
            "tie1",
            "dian3",
            "tian1",
            "lin2",
            "ping2",
            "liang3",
            "jia1",
            "gua1",
            "duo1",
            "kuai4",
            "duan3",
            "huang2",
            "chuang1",
            "jiao1",
            "xiao3",
        ],
        strict=True,
    ):
        assert phonemes(syllable) == own(character), character


def test_the_family_that_espeak_says_in_english_is_said_right() -> None:
    assert [phonemes(syllable) for syllable in ("xiong1", "qiong2", "jiong3")] == [
        "S;j'ong55",
        "tS;hj'ong35",
        "tS;j'ong214",
    ]
    with pytest.raises(NotASyllable):
        phonemes("xyz1")


def test_espeak_never_sees_chinese_or_digits() -> None:
    asked = " ".join(map(mnemonics, pieces(EspeakVoice(), "一百零五户，请转移。")))
    assert asked.startswith("[[")
    assert not any("\u4e00" <= character <= "\u9fff" for character in asked)


def test_a_worker_that_is_killed_is_replaced() -> None:
    async def story() -> None:
        voice = EspeakVoice()
        first = await said(voice, "预警广播。")
        assert voice._worker
        await voice._worker.end()
        assert len(await said(voice, "预警广播。")) == pytest.approx(len(first), rel=0.02)
        assert 0.5 < len(first) / 2 / RATE < 3
        await voice.close()

    asyncio.run(story())


async def whole(sound: Sound) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return samples(b"".join([block async for block in sound.open()])).astype(np.float64) / 32767


def test_a_burst_has_its_tone_both_readings_one_loudness_and_does_not_clip() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        once, twice, again = await asyncio.gather(
            announcer.speech(SCRIPT, 1), announcer.speech(SCRIPT, 2), announcer.speech(SCRIPT, 2)
        )
        assert once.seconds
        assert twice.seconds
        assert 15 < once.seconds < 40
        assert 1.6 < twice.seconds / once.seconds < 2.2
        signal = samples(twice.pcm).astype(np.float64) / 32767
        assert abs(loudness(signal) - TARGET_LUFS) < 1.0
        assert 0.3 < np.abs(signal).max() <= CEILING + 1e-3
        assert twice.pcm == again.pcm
        assert len(signal) == round(twice.seconds * RATE)
        await announcer.close()

    asyncio.run(story())


def test_without_a_voice_the_tone_goes_out_alone_and_is_loud() -> None:
    class Dumb(Toy):
        async def sound(self, words: str) -> bytes:
            raise CannotSay(words)

    async def story() -> None:
        signal = await whole(Announcer(Dumb()).sound(SCRIPT, 1, FLAT))
        assert loudness(signal) > -25
        silent_script = Script(ToneName.NONE, ("测试。",), "test")
        assert loudness(await whole(Announcer(Dumb()).sound(silent_script, 1, FLAT))) > -25

    asyncio.run(story())


def test_the_words_for_a_chip_hold_no_digit_it_could_misread() -> None:
    text = Announcer(EspeakVoice()).text(SCRIPT, 2)
    assert not any(character.isdigit() for character in text)
    assert text.count("七月二十八日十四时三十分") == 2


def test_a_sine_measures_as_the_standard_says_and_is_levelled() -> None:
    moments = np.arange(5 * RATE) / RATE
    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 997 * moments)
    assert (
        abs(loudness(sine) + 26.0) < 0.2
    )  # mono, one channel: 3 dB under the stereo figure of EBU Tech 3341 case 1
    assert abs(loudness(level(sine)) - TARGET_LUFS) < 0.1


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Heavy rain warning, move to high ground.", "Heavy rain warning ，[[_:]] move to high ground 。"),
        ("EMERGENCY ALERT", "EMERGENCY ALERT 。"),
        ("A级", "A [[tS;'i35]] 。"),
        ("GPS定位", "G P S [[t'i51Nw'ei51]] 。"),
        ("AED设备", "ay E D [[s.'o-51p'ei51]] 。"),
        ("用WIFI与Internet", "[[j'ong51]] WIFI [[j'y214]] Internet 。"),
    ],
)
def test_latin_words_are_said_as_words_and_abbreviations_spelt(text: str, asked: str) -> None:
    assert " ".join(map(mnemonics, phrased(text, OURS, EspeakVoice.lengths))) == asked
