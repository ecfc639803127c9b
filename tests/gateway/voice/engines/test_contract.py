"""The contract of a voice, which every engine keeps. An engine joins with a line in ROWS."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Voice
from gateway.voice.engines.edge import EdgeVoice
from gateway.voice.engines.espeak import EspeakVoice, mnemonics
from gateway.voice.engines.folder import FolderVoice
from gateway.voice.engines.kokoro import KokoroVoice
from gateway.voice.engines.layout import layout
from gateway.voice.engines.onnx_process import Model
from gateway.voice.engines.vetting import vetted
from gateway.voice.engines.wyoming import WyomingVoice
from gateway.voice.mandarin.kokoro_tokens import tokens
from gateway.voice.mandarin.scheme import schemes
from gateway.voice.piece import Piece, Word
from tests.gateway.voice.engines.test_edge import service
from tests.gateway.voice.engines.test_edge import well as online
from tests.gateway.voice.engines.test_wyoming import served
from tests.gateway.voice.engines.test_wyoming import well as at_home
from tests.support import model_folders, tiny_models


@dataclass
class Row:
    """An engine under test."""

    voice: Voice
    """It is not opened yet."""
    sends: Callable[[Piece], object]
    """What reaches the engine of a piece."""
    pid: Callable[[], int] | None = None
    """Its worker process, once it has said something. None for a service."""
    gone: Voice | None = None
    """For a service: the same engine where nobody answers."""
    others: tuple[Voice, ...] = ()
    """The same engine with other models or styles. They are not opened."""
    text: bool = False
    """Whether it takes only a text."""


Made = Callable[[pytest.MonkeyPatch], AbstractAsyncContextManager[Row]]


@asynccontextmanager
async def espeak(_: pytest.MonkeyPatch) -> AsyncIterator[Row]:
    voice = EspeakVoice()

    def pid() -> int:
        assert voice._worker
        return voice._worker.pid

    yield Row(voice, mnemonics, pid)
    await voice.close()


@asynccontextmanager
async def wyoming(_: pytest.MonkeyPatch) -> AsyncIterator[Row]:
    async with served(at_home) as (voice, _asked):
        gone, other = WyomingVoice("127.0.0.1", 1), WyomingVoice("127.0.0.1", 10200, "other")
        yield Row(voice, lambda piece: piece.written, gone=gone, others=(other,), text=True)
        await voice.close()


@asynccontextmanager
async def edge(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Row]:
    async with service(monkeypatch, online):
        voice = EdgeVoice()
        yield Row(voice, lambda piece: piece.written, others=(EdgeVoice("zh-CN-XiaoxiaoNeural"),), text=True)
        await voice.close()


@asynccontextmanager
async def kokoro(_: pytest.MonkeyPatch) -> AsyncIterator[Row]:
    with TemporaryDirectory() as folder:
        here = Path(folder)
        model = Model((tiny_models.kokoro(here / "model.onnx"),), "")
        style, other = (tiny_models.style(here / f"{seed}.bin", seed) for seed in (1, 2))
        voice = KokoroVoice(style, model)

        def pid() -> int:
            assert voice._process.pid
            return voice._process.pid

        yield Row(voice, tokens, pid, others=(KokoroVoice(other, model),))
        await voice.close()


@asynccontextmanager
async def folder(_: pytest.MonkeyPatch) -> AsyncIterator[Row]:
    with TemporaryDirectory() as place:
        first, second = (model_folders.LAYOUTS[kind](Path(place, kind)) for kind in ("fastspeech", "paddle"))
        voice, way = FolderVoice(first), next(schemes(layout(first).tokens))

        def pid() -> int:
            assert voice._process
            assert voice._process.pid
            return voice._process.pid

        yield Row(voice, lambda piece: [*map(way.spelt, piece.syllables)], pid, others=(FolderVoice(second),))
        await voice.close()


ROWS: dict[str, Made] = {
    "espeak": espeak,
    "wyoming": wyoming,
    "edge": edge,
    "kokoro": kokoro,
    "folder": folder,
}


def piece(*words: tuple[str, str], mark: str = "。") -> Piece:
    """Words with their syllables; the mark stands behind the last."""
    made = [Word(written, tuple(syllables.split())) for written, syllables in words]
    return Piece((*made[:-1], Word(made[-1].written, made[-1].syllables, mark)))


MOVE = piece(("请", "qing3"), ("立即", "li4 ji2"), ("转移", "zhuan3 yi2"))
LONG = piece(
    *(
        (("请", "qing3"), ("立即", "li4 ji2"), ("转移", "zhuan3 yi2"), ("到", "dao4"), ("高处", "gao1 chu4"))
        * 2
    )
)
FOREIGN = Piece((Word("unter"), Word("Wasser", mark="。")), "de")


@pytest.fixture(params=list(ROWS))
def row(request: pytest.FixtureRequest) -> Made:
    return ROWS[request.param]


async def seconds(voice: Voice, wanted: Piece) -> float:
    """The seconds of a piece, vetted."""
    heard = await voice.say(wanted)
    return len(vetted(wanted, heard, voice.bounds)) / heard.rate


def test_a_piece_is_heard_and_a_longer_one_lasts_longer(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            await one.voice.open()
            short, long = await seconds(one.voice, MOVE), await seconds(one.voice, LONG)
            assert 1.3 < long / short < 4.5
            assert one.voice.pace is None or one.voice.pace > 0

    asyncio.run(story())


def test_it_says_what_it_is(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            voice = one.voice
            assert voice.licence
            assert voice.languages <= {"zh", "en"}
            assert "zh" in voice.languages
            assert 1 <= voice.lengths.least <= voice.lengths.most
            assert 0 < voice.bounds.shortest_s < voice.bounds.longest_s
            assert voice.bounds.gap_s > 0
            names = [voice.name, *(other.name for other in one.others)]
            assert len(set(names)) == len(names), "another model or style is other sound"

    asyncio.run(story())


def test_readings_and_tones_reach_it(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            if one.text:
                assert one.sends(MOVE) == MOVE.written
                return
            sent = {
                str(one.sends(piece(("六安", syllables))))
                for syllables in ("liu4 an1", "lu4 an1", "lu3 an1", "lu4 an4")
            }
            assert len(sent) == 4

    asyncio.run(story())


def test_a_language_that_it_does_not_say_is_refused_and_it_is_not_gone(
    row: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            with pytest.raises(CannotSay) as refused:
                await one.voice.say(FOREIGN)
            assert not isinstance(refused.value, Gone)
            assert await seconds(one.voice, MOVE)

    asyncio.run(story())


def test_a_service_that_does_not_answer_is_gone(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            if one.gone:
                with pytest.raises(Gone):
                    await one.gone.say(MOVE)

    asyncio.run(story())


def test_a_worker_that_is_dead_is_started_again(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            before = await seconds(one.voice, MOVE)
            if one.pid is None:
                return
            first = one.pid()
            os.kill(first, signal.SIGKILL)
            try:
                after = await seconds(one.voice, MOVE)
            except Gone:
                after = await seconds(one.voice, MOVE)
            assert after == pytest.approx(before, rel=0.05)
            assert one.pid() != first

    asyncio.run(story())


def test_a_worker_that_dies_in_mid_piece_says_it_again_or_is_gone(
    row: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            before = await seconds(one.voice, MOVE)
            if one.pid is None:
                return
            os.kill(one.pid(), signal.SIGSTOP)
            asked = asyncio.create_task(seconds(one.voice, MOVE))
            await asyncio.sleep(0.05)
            os.kill(one.pid(), signal.SIGKILL)
            try:
                assert await asked == pytest.approx(before, rel=0.05)
            except Gone:
                assert await seconds(one.voice, MOVE) == pytest.approx(before, rel=0.05)

    asyncio.run(story())


def test_the_answer_to_a_cancelled_piece_never_answers_the_next(
    row: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            before = await seconds(one.voice, MOVE)
            first = one.pid() if one.pid else 0
            for wait in (0.0, 0.002, 0.02):
                if one.pid and wait:
                    first = one.pid()
                    os.kill(first, signal.SIGSTOP)
                asked = asyncio.create_task(seconds(one.voice, LONG))
                await asyncio.sleep(wait)
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
                if one.pid and alive(first):
                    os.kill(first, signal.SIGCONT)
                assert await seconds(one.voice, MOVE) == pytest.approx(before, rel=0.05)

    asyncio.run(story())


def test_pieces_asked_for_at_once_are_not_mixed_up(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            short, long = await seconds(one.voice, MOVE), await seconds(one.voice, LONG)
            found = await asyncio.gather(*(seconds(one.voice, wanted) for wanted in (MOVE, LONG) * 3))
            assert found == pytest.approx([short, long] * 3, rel=0.05)

    asyncio.run(story())


def test_it_leaves_no_process_behind(row: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with row(monkeypatch) as one:
            await one.voice.say(MOVE)
            last = one.pid() if one.pid else 0
            await one.voice.close()
            assert not last or not alive(last)

    asyncio.run(story())


def alive(pid: int) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
