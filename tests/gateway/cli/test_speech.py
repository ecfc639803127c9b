"""`tongluo speak`: a technician hears and reads how a text will be said, with the names of the place."""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path

import pytest
import soundfile

from gateway.cli.speech import wording_of
from gateway.voice.mandarin import dictionary
from tests.support.command import site, tongluo


def test_words_syllables_and_what_was_spelt_out(here: Path) -> None:
    said = tongluo("speak", "转移105户")
    assert said.exit_code == 0
    assert said.stdout.splitlines() == ["转移 一百零五 户。", "zhuan3yi2 yi4bai3ling2wu3 hu4"]
    assert "逐字读出，或字库外：#" in tongluo("speak", "3#").stdout
    assert tongluo("speak", "ཉེན་བརྡ").stdout.startswith("说不出来")


def test_every_piece_is_a_line_with_the_borders_of_its_words(here: Path) -> None:
    assert tongluo("speak", "水库即将泄洪，请石桥村村民转移。Stay away!").stdout.splitlines() == [
        "水库 即将 泄洪，",
        "shui3ku4 ji2jiang1 xie4hong2",
        "请 石桥村 村民 转移。",
        "qing3 shi2qiao2cun1 cun1min2 zhuan3yi2",
        "Stay away！",
    ]


def test_a_package_without_its_dictionary_is_told_in_a_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dictionary, "FILE", str(here / "gone.sqlite"))
    for known in (dictionary._book, dictionary._row):
        known.cache_clear()
    for more in ((), ("--wav", "a.wav")):
        said = tongluo("speak", "转移105户", *more)
        assert said.exit_code == 1
        assert "读音字典缺失或损坏" in said.stderr
        assert not said.stdout


def test_every_line_of_standard_input_is_a_line_of_json(here: Path) -> None:
    said = tongluo("speak", "--json", stdin="水位1.5米\n\n2个村\n".encode())
    found = [json.loads(line) for line in said.stdout.splitlines()]
    assert [one["text"] for one in found] == ["水位1.5米", "", "2个村"]
    assert found[0] == {
        "text": "水位1.5米",
        "words": "水位一点五米",
        "syllables": ["shui3", "wei4", "yi1", "dian3", "wu3", "mi3"],
        "pieces": [
            {
                "language": "zh",
                "words": [
                    {"written": "水位", "syllables": ["shui3", "wei4"], "mark": "", "taught": False},
                    {"written": "一点五", "syllables": ["yi1", "dian3", "wu3"], "mark": "", "taught": False},
                    {"written": "米", "syllables": ["mi3"], "mark": "。", "taught": False},
                ],
            }
        ],
        "notes": [],
    }
    assert found[2]["words"] == "两个村"


def test_the_sites_own_names_are_said_as_its_table_has_them(here: Path) -> None:
    config = site(here)
    config.write_text(config.read_text("utf-8").replace("seed =", 'readings = "names.toml"\nseed ='), "utf-8")
    (here / "names.toml").write_text('"枫长岗" = "feng1 zhang3 gang3"\n', "utf-8")
    words = ("枫长岗村", "--json")
    assert json.loads(tongluo("--config", str(config), "speak", *words).stdout)["syllables"] == [
        "feng1", "zhang3", "gang3", "cun1",
    ]  # fmt: skip
    assert json.loads(tongluo("speak", "枫岗", "--json").stdout)["words"] == "枫岗"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('"枫岗" = "feng1"', "expected 2 syllables"),
        ('"枫岗" = "feng gang"', "a syllable with its tone"),
        ('"Lu" = "lu4 an1"', "Chinese characters"),
        ('"枫岗" = 3', "expected 2 syllables"),
        ("枫岗 =", "not TOML"),
    ],
)
def test_a_reading_that_nobody_can_say_stops_the_configuration_with_its_place(
    here: Path,
    line: str,
    fault: str,
) -> None:
    config = site(here)
    config.write_text(config.read_text("utf-8").replace("seed =", 'readings = "names.toml"\nseed ='), "utf-8")
    (here / "names.toml").write_text(line + "\n", "utf-8")
    for command in (("config", "check"), ("speak", "枫岗")):
        said = tongluo("--config", str(config), *command)
        assert said.exit_code == 1
        assert fault in said.stderr
        assert "names.toml" in said.stderr


def test_the_sound_is_kept_as_a_file_and_played_where_a_player_is(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tongluo("speak", "请转移到安置点。", "--wav", "a.wav").exit_code == 0
    with wave.open("a.wav") as file:
        assert (file.getframerate(), file.getnchannels()) == (16000, 1)
        assert 1.0 < file.getnframes() / 16000 < 5.0
    player = here / "aplay"
    player.write_text(f'#!/bin/sh\ncp "$2" {here}/played.wav\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{here}:/bin:/usr/bin")
    assert tongluo("speak", "请转移到安置点。", "--play").exit_code == 0
    assert Path("played.wav").read_bytes() == Path("a.wav").read_bytes()
    player.chmod(0o644)
    monkeypatch.setenv("PATH", str(here))
    said = tongluo("speak", "请转移。", "--play")
    assert said.exit_code == 1
    assert "--wav" in said.stderr


def test_clips_for_hardware_are_coded_by_the_files_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, least, most in (("a.wav", 40_000, 160_000), ("a.MP3", 5_000, 40_000), ("a.al", 10_000, 40_000)):
        assert tongluo("speak", "请转移到安置点。", "--wav", name).exit_code == 0
        assert least < Path(name).stat().st_size < most, name
    assert soundfile.info("a.MP3").samplerate == 16000
    monkeypatch.setitem(sys.modules, "av", None)
    said = tongluo("speak", "请转移。", "--wav", "a.g722")
    assert said.exit_code == 1
    assert "tongluo[codecs]" in said.stderr


def test_what_cannot_be_said_or_kept_is_an_error_in_words(here: Path) -> None:
    assert tongluo("speak", "……", "--wav", "a.wav").exit_code == 1
    said = tongluo("speak", "请转移。", "--wav", "nowhere/a.wav")
    assert said.exit_code == 1
    assert "nowhere/a.wav" in said.stderr


def test_characters_that_a_speech_chip_lacks_are_named() -> None:
    assert wording_of("䶮家湾、𠮷安村转移")["notes"] == ["䶮", "𠮷"]
    assert wording_of("青石镇转移")["notes"] == []
