"""A folder of a model is read, and what is wrong with it is said with file, line and remedy."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.voice.engines.layout import UNKNOWN, FolderWrong, layout, lines, name, tokens, word


def folder(path: Path, *models: str) -> Path:
    """Files of the right names, with next to nothing in them."""
    for model in models or ("model.onnx",):
        (path / model).write_bytes(b"onnx " + model.encode())
    (path / "tokens.txt").write_text("_ 0\n 1\na1 2\n", "utf-8")
    (path / "lexicon.txt").write_text("啊 a1\n", "utf-8")
    return path


VOCOS = "vocos-22khz-univ.onnx"


@pytest.mark.parametrize(
    ("models", "chosen", "vocoder"),
    [
        ("model.onnx", "model.onnx", None),
        ("vits-aishell3.onnx vits-aishell3.int8.onnx", "vits-aishell3.onnx", None),
        ("vits-aishell3.int8.onnx", "vits-aishell3.int8.onnx", None),
        (f"model-steps-2.onnx model-steps-3.onnx {VOCOS}", "model-steps-3.onnx", VOCOS),
        ("model-steps-6.onnx hifigan_v2.onnx", "model-steps-6.onnx", "hifigan_v2.onnx"),
        ("fastspeech2_csmsc.onnx pwgan_csmsc.onnx", "fastspeech2_csmsc.onnx", "pwgan_csmsc.onnx"),
        ("model.onnx other.onnx", "model.onnx", None),
    ],
)
def test_the_files_are_known_by_their_names(
    tmp_path: Path, models: str, chosen: str, vocoder: str | None
) -> None:
    found = layout(folder(tmp_path, *models.split()))
    assert (found.model.name, found.vocoder and found.vocoder.name) == (chosen, vocoder)
    assert found.tokens == {"_": 0, " ": 1, "a1": 2}
    assert found.lexicon == tmp_path / "lexicon.txt"
    assert (found.settings, found.licence) == ({}, UNKNOWN)


@pytest.mark.parametrize(
    ("file", "octets", "sentence"),
    [
        ("model.onnx", None, "应有一个 model.onnx，.*现有 -"),
        ("vocos.onnx hifigan.onnx", b"", "最多一个声码器.*hifigan.onnx, model.onnx, vocos.onnx"),
        ("tokens.txt", None, "tokens.txt: 缺少此文件"),
        ("tokens.txt", b"", "tokens.txt: 空文件"),
        ("tokens.txt", b"a 0\nb x\n", "tokens.txt 第 2 行: .*'b x'，应为一个记号和它的编号"),
        ("tokens.txt", b"a -1\n", "tokens.txt 第 1 行"),
        ("tokens.txt", b"a 0\n\nb c 1\n", "tokens.txt 第 3 行"),
        ("tokens.txt", b"a 999999\n", "tokens.txt 第 1 行"),
        ("tokens.txt", "啊 0\n".encode("gbk"), "tokens.txt .*不是 UTF-8"),
        ("voice.toml", b"speaker 3\n", "voice.toml: .*第 1 行"),
        ("voice.toml", b"# \xff", "voice.toml: 不是 UTF-8"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(
    tmp_path: Path, file: str, octets: bytes | None, sentence: str
) -> None:
    folder(tmp_path)
    for path in map(tmp_path.joinpath, file.split()):
        if octets is None:
            path.unlink()
        else:
            path.write_bytes(octets)
    with pytest.raises(FolderWrong, match=sentence):
        layout(tmp_path)


def test_a_folder_that_is_missing_or_has_two_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderWrong, match="没有这个文件夹"):
        layout(tmp_path / "none")
    with pytest.raises(FolderWrong, match=r"a\.onnx, b\.onnx"):
        layout(folder(tmp_path, "a.onnx", "b.onnx"))


def test_tones_in_the_lexicon_are_as_many_as_tokens() -> None:
    path = Path("lexicon.txt")
    assert word(path, 1, "啊 a b 1 1", toned=True) == ("啊", ("a\x011", "b\x011"))
    assert word(path, 1, "啊 a1 #0", toned=False) == ("啊", ("a1", "#0"))
    assert word(path, 1, "紫阳县 z i3", toned=False) is None
    assert word(path, 1, "hello h", toned=False) is None
    for line in ("啊 a b 1", "啊 a x"):
        with pytest.raises(FolderWrong, match="第 7 行"):
            word(path, 7, line, toned=True)


@pytest.mark.parametrize(
    ("file", "text", "licence"),
    [
        ("LICENSE", "MIT License\n\nCopyright\n", "MIT License"),
        ("README.md", "---\nlicense: cc-by-nc-sa-4.0\n---\n# x\n", "cc-by-nc-sa-4.0"),
        ("README.md", "\n# A model of ours\n", "A model of ours"),
        ("LICENSE.txt", "\n\n", UNKNOWN),
    ],
)
def test_the_licence_is_what_its_file_says(tmp_path: Path, file: str, text: str, licence: str) -> None:
    (folder(tmp_path) / file).write_text(text, "utf-8")
    assert layout(tmp_path).licence == licence


def test_every_file_that_has_a_say_changes_the_name(tmp_path: Path) -> None:
    folder(tmp_path, "model.onnx", "vocos.onnx")
    names = {name(layout(tmp_path))}
    assert names == {name(layout(tmp_path))}
    for file, octets in (
        ("model.onnx", b"other"),
        ("vocos.onnx", b"other"),
        ("lexicon.txt", "啊 a2\n".encode()),
        ("tokens.txt", b"a1 0\n"),
        ("voice.toml", b"speaker = 3\n"),
    ):
        (tmp_path / file).write_bytes(octets)
        names.add(name(layout(tmp_path)))
    os.utime(tmp_path / "model.onnx", ns=(1, 1))
    names.add(name(layout(tmp_path)))
    assert len(names) == 7


@given(st.one_of(st.binary(max_size=60), st.text("a1 \t\n_啊\ufeff\x85", max_size=40).map(str.encode)))
@settings(max_examples=50)
def test_any_bytes_are_tokens_or_a_typed_error(octets: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(octets)
        file.flush()
        path = Path(file.name)
        with suppress(FolderWrong):
            assert all(number >= 0 and token for token, number in tokens(path).items())
        with suppress(FolderWrong):
            for number, line in lines(path):
                word(path, number, line, toned=True)
