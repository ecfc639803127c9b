"""What `tongluo config check` says of the voice. The sentences were written before they were seen printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.config import Config, load
from gateway.config.voice import AnyVoice, EdgeTable, EspeakTable, FolderTable, KokoroTable, WyomingTable
from gateway.site import check, voices
from gateway.site.load import load_site
from gateway.voice.engines import choice, styles
from tests.support.command import site


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A site where every voice has what it needs."""
    monkeypatch.setattr(choice, "lack", lambda table, data: None)
    monkeypatch.setattr(voices, "lack", lambda table, data: None)
    return load(site(tmp_path))


def said(config: Config, voice: AnyVoice | None, lang: str = "zh") -> list[str]:
    return voices.remarks(config.model_copy(update={"voice": voice}), lang)


TRIAL = (
    '请在喇叭下放一遍（tongluo say "今天下午三点到村委会开会" --to 终端），请三位村民复述，'
    '再在配置的 voice 一节写 trial = "何时、何处、几人听懂"。'
)
QUESTIONS = (
    "kokoro 的权重和音色为 Apache-2.0，尚有未决问题：训练用过闭源语音合成的声音，"
    "普通话音色与一家服务商的同名。由本单位决定是否采用，见 docs/NOTICE。"
)


def test_the_neural_voice_was_heard_by_a_recogniser_and_by_no_villager_yet(config: Config) -> None:
    heard = "语音 kokoro zm_yunjian：识别程序听得懂，村民还没听过。"
    assert said(config, KokoroTable()) == ["语音：kokoro zm_yunjian。", QUESTIONS, heard + TRIAL]
    (english,) = [line for line in said(config, KokoroTable(), "en") if "villagers" in line]
    assert english.startswith(
        "Voice kokoro zm_yunjian: heard by a recogniser, not yet by villagers. Play it at"
    )


def test_a_trial_of_the_sites_own_is_shown_in_its_place(config: Config) -> None:
    tried = KokoroTable(trial="2026-12-03 西桥村三位村民听过")
    assert said(config, tried)[-1] == "语音 kokoro zm_yunjian 的本地试听：2026-12-03 西桥村三位村民听过"
    assert not any("还没听过" in line for line in said(config, tried))


@pytest.mark.parametrize(
    ("voice", "first", "word"),
    [
        (EspeakTable(), "语音：espeak-ng。", "一半以上的音节听错"),
        (KokoroTable(style="zf_xiaobei"), "语音：kokoro zf_xiaobei。", "东北口音"),
        (KokoroTable(style_file=Path("/a/own.bin")), "语音：kokoro own.bin。", "docs/NOTICE"),
        (KokoroTable(style_file=Path("/a/own.bin")), "语音：kokoro own.bin。", "识别程序和村民都还没听过"),
        (FolderTable(folder=Path("/a/model")), "语音：folder model。", "识别程序和村民都还没听过"),
        (WyomingTable(), "语音：wyoming。", "识别程序和村民都还没听过"),
        (EdgeTable(name="zh-CN-X"), "语音：edge zh-CN-X。", "发到外网"),
    ],
)
def test_each_voice_has_its_own_warning(config: Config, voice: AnyVoice, first: str, word: str) -> None:
    lines = said(config, voice)
    assert lines[0] == first
    assert sum(word in line for line in lines) == 1


def test_what_is_missing_is_one_sentence_and_a_fault_only_where_the_site_named_the_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONGLUO_VOICE")
    monkeypatch.setattr(styles, "file_of", lambda table, data: None)
    unnamed = load(site(tmp_path))
    (line,) = voices.remarks(unnamed)
    assert line.startswith(
        "语音缺少音色 zm_yunjian，现在由自带的 espeak-ng 说话：请联网执行 tongluo voice install"
    )
    assert check.wiring(unnamed, load_site(unnamed)) == []
    named = unnamed.model_copy(update={"voice": KokoroTable()})
    assert voices.remarks(named) == []
    assert check.wiring(named, load_site(named)) == [f"voice: {line}"]
