"""The voice's process, really stopped and killed: a late answer is never taken for the next sentence."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers.sound import samples
from gateway.model.plan import Script, ToneName
from gateway.voice import RATE, CannotSay, Form, pieces
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import DEADLINE_S, WORKER, EspeakVoice, Settings
from gateway.voice.sound.limiting import CEILING
from gateway.voice.sound.loudness import TARGET_LUFS, loudness
from tests.support.toy_voice import Toy, hum
from tests.support.voice_output import said

ONE, OTHER = "请立即转移。", "预警解除。"
RED = Script(
    ToneName.RED,
    (
        "预警广播。",
        "舒城县气象台7月28日14时30分发布暴雨红色预警信号，未来3小时降雨量将达100毫米以上，请注意防范。",
    ),
    "warning-red",
)


def told(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def pid(voice: EspeakVoice) -> int:
    assert voice._worker
    return voice._worker.pid


async def stopped_while_asked(voice: EspeakVoice, words: str) -> asyncio.Task[bytes]:
    """The worker is stopped as a hung one is, with a sentence on its way to it."""
    os.kill(pid(voice), signal.SIGSTOP)
    asked = asyncio.create_task(said(voice, words))
    await asyncio.sleep(0.05)
    assert not asked.done()
    return asked


def test_a_worker_killed_in_mid_sentence_is_replaced_and_the_sentence_said() -> None:
    async def story() -> None:
        voice = EspeakVoice()
        whole = await said(voice, ONE)
        first = pid(voice)
        asked = await stopped_while_asked(voice, ONE)
        os.kill(first, signal.SIGKILL)
        assert await asked == whole
        assert pid(voice) != first
        await voice.close()

    told(story())


def test_a_worker_that_hangs_is_replaced_at_the_deadline() -> None:
    async def story() -> None:
        voice = EspeakVoice(deadline=0.6)
        whole = await said(voice, ONE)
        assert await (await stopped_while_asked(voice, ONE)) == whole
        await voice.close()

    told(story())


def test_the_answer_to_a_cancelled_question_never_answers_the_next_one() -> None:
    async def story() -> None:
        voice = EspeakVoice()
        other = await said(voice, OTHER)
        first = pid(voice)
        asked = await stopped_while_asked(voice, ONE)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        if voice._worker:  # a stopped worker that was kept would answer now
            os.kill(first, signal.SIGCONT)
        assert await said(voice, OTHER) == other
        await voice.close()

    told(story())


def test_questions_asked_at_once_are_answered_in_turn() -> None:
    async def story() -> None:
        voice = EspeakVoice()
        one, other = len(await said(voice, ONE)), len(await said(voice, OTHER))
        assert abs(one - other) > 0.1 * RATE
        answers = await asyncio.gather(*(said(voice, words) for words in (ONE, OTHER) * 5))
        # espeak-ng's noise goes on between sentences: the same words have the same length and other samples
        assert [len(said) for said in answers] == pytest.approx([one, other] * 5, rel=0.01)
        await voice.close()

    told(story())


def test_settings_travel_with_each_sentence() -> None:
    async def story() -> None:
        usual, slow = EspeakVoice(), EspeakVoice(Settings(rate=100))
        assert len(await said(slow, ONE)) > 1.2 * len(await said(usual, ONE))
        await usual.close()
        await slow.close()

    told(story())


@pytest.mark.parametrize("words", ["", "。", "！，", "བོད", "😀"])
def test_what_has_no_sound_is_refused_and_not_made_silence(words: str) -> None:
    async def story() -> None:
        voice = EspeakVoice()
        with pytest.raises(CannotSay):
            await said(voice, words)
        await voice.close()

    told(story())


@pytest.mark.parametrize("words", ["山洪来了快走", "庄装窗双床", "一二三四五六七八九十"])
def test_words_without_a_mark_are_said_at_one_pace_however_many_they_are(words: str) -> None:
    """espeak-ng died of 50 syllables without a mark, and read phonemes as letters after 100."""

    async def story() -> None:
        voice = EspeakVoice()
        few, *many = [len(await said(voice, (words * 30)[:count])) / count for count in (30, 60, 100, 140)]
        assert all(abs(one / few - 1) < 0.1 for one in many)
        await voice.close()

    told(story())


def test_without_its_program_the_voice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        with pytest.raises(CannotSay):
            await said(EspeakVoice(), ONE)

    monkeypatch.setattr("gateway.voice.engines.espeak.WORKER", Path("/nonexistent/worker.py"))
    told(story())


def test_the_worker_imports_nothing_of_ours() -> None:
    """It is a program of its own under another licence (docs/design.md, Foreign libraries)."""
    source = WORKER.read_text("utf-8")
    assert source.startswith("# SPDX-License-Identifier: GPL-3.0-or-later\n")
    assert not any(f"import {ours}" in source or f"from {ours}" in source for ours in ("gateway", "drivers"))


def test_the_worker_ends_when_its_pipe_does() -> None:
    async def story() -> None:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(WORKER)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert worker.stdin
        worker.stdin.close()
        async with asyncio.timeout(10):
            assert await worker.wait() == 0

    told(story())


def test_a_red_rainstorm_is_made_far_sooner_than_it_is_said_whole_loud_and_unclipped() -> None:
    async def story() -> None:
        announcer = Announcer(EspeakVoice())
        await announcer.plain("预警广播")
        began = time.perf_counter()
        burst = await announcer.speech(RED, 2)
        assert time.perf_counter() - began < burst.seconds / 10
        assert burst.form is Form.VOICE
        heard = samples(burst.pcm).astype(np.float64) / 32767
        assert np.abs(heard).max() <= CEILING + 1e-3
        _, text = await announcer.plain(RED.text)
        assert abs(loudness(samples(text).astype(np.float64) / 32767) - TARGET_LUFS) < 0.5
        characters = len(announcer.text(RED, 2))
        spoken_s = burst.seconds - 6
        assert 120 < 60 * characters / spoken_s < 260
        assert heard[: int(0.2 * RATE)].max() == 0
        assert heard[-int(0.1 * RATE) :].max() == 0
        await announcer.close()

    told(story())


def test_a_tone_that_stood_in_is_not_kept_when_the_voice_is_back() -> None:
    class Moody(Toy):
        ill = True

        async def sound(self, words: str) -> bytes:
            if self.ill:
                raise CannotSay(words)
            return hum(1.0)

    async def story() -> None:
        voice = Moody()
        announcer = Announcer(voice)
        assert (await announcer.speech(RED, 1)).form is Form.TONE
        voice.ill = False
        assert (await announcer.speech(RED, 1)).form is Form.VOICE
        voice.ill = True
        assert (await announcer.speech(RED, 1)).form is Form.VOICE

    told(story())


MORTAL = """
import pathlib, struct, sys
import math
grave = pathlib.Path(sys.argv[0]).with_name("died")
out = sys.stdout.buffer
out.write(struct.pack(">I", 16000)); out.flush()
while len(head := sys.stdin.buffer.read(12)) == 12:
    sys.stdin.buffer.read(struct.unpack(">IHHHH", head)[0])
    for block in range(40):
        if block == DIES and not grave.exists():
            grave.touch()
            sys.exit(1)
        sound = [int(9000 * math.sin((block * 1600 + n) / 20) * (block + 1) / 40) for n in range(1600)]
        out.write(struct.pack(">I", 3200) + struct.pack("<1600h", *sound)); out.flush()
    out.write(struct.pack(">I", 0)); out.flush()
"""
"""A worker of four seconds' sound that dies once, after so many tenths of a second."""


@pytest.mark.parametrize("dies", [0, 1, 17, 39])
def test_a_worker_that_dies_in_mid_sound_is_replaced_and_nothing_is_heard_twice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dies: int
) -> None:
    async def story() -> tuple[bytes, bytes]:
        voice = EspeakVoice()
        broken, whole = await said(voice, ONE), await said(voice, ONE)
        await voice.close()
        return broken, whole

    worker = tmp_path / "worker.py"
    worker.write_text(MORTAL.replace("DIES", str(dies)), "utf-8")
    monkeypatch.setattr("gateway.voice.engines.espeak.WORKER", worker)
    broken, whole = asyncio.run(story())
    assert (tmp_path / "died").exists()
    assert broken == whole
    assert len(whole) == 2 * 4 * RATE


def test_a_worker_that_hangs_is_tried_twice_before_whoever_waits_for_the_piece_gives_up() -> None:
    """Otherwise nobody would hear why, and a sentence of a hung worker would count as a broken gateway."""
    assert pieces.DEADLINE_S > 2 * DEADLINE_S
