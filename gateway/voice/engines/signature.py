"""What a model of somebody else takes and gives: which of its tensors means what, told by their names.

The names are those of the exports for sherpa-onnx (VITS, Matcha, MeloTTS, icefall), of Piper, of PaddleSpeech
and of TensorFlowTTS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.voice.engines.layout import FolderWrong
from gateway.voice.engines.onnx_process import Tensor

Numbers = NDArray[Any]

TOKENS, LENGTH, TONES, SPEAKER, LANGUAGE = "tokens", "length", "tones", "speaker", "language"
SCALES, ONE = "scales", "one"
ROLES: Mapping[str, str] = {
    **dict.fromkeys(("x", "input", "tokens", "text", "input_ids"), TOKENS),
    **dict.fromkeys(("x_length", "x_lengths", "input_lengths", "tokens_lens", "text_lengths"), LENGTH),
    **dict.fromkeys(("tones", "tone"), TONES),
    **dict.fromkeys(("sid", "speaker", "spk_id", "speaker_ids"), SPEAKER),
    **dict.fromkeys(("langid", "lang_id"), LANGUAGE),
    "scales": SCALES,
    "noise_scale": "noise_scale",
    **dict.fromkeys(("noise_scale_w", "noise_scale_dur"), "noise_scale_w"),
    **dict.fromkeys(("length_scale", "alpha"), "length_scale"),
    **dict.fromkeys(("speed_ratios", "f0_ratios", "energy_ratios"), ONE),
}
"""What the inputs of a model mean, by name."""
DEFAULTS: Mapping[str, float] = {"noise_scale": 0.667, "length_scale": 1.0, "noise_scale_w": 0.8}
"""sherpa-onnx's own values where metadata and voice.toml say nothing."""
TYPES = {
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(float)": np.float32,
    "tensor(double)": np.float64,
}  # fmt: skip
"""onnxruntime's names of the types that occur."""


class Said(NamedTuple):
    """What a model shall say."""

    ids: Sequence[int]
    """Numbers of tokens."""
    tones: Sequence[int]
    """As many, for models that take tones apart."""
    speaker: int
    settings: Mapping[str, float]
    """The values of DEFAULTS."""


def roles(inputs: Sequence[Tensor]) -> dict[str, str]:
    """What each input of a model that takes tokens means. Raises FolderWrong."""
    meant = {tensor.name: ROLES.get(tensor.name, "") for tensor in inputs}
    strange = [tensor.name for tensor in inputs if not meant[tensor.name] or tensor.type not in TYPES]
    if strange or TOKENS not in meant.values():
        raise FolderWrong(
            f"模型的输入为 {', '.join(meant)}，其中无法识别 {', '.join(strange) or '-'}；应为 sherpa-onnx "
            f"所用的 VITS、Matcha 或 FastSpeech2 模型 (the model takes {', '.join(meant)}; "
            f"{', '.join(strange) or 'tokens'} not understood: expected an export for sherpa-onnx)"
        )
    return meant


def fed(inputs: Sequence[Tensor], said: Said) -> dict[str, Numbers]:
    """The tensors of a model that takes tokens."""
    meant = roles(inputs)
    values: dict[str, Sequence[float]] = {
        TOKENS: said.ids,
        TONES: said.tones,
        LENGTH: [len(said.ids)],
        SPEAKER: [said.speaker],
        LANGUAGE: [0],
        ONE: [1],
        SCALES: [said.settings[name] for name in DEFAULTS],
        **{name: [said.settings[name]] for name in DEFAULTS},
    }
    return {tensor.name: _shaped(values[meant[tensor.name]], tensor) for tensor in inputs}


def _shaped(values: Sequence[float], tensor: Tensor) -> Numbers:
    """Values as a tensor of the rank, and of the size where it is fixed, that the model wants."""
    numbers: Numbers = np.asarray(values, TYPES[tensor.type])
    if not tensor.shape:
        return numbers[:1].reshape(())
    last = tensor.shape[-1]
    if isinstance(last, int) and 0 < last < len(numbers):
        numbers = numbers[:last]  # Matcha's two scales
    return numbers.reshape((1,) * (len(tensor.shape) - 1) + (-1,))


def spectrum(outputs: Sequence[Tensor], vocoder: Tensor) -> Tensor:
    """The output of a model that its vocoder takes. Raises FolderWrong.

    Several may fit (TensorFlowTTS gives the spectrum before and after its last net): the last one is best.
    """
    named = [tensor for tensor in outputs if tensor.name in ("mel", "mels", "logmel")]
    fitting = named or [
        tensor
        for tensor in outputs
        if tensor.type in ("tensor(float)", "tensor(double)") and tensor.fixed & vocoder.fixed
    ]
    if not fitting:
        fitting = [tensor for tensor in outputs if len(tensor.shape) == len(vocoder.shape)][:1]
    if not fitting:
        raise FolderWrong(
            f"声码器的输入 {vocoder.name} {vocoder.shape} 与模型的输出不相配，请换用与模型配套的声码器 "
            f"(the vocoder takes {vocoder.shape}, no output of the model fits: take the model's own vocoder)"
        )
    return fitting[-1]


def turned(values: Numbers, given: Tensor, vocoder: Tensor) -> Numbers:
    """A spectrum of one piece, as its vocoder wants it: bands by times or times by bands.

    Raises FolderWrong if it has other bands than the vocoder takes.
    """
    flat = values.reshape([size for size in values.shape if size != 1] or [1])
    bands = next(iter(vocoder.fixed), 0) or next(iter(given.fixed), 0)
    if flat.ndim != 2 or bands not in flat.shape:
        raise FolderWrong(
            f"模型的频谱为 {values.shape}，声码器需要 {vocoder.shape}，请换用与模型配套的声码器 "
            f"(the model gives {values.shape}, the vocoder takes {vocoder.shape}: take the model's own)"
        )
    by_bands = bands in given.shape[-2:-1] if flat.shape[0] == flat.shape[1] else flat.shape[0] == bands
    first = bands in vocoder.shape[-2:-1]
    return (flat if by_bands == first else flat.T).reshape(
        (1,) * (len(vocoder.shape) - 2) + ((bands, -1) if first else (-1, bands))
    )
