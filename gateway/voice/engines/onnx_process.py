"""ONNX models in a worker process (`onnx_worker`), which is replaced when it dies or hangs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.voice import CannotSay, Gone
from gateway.voice.engines.worker import Worker

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("onnx_worker.py")
START_S = 30.0
"""Longest start. Kokoro's model is loaded in a second, on a Raspberry Pi from a card in some ten. Our
choice."""
MEMORY = 700_000_000
"""Bytes of resident memory that a worker may have. Kokoro settles at 420 MB with clauses of 25 syllables
(docs/performance.md)."""
MOST = 50_000_000
"""Bytes of an answer: five minutes at 40 kHz. A worker that sends more is out of step. Our choice."""
AGAIN_S = 30.0
"""Seconds before a model that could not be loaded is loaded again: a whole reading asks for many pieces, and
each load takes a processor from the others for a second or more. Our choice."""
MANY_CORES = 4
"""From so many cores on a model has two threads, else one: the gateway keeps its share. Our choice."""

LENGTHS = struct.Struct(">II")
"""The head of a message, as onnx_worker.py describes it."""
OVER = 3
"""The exit status of a worker that needed too much memory."""

Tensors = Mapping[str, NDArray[Any]]


def threads() -> int:
    """The threads of a worker on this machine."""
    return 2 if (os.cpu_count() or 1) >= MANY_CORES else 1


class Model(NamedTuple):
    """A model on the disk."""

    parts: tuple[Path, ...]
    """Its file, or the files of which it is made, in order."""
    sha256: str = ""
    """The checksum of the whole, in hexadecimal. Empty: any."""


class Tensor(NamedTuple):
    """A tensor that a model takes or gives."""

    name: str
    type: str
    """onnxruntime's name of its type, such as "tensor(int64)"."""
    shape: list[int | str | None]
    """Its sizes. A name, or nothing, stands where a size is free."""

    @property
    def fixed(self) -> set[int]:
        """The sizes that are not free, but for 1."""
        return {size for size in self.shape if isinstance(size, int) and size > 1}


class Described(NamedTuple):
    """What a model says of itself."""

    inputs: list[Tensor]
    """What it takes."""
    outputs: list[Tensor]
    """What it gives."""
    metadata: dict[str, str]
    """Notes of whoever made the file, such as the sampling rate."""
    sha256: str
    """The checksum of the file that was loaded, in hexadecimal."""

    @classmethod
    def read(cls, model: Mapping[str, Any]) -> Described:
        """What the worker writes of a model."""
        inputs, outputs = ([Tensor(*tensor) for tensor in model[side]] for side in ("inputs", "outputs"))
        return cls(inputs, outputs, model["metadata"], model["sha256"])


