"""Faults that only show when the site is put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.config.config import Config
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.site.check import recordings, remarks, wiring
from tests.support.county import CONFIG, LINES

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
    assert fault.startswith("line.0 (chip-a): no speaker of unused.toml is on it")


def test_a_profile_and_a_key_that_are_not_there_are_each_named(tmp_path: Path) -> None:
    faults = wiring(
        config(horns={"profile": "nobody"}, field={"key_file": tmp_path / "none.key"}), EVERY_LINE
    )
    assert len(faults) == 2
    assert faults[0].startswith("line.2 (horns): ")
    assert "nobody" in faults[0]
    assert faults[1].startswith("line.3 (field): ")
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
    assert recordings(here) == [f"clips: {tmp_path / 'none'} is no folder"]
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "warning-red.wav").write_bytes(b"no sound")
    (fault,) = recordings(here.model_copy(update={"clips": tmp_path / "clips"}))
    assert "warning-red" in fault
    assert list(tmp_path.rglob("*.speech")) == [], "nothing is written into the site's data"
