"""`[voice]`: each engine has its own keys, and every refusal says what was read and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.config.voice import (
    STYLES,
    AnyVoice,
    EdgeTable,
    EspeakTable,
    FolderTable,
    KokoroTable,
    WyomingTable,
)

SMALLEST = (Path(__file__).parents[2] / "configs/good/smallest.toml").read_text("utf-8")


def read(folder: Path, *keys: str) -> AnyVoice | None:
    """The `[voice]` of these keys."""
    file = folder / "gateway.toml"
    file.write_text("\n".join([SMALLEST, "[voice]", *keys, ""]), "utf-8")
    return load(file).voice


@pytest.mark.parametrize(
    ("keys", "table"),
    [
        (['engine = "kokoro"'], KokoroTable(style="zm_yunjian")),
        (['engine = "kokoro"', 'style = "zf_xiaoxiao"'], KokoroTable(style="zf_xiaoxiao")),
        (['engine = "espeak"'], EspeakTable()),
        (['engine = "wyoming"', "port = 10300"], WyomingTable(port=10300)),
        (['engine = "edge"', 'name = "zh-CN-YunjianNeural"'], EdgeTable(name="zh-CN-YunjianNeural")),
        (['engine = "edge"', 'trial = "2026-12-03 西桥村"'], EdgeTable(trial="2026-12-03 西桥村")),
    ],
)
def test_an_engine_has_its_own_table(tmp_path: Path, keys: list[str], table: AnyVoice) -> None:
    assert read(tmp_path, *keys) == table


def test_files_of_a_voice_lie_beside_the_configuration(tmp_path: Path) -> None:
    folder = read(tmp_path, 'engine = "folder"', 'folder = "model"')
    assert folder == FolderTable(folder=tmp_path / "model")
    own = read(tmp_path, 'engine = "kokoro"', 'style_file = "own.bin"')
    assert own == KokoroTable(style_file=tmp_path / "own.bin")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (
            ['engine = "piper"'],
            "voice.engine: 读到 piper，只能是 kokoro、espeak、wyoming、edge、folder",
        ),
        (['style = "zm_yunjian"'], "voice.engine: 缺少这一项"),
        (['engine = "kokoro"', "port = 1"], "voice: port = 1：这是 wyoming 的项，engine = 'kokoro' 没有"),
        (['engine = "edge"', "host = ''"], "voice: host = ''：这是 wyoming 的项，engine = 'edge' 没有"),
        (['engine = "espeak"', 'name = "x"'], "voice: name = 'x'：这是 wyoming、edge 的项"),
        (['engine = "wyoming"', 'style = "x"'], "voice: style = 'x'：这是 kokoro 的项"),
        (['engine = "folder"'], "voice.folder: 缺少这一项"),
        (['engine = "kokoro"', 'stile = "x"'], "voice.stile: 没有这个键"),
        (['engine = "kokoro"', "style = 3"], "voice.style: 应为文字"),
        (['engine = "kokoro"', 'style = "zm_yunjan"'], "voice.style: 读到 zm_yunjan，没有这个音色，应为 zm_"),
        (['engine = "kokoro"', 'style = "zf_xiaoni"'], "声调是另一种方言的"),
        (['engine = "kokoro"', "trial = true"], "voice.trial: 应为文字"),
        (['engine = "kokoro"', f'trial = "{"长" * 201}"'], "voice.trial: 最多只能有 200 个字"),
    ],
)
def test_a_wrong_table_is_answered_with_what_was_read_and_what_to_write(
    tmp_path: Path, keys: list[str], fault: str
) -> None:
    with pytest.raises(ConfigWrong) as raised:
        read(tmp_path, *keys)
    (said,) = raised.value.faults
    assert fault in said
    assert raised.value.path == tmp_path / "gateway.toml"


@pytest.mark.parametrize("host", ["8.8.8.8", "voices.example.com"])
def test_a_voice_from_elsewhere_must_be_wanted_in_so_many_words(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigWrong, match="plain = true"):
        read(tmp_path, 'engine = "wyoming"', f'host = "{host}"')
    assert read(tmp_path, 'engine = "wyoming"', f'host = "{host}"', "plain = true")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "192.168.1.5", "10.0.0.9"])
def test_one_in_this_house_needs_no_more(host: str) -> None:
    assert WyomingTable(host=host)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_of_the_list_may_speak(tmp_path: Path, style: str) -> None:
    assert read(tmp_path, 'engine = "kokoro"', f'style = "{style}"') == KokoroTable(style=style)
