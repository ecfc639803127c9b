"""From a plan to its first spoken sound, and the cost of all of its speech.

Nobody has said the texts before. espeak-ng alone runs beside it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from statistics import median, quantiles

import numpy as np
import pytest

from drivers.sound import samples
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Hearing
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import EspeakVoice, mnemonics
from gateway.voice.text.spoken import spoken
from tests.bench.figures import FULL, at_most, note
from tests.support.voice_output import pieces

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCRIPTS = 300 if FULL else 60
FIRST_MS, SHARE = 20.0, 0.2
"""What is wanted: first speech within 20 ms, all of it in 0.2 % of the time it takes to say. Absolute, so
they are printed and fail nothing."""


def texts() -> Iterator[tuple[str, ...]]:
    """Warnings with figures of their own: no sentence but the last was ever said."""
    chance = random.Random(time.time_ns())
    for _ in range(SCRIPTS):
        day, hour, minute = chance.randint(1, 30), chance.randint(0, 23), chance.randint(10, 59)
        rain, homes = chance.randint(30, 400) + chance.random(), chance.randint(2, 3000)
        yield (
            f"舒城县气象台7月{day}日{hour}时{minute}分发布暴雨红色预警信号：预计未来3小时河棚镇、晓天镇降雨量将达{rain:.1f}毫米以上，山洪地质灾害风险很高。",
            f"请低洼处的{homes}户立即转移到村小学，报告险情请拨打0564-8{chance.randint(100000, 999999)}。",
            "请相互转告，做好防范。",
        )


async def said(announcer: Announcer, sentences: tuple[str, ...]) -> tuple[float, float, float]:
    """Milliseconds to the first sample that is heard and to the last; seconds that are heard.

    Without a tone: it would hide the synthesis.
    """
    began = time.perf_counter()
    first, heard = 0.0, 0
    async for block in announcer.sound(Script(ToneName.NONE, sentences, "x"), 1, Hearing()).open():
        if not first and np.abs(samples(block)).max(initial=0) > 300:
            first = time.perf_counter() - began
        heard += len(block)
    return first * 1000, (time.perf_counter() - began) * 1000, heard / 2 / 16000


async def alone(voice: EspeakVoice, sentences: tuple[str, ...]) -> float:
    """Milliseconds of espeak-ng's own, the same pieces through the same pipe and nothing more."""
    asked = [mnemonics(one) for text in sentences for one in pieces(voice, spoken(text).words)]
    began = time.perf_counter()
    for request in asked:
        await voice._ask(request.encode())
    return (time.perf_counter() - began) * 1000


def test_speech_begins_at_once_and_costs_little_more_than_espeak_alone() -> None:
    async def story() -> list[tuple[float, float, float, float]]:
        voice, yardstick = EspeakVoice(), EspeakVoice()
        announcer = Announcer(voice)
        await announcer.plain("预警广播。")
        await alone(yardstick, ("预警广播。",))
        found = []
        for sentences in texts():
            floor = await alone(yardstick, sentences)
            found.append((*await said(announcer, sentences), floor))
        await announcer.close()
        await yardstick.close()
        return found

    found = asyncio.run(story())
    first = [one[0] for one in found]
    whole, heard, floor = (sum(one[place] for one in found) for place in (1, 2, 3))
    note("plan to first speech, median (limit 20)", "ms", median(first))
    note("plan to first speech, 95th", "ms", quantiles(first, n=20)[-1])
    note("all speech, of its length (limit 0.2)", "%", whole / heard / 10, floor / heard / 10)
    assert min(first) > 0, "every one was heard"
    assert at_most("all speech beside espeak-ng alone", "s", whole / 1000, floor / 1000, 3.0)
    assert at_most("first speech beside all of it by espeak-ng", "ms", median(first), floor / len(found), 1.0)
