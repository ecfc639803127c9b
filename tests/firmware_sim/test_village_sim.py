"""The example township, in the process and on pseudo-terminals, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from drivers import Finished, Report, Utterance
from drivers.link.memory import MemoryEnd, pair
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import load as load_profile
from drivers.tts_chip.driver import TtsChipDriver
from firmware_sim.cli import Console, Lang
from firmware_sim.recording import Recorder
from firmware_sim.speaker import Heard, Speaker
from firmware_sim.village import BadVillage, Village, VillageConfig, load

EXAMPLE = Path(__file__).parents[2] / "configs" / "village.example.toml"


def test_the_example_is_the_township_of_the_documentation() -> None:
    config = load(EXAMPLE)
    units = list(config.units)
    inside = [unit for unit in units if unit.place.startswith("341523104")]
    assert config.township.name == "青石镇"
    assert len(inside) >= 13
    assert {unit.place for unit in inside} == {"341523104201", "341523104202", "341523104203"}
    assert {unit.group for unit in units if unit.place == "341523104202"} == {"上河组", "下河组"}
    assert [unit.name for unit in units if unit not in inside] == ["baiyun-square"]
    assert Counter(line.protocol for line in config.lines) == {"tts_chip": 4, "modbus": 1, "openhorn": 2}


def ends(config: VillageConfig) -> tuple[dict[str, MemoryEnd], dict[str, MemoryEnd]]:
    pairs = {line.name: pair(line.baud) for line in config.lines}
    return {name: both[0] for name, both in pairs.items()}, {name: both[1] for name, both in pairs.items()}


def test_a_village_in_the_process_hears_what_a_driver_says_and_keeps_it(
    virtual: Callable[..., Any], tmp_path: Path
) -> None:
    async def voice(text: str) -> tuple[int, bytes]:
        return 8000, np.arange(len(text) * 100, dtype="<i2").tobytes()

    async def story() -> None:
        config = load(EXAMPLE)
        near, far = ends(config)
        village = Village(config, voice, links=far, heard=tmp_path)
        assert village.ports == {}
        reports: list[Report] = []
        driver = TtsChipDriver(near["shiqiao-square"])
        running = [asyncio.create_task(village.run()), asyncio.create_task(driver.run(reports.append))]
        await asyncio.sleep(1)
        await driver.play([1], Utterance(b"token", text="请立即转移。", volume=100))
        await asyncio.sleep(1)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert reports[-1].fact == Finished(known=True)
        heard = {name: [sound.text for sound in speaker.heard] for name, speaker in village.speakers.items()}
        assert {name: texts for name, texts in heard.items() if texts} == {"shiqiao-square": ["请立即转移。"]}

    virtual(story())
    samples, rate = soundfile.read(tmp_path / "shiqiao-square" / "1.wav")
    assert (len(samples), rate) == (600, 8000)
    [line] = [json.loads(line) for line in (tmp_path / "index.jsonl").read_text("utf-8").splitlines()]
    assert line["text"] == "请立即转移。"
    assert line["file"] == "shiqiao-square/1.wav"


def test_a_village_on_pseudo_terminals_makes_its_ports_and_takes_them_away(tmp_path: Path) -> None:
    async def story() -> None:
        village = Village(load(EXAMPLE), directory=tmp_path)
        running = asyncio.create_task(village.run())
        async with asyncio.timeout(5):
            await village.ready.wait()
        assert len(village.ports) == 7
        assert all(port.is_symlink() for port in village.ports.values())
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    assert list(tmp_path.iterdir()) == []


def test_sound_is_kept_as_it_is_clips_as_tones_and_numbers_go_on(
    virtual: Callable[..., Any], tmp_path: Path
) -> None:
    async def keep(*sounds: Heard) -> None:
        recorder = Recorder(tmp_path)
        running = asyncio.create_task(recorder.run())
        for sound in sounds:
            recorder.note(Speaker("bridge", 1), sound)
        await asyncio.sleep(1)
        running.cancel()

    pcm = np.arange(1000, dtype="<i2").tobytes()
    virtual(
        keep(
            Heard(0.0, pcm=pcm, rate=8000, ended=0.125, whole=True),
            Heard(0.0, clip=3, ended=2.0, whole=True),
            Heard(0.0, text="没有声音", ended=1.0, whole=True),
            Heard(5.0, clip=4),
        )
    )
    virtual(keep(Heard(0.0, clip=4, ended=2.0, whole=True)))
    folder = tmp_path / "bridge"
    assert soundfile.read(folder / "1.wav", dtype="int16")[0].tobytes() == pcm
    third, fourth = soundfile.read(folder / "2.wav")[0], soundfile.read(folder / "3.wav")[0]
    assert len(third) == len(fourth) == 32000
    assert np.argmax(np.abs(np.fft.rfft(third))) != np.argmax(np.abs(np.fft.rfft(fourth)))
    lines = [json.loads(line) for line in (tmp_path / "index.jsonl").read_text("utf-8").splitlines()]
    assert [line["file"] for line in lines] == ["bridge/1.wav", "bridge/2.wav", None, "bridge/3.wav"]


def test_a_sound_that_was_cut_off_is_kept_as_far_as_it_was_heard(
    virtual: Callable[..., Any], tmp_path: Path
) -> None:
    async def story() -> None:
        recorder = Recorder(tmp_path)
        running = asyncio.create_task(recorder.run())
        recorder.note(Speaker("bridge", 1), Heard(0.0, pcm=bytes(16000), rate=8000, ended=0.25))
        await asyncio.sleep(1)
        running.cancel()

    virtual(story())
    assert len(soundfile.read(tmp_path / "bridge" / "1.wav")[0]) == 2000


BAD = {
    "lines.0.tts_chip.units": (
        'units = [{ unit = 1, name = "shiqiao-square"',
        'units = [{ unit = 0, name = "shiqiao-square"',
    ),
    "twice": ('name = "shiqiao-school"\nprotocol', 'name = "shiqiao-square"\nprotocol'),
    "place 341523104299": ('小学", place = "341523104201"', '小学", place = "341523104299"'),
    "Extra inputs": ('profile = "icpdas', 'speed = 3\nprofile = "icpdas'),
    "key_file": ('key = "0001', 'key_file = "x"\nkey = "0001'),
    "tts_chip": ('protocol = "tts_chip"', 'protocol = "tts"'),
    "not TOML": ("places = [", "places = ["[:-1]),
}


@pytest.mark.parametrize("said", BAD)
def test_a_bad_village_file_says_what_is_wrong(tmp_path: Path, said: str) -> None:
    old, new = BAD[said]
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "village.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadVillage, match=said):
        load(path)


def test_a_missing_village_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadVillage, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace('key = "0001', 'key_file = "horn.key"\n# "', 1)
    (tmp_path / "village.toml").write_text(text, "utf-8")
    with pytest.raises(BadVillage, match=r"horn\.key: expected 64 hex digits"):
        Village(load(tmp_path / "village.toml"), directory=tmp_path)
    (tmp_path / "horn.key").write_text("ab" * 32 + "\n")
    Village(load(tmp_path / "village.toml"), directory=tmp_path)


def console(lang: Lang = Lang.ZH) -> tuple[Village, Console, list[str]]:
    config, said = load(EXAMPLE), list[str]()
    village = Village(config, links=ends(config)[1])
    return village, Console(village, lang, said.append), said


def test_a_trainer_sets_and_clears_faults_by_name() -> None:
    village, trainer, said = console()
    faults = village.speakers["shanbei-ridge"].faults
    for line in ("mute shanbei-ridge", "late shanbei-ridge 2", "garbled shanbei-ridge", "", "list"):
        assert trainer.obey(line)
    assert (faults.mute, faults.late, faults.garbled) == (True, 2.0, -1)
    assert "shanbei-ridge 山背岭上：mute, garbled -1, late 2.0" in said
    trainer.obey("ok shanbei-ridge")
    assert (faults.mute, faults.late, faults.garbled) == (False, 0.0, 0)
    assert said[-1] == "shanbei-ridge 山背岭上：正常"
    assert not trainer.obey("quit")


def test_a_trainer_takes_the_mains_away_and_empties_the_battery(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        village, trainer, said = console(Lang.EN)
        speaker = village.speakers["shanbei-ridge"]
        trainer.obey("blackout shanbei-ridge")
        trainer.obey("battery shanbei-ridge 1")
        assert said[-1] == "shanbei-ridge 山背岭上: blackout, battery 1"
        await asyncio.sleep(24 * 36 + 1)  # a hundredth of a day
        speaker.drain()
        assert speaker.dead
        trainer.obey("ok shanbei-ridge")
        assert not speaker.dead
        assert said[-1] == "shanbei-ridge 山背岭上: fine"

    virtual(story())


def test_a_village_file_may_hang_amplifiers_on_relays(tmp_path: Path, virtual: Callable[..., Any]) -> None:
    text = EXAMPLE.read_text("utf-8").replace(
        'name = "shiqiao-bridge", title',
        'name = "shiqiao-bridge", relay = { line = "relays", unit = 2001 }, title',
    )
    text += """
