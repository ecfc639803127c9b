"""The stage of the demo: its files can be wired as a site, and its table says whether the demo passed."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from gateway.config.config import load
from gateway.demo.stage import Row, Stage, _free_port, staged
from gateway.model.delivery import Evidence, Form, Outcome
from gateway.model.event import SpeakerChanged
from gateway.model.plan import Act
from gateway.site.check import remarks, wiring
from gateway.site.load import load_site


def stage(folder: Path, speed: float = 1.0) -> Stage:
    async def make() -> Stage:
        return staged(folder, speed)

    return asyncio.run(make())


def ended(speaker: str, outcome: Outcome) -> SpeakerChanged:
    return SpeakerChanged("key", "plan", Act.WARNING, speaker, 0, Evidence.SENT, outcome, Form.AUDIO, None)


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_its_files_are_a_simulated_site_that_can_be_wired(tmp_path: Path, speed: float) -> None:
    village = stage(tmp_path, speed).village
    config = load(tmp_path / "gateway.toml")
    roster = load_site(config)
    assert wiring(config, roster) == []
    assert remarks(config, "en") == []
    assert config.simulated
    assert [speaker.id for speaker in roster.speakers] == [unit.name for unit in village.units]
    assert [line.port for line in config.lines] == [
        str(tmp_path / "sim" / line.name) for line in village.lines
    ]


def test_its_secrets_are_for_this_user_only(tmp_path: Path) -> None:
    stage(tmp_path)
    config = load(tmp_path / "gateway.toml")
    secrets = [tmp_path / "county.token", *(getattr(line, "key_file", None) for line in config.lines)]
    kept = [file for file in secrets if file]
    assert len(kept) >= 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept)


def test_a_port_that_is_taken_is_left_to_its_owner(tmp_path: Path) -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        taken = owner.getsockname()[1]
        assert _free_port(taken) != taken


def test_it_passes_only_if_all_inside_ended_well_and_nobody_else_spoke(tmp_path: Path) -> None:
    here = stage(tmp_path)
    here.rows = {"in": Row("甲", "石桥村", True), "far": Row("乙", "外村", False)}
    assert not here.passed, "nothing has ended"
    here.learned(ended("in", Outcome.UNPROVED))
    assert here.passed
    here.learned(ended("in", Outcome.SILENT))
    assert not here.passed
    here.learned(ended("in", Outcome.PLAYED))
    here.rows["far"].says = "〔语音〕"
    assert not here.passed, "a neighbour spoke"


def test_the_first_sound_is_timed_by_the_wall_clock(tmp_path: Path) -> None:
    async def story() -> None:
        here = staged(tmp_path, 10.0)
        here.rows = {"in": Row("甲", "石桥村", True)}
        here.began = asyncio.get_running_loop().time() - 20
        horn = Horn("in", 1)
        here.heard(horn, Heard(0.0, text="暴雨红色"))
        assert here.first_voice == pytest.approx(2.0, abs=0.5)
        here.heard(horn, Heard(1.0, text="暴雨红色预警"))
        here.heard(horn, Heard(2.0, text="，请转移。"))
        assert here.rows["in"].says == "暴雨红色预警，请转移。"

    asyncio.run(story())


def test_the_voices_that_said_the_readings_are_counted(tmp_path: Path) -> None:
    here = stage(tmp_path)
    assert here.said_by == ""
    here.said = {"espeak-ng:not_ready": 1, "espeak-ng:gone": 2, "kokoro": 4, "kokoro+espeak-ng:gone": 1}
    assert here.said_by == "espeak-ng 3, kokoro 4, kokoro+espeak-ng 1"
