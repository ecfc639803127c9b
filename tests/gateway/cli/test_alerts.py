"""Sending, sampling, listing and following alerts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import tables
from tests.support.command import KEY, Gateway, site, tongluo

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


def test_of_a_batch_every_member_that_was_not_taken_is_named(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    taken = {"key": KEY, "identifier": "一号", "links": {}}
    lost = {
        "member": 2,
        "status": 422,
        "quarantine": 17,
        "element": "sent",
        "line": 3,
        "sentence": "按“CAP 1.2 XML”读：第 2 件，第 3 行，缺少 sent。",
    }
    held = {"member": 3, "status": 409, "quarantine": 16, "sentence": "编号相同而内容更重。"}
    members = [{"member": 1, "status": 202, **taken}, lost, held]
    gateway.says("POST alerts", 207, {"alerts": [taken], "members": members})
    done = tongluo("send", "-", stdin=b"<alerts/>")
    assert done.exit_code == 0, done.output
    assert KEY in done.stdout
    assert "读不懂。按“CAP 1.2 XML”读：第 2 件，第 3 行，缺少 sent。（已隔离存放，编号 17）" in done.stderr
    assert "第 3 件编号相同而内容更重" in done.stderr


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
            {"quarantine": 7, "sentence": "第 3 行，缺少 sent。", "sentence_en": "x"},
            ["读不懂。第 3 行，缺少 sent。（已隔离存放，编号 7）"],
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
