"""A process that runs ONNX models. It is a program of its own and imports nothing of the gateway.

Its one argument is JSON: `{"models": [{"parts": [path, ...], "sha256": hex}, ...], "threads": 1, "memory":
bytes}`. The parts of a model are joined in their order. An empty sha256 is not
compared.

The gateway and the worker exchange messages over pipes. A message is the length of its head, 4 bytes, the
length of its data, 4 bytes, both unsigned and big-endian; then the head, an object of JSON in UTF-8; then the
data. Tensors of a message are described in its head under "tensors", each as [name, dtype, shape] with
numpy's name of the dtype, such as "<f4". Their values stand in the data, one after the other, in C order.

- At start the worker writes `{"models": [...]}`. It says of every model its "inputs" and "outputs", each as
  [name, type, shape] in onnxruntime's words, its "metadata", texts by name, and its "sha256".
- A request on standard input: `{"model": number, "tensors": [...]}`, counted from 0.
- The answer on standard output: `{"tensors": [...]}` with all outputs of the model.
- In place of either answer, `{"error": sentence}`. After an error at start the process ends.

The process ends when its input does. It ends with the status OVER if it needs more memory than it may.
"""

import json
import os
import struct
import sys
import threading
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's own threads would only take memory

import numpy as np
import onnxruntime

LENGTHS = struct.Struct(">II")
OVER = 3
"""Exit status of a process that needs too much memory."""
WATCHED_S = 0.05
"""Time between two looks at the memory. A model takes some hundred megabytes in a second at most."""
OOM_SCORE = "500"
"""The kernel's killer takes this process before the gateway, which the unit file puts at -500."""
NICE = 5
"""Where a process may change it. The service's sandbox does not allow it: there, fewer threads than cores
leave the gateway its share."""
FATAL = 4
"""onnxruntime's highest level of the log. Its errors come back as exceptions."""


def yield_to_others() -> None:
    """Give way to the gateway, as far as the system allows it."""
    for path, words in (("oom_score_adj", OOM_SCORE), ("autogroup", str(NICE))):
        with suppress(OSError):
            Path("/proc/self", path).write_text(words, "ascii")
    with suppress(OSError):
        os.nice(NICE)


def watch(memory: int) -> None:
    """End the process when its resident memory is over so many bytes."""
    page = os.sysconf("SC_PAGE_SIZE")
    with Path("/proc/self/statm").open("rb", buffering=0) as statm:
        while True:
            statm.seek(0)
            if int(statm.read(256).split()[1]) * page > memory:
                os._exit(OVER)
            time.sleep(WATCHED_S)


def loaded(parts: list[str], digest: str, threads: int) -> tuple[Any, str]:
    """A session of a model, and its checksum. Raises OSError, ValueError and the errors of onnxruntime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    found, length = sha256(), 0
    # The parts are joined in a file of memory: a session that is made of bytes would keep them.
    with os.fdopen(os.memfd_create("model"), "wb") as whole:
        for part in parts:
            octets = Path(part).read_bytes()
            found.update(octets)
            length += whole.write(octets)
        whole.flush()
        if digest not in ("", found.hexdigest()):
            raise ValueError(
                f"{parts[0]} is cut short or spoilt: {length} bytes in {len(parts)} parts have the sha256 "
                f"{found.hexdigest()[:12]}, not {digest[:12]}"
            )
        path = f"/proc/self/fd/{whole.fileno()}" if len(parts) > 1 else parts[0]
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session, found.hexdigest()


def description(session: Any, digest: str) -> dict[str, Any]:
    """What the gateway may want to know of a model."""
    return {
        "inputs": [(tensor.name, tensor.type, tensor.shape) for tensor in session.get_inputs()],
        "outputs": [(tensor.name, tensor.type, tensor.shape) for tensor in session.get_outputs()],
        "metadata": session.get_modelmeta().custom_metadata_map,
        "sha256": digest,
    }


def run(session: Any, tensors: list[tuple[str, str, list[int]]], data: bytes) -> dict[str, Any]:
    """The outputs of a model by their names."""
    inputs, at = {}, 0
    for name, kind, shape in tensors:
        values = np.frombuffer(data, kind, count=int(np.prod(shape)), offset=at)
        at += values.nbytes
        inputs[name] = values.reshape(shape)
    names = [tensor.name for tensor in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def send(sink: IO[bytes], head: dict[str, Any], data: bytes = b"") -> None:
    words = json.dumps(head).encode()
    sink.write(LENGTHS.pack(len(words), len(data)) + words + data)
    sink.flush()


def serve(source: IO[bytes], sink: IO[bytes], sessions: list[Any]) -> None:
    """Answer requests until the input ends."""
    while len(lengths := source.read(LENGTHS.size)) == LENGTHS.size:
        words, data = (source.read(length) for length in LENGTHS.unpack(lengths))
        try:
            request = json.loads(words)
            outputs = run(sessions[request["model"]], request["tensors"], data)
            tensors = [(name, array.dtype.str, array.shape) for name, array in outputs.items()]
            answer = b"".join(np.ascontiguousarray(array).tobytes() for array in outputs.values())
        except Exception as error:  # onnxruntime has no error of its own above all others
            send(sink, {"error": f"{type(error).__name__}: {error}"})
        else:
            send(sink, {"tensors": tensors}, answer)


def main() -> None:
    order = json.loads(sys.argv[1])
    # The pipe is kept for answers. Whatever a library prints goes to standard error.
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    yield_to_others()
    threading.Thread(target=watch, args=(order["memory"],), daemon=True).start()
    onnxruntime.set_default_logger_severity(FATAL)
    try:
        models = [loaded(model["parts"], model["sha256"], order["threads"]) for model in order["models"]]
    except Exception as error:
        send(sink, {"error": str(error)})
        return
    send(sink, {"models": [description(*model) for model in models]})
    serve(sys.stdin.buffer, sink, [session for session, _ in models])


if __name__ == "__main__":
    main()
