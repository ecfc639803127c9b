"""What a folder holds is found out before it says a word; whatever it holds, the answer is a model or a typed
error."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.voice import CannotSay
from gateway.voice.engines.layout import FolderWrong, layout
from gateway.voice.engines.onnx_process import Described, Tensor
from gateway.voice.engines.site_model import SiteModel, site_model
from gateway.voice.piece import Piece, Word
from gateway.voice.sound.slices import at_once
from tests.support import model_folders

INT64, FLOAT = "tensor(int64)", "tensor(float)"
VITS = Described(
    [Tensor("x", INT64, ["N", "L"])], [Tensor("y", FLOAT, ["N", 1, "S"])], {"sample_rate": "22050"}, "a"
)
MELO = Described([*VITS.inputs, Tensor("tones", INT64, ["N", "L"])], VITS.outputs, VITS.metadata, "b")
MATCHA = Described(
    [*VITS.inputs, Tensor("noise_scale", FLOAT, [1])],
    [Tensor("mel", FLOAT, ["N", 80, "T"])],
    {"sample_rate": "22050", "pad_id": "1"},
    "c",
)
SPECTRUM = [Tensor(name, FLOAT, ["N", "F", "T"]) for name in ("mag", "x", "y")]
VOCOS = Described([Tensor("mels", FLOAT, ["N", 80, "T"])], SPECTRUM, {}, "d")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folders.vits(tmp_path_factory.mktemp("site") / "vits", model_folders.PADDLE)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The folder, to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def found(folder: Path, *described: Described) -> SiteModel:
    return at_once(site_model(layout(folder), described or [VITS]))


def test_a_lexicon_and_tokens_of_one_model_are_understood(folder: Path) -> None:
    model = found(folder)
    assert model.spelling.spelt("zhong4") == ("zh", "ong4")
    assert model.missing == ()
    assert model.conventions.rate == 22050


@pytest.mark.parametrize(
    ("file", "change", "sentence"),
    [
        ("lexicon.txt", lambda text: text.replace("zh ", "X "), r"lexicon.txt: \d+ 个单字中只有|模型缺少"),
        ("lexicon.txt", lambda text: "\n".join(text.splitlines()[:40]), "模型缺少 .* 个常用音节"),
        ("lexicon.txt", lambda text: "hello h e l o\n", "lexicon.txt: 0 个单字中只有 0 个"),
        ("lexicon.txt", lambda text: text.replace("a", "o"), "lexicon.txt|模型缺少"),
        ("tokens.txt", lambda text: text.replace("uang4 ", "gone4 "), "模型缺少 .*uang4"),
        ("tokens.txt", lambda text: "a 0\nb 1\n", "lexicon.txt: .*个的记号可用"),
    ],
)
def test_files_of_another_model_are_refused(copy: Path, file: str, change: Any, sentence: str) -> None:
    path = copy / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    with pytest.raises(FolderWrong, match=sentence):
        found(copy)


def test_rare_syllables_may_be_missing(copy: Path) -> None:
    path = copy / "tokens.txt"
    path.write_text(path.read_text("utf-8").replace("ua3 ", "gone "), "utf-8")
    lexicon = copy / "lexicon.txt"
    kept = [line for line in lexicon.read_text("utf-8").splitlines() if not line.endswith(" ua3")]
    lexicon.write_text("\n".join(kept), "utf-8")
    with pytest.raises(FolderWrong, match="gua3"):
        found(copy)
    path.write_text(path.read_text("utf-8").replace("gone ", "ua3 ").replace("ueng3 ", "gone "), "utf-8")
    assert "weng3" in found(copy).missing


def test_without_a_lexicon_the_tokens_must_be_pinyin(copy: Path) -> None:
    (copy / "lexicon.txt").unlink()
    assert found(copy).spelling.spelt("wo3") == ("uo3",)
    with pytest.raises(FolderWrong, match=r"缺少 lexicon\.txt"):
        found(copy, MELO)
    (copy / "tokens.txt").write_text("ʈ 0\nʂ 1\nɤ 2\n", "utf-8")
    with pytest.raises(FolderWrong, match=r"缺少 lexicon\.txt"):
        found(copy)


@pytest.mark.parametrize(("first", "spoken"), [("uei2", True), ("uei3", False)])
def test_third_tones_are_given_as_the_lexicon_writes_its_words(copy: Path, first: str, spoken: bool) -> None:
    assert not found(copy).conventions.sandhi
    with (copy / "lexicon.txt").open("a", encoding="utf-8") as file:
        file.write(f"水果 sh {first} g uo3\n雨水 v{first[-1]} sh uei3\n")
    model = found(copy)
    assert model.conventions.sandhi is spoken
    said = model.conventions.said(Piece((Word("水果", ("shui3", "guo3")),)), model.spelling)
    assert said.ids[1] == model.conventions.tokens["uei2" if spoken else "uei3"]


def test_models_of_biaobei_want_third_tones_as_they_are_spoken(tmp_path: Path) -> None:
    model_folders.write_tokens(tmp_path, model_folders.vocabulary(model_folders.BAKER, ("#0",)))
    (tmp_path / "model.onnx").touch()
    assert found(tmp_path).conventions.sandhi


@pytest.mark.parametrize(
    ("vocoder", "sentence"),
    [
        (VOCOS._replace(inputs=[*VOCOS.inputs, *VOCOS.inputs]), "声码器的输入输出"),
        (VOCOS._replace(outputs=SPECTRUM[:2]), "声码器的输入输出"),
        (VOCOS._replace(metadata={"n_fft": "many"}), "声码器的元数据无效"),
        (VOCOS._replace(metadata={"hop_length": "0"}), "声码器的元数据无效"),
        (VOCOS._replace(metadata={"window_type": "kaiser"}), "声码器的元数据无效"),
        (VOCOS._replace(inputs=[Tensor("x", FLOAT, [100])]), "声码器"),
    ],
)
def test_a_vocoder_that_does_not_fit_is_refused(copy: Path, vocoder: Described, sentence: str) -> None:
    (copy / "vocos.onnx").touch()
    model = MATCHA._replace(outputs=[Tensor("out", FLOAT, ["N", 80, "T"])])
    with pytest.raises(FolderWrong, match=sentence):
        found(copy, model, vocoder)


def test_a_spectrum_of_another_size_than_its_vocoder_says_cannot_be_said(copy: Path) -> None:
    (copy / "vocos.onnx").touch()
    model = found(copy, MATCHA, VOCOS)
    whole = {name: np.zeros((1, 513, 7), np.float32) for name in ("mag", "x", "y")}
    assert len(at_once(model.sound(whole))) == 6 * 256
    with pytest.raises(CannotSay, match="another size"):
        at_once(model.sound({**whole, "mag": whole["mag"][:, :512]}))


NOTES = st.dictionaries(
    st.sampled_from(
        ["sample_rate", "n_speakers", "speaker", "add_blank", "jieba", "pad_id", "voice", "noise_scale"]
    ),
    st.one_of(st.text(max_size=5), st.integers(-9, 10**6).map(str), st.floats().map(str)),
)
TENSORS = st.lists(
    st.builds(
        Tensor,
        st.sampled_from(["x", "x_length", "tones", "sid", "mel", "mels", "bert", ""]),
        st.sampled_from([INT64, FLOAT, "tensor(string)", ""]),
        st.lists(st.one_of(st.none(), st.integers(-1, 100), st.text(max_size=2)), max_size=4),
    ),
    max_size=4,
)


@given(NOTES, TENSORS, TENSORS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_model_says_of_itself_it_is_taken_or_refused(
    folder: Path, notes: Mapping[str, str], inputs: list[Tensor], outputs: list[Tensor]
) -> None:
    with suppress(FolderWrong):
        found(folder, Described(inputs, outputs, dict(notes), "e"))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoilt_file_is_a_typed_error_or_still_a_model(
    folder: Path, copy: Path, data: st.DataObject
) -> None:
    """Bytes are changed, lost or put in between, anywhere in the tokens or in the lexicon."""
    name = data.draw(st.sampled_from(["tokens.txt", "lexicon.txt"]))
    octets = (folder / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(octets))), data.draw(st.integers(0, 2000))
        octets = octets[:at] + data.draw(st.binary(max_size=20)) + octets[at + length :]
    (copy / name).write_bytes(octets)
    try:
        with suppress(FolderWrong):
            assert found(copy).spelling.spelt("zhong4") == ("zh", "ong4")
    finally:
        (copy / name).write_bytes((folder / name).read_bytes())
