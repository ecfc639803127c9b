"""The inspection looks at real files, pseudo-terminals and sockets, and says what to do.

Covers gateway/cli/health_report.py too.
"""

from __future__ import annotations

import fcntl
import os
import pty
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.client import Client
from gateway.cli.inspection import inspect
from gateway.i18n import phrase
from gateway.model.reason import Reason, Why
from gateway.runtime.clock import CHINA, SystemClock


class Clock(SystemClock):
    """A clock that stands at one moment and says whether it was set."""

    def __init__(self, trusted: bool = True) -> None:
        super().__init__()
        self._trusted = trusted

    @property
    def trusted(self) -> bool:
        return self._trusted

    def now(self) -> datetime:
        return datetime(2027, 7, 1, 12, tzinfo=CHINA)


@pytest.fixture
def port() -> Iterator[str]:
    """A serial port, as a pseudo-terminal."""
    ours, theirs = pty.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def site(folder: Path, port: str, more: str = "", line: str = "") -> Path:
    (folder / "site.toml").write_text(
        '[[village]]\ncode = "341523104201"\nname = "石桥村"\n'
        '[[speaker]]\nid = "square"\nname = "广场"\nregion = "341523104201"\nline = "l"\n',
        "utf-8",
    )
    config = folder / "gateway.toml"
    line = line or 'protocol = "tts_chip"'
    config.write_text(
        f'data = "data"\nseed = "site.toml"\n{more}\n[[line]]\nname = "l"\nport = "{port}"\n{line}', "utf-8"
    )
    return config


def found(config: Path, subject: str, trusted: bool = True, **fields: str) -> list[str]:
    """The sentence on one subject, good or not; a good one begins with a tick."""
    wanted = phrase(subject, "en", **fields)
    return [
        ("✓ " if finding.good else "") + finding.said
        for finding in inspect(config, lang="en", clock=Clock(trusted))
        if finding.subject == wanted
    ]


def secret(file: Path, text: str = "secret", mode: int = 0o600) -> None:
    file.write_text(text, "ascii")
    file.chmod(mode)


def running(
    monkeypatch: pytest.MonkeyPatch, folder: Path, health: dict[str, Any], more: dict[str, Any] | None = None
) -> None:
    """As if the gateway ran and said this of itself."""
    (folder / "data").mkdir()
    secret(folder / "data" / "owner.token")
    monkeypatch.setattr(Client, "get", lambda self, path: {"health": health, **(more or {})}.get(path, {}))


def test_a_site_before_its_first_start_lacks_only_the_gateway(tmp_path: Path, port: str) -> None:
    findings = inspect(site(tmp_path, port), lang="en", clock=Clock())
    assert [finding.subject for finding in findings if not finding.good] == ["gateway"]
    assert "run" in next(finding.said for finding in findings if not finding.good)


def test_a_configuration_that_cannot_be_read_is_all_that_is_said(tmp_path: Path) -> None:
    config = site(tmp_path, "/dev/x", "unknown = 1")
    findings = inspect(config)
    assert [finding.good for finding in findings] == [False]
    assert "unknown" in findings[0].said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('protocol = "modbus"\nprofile = "none-such"', "none-such"),
        ('protocol = "openhorn"\nkey_file = "absent.key"', "absent.key"),
        ('protocol = "openhorn"\nkey_file = "short.key"', "64 hex digits"),
    ],
)
def test_a_line_that_cannot_be_put_together_is_named(tmp_path: Path, port: str, line: str, said: str) -> None:
    secret(tmp_path / "short.key", "abcd-private")
    (fault,) = found(site(tmp_path, port, line=line), "check_config")
    assert "line.0 (l)" in fault
    assert said in fault
    assert "abcd-private" not in fault


def test_a_line_without_speakers_is_named(tmp_path: Path, port: str) -> None:
    config = site(tmp_path, port)
    config.write_text(
        config.read_text("utf-8").replace(
            "[[line]]", '[[line]]\nname = "m"\nprotocol = "tts_chip"\nport = "/m"\n[[line]]'
        ),
        "utf-8",
    )
    (fault,) = found(config, "check_config")
    assert "(m)" in fault


def test_a_port_that_is_absent_says_where_to_look(tmp_path: Path) -> None:
    (said,) = found(site(tmp_path, str(tmp_path / "none")), "check_line", name="l")
    assert "by-id" in said
    simulated = site(tmp_path, str(tmp_path / "none"), line='protocol = "tts_chip"\nsimulated = true')
    (said,) = found(simulated, "check_line", name="l")
    assert "tongluo-sim" in said