class OnnxProcess:
    """Runs models. One request at a time; the others wait in order."""

    def __init__(
        self, models: Sequence[Model], threads: int = 1, memory: int = MEMORY, start_s: float = START_S
    ) -> None:
        self._order = json.dumps(
            {
                "models": [
                    {"parts": [str(part) for part in model.parts], "sha256": model.sha256} for model in models
                ],
                "threads": threads,
                "memory": memory,
            }
        )
        self._start_s = start_s
        self._worker: Worker | None = None
        self._turn = asyncio.Lock()
        self._described: list[Described] = []
        self._closed = False
        self._spoilt: tuple[float, str] | None = None
        """Until when a model that could not be loaded is not loaded again, and why it could not."""

    @property
    def pid(self) -> int | None:
        """The number of the process, if there is one."""
        return self._worker.pid if self._worker else None

    async def open(self) -> list[Described]:
        """Start the process and load the models. Gives what each says of itself.

        Raises CannotSay with the worker's sentence if a model cannot be loaded, and Gone if the process dies
        or hangs.
        """
        async with self._turn:
            await self._ready()
            return self._described

    async def run(self, model: int, tensors: Tensors, deadline: float) -> Tensors:
        """The outputs of a model, by their number in `models`. `deadline` in seconds, without the start.

        Raises CannotSay if the model refuses the tensors, and Gone if the worker dies, hangs, needs too much
        memory or cannot load its models any more; a later call starts another one. A caller that is cancelled
        does not stop the model: the answer is awaited and dropped before the next request is sent.
        """
        await self._turn.acquire()
        exchange = asyncio.create_task(self._exchange(model, tensors, deadline), name="onnx")
        exchange.add_done_callback(self._over)
        return await asyncio.shield(exchange)

    def _over(self, exchange: asyncio.Task[Tensors]) -> None:
        """The next request may be sent. An error that no caller waits for any more is not told by asyncio."""
        self._turn.release()
        if not exchange.cancelled():
            exchange.exception()

    async def _exchange(self, model: int, tensors: Tensors, deadline: float) -> Tensors:
        worker = await self._started()
        arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
        described = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
        data = b"".join(array.tobytes() for array in arrays.values())
        head = json.dumps({"model": model, "tensors": described}).encode()
        try:
            async with asyncio.timeout(deadline):
                worker.requests.write(LENGTHS.pack(len(head), len(data)) + head + data)
                await worker.requests.drain()
                answer, data = await _received(worker)
            if sentence := answer.get("error"):
                raise CannotSay(sentence)
            return _unpacked(answer["tensors"], data)
        except CannotSay:
            raise
        except BaseException as error:
            await self._replaced(error)
            raise

    async def _started(self) -> Worker:
        """`_ready`, for a request: a model that cannot be loaded any more is a voice that is gone.

        It is not loaded again for AGAIN_S. Raises Gone.
        """
        now = asyncio.get_running_loop().time()
        if self._spoilt and now < self._spoilt[0]:
            raise Gone(self._spoilt[1])
        self._spoilt = None
        try:
            return await self._ready()
        except Gone:
            raise
        except CannotSay as error:
            self._spoilt = asyncio.get_running_loop().time() + AGAIN_S, str(error)
            raise Gone(str(error)) from error

    async def _ready(self) -> Worker:
        """A worker that has loaded its models. One that died in the meantime is replaced."""
        if self._closed:
            raise Gone("the voice is closed")
        if self._worker and self._worker.status is None:
            return self._worker
        if self._worker:
            log.warning("the worker of the voice ended between two pieces: another one is started")
        await self._end()
        try:
            async with asyncio.timeout(self._start_s):
                self._worker = await Worker.started(WORKER, self._order)
                self._kill_if_closed(self._worker)
                answer, _ = await _received(self._worker)
        except BaseException as error:
            await self._replaced(error)
            raise
        if sentence := answer.get("error"):
            await self._end()
            raise CannotSay(sentence)
        self._described = [Described.read(model) for model in answer["models"]]
        return self._worker

    def _kill_if_closed(self, worker: Worker) -> None:
        """`close` did not see a worker that was being started."""
        if self._closed:
            worker.kill()

    async def _replaced(self, error: BaseException) -> None:
        """End the worker after a broken or cancelled exchange. Raises Gone if it was broken."""
        status = await self._end()
        if isinstance(error, TimeoutError):
            raise Gone("the worker of the voice hangs") from error
        if isinstance(error, Exception):
            why = "needed too much memory" if status == OVER else f"ended with the status {status}"
            raise Gone(f"the worker of the voice {why}: {error!r}") from error

    async def _end(self) -> int | None:
        worker, self._worker = self._worker, None
        return await worker.end() if worker else None

    async def close(self) -> None:
        """End the process for good. Whoever waits for an answer gets Gone."""
        self._closed = True
        if self._worker:
            self._worker.kill()
        async with self._turn:
            await self._end()


async def _received(worker: Worker) -> tuple[dict[str, Any], bytes]:
    """A message of the worker. Raises OSError, ValueError and asyncio.IncompleteReadError."""
    head, data = LENGTHS.unpack(await worker.answers.readexactly(LENGTHS.size))
    if head + data > MOST:
        raise ValueError(f"a message of {head + data} bytes")
    words = await worker.answers.readexactly(head)
    return json.loads(words), await worker.answers.readexactly(data)


def _unpacked(described: list[tuple[str, str, list[int]]], data: bytes) -> Tensors:
    tensors, at = {}, 0
    for name, kind, shape in described:
        values = np.frombuffer(data, kind, count=int(np.prod(shape)), offset=at)
        at += values.nbytes
        tensors[name] = values.reshape(shape)
    return tensors
