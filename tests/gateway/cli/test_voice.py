"""`tongluo voice list|try`: which voices are here, what is missing, and how one says a text.

Covers gateway/cli/catalogue.py and audition.py too. `install` is tested in tests/gateway/service.
"""

from __future__ import annotations

import hashlib
import json
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gateway.voice import CannotSay, Gone
from gateway.voice.engines import Heard, choice, styles
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.piece import Piece
from tests.support.command import Gateway, site, tongluo, typed

STYLE = bytes(styles.BYTES)
"""Of the size of a style."""


@pytest.fixture(autouse=True)
def program(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder for styles, with nothing in it. Every package is installed."""
    monkeypatch.setattr(sys, "prefix", str(here / "program"))
    monkeypatch.setattr(choice, "find_spec", lambda name: object())
    monkeypatch.setattr(styles, "SHA256", dict.fromkeys(styles.SHA256, hashlib.sha256(STYLE).hexdigest()))
    folder = styles.folders(None)[0]
    folder.mkdir(parents=True)
    return folder


def voices(*words: str) -> dict[str, dict[str, object]]:
    """The rows of `voice list --json`, by the voice."""
    said = tongluo(*words, "voice", "list", "--json")
    assert said.exit_code == 0, said.output
    return {row["voice"]: row for row in map(json.loads, said.stdout.splitlines())}


def test_the_list_names_every_engine_and_style_and_what_mends_what_is_missing(program: Path) -> None:
    (program / "zm_yunjian.bin").write_bytes(STYLE)
    found = voices()
    assert list(found) == [
        "kokoro zm_yunjian", "kokoro zf_xiaoxiao", "kokoro zm_yunxia", "kokoro zm_yunxi",
        "kokoro zm_yunyang", "kokoro zf_xiaoyi", "kokoro zf_xiaobei",
        "espeak-ng", "folder", "wyoming", "edge",
    ]  # fmt: skip
    assert found["kokoro zm_yunjian"] == {
        "engine": "kokoro",
        "voice": "kokoro zm_yunjian",
        "in_use": False,
        "installed": True,
        "languages": ["zh"],
        "pace": None,
        "licence": "Apache-2.0，有未决问题（docs/NOTICE）",
        "missing": "",
    }
    assert found["kokoro zf_xiaoxiao"]["missing"] == "缺音色文件：tongluo voice install zf_xiaoxiao"
    assert [name for name, row in found.items() if row["in_use"]] == ["espeak-ng"], "tests/conftest.py"
    assert 'engine = "folder"' in str(found["folder"]["missing"])


def test_what_is_in_use_is_what_can_speak(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGLUO_VOICE")
    assert voices()["espeak-ng"]["in_use"], "the style is missing"
    (program / "zm_yunjian.bin").write_bytes(STYLE)
    assert voices()["kokoro zm_yunjian"]["in_use"]
    (program / "zm_yunjian.bin").write_bytes(STYLE[1:])
    spoilt = voices()
    assert spoilt["espeak-ng"]["in_use"]
    assert "读到 522239 B，应为 522240 B" in str(spoilt["kokoro zm_yunjian"]["missing"])
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    missing = voices()
    assert "pip install 'tongluo[voice]'" in str(missing["kokoro zm_yunjian"]["missing"])
    assert "pip install 'tongluo[edge]'" in str(missing["edge"]["missing"])
    assert missing["espeak-ng"]["in_use"]


@pytest.mark.parametrize(
    ("keys", "voice"),
    [
        ('engine = "wyoming"\nname = "huayan"', "wyoming huayan"),
        ('engine = "edge"', "edge"),
        ('engine = "kokoro"\nstyle_file = "own.bin"', "kokoro own.bin"),
        ('engine = "espeak"', "espeak-ng"),
        ('engine = "folder"\nfolder = "nowhere"', "espeak-ng"),
    ],
)
def test_the_voice_of_the_configuration_is_the_one_in_use(here: Path, keys: str, voice: str) -> None:
    config = site(here / "site")
    config.write_text(f"{config.read_text('utf-8')}\n[voice]\n{keys}\n", "utf-8")
    (config.parent / "own.bin").write_bytes(STYLE)
    found = voices("--config", str(config))
    assert [name for name, row in found.items() if row["in_use"]] == [voice]


def test_the_table_shows_the_voice_in_use_first(program: Path) -> None:
    (program / "zf_xiaoxiao.bin").write_bytes(STYLE)
    said = tongluo("voice", "list").stdout.splitlines()
    heads = next(line.split() for line in said if "语音" in line)
    assert heads == ["语音", "已装", "语言", "做一秒用（秒）", "许可", "缺什么、怎么办"]
    rows = [line.split() for line in said if "Apache" in line or "GPL" in line]
    assert rows[0][:5] == ["●", "espeak-ng", "✓", "zh", "en"]
    assert ["kokoro", "zf_xiaoxiao", "✓", "zh"] in [row[:4] for row in rows]


def test_a_voice_is_tried_piece_by_piece_and_heard(here: Path) -> None:
    said = tongluo("voice", "try", "暴雨红色预警。请立即转移到安置点。", "--wav", "a.wav")
    assert said.exit_code == 0, said.output
    first, *table = said.stdout.splitlines()
    assert first.startswith("语音：espeak-ng（GPL-3.0-or-later）。做一秒声音用 0.")
    rows = [line.split() for line in table if "通过" in line]
    assert [row[0] for row in rows] == ["暴雨红色预警。", "请立即转移到安置点。"]
    assert rows[0][1:7] == ["bao4", "yu3", "hong2", "se4", "yu4", "jing3"]
    with wave.open("a.wav") as file:
        seconds = file.getnframes() / file.getframerate()
    assert f"播出时长 {seconds:.1f} 秒。" in said.stdout


class Refusing(EspeakVoice):
    """Says the first piece, and of the second one what it was told to."""

    then: Callable[[], Heard]

    async def say(self, piece: Piece) -> Heard:
        return type(self).then() if "水位" in piece.written else await super().say(piece)


def raises(error: Exception) -> Callable[[], Heard]:
    def then() -> Heard:
        raise error

    return then


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (lambda: Heard(np.zeros(24000, np.int16), 24000), "it is silent"),
        (raises(CannotSay("no syllable of it")), "no syllable of it"),
        (raises(Gone("the worker hangs")), "the worker hangs"),
    ],
)
def test_a_piece_that_is_refused_is_shown_with_its_reason(
    here: Path, monkeypatch: pytest.MonkeyPatch, then: Callable[[], Heard], why: str
) -> None:
    monkeypatch.setattr(Refusing, "then", staticmethod(then), raising=False)
    monkeypatch.setattr("gateway.cli.audition.made", lambda table, data: Refusing())
    said = tongluo("voice", "try", "请立即转移到安置点。水位正在快速上涨。", "--wav", "a.wav")
    assert said.exit_code == 1
    assert why in next(line for line in said.stdout.splitlines() if "水位" in line)
    assert why in said.stderr
    assert "播出时，这一遍从这一句起由自带的 espeak-ng 代说" in said.stderr
    assert not Path("a.wav").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--engine", "piper"), "没有语音 piper。应为 kokoro、espeak、wyoming、edge、folder 之一。"),
        (("--engine", "kokoro"), "语音缺少音色 zm_yunjian"),
        (("--style", "zf_xiaoxiao"), "语音缺少音色 zf_xiaoxiao"),
        (("--style", "zf_xiaoni"), "另一种方言"),
        (("--engine", "edge", "--style", "zf_xiaoyi"), "语音 edge 没有音色可选"),
        (("--engine", "folder"), "写进配置的 voice 一节"),
    ],
)
def test_a_voice_that_cannot_be_tried_is_told_with_what_to_do(words: tuple[str, ...], why: str) -> None:
    said = tongluo("voice", "try", "请转移。", *words)
    assert said.exit_code == 1
    assert why in said.stderr
    assert not said.stdout


def test_speak_takes_the_voice_of_the_site_and_espeak_where_it_cannot(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Chosen(EspeakVoice):
        async def say(self, piece: Piece) -> Heard:
            asked.append(piece.written)
            if "水位" in piece.written:
                raise CannotSay("not this")
            return await super().say(piece)

    opened = choice.made
    monkeypatch.setattr(choice, "made", lambda table, data=None: Chosen() if data else opened(table))
    config = site(here)
    assert tongluo("--config", str(config), "speak", "请立即转移。", "--wav", "a.wav").exit_code == 0
    assert asked[-1] == "请立即转移。"
    assert tongluo("--config", str(config), "speak", "水位正在快速上涨。", "--wav", "b.wav").exit_code == 0
    assert asked[-1] == "水位正在快速上涨。"
    assert Path("b.wav").stat().st_size > 16000


def test_speak_says_that_espeak_stands_in_for_a_voice_that_is_missing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONGLUO_VOICE")
    said = tongluo("speak", "请立即转移。", "--wav", "a.wav")
    assert said.exit_code == 0
    assert said.stderr.startswith("语音缺少音色 zm_yunjian，现在由自带的 espeak-ng 说话")
    assert Path("a.wav").stat().st_size > 16000
    assert tongluo("speak", "请立即转移。").stderr == "", "no sound was asked for"


def test_the_list_shows_the_pace_that_a_running_gateway_has_measured(gateway: Gateway, program: Path) -> None:
    (program / "zm_yunjian.bin").write_bytes(STYLE)
    gateway.says("GET health", 200, {"voice": {"name": "kokoro zm_yunjian", "pace": 0.52}})
    said = typed(gateway, Path.cwd(), "voice", "list")
    assert said.exit_code == 0, said.output
    row = next(line.split() for line in said.stdout.splitlines() if "zm_yunjian" in line)
    assert row[:5] == ["kokoro", "zm_yunjian", "✓", "zh", "0.52"]
    gateway.says("GET health", 200, [])
    assert typed(gateway, Path.cwd(), "voice", "list").exit_code == 0
