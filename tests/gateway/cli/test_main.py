"""The command line against a small real HTTP server that answers as the gateway's API does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli import tables
from gateway.model.record import LedgerBusy
from tests.support.command import EXAMPLES, KEY, TOKEN, Gateway, site, tongluo

ALERT = {
    "key": KEY,
    "headline": "青石镇发布暴雨红色预警",
    "verdict": {"name": "air", "reason": "aired", "sentence": "暴雨红色按转播规则立即播出。"},
    "plans": [
        {
            "act": "warning",
            "class": "red",
            "ended": None,
            "deliveries": [
                {
                    "speaker": "shiqiao-square",
                    "name": "石桥村文化广场",
                    "evidence": "sounding",
                    "outcome": "played",
                    "reason": "spoken",
                    "sentence": "终端回传：已播完。",
                    "form": "text",
                    "bursts": 1,
                    "planned": 3,
                },
                {"speaker": "shiqiao-bridge", "name": "石桥桥头", "outcome": None, "bursts": 0, "planned": 3},
            ],
        }
    ],
}
SPEAKER = {
    "id": "shiqiao-square",
    "name": "石桥村文化广场",
    "region": "341523104201",
    "place": "石桥村",
    "line": "shiqiao-square",
    "unit": 1,
    "group": "",
    "last": {"outcome": "silent", "sentence": "没有送达。"},
}


# --- finding the gateway ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [".", "var/demo"])
def test_without_options_it_finds_the_gateway_here_or_the_running_demo(
    gateway: Gateway, here: Path, place: str
) -> None:
    site(here / place, gateway.url)
    gateway.says("GET speakers", 200, {"speakers": [SPEAKER]})
    done = tongluo("speakers")
    assert done.exit_code == 0, done.output
    assert "石桥村文化广场" in done.stdout
    assert "未响" in done.stdout


def test_the_named_configuration_goes_before_the_environments_and_that_before_the_folders(
    gateway: Gateway, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.says("GET alerts", 200, {"alerts": []})
    site(here, token="not the owner's")
    right = site(here / "elsewhere", gateway.url)
    assert tongluo("--config", str(right), "alerts").exit_code == 0
    monkeypatch.setenv("TONGLUO_CONFIG", str(right))
    assert tongluo("alerts").exit_code == 0
    assert tongluo("--config", str(here / "gateway.toml"), "alerts").exit_code == 3


def test_a_url_and_a_token_need_no_configuration(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGLUO_TOKEN", TOKEN)
    gateway.says("GET alerts", 200, {"alerts": []})
    done = tongluo("--url", gateway.url, "alerts")
    assert (done.exit_code, done.stdout.strip()) == (0, "没有。")


def test_no_configuration_says_how_to_get_one() -> None:
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "config example" in done.stderr


def test_a_gateway_that_is_not_running_says_how_to_start_it(here: Path) -> None:
    site(here)
    done = tongluo("--lang", "en", "speakers")
    assert done.exit_code == 3
    assert "make run" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_before_its_first_start_there_is_no_token_and_it_says_how_to_start(here: Path) -> None:
    site(here, token=None)
    done = tongluo("speakers")
    assert (done.exit_code, "tongluo" in done.stderr) == (3, True)


def test_a_token_that_others_can_read_is_not_used(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    (here / "owner.token").chmod(0o644)
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "644" in done.stderr
    assert gateway.asked == []


def test_a_token_the_gateway_does_not_know_is_told(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url, token="another")
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "令牌" in done.stderr


def test_something_else_that_answers_there_is_told(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("GET speakers", 200, b"<html>")
    assert tongluo("speakers").exit_code == 3


def test_a_wrong_configuration_lists_its_faults(here: Path) -> None:
    (here / "gateway.toml").write_text("seed = 1", "utf-8")
    done = tongluo("--lang", "en", "speakers")
    assert done.exit_code == 1
    assert "cannot be used" in done.stderr
    assert "  seed:" in done.stderr


# --- commands ---------------------------------------------------------------------------------------------------------


def test_a_warning_is_sent_as_it_is_from_a_file_or_a_pipe(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST alerts", 202, {"alerts": [{"key": KEY, "identifier": "一号", "links": {}}]})
    raw = b"\xef\xbb\xbf<?xml version='1.0' encoding='GB18030'?><alert>\xb1\xa9\xd3\xea</alert>"
    (here / "warning.xml").write_bytes(raw)
    for done in (tongluo("send", "warning.xml"), tongluo("send", "-", stdin=raw)):
        assert done.exit_code == 0, done.output
        assert KEY in done.stdout
        assert "一号" in done.stdout
    assert gateway.asked == [("POST alerts", "application/cap+xml", raw)] * 2
    tongluo("send", "-", stdin=b' [{"event": "rain"}]')
    assert gateway.asked[-1][1] == "application/json"


def test_following_a_warning_ends_when_every_speaker_has_an_outcome(
    gateway: Gateway, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LOOK_S", 0.0)
    site(here, gateway.url)
    over = json.loads(json.dumps(ALERT))
    over["plans"][0]["deliveries"][1]["outcome"] = "unproved"
    gateway.says("POST alerts", 202, {"alerts": [{"key": KEY, "identifier": "一号"}]})
    gateway.says(f"GET alerts/{KEY}", 200, ALERT | {"plans": []}, ALERT, over)
    done = tongluo("send", "-", "--follow", stdin=b"<alert/>")
    assert done.exit_code == 0, done.output
    assert [ask for ask, _, _ in gateway.asked] == ["POST alerts"] + [f"GET alerts/{KEY}"] * 3
    assert "已发送，无回传" in done.stdout


def test_a_warning_that_was_taken_and_is_not_yet_judged_is_waited_for(
    gateway: Gateway, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LOOK_S", 0.0)
    site(here, gateway.url)
    gateway.says("POST alerts", 202, {"alerts": [{"key": KEY, "identifier": "一号"}]})
    stored = {"key": KEY, "verdict": {"name": "store", "sentence": "只存档。"}, "plans": []}
    gateway.answers[f"GET alerts/{KEY}"] = [(404, {"detail": "没有 / none"}), (200, stored)]
    assert "只存档。" in tongluo("send", "-", "--follow", stdin=b"<alert/>").stdout
    gateway.answers[f"GET alerts/{KEY}"] = [(404, {"detail": "没有这条 / no such alert"})]
    given_up = tongluo("--lang", "en", "send", "-", "--follow", stdin=b"<alert/>")
    assert (given_up.exit_code, given_up.stderr.strip()) == (1, "no such alert")


def test_following_a_warning_that_does_not_sound_ends_at_once(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST alerts", 202, {"alerts": [{"key": KEY, "identifier": "一号"}]})
    held = {"name": "hold", "reason": "veto_window", "sentence": "待播。", "sentence_en": "It waits."}
    gateway.says(f"GET alerts/{KEY}", 200, {"key": KEY, "verdict": held, "plans": []})
    done = tongluo("--lang", "en", "send", "-", "--follow", stdin=b"<alert/>")
    assert "It waits." in done.stdout


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            422,
            {"quarantine": 7, "sentence": "缺少。", "sentence_en": "x", "element": "sent", "line": 3},
            ["缺少。", "sent", "3", "7"],
        ),
        (422, {"detail": [{"msg": "text too long", "loc": ["body"]}]}, ["422", "text too long"]),
        (413, {}, ["2 MiB"]),
        (503, {}, ["磁盘"]),
        (500, b"oops", ["500"]),
    ],
)
def test_a_refused_warning_is_one_clear_sentence(
    gateway: Gateway, here: Path, status: int, body: object, said: list[str]
) -> None:
    site(here, gateway.url)
    gateway.says("POST alerts", status, body)
    done = tongluo("send", "-", stdin=b"<alert/>")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    for word in said:
        assert word in done.stderr


def test_a_file_that_is_not_there_is_told(here: Path) -> None:
    site(here)
    done = tongluo("send", "none.xml")
    assert done.exit_code == 1
    assert "none.xml" in done.stderr


def test_one_alert_shows_its_verdict_and_every_speaker(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says(f"GET alerts/{KEY}", 200, ALERT)
    done = tongluo("alerts", KEY)
    assert done.exit_code == 0, done.output
    for word in (
        "青石镇发布暴雨红色预警",
        "播发",
        "红色预警",
        "石桥桥头",
        "已播",
        "已发声",
        "1/3",
        "文字转语音",
    ):
        assert word in done.stdout


def test_the_list_of_alerts_shows_what_became_of_each_and_nothing_steers_the_terminal(
    gateway: Gateway, here: Path
) -> None:
    site(here, gateway.url)
    row = {
        "key": KEY,
        "headline": "a\x1b[2Jb [red]c",
        "verdict": {"name": "store", "sentence": "存。", "sentence_en": "Stored."},
    }
    gateway.says("GET alerts", 200, {"alerts": [row]})
    done = tongluo("--lang", "en", "alerts")
    assert "a [2Jb [red]c" in done.stdout
    assert "\x1b" not in done.stdout
    assert "store" in done.stdout


@pytest.mark.parametrize("key", ["nothing", "../speakers", "a/b"])
def test_an_alert_that_is_not_there_is_told(gateway: Gateway, here: Path, key: str) -> None:
    site(here, gateway.url)
    done = tongluo("alerts", key)
    assert done.exit_code == 1
    assert key in done.stderr


def test_stop_says_whom_it_silenced(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST stop", 200, {"silenced": ["shiqiao-square"]})
    done = tongluo("stop", "341523104201")
    assert "已停播：shiqiao-square" in done.stdout
    assert json.loads(gateway.asked[-1][2]) == {"target": "341523104201"}
    tongluo("stop", "--all")
    assert json.loads(gateway.asked[-1][2]) == {"target": "all"}
    gateway.says("POST stop", 200, {"silenced": []})
    assert "没有正在播的" in tongluo("stop", "shiqiao-square").stdout


@pytest.mark.parametrize("words", [["stop"], ["stop", "x", "--all"], ["say", "一二三"]])
def test_a_command_without_its_object_asks_nothing_of_the_gateway(
    gateway: Gateway, here: Path, words: list[str]
) -> None:
    site(here, gateway.url)
    assert tongluo(*words).exit_code == 2
    assert gateway.asked == []


def test_a_test_is_said_or_refused_in_a_sentence(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST say", 202, {"plan": "p1", "text": "…"})
    done = tongluo("say", "一二三", "--to", "a", "--to", "b")
    assert "p1" in done.stdout
    assert json.loads(gateway.asked[-1][2]) == {"text": "一二三", "speakers": ["a", "b"], "reason": ""}
    gateway.says(
        "POST say",
        409,
        {"detail": {"reason": "test_words", "sentence": "不得出现灾害词。", "sentence_en": "no"}},
    )
    refused = tongluo("say", "暴雨", "--to", "a")
    assert (refused.exit_code, "不得出现灾害词" in refused.stderr) == (1, True)


# --- without a gateway ------------------------------------------------------------------------------------------------


def test_a_sample_is_stamped_now_and_can_be_piped() -> None:
    assert "rainstorm-red" in tongluo("sample", "--list").stdout.split()
    done = tongluo("sample", "rainstorm-red", "--area", "341523104201")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith(b"<")
    assert b"341523104201" in done.stdout_bytes
    assert (
        "sender,id,sent" in tongluo("sample", "rainstorm-red-cancel", "--references", "sender,id,sent").stdout
    )


@pytest.mark.parametrize("words", [["none"], ["rainstorm-red", "--area", "3415"]])
def test_a_wrong_sample_or_area_is_told(words: list[str]) -> None:
    done = tongluo("sample", *words)
    assert (done.exit_code, done.stdout) == (1, "")


def test_the_example_is_printed_and_checks_good(here: Path) -> None:
    printed = tongluo("config", "example").stdout
    assert printed == (EXAMPLES / "gateway.example.toml").read_text("utf-8")
    (here / "gateway.toml").write_text(printed, "utf-8")
    (here / "site.toml").write_text((EXAMPLES / "site.example.toml").read_text("utf-8"), "utf-8")
    absent = tongluo("config", "check")
    assert absent.exit_code == 1
    assert "keys/hewan.key" in absent.stderr
    (here / "keys").mkdir()
    for name in ("hewan", "shanbei"):
        (here / "keys" / f"{name}.key").write_text("ab" * 32, "ascii")
    good = tongluo("--lang", "en", "config", "check", "gateway.toml")
    assert good.exit_code == 0, good.output
    assert "7 lines, 15 speakers, 2 sources, 1 brokers" in good.stdout


def test_a_line_too_slow_for_speech_and_a_broken_recording_are_told(here: Path) -> None:
    config = site(here)
    slow = '[[line]]\nname = "hewan"\nprotocol = "openhorn"\nport = "/dev/null"\nbaud = 19200\nkey_file = "k"\nsimulated = true\n'
    (here / "k").write_text("ab" * 32, "ascii")
    config.write_text('clips = "clips"\n' + config.read_text("utf-8") + slow, "utf-8")
    roster = here / "site.toml"
    extra = roster.read_text("utf-8").split("[[speaker]]")[1].splitlines()
    region = next(line for line in extra if line.startswith("region"))
    roster.write_text(
        roster.read_text("utf-8") + f'\n[[speaker]]\nid = "slow"\nname = "慢"\nline = "hewan"\n{region}\n',
        "utf-8",
    )
    assert "is no folder" in tongluo("--config", str(config), "config", "check").stderr
    (here / "clips").mkdir()
    good = tongluo("--config", str(config), "config", "check")
    assert good.exit_code == 0, good.output
    assert "线路 hewan：19200 波特太慢" in good.stdout
    (here / "clips" / "lift.wav").write_bytes(b"no sound")
    broken = tongluo("--config", str(config), "config", "check")
    assert broken.exit_code == 1
    assert "lift.wav" in broken.stderr


def test_doctor_counts_what_is_wrong(here: Path) -> None:
    site(here)
    done = tongluo("doctor")
    assert done.exit_code == 1
    assert "/nowhere" in done.stdout
    assert "处要处理" in done.stderr


def test_run_does_not_start_with_a_wrong_configuration(here: Path) -> None:
    (here / "gateway.toml").write_text("seed = 1", "utf-8")
    assert tongluo("run").exit_code == 1


def test_run_gives_the_daemon_its_configuration_and_returns_its_code(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.app import serve as daemon

    config = site(here)
    started: list[Path] = []

    def run(path: Path) -> int:
        started.append(path)
        return 4

    monkeypatch.setattr(daemon, "run", run)
    assert tongluo("run", "--config", str(config)).exit_code == 4
    assert tongluo("--config", str(config), "run").exit_code == 4
    assert started == [config, config]


def test_a_second_daemon_on_the_same_data_is_told_in_a_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.app import serve as daemon

    def busy(_: Path) -> int:
        raise LedgerBusy

    monkeypatch.setattr(daemon, "run", busy)
    site(here)
    done = tongluo("--lang", "en", "run")
    assert done.exit_code == 1
    assert done.stderr.startswith("Another gateway uses")


def test_it_runs_as_a_module_too(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "--lang", "en", "speakers"],
        capture_output=True,
        text=True,
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(EXAMPLES.parent)},
        check=False,
    )
    assert done.returncode == 1
    assert "No configuration found" in done.stderr
