"""A voice of a site's own model, over tiny models of every layout in a real worker."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from gateway.voice import CannotSay, Gone
from gateway.voice.engines import folder as engine
from gateway.voice.engines.folder import FolderVoice
from gateway.voice.engines.layout import UNKNOWN, FolderWrong
from gateway.voice.engines.onnx_process import OnnxProcess
from gateway.voice.engines.vetting import vetted
from gateway.voice.engines.warming import WARM
from gateway.voice.piece import Piece, Word
from tests.support import model_folders

pytest.importorskip("onnxruntime")

RATES = {"vits": 22050, "melo": 44100, "matcha with vocos": 22050, "matcha with hifigan": 22050,
         "fastspeech": 24000, "paddle": 24000}  # fmt: skip


def told(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


@pytest.mark.slow  # the contract (test_contract.py) is kept by one layout in every run
@pytest.mark.parametrize("kind", RATES)
def test_a_model_of_each_layout_says_a_piece_as_long_as_its_syllables(tmp_path: Path, kind: str) -> None:
    async def story() -> None:
        voice = FolderVoice(model_folders.LAYOUTS[kind](tmp_path))
        named = voice.name
        await voice.open()
        assert voice.name == named
        assert voice.missing == ()
        assert voice.pace is not None
        assert voice.licence == ("apache-2.0" if kind == "vits" else UNKNOWN)
        heard = await voice.say(WARM)
        assert heard.rate == RATES[kind]
        speech_s = len(vetted(WARM, heard, voice.bounds)) / heard.rate
        assert 0.15 < speech_s / len(WARM.syllables) < 0.25
        again = await voice.say(WARM)
        assert again.sound.tobytes() == heard.sound.tobytes()
        with pytest.raises(CannotSay, match="Titanic"):
            await voice.say(Piece((*WARM.words, Word("Titanic"))))
        await voice.close()

    told(story())


def test_readings_and_speakers_are_heard(tmp_path: Path) -> None:
    async def story() -> None:
        voice = FolderVoice(model_folders.vits(tmp_path))
        sounds = [
            (await voice.say(Piece((Word("六安市", (syllable, "an1", "shi4")),)))).sound.tobytes()
            for syllable in ("liu4", "lu4", "lu3")
        ]
        assert len({*sounds}) == 3
        await voice.close()
        (tmp_path / "voice.toml").write_text("speaker = 1\n", "utf-8")
        second = FolderVoice(tmp_path)
        assert second.name != voice.name
        heard = await second.say(Piece((Word("六安市", ("lu4", "an1", "shi4")),)))
        assert heard.sound.tobytes() not in sounds
        await second.close()

    told(story())


def test_a_model_that_is_cut_short_is_refused_once_and_taken_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = []

    class Counted(OnnxProcess):
        def __init__(self, *given: Any) -> None:
            starts.append(given)
            super().__init__(*given)

    monkeypatch.setattr(engine, "OnnxProcess", Counted)

    async def story() -> None:
        whole = model_folders.fastspeech(tmp_path / "whole")
        folder = Path(shutil.copytree(whole, tmp_path / "cut"))
        cut = folder / "mb_melgan.onnx"
        cut.write_bytes(cut.read_bytes()[:-2000])
        voice = FolderVoice(folder)
        for _ in range(3):
            with pytest.raises(
                FolderWrong, match=r"model.onnx、mb_melgan.onnx: 模型无法加载，可能没有下载完整"
            ):
                await voice.say(WARM)
        assert len(starts) == 1
        before = voice.name
        shutil.copy(whole / "mb_melgan.onnx", cut)
        await voice.open()
        assert voice.name != before
        await voice.close()

    told(story())


def test_a_folder_that_is_wrong_is_refused_before_a_worker_starts(tmp_path: Path) -> None:
    (model_folders.paddle(tmp_path) / "tokens.txt").write_text("a\n", "utf-8")
    with pytest.raises(FolderWrong, match=r"tokens\.txt 第 1 行"):
        FolderVoice(tmp_path)


def test_a_voice_that_is_closed_while_it_loads_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[OnnxProcess] = []

    class Kept(OnnxProcess):
        def __init__(self, *given: Any) -> None:
            started.append(self)
            super().__init__(*given)

    monkeypatch.setattr(engine, "OnnxProcess", Kept)

    async def story() -> None:
        voice = FolderVoice(model_folders.fastspeech(tmp_path))
        asked = asyncio.create_task(voice.say(WARM))
        while not started or started[0].pid is None:
            await asyncio.sleep(0.001)
        await voice.close()
        for piece in (asked, voice.say(WARM)):
            with pytest.raises(Gone):
                await piece
        assert [process.pid for process in started] == [None]

    told(story())
