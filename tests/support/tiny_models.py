"""Tiny ONNX models with the shapes of real voices: random weights, no speech. For the tests of the engines.

They are the same on every machine, and their sound passes the checks that speech has to pass: silence at both
ends, the level of speech, so many seconds a syllable.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

RATE = 24000
TOKENS = 178
"""The tokens of Kokoro's vocabulary."""
STYLE = 256
"""The numbers of a row of a style."""
A_TOKEN = 1060
"""Samples a token. A syllable has 4.3 tokens: 0.19 s, as Kokoro speaks."""
LEAD, TAIL = int(0.4 * RATE), int(0.9 * RATE)
"""Samples of silence at the ends, as Kokoro makes them."""
VOICED = (43, 47, 51, 57, 63, 67, 76, 83, 85, 86, 99, 101, 112, 135, 140, 52, 54, 55, 56, 65, 126)
"""The vowels and the voiced consonants of Kokoro's vocabulary that Mandarin has."""


def waves() -> NDArray[np.float32]:
    """A sound for every token: a hum for a voiced one, hiss for a voiceless one, nothing for a sign."""
    random = np.random.default_rng(178)
    time = np.arange(A_TOKEN) / A_TOKEN
    sounds = np.zeros((TOKENS, A_TOKEN))
    sounds[17:163] = 0.02 * random.standard_normal((146, A_TOKEN))
    for token in VOICED:
        partials = sum(
            random.uniform(0.3, 1.0) * np.sin(2 * np.pi * (5 * number * time + random.uniform()))
            for number in range(1, 12)
        )
        sounds[token] = 0.15 * partials / np.sqrt(np.mean(partials**2))
    return np.clip(sounds, -0.95, 0.95).astype(np.float32)


def kokoro(path: Path) -> Path:
    """Write a model of Kokoro's signature: tokens, style and speed become audio of 24 kHz."""
    weights: dict[str, NDArray[Any]] = {
        "waves": waves(),
        "flat": np.array([-1], np.int64),
        "lead": np.zeros(LEAD, np.float32),
        "tail": np.zeros(TAIL, np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["waves", "tokens"], ["gathered"]),
        helper.make_node("Reshape", ["gathered", "flat"], ["said"]),
        helper.make_node("ReduceMean", ["style"], ["mean"], keepdims=0),
        helper.make_node("Tanh", ["mean"], ["bent"]),
        helper.make_node("Exp", ["bent"], ["loud"]),
        helper.make_node("Mul", ["loud", "speed"], ["gain"]),
        helper.make_node("Mul", ["said", "gain"], ["louder"]),
        helper.make_node("Concat", ["lead", "louder", "tail"], ["audio"], axis=0),
    ]
    graph = helper.make_graph(
        nodes,
        "kokoro",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, STYLE]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    return written(graph, path)


def written(graph: onnx.GraphProto, path: Path) -> Path:
    """Write a model of this graph."""
    # Version 9 of the format is older than every onnxruntime that we take.
    model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def style(path: Path, seed: int = 256) -> Path:
    """Write a style: a row for every number of tokens, about zero."""
    rows = 0.01 * np.random.default_rng(seed).standard_normal((510, 1, STYLE))
    rows.astype("<f4").tofile(path)
    return path