[[lines]]
name = "relays"
protocol = "modbus"
profile = "waveshare-modbus-rtu-relay-8ch"
boards = [1]
"""
    (tmp_path / "village.toml").write_text(text, "utf-8")

    async def story() -> None:
        config = load(tmp_path / "village.toml")
        near, far = ends(config)
        village = Village(config, links=far)
        driver = ModbusDriver(near["relays"], {2001: load_profile("waveshare-modbus-rtu-relay-8ch")})
        running = [asyncio.create_task(village.run()), asyncio.create_task(driver.run(lambda report: None))]
        await asyncio.sleep(0.01)
        assert not village.speakers["shiqiao-bridge"].powered
        await driver.power(2001, True)
        assert village.speakers["shiqiao-bridge"].powered
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    virtual(story())
    (tmp_path / "village.toml").write_text(text.replace("unit = 2001", "unit = 9001"), "utf-8")
    with pytest.raises(BadVillage, match="shiqiao-bridge: relay 9001"):
        load(tmp_path / "village.toml")
    (tmp_path / "village.toml").write_text(
        text.replace('line = "relays", unit', 'line = "nowhere", unit'), "utf-8"
    )
    with pytest.raises(BadVillage, match="nowhere"):
        load(tmp_path / "village.toml")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("mute nobody", "There is no speaker nobody"),
        ("late shanbei-ridge soon", "soon is not a number"),
        ("reboot shanbei-ridge", "no speech chip"),
        ("explode", "Commands:"),
    ],
)
def test_a_trainers_slip_is_answered_with_help(line: str, answer: str) -> None:
    _, trainer, said = console(Lang.EN)
    assert trainer.obey(line)
    assert answer in said[-1]


def test_the_console_tells_what_is_heard(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        village, _, said = console()
        speaker = village.speakers["shiqiao-square"]
        now = asyncio.get_running_loop().time()
        speaker.begin(Heard(now, text="请转移", volume=81), 1)
        speaker.begin(Heard(now, clip=3), 1)
        await asyncio.sleep(2)
        assert said == [
            "▶ 石桥村文化广场：“请转移”（音量 81）",
            "■ 石桥村文化广场：中断",
            "▶ 石桥村文化广场：存储语音 3",
            "■ 石桥村文化广场：播完",
        ]

    virtual(story())


def simulate(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from firmware_sim.cli import main; main()", *arguments]
    return subprocess.run(command, input=said, text=True, capture_output=True, timeout=30, check=False)


def test_the_command_shows_its_ports_obeys_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ports = tmp_path / "ports"
    done = simulate(
        "--village",
        str(EXAMPLE),
        "--dir",
        str(ports),
        "--heard",
        str(tmp_path / "heard"),
        said="mute shiqiao-school\nreboot shiqiao-school\nquit\n",
    )
    assert done.returncode == 0, done.stderr
    assert str(ports / "hewan-horns") in done.stdout
    assert "15 个音箱已就绪" in done.stdout
    assert done.stdout.count("shiqiao-school 石桥村小学：mute") == 2
    assert list(ports.iterdir()) == []


def test_the_command_refuses_a_bad_file_and_a_blocked_port_with_a_sentence(tmp_path: Path) -> None:
    missing = simulate("--village", str(tmp_path / "none.toml"))
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)
    (tmp_path / "shiqiao-square").write_text("precious")
    blocked = simulate("--village", str(EXAMPLE), "--dir", str(tmp_path), "--heard", str(tmp_path / "heard"))
    assert (blocked.returncode, "not a symlink" in blocked.stderr) == (1, True)
    assert "Traceback" not in missing.stderr + blocked.stderr
