"""Models in a process of their own: what they answer, and what happens when the process does not."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Coroutine
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gateway.site.samples import configs
from gateway.voice import CannotSay, Gone
from gateway.voice.engines.onnx_process import LENGTHS, WORKER, Model, OnnxProcess, Tensors
from gateway.voice.engines.worker import Worker
from tests.support import seccomp, tiny_models

SOON_S = 20.0


def told(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def asked(tokens: int, token: int = 50) -> Tensors:
    return {
        "tokens": np.full((1, tokens), token, np.int64),
        "style": np.zeros((1, tiny_models.STYLE), np.float32),
        "speed": np.ones(1, np.float32),
    }


def length(answer: Tensors) -> int:
    """The tokens of which the tiny model made this sound."""
    return (len(answer["audio"]) - tiny_models.LEAD - tiny_models.TAIL) // tiny_models.A_TOKEN


def readily_killed(pid: int) -> bool:
    """Whether the kernel would end this process long before the gateway."""
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text("ascii")) == 500


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.kokoro(tmp_path_factory.mktemp("model") / "model.onnx")


def halved(model: Path, folder: Path) -> Model:
    """The model in two files, with its checksum."""
    octets = model.read_bytes()
    parts = folder / "part-1.bin", folder / "part-2.bin"
    for part, half in zip(parts, (octets[:300_000], octets[300_000:]), strict=True):
        part.write_bytes(half)
    return Model(parts, hashlib.sha256(octets).hexdigest())


def test_models_in_one_file_and_in_parts_answer_by_number_and_a_refusal_ends_nothing(
    model: Path, tmp_path: Path
) -> None:
    async def story() -> None:
        parts = halved(model, tmp_path)
        process = OnnxProcess([Model((model,)), parts])
        one, other = await process.open()
        assert one == other
        assert [tensor.name for tensor in (*one.inputs, *one.outputs)] == [
            "tokens",
            "style",
            "speed",
            "audio",
        ]
        assert one.inputs[:2] == [("tokens", "tensor(int64)", [1, "n"]), ("style", "tensor(float)", [1, 256])]
        assert one.sha256 == parts.sha256
        assert not one.metadata
        first = process.pid
        assert first
        assert readily_killed(first)
        alike = [await process.run(number, asked(30), SOON_S) for number in (0, 1, 0)]
        assert [length(answer) for answer in alike] == [30] * 3
        assert alike[0]["audio"].dtype == np.float32
        assert len({answer["audio"].tobytes() for answer in alike}) == 1
        with pytest.raises(CannotSay, match="indices element out of data bounds") as refusal:
            await process.run(0, asked(30, token=178), SOON_S)
        assert not isinstance(refusal.value, Gone)
        # a caller who is cancelled leaves no late answer, and does not end the process
        gone = asyncio.create_task(process.run(0, asked(400), SOON_S))
        await asyncio.sleep(0)
        gone.cancel()
        answers = await asyncio.gather(*(process.run(0, asked(many), SOON_S) for many in (7, 9, 8)))
        assert [length(answer) for answer in answers] == [7, 9, 8]
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert process.pid == first
        # killed while it is idle, it is replaced without an error
        os.kill(first, signal.SIGKILL)
        assert process._worker
        while process._worker.status is None:
            await asyncio.sleep(0.01)
        assert length(await process.run(0, asked(5), SOON_S)) == 5
        assert process.pid != first
        await process.close()

    told(story())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda octets: octets[:-1], r"cut short or spoilt: \d+ bytes in 2 parts have the sha256"),
        (lambda octets: octets[:-1] + b"\0", "cut short or spoilt"),
        (lambda octets: b"", "cut short or spoilt"),
    ],
)
def test_a_model_cut_short_or_spoilt_is_refused_in_a_sentence(
    model: Path, tmp_path: Path, spoil: Any, sentence: str
) -> None:
    async def story() -> None:
        whole = halved(model, tmp_path)
        whole.parts[1].write_bytes(spoil(whole.parts[1].read_bytes()))
        process = OnnxProcess([whole])
        with pytest.raises(CannotSay, match=sentence):
            await process.open()
        assert process.pid is None

    told(story())


def test_a_model_that_is_spoilt_meanwhile_is_a_voice_that_is_gone_and_is_not_loaded_for_each_piece(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal would be no alarm, and each load takes a processor from the other voice."""
    copy = tmp_path / "model.onnx"
    shutil.copy(model, copy)

    async def story() -> None:
        process = OnnxProcess([Model((copy,))])
        await process.run(0, asked(9), SOON_S)
        os.truncate(copy, 1000)
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        started, start = [], Worker.started

        async def counted(*arguments: Any) -> Worker:
            started.append(arguments)
            return await start(*arguments)

        monkeypatch.setattr(Worker, "started", counted)
        for _ in range(5):
            with pytest.raises(Gone):
                await process.run(0, asked(9), SOON_S)
        assert len(started) <= 2  # the death may be noticed before the first of them, or by it
        shutil.copy(model, copy)
        process._spoilt = None
        assert length(await process.run(0, asked(9), SOON_S))
        await process.close()

    told(story())


def test_a_worker_over_its_memory_is_ended_and_the_reason_told(model: Path) -> None:
    async def story() -> None:
        process = OnnxProcess([Model((model,))], memory=5_000_000)
        with pytest.raises(Gone, match="too much memory"):
            await process.open()

    told(story())


