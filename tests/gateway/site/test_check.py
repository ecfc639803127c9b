"""Faults that only show when the site is put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.config.config import Config
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.site.check import barring, recordings, remarks, wiring
from tests.support.county import CONFIG, LINES


def lines(faults: list[str]) -> list[str]:
    """Without those of the files that other tables name: the county has none."""
    return [fault for fault in faults if fault.startswith("line.")]


EVERY_LINE = Roster(
    0,
    (),
    tuple(Speaker(line, line, Region("341523104201"), line, 1) for line in LINES),
)


def config(**changes: dict[str, Any]) -> Config:
    """The county's configuration with other keys for a line, by the line's name."""
    table = CONFIG.model_dump(by_alias=True)
    table["line"] = [{**line.model_dump(), **changes.get(line.name, {})} for line in CONFIG.lines]
    return Config.model_validate(table)


def test_a_right_site_has_no_faults() -> None:
    assert wiring(config(), EVERY_LINE) == []


def test_a_line_without_a_speaker_is_a_fault() -> None:
    lonely = Roster(0, (), EVERY_LINE.speakers[1:])
    (fault,) = wiring(config(), lonely)
    assert fault.startswith("line.0 (chip-a)：unused.toml 里没有终端在这条线路上。")
    (fault,) = wiring(config(), lonely, "en")
    assert fault.startswith("line.0 (chip-a): no speaker of unused.toml is on this line.")


def test_a_profile_and_a_key_that_are_not_there_are_each_named(tmp_path: Path) -> None:
    faults = wiring(
        config(horns={"profile": "nobody"}, field={"key_file": tmp_path / "none.key"}), EVERY_LINE
    )
    assert len(faults) == 2
    assert faults[0].startswith("line.2 (horns).profile：")
    assert "nobody" in faults[0]
    assert faults[1].startswith("line.3 (field)：没有文件 ")
    assert "none.key" in faults[1]


def test_a_line_too_slow_for_speech_is_remarked_in_both_languages() -> None:
    assert remarks(config(field={"baud": 115200}), "zh") == []
    slow = config(field={"baud": 9600})
    for lang in ("zh", "en"):
        (remark,) = remarks(slow, lang)
        assert all(word in remark for word in ("field", "9600", "alaw"))
    assert wiring(slow, EVERY_LINE) == [], "it works: its speakers give their tone"


def test_a_recording_that_cannot_be_played_is_a_fault(tmp_path: Path) -> None:
    assert recordings(config()) == []
    here = config().model_copy(update={"clips": tmp_path / "none"})
    assert recordings(here) == [f"clips：没有文件夹 {tmp_path / 'none'}。请建立它，或删去这一项。"]
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "warning-red.wav").write_bytes(b"no sound")
    (fault,) = recordings(here.model_copy(update={"clips": tmp_path / "clips"}))
    assert "warning-red" in fault
    assert list(tmp_path.rglob("*.speech")) == [], "nothing is written into the site's data"


def test_a_chip_without_a_speaker_bars_the_start_and_a_horn_without_one_does_not() -> None:
    chip, *others = EVERY_LINE.speakers
    lonely = Roster(0, (), tuple(others))
    (fault,) = lines(barring(config(), lonely))
    assert fault == wiring(config(), lonely)[0]
    horns = Roster(0, (), tuple(speaker for speaker in EVERY_LINE.speakers if speaker.line != "horns"))
    assert lines(barring(config(), horns)) == []
    assert lines(wiring(config(), horns))
    second = Roster(0, (), (*EVERY_LINE.speakers, replace(chip, id="x", unit=2)))
    (fault,) = lines(barring(config(), second))
    assert fault.startswith("line.0 (chip-a), unused.toml speaker.unit：tts_chip 线路上只有一块芯片")


@pytest.mark.parametrize(
    ("line", "changes", "units", "said"),
    [
        ("horns", {"profile": "nobody"}, (1,), "profile：没有这种型号：nobody；现有 "),
        ("horns", {"relays": "nobody"}, (1,), "relays：没有这种型号：nobody；现有 "),
        ("horns", {}, (300,), "speaker.unit：modbus 地址是 1 到 247"),
        ("field", {}, (255,), "speaker.unit：openhorn 地址是 1 到 254，不能是 255"),
    ],
)
def test_every_line_that_cannot_be_opened_says_which_key_and_what_to_do(
    line: str, changes: dict[str, Any], units: tuple[int, ...], said: str
) -> None:
    speakers = [speaker for speaker in EVERY_LINE.speakers if speaker.line != line]
    speakers += [Speaker(f"u{unit}", "", Region("341523104201"), line, unit) for unit in units]
    (fault,) = lines(barring(config(**{line: changes}), Roster(0, (), tuple(speakers))))
    assert fault.startswith(f"line.{list(LINES).index(line)} ({line})")
    assert said in fault
    english = lines(barring(config(**{line: changes}), Roster(0, (), tuple(speakers)), "en"))
    assert english
    assert english[0].isascii()


@pytest.mark.parametrize("content", [b"xy", b"\xff" * 64, b"ab"], ids=["no hex", "no text", "short"])
def test_a_key_that_is_none_is_refused_without_its_content(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "line.key"
    key.write_bytes(content)
    site = config(field={"key_file": key})
    (fault,) = lines(barring(site, EVERY_LINE))
    assert fault.startswith("line.3 (field).key_file：密钥文件")
    (strict,) = lines(wiring(site, EVERY_LINE))
    assert str(key) in strict
    assert not any("xy" in said.replace(str(key), "") for said in (fault, strict))
