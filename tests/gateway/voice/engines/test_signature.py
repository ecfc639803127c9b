"""What a model of somebody else takes is told by the names and the shapes of its tensors."""

from __future__ import annotations

import numpy as np
import pytest

from gateway.voice.engines.layout import FolderWrong
from gateway.voice.engines.onnx_process import Tensor
from gateway.voice.engines.signature import DEFAULTS, Said, fed, roles, spectrum, turned

INT64, INT32, FLOAT = "tensor(int64)", "tensor(int32)", "tensor(float)"
SAID = Said([5, 6, 7], [1, 1, 2], 3, DEFAULTS)


def as_lists(inputs: list[Tensor]) -> dict[str, object]:
    return {
        name: np.round(values.astype(np.float64), 3).tolist() for name, values in fed(inputs, SAID).items()
    }


def test_vits_matcha_and_melo_get_what_they_name() -> None:
    length, scales = Tensor("x_length", INT64, ["N"]), [Tensor(scale, FLOAT, [1]) for scale in DEFAULTS]
    assert as_lists([Tensor("x", INT64, ["N", "L"]), length, *scales, Tensor("sid", INT64, [1])]) == {
        "x": [[5, 6, 7]],
        "x_length": [3],
        "noise_scale": [0.667],
        "length_scale": [1.0],
        "noise_scale_w": [0.8],
        "sid": [3],
    }
    assert as_lists([Tensor("x", INT64, ["N", "L"]), Tensor("tones", INT64, ["N", "L"])]) == {
        "x": [[5, 6, 7]],
        "tones": [[1, 1, 2]],
    }


def test_piper_gets_three_scales_and_matcha_two_and_paddle_has_no_batch() -> None:
    piper = [Tensor("input", INT64, ["batch_size", "phonemes"]), Tensor("scales", FLOAT, [3])]
    assert as_lists(piper)["scales"] == [0.667, 1.0, 0.8]
    assert as_lists([piper[0], Tensor("scales", FLOAT, [2])])["scales"] == [0.667, 1.0]
    assert as_lists([Tensor("text", INT64, [None]), Tensor("spk_id", INT64, [])]) == {
        "text": [5, 6, 7],
        "spk_id": 3,
    }
    ratios = fed([Tensor("input_ids", INT32, [1, "L"]), Tensor("f0_ratios", FLOAT, [1])], SAID)
    assert [ratios[name].dtype.str for name in ("input_ids", "f0_ratios")] == ["<i4", "<f4"]


@pytest.mark.parametrize(
    "inputs",
    [
        [Tensor("x", INT64, ["N", "L"]), Tensor("bert", FLOAT, ["N", 1024, "L"])],
        [Tensor("x", "tensor(float16)", ["N", "L"])],
        [Tensor("noise_scale", FLOAT, [1])],
        [],
    ],
)
def test_a_model_that_is_not_understood_is_refused_with_what_it_takes(inputs: list[Tensor]) -> None:
    with pytest.raises(FolderWrong, match="模型的输入为"):
        roles(inputs)


BY_BANDS, BY_TIMES = Tensor("mels", FLOAT, [1, 80, "T"]), Tensor("logmel", FLOAT, ["T", 80])


def test_the_spectrum_is_the_output_that_the_vocoder_takes() -> None:
    before, after = Tensor("Identity", FLOAT, ["A", "T", 80]), Tensor("Identity_1", FLOAT, ["A", "T", 80])
    pitch = Tensor("Identity_2", FLOAT, ["A", "T"])
    assert spectrum([before, after, pitch], BY_BANDS) == after
    assert spectrum([pitch, Tensor("mel", FLOAT, ["N", "F", "T"]), after], BY_BANDS).name == "mel"
    with pytest.raises(FolderWrong, match="声码器"):
        spectrum([pitch, Tensor("Identity_3", INT64, [])], BY_BANDS)


@pytest.mark.parametrize("times", [5, 80])
def test_a_spectrum_is_turned_as_the_vocoder_wants_it(times: int) -> None:
    bands = np.arange(80 * times).reshape(80, times)
    upright, lying = Tensor("mel", FLOAT, ["N", 80, "T"]), Tensor("mel", FLOAT, ["T", 80])
    assert np.array_equal(turned(bands[None], upright, BY_BANDS), bands[None])
    assert np.array_equal(turned(bands[None], upright, BY_TIMES), bands.T)
    assert np.array_equal(turned(bands.T, lying, BY_BANDS), bands[None])
    assert np.array_equal(turned(bands.T, lying, BY_TIMES), bands.T)


def test_a_spectrum_of_other_bands_is_refused() -> None:
    with pytest.raises(FolderWrong, match="声码器需要"):
        turned(np.zeros((1, 100, 7)), Tensor("mel", FLOAT, ["N", 100, "T"]), BY_BANDS)
    with pytest.raises(FolderWrong, match="声码器需要"):
        turned(np.zeros(7), Tensor("mel", FLOAT, ["T"]), BY_BANDS)