@pytest.mark.skipif(find_library("seccomp") is None, reason="libseccomp is not here: apt install libseccomp2")
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_under_the_rules_of_the_unit_file_it_runs_its_models_with_two_threads(model: Path) -> None:
    """They allow no nice, no affinity of threads, and no memory that is both written and run."""
    head = json.dumps({"model": 0, "tensors": [("tokens", "<i8", (1, 0))]}).encode()
    confined = [sys.executable, str(Path(seccomp.__file__)), str(configs() / "tongluo.service")]
    order = OnnxProcess([Model((model,))], threads=2)._order
    answers = subprocess.run(
        [*confined, sys.executable, "-I", str(WORKER), order],
        input=LENGTHS.pack(len(head), 0) + head,
        capture_output=True,
        check=True,
    )
    assert b'"outputs": [["audio"' in answers.stdout
    assert b"Required inputs" in answers.stdout  # an answer: this request was none
    assert answers.stderr == b""


def test_the_worker_imports_nothing_of_ours() -> None:
    source = WORKER.read_text("utf-8")
    assert not any(f"import {ours}" in source or f"from {ours}" in source for ours in ("gateway", "drivers"))


ECHO = """
import json, pathlib, struct, sys, time
source, sink = sys.stdin.buffer, sys.stdout.buffer
def send(head, data=b""):
    head = json.dumps(head).encode()
    sink.write(struct.pack(">II", len(head), len(data)) + head + data); sink.flush()
send({"models": []})
while len(lengths := source.read(8)) == 8:
    head, data = (source.read(length) for length in struct.unpack(">II", lengths))
    number = json.loads(head)["model"]
    if number == 1:
        time.sleep(0.05)
    if number == 2:
        sys.exit(1)
    if number == 3:
        time.sleep(1000)
    if number == 4:
        sink.write(struct.pack(">II", 7, 7)); sink.flush()
        sys.exit(0)
    if number == 5:
        sink.write(b"x" * 100); sink.flush()
    send({"tensors": json.loads(head)["tensors"]}, data)
"""
"""A worker that gives back what it gets: model 1 after a moment, 2 dies, 3 hangs, 4 and 5 break off."""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OnnxProcess:
    worker = tmp_path / "worker.py"
    worker.write_text(ECHO, "utf-8")
    monkeypatch.setattr("gateway.voice.engines.onnx_process.WORKER", worker)
    return OnnxProcess([])


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(2, "ended with the status 1"), (3, "hangs"), (4, "ended with the status 0"), (5, "message of")],
)
def test_a_worker_that_dies_hangs_or_breaks_off_in_mid_piece_is_gone_and_replaced(
    echo: OnnxProcess, number: int, sentence: str
) -> None:
    async def story() -> None:
        assert (await echo.run(0, asked(3), SOON_S))["tokens"].shape == (1, 3)
        first = echo.pid
        with pytest.raises(Gone, match=sentence):
            await echo.run(number, asked(3), 0.1 if number == 3 else SOON_S)
        assert echo.pid is None
        assert (await echo.run(0, asked(4), SOON_S))["tokens"].shape == (1, 4)
        assert echo.pid != first
        await echo.close()

    told(story())


def test_a_cancelled_request_is_awaited_and_its_answer_dropped(echo: OnnxProcess) -> None:
    async def story() -> None:
        await echo.open()
        first = echo.pid
        slow = [asyncio.create_task(echo.run(1, asked(many), SOON_S)) for many in (11, 12, 13)]
        await asyncio.sleep(0.02)
        for task in slow:
            task.cancel()
        assert (await echo.run(0, asked(4), SOON_S))["tokens"].shape == (1, 4)
        assert [task.cancelled() for task in slow] == [True] * 3
        assert echo.pid == first
        await echo.close()

    told(story())


def test_closing_after_a_cancelled_request_leaves_no_error_behind(echo: OnnxProcess) -> None:
    """A gateway that ends cancels its rehearsal first, then closes the voice in mid piece."""

    async def story() -> None:
        said: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: said.append(fault))
        await echo.open()
        asking = asyncio.create_task(echo.run(3, asked(3), SOON_S))
        await asyncio.sleep(0.02)
        asking.cancel()
        await echo.close()
        del asking
        await asyncio.sleep(0)
        gc.collect()
        assert said == []

    told(story())


def test_closing_ends_a_request_and_whoever_waits(echo: OnnxProcess) -> None:
    async def story() -> None:
        await echo.open()
        asking = [asyncio.create_task(echo.run(number, asked(3), SOON_S)) for number in (3, 0)]
        await asyncio.sleep(0.02)
        await echo.close()
        for task in asking:
            with pytest.raises(Gone):
                await task
        assert echo.pid is None

    told(story())


def test_the_worker_ends_when_its_pipe_does(model: Path) -> None:
    async def story() -> None:
        process = OnnxProcess([Model((model,))])
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(WORKER), process._order),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert worker.stdin
        worker.stdin.close()
        async with asyncio.timeout(30):
            assert await worker.wait() == 0

    told(story())


def test_closing_in_mid_piece_leaves_no_error_that_nobody_asked_for(
    echo: OnnxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        await echo.open()
        asking = asyncio.create_task(echo.run(3, asked(3), SOON_S))
        await asyncio.sleep(0.02)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await echo.close()
        await asyncio.sleep(0.02)

    told(story())
    gc.collect()
    assert "never retrieved" not in caplog.text