def test_a_file_is_no_port(tmp_path: Path) -> None:
    (said,) = found(site(tmp_path, str(tmp_path / "site.toml")), "check_line", name="l")
    assert "not a serial port" in said


def test_a_port_that_another_program_holds_is_told(tmp_path: Path, port: str) -> None:
    config = site(tmp_path, port)
    assert found(config, "check_line", name="l") == [f"✓ {port}"]
    holder = os.open(port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    try:
        (said,) = found(config, "check_line", name="l")
    finally:
        os.close(holder)
    assert "held by another program" in said


def test_a_port_without_permission_names_the_group_to_join(
    tmp_path: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = site(tmp_path, port)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != port and access(path, mode))
    (said,) = found(config, "check_line", name="l")
    assert "usermod -aG" in said


def test_a_running_gateway_is_believed_and_its_ports_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(monkeypatch, tmp_path, {"lines": {"l": True}})
    config = site(tmp_path, "/never/opened")
    assert found(config, "check_line", name="l") == ["✓ /never/opened"]
    assert found(config, "check_daemon")[0].startswith("✓")
    monkeypatch.setattr(Client, "get", lambda self, path: {"lines": {"l": False}})
    (said,) = found(config, "check_line", name="l")
    assert "reconnects by itself" in said


BROKER = '[[broker]]\nname = "b"\nhost = "127.0.0.1"\nport = {}'


def test_a_broker_that_does_not_listen_is_told(tmp_path: Path, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        config = site(tmp_path, port, BROKER.format(number))
        assert found(config, "check_broker", name="b") == [f"✓ 127.0.0.1:{number}"]
    (said,) = found(config, "check_broker", name="b")
    assert "does not answer" in said


def test_a_broker_that_refuses_the_running_gateway_is_told(
    tmp_path: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(monkeypatch, tmp_path, {"brokers": {"b": False}})
    with socket.create_server(("127.0.0.1", 0)) as server:
        config = site(tmp_path, port, BROKER.format(server.getsockname()[1]))
        (said,) = found(config, "check_broker", name="b")
    assert "password_file" in said


SOURCE = '[[source]]\nkind = "http"\nname = "county"\ntoken_file = "county.token"\nsenders = []'


def test_a_secret_is_there_and_for_its_owner_only(tmp_path: Path, port: str) -> None:
    config = site(tmp_path, port, SOURCE)
    (said,) = found(config, "check_secret", name="county.token")
    assert "does not exist" in said
    secret(tmp_path / "county.token", mode=0o640)
    (said,) = found(config, "check_secret", name="county.token")
    assert "chmod 600" in said
    secret(tmp_path / "county.token")
    (said,) = found(config, "check_secret", name="county.token")
    assert said.startswith("✓")


def test_the_owners_token_is_for_its_owner_only(tmp_path: Path, port: str) -> None:
    config = site(tmp_path, port)
    (tmp_path / "data").mkdir()
    secret(tmp_path / "data" / "owner.token", mode=0o644)
    (said,) = found(config, "check_token")
    assert "644" in said


def test_a_data_directory_that_cannot_be_written_is_told(
    tmp_path: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = site(tmp_path, port)
    assert found(config, "check_data")[0].startswith("✓")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.X_OK and access(path, mode))
    (said,) = found(config, "check_data")
    assert "chown" in said


def test_a_clock_that_was_not_set_is_told(tmp_path: Path, port: str) -> None:
    (said,) = found(site(tmp_path, port), "check_clock", trusted=False)
    assert "network time" in said


def test_a_running_gateways_word_of_its_clock_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: str
) -> None:
    config = site(tmp_path, port)
    running(monkeypatch, tmp_path, {"clock": {"trusted": True}})
    assert found(config, "check_clock", trusted=False)[0].startswith("✓")


def test_why_it_is_silent_is_said_thing_by_thing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: str
) -> None:
    config = site(tmp_path, port)
    health = {
        "reasons": [
            {"name": "disk", "sentence": "磁盘写不了", "sentence_en": "the disk cannot be written"},
            {
                "name": "speaker clinic",
                "sentence": "不应答",
                "sentence_en": "it has not answered for an hour",
            },
            {"name": "canary", "sentence": "没有走完", "sentence_en": "no canary"},
        ],
        "sources": {"county": {"last": "2026-12-01T02:00:00+08:00"}, "city": {"last": None}},
        "voices": {"espeak-ng": False},
        "speakers": {"each": {"hall": {"heard": "2026-12-01T01:00:00+08:00", "silent": True}}},
    }
    last = {"outcome": "silent", "sentence": "没送达", "sentence_en": "It was not reached."}
    speakers = [
        {"id": "hall", "name": "祠堂", "line": "l", "line_up": True, "last": {"outcome": "played"}},
        {"id": "dyke", "name": "堤坝", "line": "l", "line_up": True, "last": last},
        {"id": "pump", "name": "泵站", "line": "m", "line_up": False, "last": None},
        {"id": "clinic", "name": "卫生室", "line": "l", "line_up": True, "last": None},
        {"id": "good", "name": "广场", "line": "l", "line_up": True, "last": {"outcome": "unproved"}},
    ]
    running(monkeypatch, tmp_path, health, {"speakers": {"speakers": speakers}})
    assert found(config, "check_disk") == ["the disk cannot be written"]
    assert "2026-12-01 02:00:00" in found(config, "check_source", name="county")[0]
    assert "check topic" in found(config, "check_source", name="city")[0]
    assert "tone" in found(config, "check_voice", name="espeak-ng")[0]
    assert "growl" in found(config, "check_speaker", name="祠堂 hall")[0]
    assert "It was not reached." in found(config, "check_speaker", name="堤坝 dyke")[0]
    assert "line m is down" in found(config, "check_speaker", name="泵站 pump")[0]
    assert found(config, "check_speaker", name="卫生室 clinic") == ["it has not answered for an hour"]
    assert found(config, "check_speaker", name="广场 good")[0].startswith("✓")
    assert found(config, "check_alarm", name="canary") == ["no canary"]


KOKORO: dict[str, Any] = {
    "name": "kokoro zm_yunjian",
    "missing": None,
    "pace": 0.52,
    "slow": False,
    "trial": "2026-12-03",
}
UNHEARD = "No villager has heard it yet: tongluo config check says how to try it."
LACKS = {"sentence": "缺少音色", "sentence_en": "The voice lacks its style."}


@pytest.mark.parametrize(
    ("speaks", "state", "said"),
    [
        (True, {}, "✓ It speaks; a second of sound takes 0.52 s. "),
        (True, {"trial": ""}, "✓ It speaks; a second of sound takes 0.52 s. " + UNHEARD),
        (True, {"pace": None}, "✓ It speaks; its pace is not measured yet. "),
        (
            True,
            {"pace": 1.3, "slow": True},
            "✓ It speaks; a second of sound takes 1.3 s, which is slow: espeak-ng often says the first"
            " reading. This is no fault. ",
        ),
        (False, {}, "It does not speak, our own espeak-ng does in its place. Look at the log."),
        (None, {"missing": LACKS}, "The voice lacks its style."),
    ],
    ids=["good", "unheard", "just started", "slow", "dead", "missing"],
)
def test_the_doctor_says_how_the_neural_voice_is(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    port: str,
    speaks: bool | None,
    state: dict[str, Any],
    said: str,
) -> None:
    voices = {"espeak-ng": True} | ({} if speaks is None else {"kokoro": speaks})
    running(monkeypatch, tmp_path, {"voices": voices, "voice": KOKORO | state})
    config = site(tmp_path, port)
    assert found(config, "check_voice", name="kokoro zm_yunjian") == [said]
    assert found(config, "check_voice", name="espeak-ng") == ["✓ it speaks"]


def test_an_alarm_of_the_neural_voice_is_said_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: str
) -> None:
    reason = {"name": "voice kokoro", "sentence": "死了", "sentence_en": "it is dead"}
    health = {"voices": {"espeak-ng": True, "kokoro": False}, "voice": KOKORO, "reasons": [reason]}
    running(monkeypatch, tmp_path, health)
    assert found(site(tmp_path, port), "check_voice", name="kokoro zm_yunjian") == ["it is dead"]


def test_where_no_gateway_runs_the_doctor_looks_for_the_neural_voice_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: str
) -> None:
    monkeypatch.delenv("TONGLUO_VOICE")
    monkeypatch.setattr("gateway.cli.inspection.lack", lambda table, data: None)
    config = site(tmp_path, port)
    assert found(config, "check_voice", name="kokoro zm_yunjian") == ["✓ It is installed. " + UNHEARD]
    why = Why(Reason.VOICE_STYLE, {"style": "zm_yunjian"})
    monkeypatch.setattr("gateway.cli.inspection.lack", lambda table, data: why)
    (said,) = found(config, "check_voice", name="kokoro zm_yunjian")
    assert said.startswith("The voice lacks its style zm_yunjian, so our own espeak-ng speaks: run tongluo")
