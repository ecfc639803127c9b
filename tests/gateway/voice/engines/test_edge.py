"""The online voice, against a service of our own that speaks its protocol and fails in every way of the
real one."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import edge_tts.communicate
import numpy as np
import pytest
import soundfile
from aiohttp import WSMsgType, web

from gateway.model.plan import Script, ToneName
from gateway.voice import RATE, CannotSay
from gateway.voice.account import Lack
from gateway.voice.announcer import Announcer
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.pieces import length
from gateway.voice.sound.attention import attention
from tests.support.voice_output import said

WORDS = "转移一百零五户。"
SECONDS = 2.4
SERVICE_RATE = 24000
PATIENCE_S = length([attention(ToneName.RED)])
"""The chosen voice has so long: then the tone ends."""
RED = Script(ToneName.RED, ("预警广播，预警广播。", "转移105户。"), "warning-red")

Answer = Callable[[web.WebSocketResponse, str], Awaitable[None]]


def mp3(seconds: float, loud: float = 0.3) -> bytes:
    """As the service sends it: 24 kHz, mono, 48 kbit/s, constant."""
    wave = loud * np.sin(2 * np.pi * 300 * np.arange(int(seconds * 24000)) / 24000)
    file = io.BytesIO()
    soundfile.write(
        file,
        wave,
        24000,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=LEVEL,
    )
    return file.getvalue()


LEVEL = 0.73
"""libsndfile's scale: 48 kbit/s at this rate."""


async def metadata(socket: web.WebSocketResponse, text: str, seconds: float) -> None:
    reported = {"Offset": 0, "Duration": int(seconds * 1e7), "text": {"Text": text}}
    body = json.dumps({"Metadata": [{"Type": "SentenceBoundary", "Data": reported}]})
    await socket.send_str(f"X-RequestId:1\r\nPath:audio.metadata\r\n\r\n{body}")


async def audio(socket: web.WebSocketResponse, data: bytes) -> None:
    head = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
    for start in range(0, len(data), 1440):
        await socket.send_bytes(len(head).to_bytes(2, "big") + head + data[start : start + 1440])


async def turn_end(socket: web.WebSocketResponse) -> None:
    await socket.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")


async def well(socket: web.WebSocketResponse, text: str) -> None:
    seconds = 0.3 * len(text)
    await metadata(socket, text, seconds)
    await audio(socket, mp3(seconds))
    await turn_end(socket)


async def no_audio(socket: web.WebSocketResponse, text: str) -> None:
    await turn_end(socket)


async def cut_off(socket: web.WebSocketResponse, text: str) -> None:
    """The one that raises nothing in the package."""
    seconds = 0.3 * len(text)
    await metadata(socket, text, seconds)
    whole = mp3(seconds)
    await audio(socket, whole[: len(whole) * 3 // 10])
    await socket.close()


async def cut_off_before_it_told(socket: web.WebSocketResponse, text: str) -> None:
    await audio(socket, mp3(0.6))
    await socket.close()


async def ended_early(socket: web.WebSocketResponse, text: str) -> None:
    """It says itself that the turn is over, and half is missing."""
    seconds = 0.3 * len(text)
    await metadata(socket, text, seconds)
    await audio(socket, mp3(seconds / 2))
    await turn_end(socket)


async def stalled(socket: web.WebSocketResponse, text: str) -> None:
    await audio(socket, mp3(0.5))
    await asyncio.sleep(60)


async def never_begins(socket: web.WebSocketResponse, text: str) -> None:
    await asyncio.sleep(60)


async def silent(socket: web.WebSocketResponse, text: str) -> None:
    seconds = 0.3 * len(text)
    await metadata(socket, text, seconds)
    await audio(socket, mp3(seconds, loud=0.0))
    await turn_end(socket)


async def no_sound_file(socket: web.WebSocketResponse, text: str) -> None:
    await metadata(socket, text, 2.0)
    await audio(socket, b"<html>" + bytes(15000))
    await turn_end(socket)


async def another_language(socket: web.WebSocketResponse, text: str) -> None:
    await socket.send_str("X-RequestId:1\r\nPath:something.new\r\n\r\n{}")


ILL = [no_audio, cut_off, cut_off_before_it_told, ended_early, silent, no_sound_file, another_language]
SLOW = [stalled, never_begins]


@asynccontextmanager
async def service(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, status: int = 0, handshake_s: float = 0.0
) -> AsyncIterator[list[str]]:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(handshake_s)
        if status:
            return web.Response(status=status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT and "Path:ssml" in message.data:
                text = message.data.split("'>")[-1].split("</prosody")[0]
                asked.append(text)
                await answer(socket, text)
                break
        return socket

    app = web.Application()
    app.router.add_get("/edge/v1", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", f"ws://127.0.0.1:{port}/edge/v1?t=1")
    try:
        yield asked
    finally:
        await runner.cleanup()


def test_it_says_words_without_digits_and_comes_at_our_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with service(monkeypatch, well) as asked:
            pcm = await said(EdgeVoice(), WORDS)
            assert asked == [WORDS]
            assert len(pcm) / 2 / SERVICE_RATE == pytest.approx(SECONDS, abs=0.15)

    asyncio.run(story())


def test_a_taught_name_is_asked_for_in_characters_of_its_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with service(monkeypatch, well) as asked:
            await said(EdgeVoice(), "曾家湾" + WORDS)
            assert asked == ["增家湾" + WORDS]

    asyncio.run(story())


@pytest.mark.parametrize("answer", ILL, ids=lambda one: one.__name__)
def test_whatever_it_does_wrong_it_cannot_say_and_nothing_is_half_said(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    async def story() -> None:
        async with service(monkeypatch, answer):
            with pytest.raises(CannotSay):
                await said(EdgeVoice(), WORDS)

    asyncio.run(story())


@pytest.mark.parametrize("answer", SLOW, ids=lambda one: one.__name__)
def test_one_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    async def story() -> None:
        async with service(monkeypatch, answer):
            began = time.monotonic()
            with pytest.raises(CannotSay):
                await said(EdgeVoice(), WORDS)
            assert time.monotonic() - began < 2.5 + 1.0

    asyncio.run(story())


@pytest.mark.parametrize("status", [403, 429, 503])
def test_one_that_refuses_cannot_say(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    async def story() -> None:
        async with service(monkeypatch, well, status):
            with pytest.raises(CannotSay):
                await said(EdgeVoice(), WORDS)

    asyncio.run(story())


def test_one_that_is_not_there_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", "ws://127.0.0.1:1/edge/v1?t=1")
    with pytest.raises(CannotSay):
        asyncio.run(said(EdgeVoice(), WORDS))


@pytest.mark.parametrize(
    "answer", [cut_off, stalled, never_begins, ended_early], ids=lambda one: one.__name__
)
def test_where_it_fails_our_own_voice_says_all_of_it_in_time(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    async def story() -> None:
        async with service(monkeypatch, answer):
            announcer, ours = Announcer(EspeakVoice(), chosen=EdgeVoice()), Announcer(EspeakVoice())
            await announcer.plain("预警广播")
            began = time.monotonic()
            said = (await announcer.speech(RED, 1)).pcm
            assert time.monotonic() - began < PATIENCE_S + 1.0
            own = (await ours.speech(RED, 1)).pcm
            assert abs(len(said) - len(own)) < RATE * 2 * 0.1
            (account,) = announcer.said
            assert account.voices == ("espeak-ng",)
            assert account.lack in (Lack.REFUSED, Lack.GONE, Lack.NOT_READY)
            await announcer.close()
            await ours.close()

    asyncio.run(story())
