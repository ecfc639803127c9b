"""`tongluo explain FILE` where no gateway runs: the configuration alone says what would sound.

Covers gateway/cli/explain.py too.
"""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import Result

from gateway.runtime.clock import SystemClock
from gateway.site import samples
from tests.support.command import site, tongluo

SOURCE = """[[source]]
name = "county"
kind = "http"
senders = ["demo@tongluo.example", "county@weather.example"]
token_file = "county.token"
"""


def explained(folder: Path, raw: bytes, *words: str) -> Result:
    config = site(folder)
    config.write_text(config.read_text("utf-8") + SOURCE, "utf-8")
    (folder / "county.token").write_text("0123456789abcdef0123456789abcdef\n", "ascii")
    (folder / "county.token").chmod(0o600)
    file = folder / "warning.xml"
    file.write_bytes(raw)
    before = {path.name for path in folder.iterdir()}
    said = tongluo("--config", str(config), "explain", str(file), "--source", "county", *words)
    assert {path.name for path in folder.iterdir()} == before, "it touches nothing"
    return said


def red() -> bytes:
    return samples.stamp("rainstorm-red", SystemClock().now(), "341523104201", "")


def test_it_is_judged_by_the_configuration_and_says_that_it_was(here: Path) -> None:
    said = explained(here, red(), "--json")
    assert said.exit_code == 0, said.stderr
    assert "网关没有运行" in said.stderr
    (one,) = json.loads(said.stdout)
    assert {step["rule"] for step in one["steps"]} >= {"admit.status", "admit.sender"}
    assert one["verdict"]["reason"] == "demo_sender", "not every line here is simulated"
    real = explained(here, red().replace(b"demo@tongluo.example", b"county@weather.example"), "--json")
    (one,) = json.loads(real.stdout)
    assert one["verdict"]["name"] == "air"
    assert "暴雨" in one["plans"][0]["parts"][0]["text"]


def test_a_member_of_a_batch_that_cannot_be_read_is_named_beside_the_others(here: Path) -> None:
    good, bad = red(), red().replace(b"<sent>", b"<sent>yesterday ")
    members = (one[one.index(b"<alert") :] for one in (good, bad))
    said = explained(here, b"<alerts>" + b"".join(members) + b"</alerts>")
    assert said.exit_code == 0, said.stderr
    assert "第 2 件" in said.stderr


def test_what_cannot_be_read_is_said_where(here: Path) -> None:
    said = explained(here, b"<alert><identifier>")
    assert said.exit_code == 1
    assert "XML" in said.stderr
    assert "隔离" not in said.stderr
    gauge = b'{"station": "x", "kind": "rain", "value": 3, "unit": "mm", "at": "2026-07-28T09:00:00+08:00"}'
    assert explained(here, gauge).exit_code == 1


def test_a_gateway_that_is_named_by_its_address_is_asked_or_nobody(here: Path) -> None:
    config = site(here)
    file = here / "warning.xml"
    file.write_bytes(red())
    said = tongluo("--config", str(config), "--url", "http://127.0.0.1:1", "explain", str(file))
    assert said.exit_code == 3


def test_what_is_a_warning_and_an_order_is_shown_as_both_with_what_is_wrong_in_chinese(here: Path) -> None:
    document = {
        "identifier": "D1",
        "sender": "county@weather.example",
        "sent": SystemClock().now().isoformat(timespec="seconds"),
        "status": "实际",
        "msgType": "首发",
        "act": "立即转移",
        "event": "暴雨",
        "headline": "舒城县气象台发布暴雨红色预警信号",
        "areas": "341523104201",
        "title": "通报",
    }
    raw = json.dumps(document, ensure_ascii=False).encode()
    warning, order = json.loads(explained(here, raw, "--json").stdout)
    assert (warning["act"], warning["verdict"]["reason"]) == ("", "aired")
    assert (order["act"], order["verdict"]["reason"]) == ("move", "order_waits")
    said = explained(here, raw).stdout
    for words in (
        "【立即转移】",
        "转移类命令须由人下达",
        "不认识的键 title",
        "是否要写 headline",
        "请立即转移",
    ):
        assert words in said, words
    slip = explained(here, raw.replace(b'"identifier"', b'"identifer"')).stderr
    assert "identifier" in slip
    assert "是否把键名写成了 identifer" in slip
