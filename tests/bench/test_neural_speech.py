"""What the neural voice costs, beside its model alone: processor, memory, first piece, with one thread and
two."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from gateway.voice.engines import kokoro
from gateway.voice.engines.kokoro import RATE, KokoroVoice
from gateway.voice.engines.onnx_process import MEMORY, OnnxProcess
from gateway.voice.engines.vetting import vetted
from gateway.voice.engines.warming import WARM
from gateway.voice.mandarin.kokoro_tokens import tokens
from gateway.voice.piece import Piece
from tests.bench.figures import FULL, at_most, note
from tests.support.neural import clauses, style_or_skip

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

CLAUSES = 60 if FULL else 12
ALIKE, GUARD = 1.15, 1.4
"""Our worker may take so many times the processor of the model alone; over GUARD the proof fails. Runs differ
by a tenth."""
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What some pieces cost."""

    opened_s: float
    """The start, with its first piece."""
    first_s: float
    """The wall's seconds of a piece of twelve syllables."""
    cpu: float
    """Seconds of the processor for a second of speech."""
    wall: float
    """The wall's seconds for a second of speech."""
    resident: int
    """The most bytes that were resident."""
    speech_s: float
    """Seconds of speech in all."""


def of_process(pid: int) -> tuple[float, int]:
    """Seconds of the processor and the most resident bytes of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    most = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) * TICK_S, int(most.split()[1]) * 1024


async def measured(style: Path, pieces: Sequence[Piece], threads: int) -> Cost:
    model = kokoro.installed()
    assert model
    voice = KokoroVoice(style, model)
    voice._process = OnnxProcess([model], threads)
    began = time.perf_counter()
    await voice.open()
    opened_s = time.perf_counter() - began
    began = time.perf_counter()
    await voice.say(WARM)
    first_s = time.perf_counter() - began
    assert voice._process.pid
    before, _ = of_process(voice._process.pid)
    began, speech_s = time.perf_counter(), 0.0
    for piece in pieces:
        speech_s += len(vetted(piece, await voice.say(piece), voice.bounds)) / RATE
    wall = (time.perf_counter() - began) / speech_s
    after, resident = of_process(voice._process.pid)
    await voice.close()
    return Cost(opened_s, first_s, (after - before) / speech_s, wall, resident, speech_s)


ALONE = """
import json, resource, sys, tempfile
import numpy as np, onnxruntime
parts, style, pieces = json.loads(sys.argv[1])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
with tempfile.NamedTemporaryFile() as file:
    for part in parts:
        file.write(open(part, "rb").read())
    file.flush()
    session = onnxruntime.InferenceSession(file.name, options)
rows = np.fromfile(style, "<f4").reshape(510, 1, 256)
spent = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
before = spent()
for ids in pieces:
    tokens = np.array([[0, *ids, 0]], np.int64)
    session.run(None, {"tokens": tokens, "style": rows[len(ids) - 1], "speed": np.ones(1, np.float32)})
print(spent() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
"""The model without anything of ours."""


def alone(style: Path, pieces: Sequence[Piece]) -> tuple[float, int]:
    """Seconds of the processor for these pieces, and the most resident bytes, of the model alone."""
    model = kokoro.installed()
    assert model
    order = json.dumps([[str(part) for part in model.parts], str(style), [tokens(one) for one in pieces]])
    done = subprocess.run([sys.executable, "-c", ALONE, order], capture_output=True, text=True, check=True)
    cpu, resident = done.stdout.split()
    return float(cpu), int(resident)


def test_the_neural_voice_costs_what_its_model_costs() -> None:
    style, pieces = style_or_skip(), clauses()[:CLAUSES]
    one, two = (asyncio.run(measured(style, pieces, threads)) for threads in (1, 2))
    bare, bare_resident = alone(style, pieces)
    for what, cost in (("one thread", one), ("two threads", two)):
        note(f"Kokoro, {what}: start with its first piece", "s", cost.opened_s)
        note(f"Kokoro, {what}: a piece of twelve syllables", "s", cost.first_s)
        note(f"Kokoro, {what}: wall for a second of speech", "s", cost.wall)
    note("Kokoro, two threads: CPU for a second of speech", "s", two.cpu)
    cheap = at_most(
        "Kokoro, one thread: CPU for a second of speech", "s", one.cpu, bare / one.speech_s, ALIKE, GUARD
    )
    note("Kokoro's worker, resident", "MB", one.resident / 1e6, bare_resident / 1e6)
    assert cheap
    assert max(one.resident, two.resident) < MEMORY
