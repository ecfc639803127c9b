"""The example configuration, and the check of one."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import EXAMPLES, site, tongluo


def test_the_example_is_printed_and_checks_good(here: Path) -> None:
    printed = tongluo("config", "example").stdout
    assert printed == (EXAMPLES / "gateway.example.toml").read_text("utf-8")
    (here / "gateway.toml").write_text(printed, "utf-8")
    (here / "site.toml").write_text((EXAMPLES / "site.example.toml").read_text("utf-8"), "utf-8")
    absent = tongluo("config", "check")
    assert absent.exit_code == 1
    assert "keys/hewan.key" in absent.stderr
    (here / "keys").mkdir()
    for name in ("hewan.key", "shanbei.key", "county.token"):
        assert f"keys/{name}" in tongluo("config", "check").stderr
        (here / "keys" / name).write_text("ab" * 32, "ascii")
    good = tongluo("--lang", "en", "config", "check", "gateway.toml")
    assert good.exit_code == 0, good.output
    assert "7 lines, 15 speakers, 2 sources, 1 brokers" in good.stdout


def test_a_line_too_slow_for_speech_and_a_broken_recording_are_told(here: Path) -> None:
    config = site(here)
    slow = """[[line]]
name = "hewan"
protocol = "openhorn"
port = "/dev/null"
baud = 19200
key_file = "k"
simulated = true
"""
    (here / "k").write_text("ab" * 32, "ascii")
    config.write_text('clips = "clips"\n' + config.read_text("utf-8") + slow, "utf-8")
    roster = here / "site.toml"
    extra = roster.read_text("utf-8").split("[[speaker]]")[1].splitlines()
    region = next(line for line in extra if line.startswith("region"))
    roster.write_text(
        roster.read_text("utf-8") + f'\n[[speaker]]\nid = "slow"\nname = "慢"\nline = "hewan"\n{region}\n',
        "utf-8",
    )
    assert "没有文件夹" in tongluo("--config", str(config), "config", "check").stderr
    (here / "clips").mkdir()
    good = tongluo("--config", str(config), "config", "check")
    assert good.exit_code == 0, good.output
    assert "线路 hewan：19200 波特太慢" in good.stdout
    (here / "clips" / "lift.wav").write_bytes(b"no sound")
    broken = tongluo("--config", str(config), "config", "check")
    assert broken.exit_code == 1
    assert "lift.wav" in broken.stderr
