"""A chosen voice behind a real Wyoming server, in good and in bad order.

It says a message whole, or the offline voice says it whole, and the village never waits.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.tts import Synthesize

from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE, CannotSay
from gateway.voice.account import Account, Lack
from gateway.voice.announcer import Announcer
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.engines.wyoming import WyomingVoice
from gateway.voice.pieces import length
from gateway.voice.sound.attention import attention
from tests.support.voice_output import said

RED = Script(ToneName.RED, ("预警广播，预警广播。", "转移105户。", "请相互转告，做好防范。"), "warning-red")
SERVER_RATE = 22050
PATIENCE_S = length([attention(ToneName.RED)])
"""The chosen voice has so long: then the tone ends."""

Answer = Callable[["Served", str], Awaitable[bool]]


class Served(AsyncEventHandler):
    """Says what `answer` makes of a text; `asked` is what it was asked."""

    answer: Answer
    asked: list[str]

    async def handle_event(self, event: Event) -> bool:
        if not Synthesize.is_type(event.type):
            return True
        text = Synthesize.from_event(event).text
        type(self).asked.append(text)
        return await type(self).answer(self, text)

    async def sound(
        self, seconds: float, *, rate: int = SERVER_RATE, channels: int = 1, loud: float = 0.3
    ) -> None:
        times = np.arange(int(seconds * rate)) / rate
        wave = (loud * 32767 * np.sin(2 * np.pi * 300 * times)).astype("<i2").tobytes()
        await self.write_event(AudioStart(rate=rate, width=2, channels=channels).event())
        for start in range(0, len(wave), 4096):
            piece = wave[start : start + 4096]
            await self.write_event(AudioChunk(rate=rate, width=2, channels=channels, audio=piece).event())


async def well(handler: Served, text: str) -> bool:
    await handler.sound(0.3 * len(text))
    await handler.write_event(AudioStop().event())
    return True


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[tuple[WyomingVoice, list[str]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked: list[str] = []
    kind = type("Handler", (Served,), {"answer": staticmethod(answer), "asked": asked})
    server = AsyncTcpServer("127.0.0.1", port)
    await server.start(kind)
    try:
        yield WyomingVoice("127.0.0.1", port), asked
    finally:
        await server.stop()
        assert server._server
        server._server.close()


def test_it_says_words_without_digits_and_comes_at_our_rate() -> None:
    async def story() -> None:
        async with served(well) as (voice, asked):
            pcm = await said(voice, "转移一百零五户。")
            assert asked == ["转移一百零五户。"]
            assert len(pcm) / 2 / SERVER_RATE == pytest.approx(0.3 * 8, abs=0.05)

    asyncio.run(story())


def test_a_taught_name_is_asked_for_in_characters_of_its_reading() -> None:
    async def story() -> None:
        async with served(well) as (voice, asked):
            await said(voice, "曾家湾转移一百零五户。")
            assert asked == ["增家湾转移一百零五户。"]

    asyncio.run(story())


async def cut(handler: Served, text: str) -> bool:
    await handler.sound(0.02 * len(text))
    await handler.write_event(AudioStop().event())
    return True


async def broken_off(handler: Served, text: str) -> bool:
    await handler.sound(0.3 * len(text))
    return False


async def silent(handler: Served, text: str) -> bool:
    await handler.sound(0.3 * len(text), loud=0.0)
    await handler.write_event(AudioStop().event())
    return True


async def endless(handler: Served, text: str) -> bool:
    await handler.sound(5.0 * len(text))
    await handler.write_event(AudioStop().event())
    return True


async def stereo(handler: Served, text: str) -> bool:
    await handler.sound(0.3 * len(text), channels=2)
    await handler.write_event(AudioStop().event())
    return True


async def refused(handler: Served, text: str) -> bool:
    await handler.write_event(Error(text="no such voice").event())
    return True


async def nothing(handler: Served, text: str) -> bool:
    await handler.write_event(AudioStop().event())
    return True


async def garbled(handler: Served, text: str) -> bool:
    handler.writer.write(b"\xff\x00 this is no event\n")
    await handler.writer.drain()
    return False


async def hanging(handler: Served, text: str) -> bool:
    await asyncio.sleep(60)
    return False


async def stalled(handler: Served, text: str) -> bool:
    await handler.sound(0.1)
    await asyncio.sleep(60)
    return False


ILL = [cut, broken_off, silent, endless, stereo, refused, nothing, garbled]


@pytest.mark.parametrize("answer", ILL, ids=lambda one: one.__name__)
def test_whatever_is_wrong_with_it_it_cannot_say_and_nothing_is_half_said(answer: Answer) -> None:
    async def story() -> None:
        async with served(answer) as (voice, _):
            with pytest.raises(CannotSay):
                await said(voice, "转移一百零五户。")

    asyncio.run(story())


def test_a_server_that_is_not_there_cannot_say() -> None:
    async def story() -> None:
        with pytest.raises(CannotSay):
            await said(WyomingVoice("127.0.0.1", 1), "转移。")

    asyncio.run(story())


async def seconds_of(announcer: Announcer) -> tuple[float, bytes]:
    began = time.monotonic()
    speech = await announcer.speech(RED, 1)
    return time.monotonic() - began, speech.pcm


def alike(one: bytes, other: bytes) -> bool:
    """Whether both sounds are of one voice.

    espeak-ng never makes the same samples twice, and the server says a third of a second for each character.
    """
    return abs(len(one) - len(other)) < RATE * 2 * 0.1


def test_a_message_is_said_whole_by_the_chosen_voice() -> None:
    async def story() -> None:
        async with served(well) as (voice, asked):
            announcer, ours = Announcer(EspeakVoice(), chosen=voice), Announcer(EspeakVoice())
            _, chosen = await seconds_of(announcer)
            _, own = await seconds_of(ours)
            assert not alike(chosen, own)
            assert sorted(asked) == sorted(
                ["预警广播，预警广播。", "转移一百零五户。", "请相互转告，做好防范。"]
            )
            assert announcer.speaks
            assert announcer.chosen_speaks
            await announcer.close()
            await ours.close()

    asyncio.run(story())


@pytest.mark.parametrize("answer", [*ILL, hanging, stalled], ids=lambda one: one.__name__)
def test_where_it_fails_our_own_voice_says_all_of_it_before_the_tone_ends(answer: Answer) -> None:
    async def story() -> None:
        async with served(answer) as (voice, _):
            announcer, ours = Announcer(EspeakVoice(), chosen=voice), Announcer(EspeakVoice())
            await announcer.plain("预警广播")
            took, said = await seconds_of(announcer)
            _, own = await seconds_of(ours)
            assert alike(said, own), "our own voice and no other"
            assert took < PATIENCE_S + 1.0
            assert announcer.speaks
            await announcer.close()
            await ours.close()

    asyncio.run(story())


def test_one_sentence_that_fails_gives_the_whole_message_to_our_own_voice() -> None:
    async def moody(handler: Served, text: str) -> bool:
        return await (cut if "一百零五" in text else well)(handler, text)

    async def story() -> None:
        async with served(moody) as (voice, _):
            announcer, ours = Announcer(EspeakVoice(), chosen=voice), Announcer(EspeakVoice())
            _, said = await seconds_of(announcer)
            _, own = await seconds_of(ours)
            assert alike(said, own)
            assert announcer.said == {Account(("espeak-ng",), Lack.REFUSED): 1}
            assert announcer.chosen_speaks, "it lives"
            await announcer.close()
            await ours.close()

    asyncio.run(story())


def test_what_came_too_late_for_the_first_burst_is_there_for_the_next() -> None:
    async def slow(handler: Served, text: str) -> bool:
        await asyncio.sleep(PATIENCE_S + 0.3)
        return await well(handler, text)

    async def story() -> None:
        async with served(slow) as (voice, _):
            announcer, ours = Announcer(EspeakVoice(), chosen=voice), Announcer(EspeakVoice())
            _, first = await seconds_of(announcer)
            _, own = await seconds_of(ours)
            assert alike(first, own)
            await announcer.prepare(RED, 1, Hearing(Curve.FLAT))
            _, second = await seconds_of(announcer)
            assert not alike(second, own)
            await announcer.close()
            await ours.close()

    asyncio.run(story())
