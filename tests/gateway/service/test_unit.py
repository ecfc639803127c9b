"""The unit file: how exposed it leaves us, and that the daemon really lives under its rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.config.voice import KokoroTable
from gateway.site.samples import configs
from gateway.voice.engines.choice import lack
from gateway.voice.engines.onnx_process import MEMORY
from tests.support import tiny_models
from tests.support.processes import free_port, until
from tests.support.seccomp import settings
from tests.support.systemd import Systemd

UNIT = configs() / "tongluo.service"
EXPOSED = 1.5
"""The most that systemd-analyze may find (of 10)."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here: sudo apt install systemd"
)
needs_seccomp = pytest.mark.skipif(
    find_library("seccomp") is None, reason="libseccomp is not here: sudo apt install libseccomp2"
)


def exposure(*files: Path) -> float:
    """The report of systemd-analyze on a unit with its drop-ins."""
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(files[0])],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)[0])


@needs_systemd
def test_the_unit_leaves_little_exposed(capsys: pytest.CaptureFixture[str]) -> None:
    figure = exposure(UNIT)
    with capsys.disabled():
        print(f"\nexposure of tongluo.service by systemd-analyze security: {figure} (most: {EXPOSED})")
    assert figure <= EXPOSED


@needs_systemd
def test_the_unit_is_understood(tmp_path: Path) -> None:
    known = tmp_path / "tongluo.service"
    text = UNIT.read_text("utf-8")
    known.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), "utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(known)], capture_output=True, text=True, check=False
    )
    assert said.stdout + said.stderr == ""


def test_the_unit_never_gives_up_and_is_fed() -> None:
    known = settings(UNIT)
    for key, value in {
        "Type": "notify",
        "WatchdogSec": "20",
        "Restart": "always",
        "RestartSec": "1",
        "StartLimitIntervalSec": "0",
        "DevicePolicy": "closed",
    }.items():
        assert known[key] == [value]
    assert known["DeviceAllow"] == ["char-ttyS rw", "char-ttyUSB rw", "char-ttyACM rw"]


def test_the_memory_of_the_unit_holds_the_neural_voice_and_all_else() -> None:
    """0.5 GB for the daemon (0.1), espeak-ng, the backup and the check of the ledger."""
    (most,) = settings(UNIT)["MemoryMax"]
    assert int(most.removesuffix("M")) * 2**20 >= max(1.2e9, MEMORY + 0.5e9)


MODELS = """
import asyncio, json, sys
from pathlib import Path
import numpy as np
from gateway.voice.engines.onnx_process import Model, OnnxProcess

async def said():
    process = OnnxProcess([Model((Path(sys.argv[1]),))])
    await process.open()
    tokens = np.full((1, 40), 43, np.int64)
    tensors = {"tokens": tokens, "style": np.zeros((1, 256), np.float32), "speed": np.ones(1, np.float32)}
    answer = await process.run(0, tensors, 20)
    score = Path(f"/proc/{process.pid}/oom_score_adj").read_text()
    rules = Path(f"/proc/{process.pid}/status").read_text().split("Seccomp:")[1].split()[0]
    print(json.dumps([answer["audio"].size, int(score), int(rules)]))
    await process.close()

asyncio.run(said())
"""


@needs_systemd
@needs_seccomp
def test_the_neural_voices_worker_runs_under_the_units_rules(tmp_path: Path) -> None:
    """Nothing in it is writable and executable, and it may not change its own priority."""
    model = tiny_models.kokoro(tmp_path / "model.onnx")
    confinement = [sys.executable, str(Path(__file__).parents[2] / "support/seccomp.py"), str(UNIT)]
    done = subprocess.run(
        [*confinement, sys.executable, "-c", MODELS, str(model)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    size, score, rules = json.loads(done.stdout)
    assert size > 40 * tiny_models.A_TOKEN
    assert (score, rules) == (500, 2), "the kernel's killer takes it first; it runs under filters"


@contextmanager
def confined(folder: Path, **environment: str) -> Iterator[tuple[Systemd, int, subprocess.Popen[bytes]]]:
    """The daemon under the unit's system call rules, with one line that nobody answers on."""
    ours, theirs = os.openpty()
    port = free_port()
    (folder / "site.toml").write_text(
        '[[village]]\ncode = "341523104201"\nname = "石桥村"\n[[speaker]]\nid = "a"\nname = "广场"\n'
        'region = "341523104201"\nline = "l"\n'
    )
    (folder / "gateway.toml").write_text(
        f'data = "data"\nseed = "site.toml"\n[http]\nport = {port}\n'
        f'[[line]]\nname = "l"\nprotocol = "tts_chip"\nport = "{os.ttyname(theirs)}"\n'
    )
    systemd = Systemd(str(folder / "notify"))
    told = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "20000000"}
    confinement = [sys.executable, str(Path(__file__).parents[2] / "support/seccomp.py"), str(UNIT)]
    daemon = [sys.executable, "-m", "gateway.cli", "--config", str(folder / "gateway.toml"), "run"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*confinement, *daemon], env={**os.environ, **told, **environment}, stdout=log, stderr=log
        )
    try:
        yield systemd, port, process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        systemd.wire.close()
        for end in (ours, theirs):
            os.close(end)


@needs_systemd
@needs_seccomp
def test_the_daemon_serves_speaks_and_stops_under_the_units_rules(tmp_path: Path) -> None:
    said: list[str] = []

    def heard(word: str) -> bool:
        said.extend(line for lines in systemd.heard() for line in lines)
        return any(line.startswith(word) for line in said)

    with confined(tmp_path) as (systemd, port, process):
        log = tmp_path / "log"
        assert until(lambda: heard("READY=1"), 30), log.read_text()
        token = (tmp_path / "data" / "owner.token").read_text().strip()
        health = httpx.get(
            f"http://127.0.0.1:{port}/api/v1/health", headers={"Authorization": f"Bearer {token}"}
        ).json()
        assert health["voices"] == {"espeak-ng": True}, log.read_text()
        assert health["lines"] == {"l": True}
        assert health["disk"]["trouble"] == ""
        assert httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 200
        assert until(lambda: heard("WATCHDOG=1"), 15), log.read_text()
        process.terminate()
        assert until(lambda: heard("STOPPING=1"), 10), log.read_text()
        assert process.wait(10) == 0
    assert "Traceback" not in log.read_text()


@pytest.mark.slow
@needs_systemd
@needs_seccomp
@pytest.mark.skipif(lack(KokoroTable()) is not None, reason="the neural voice: tongluo voice install")
@pytest.mark.timeout(180)
def test_the_neural_voice_speaks_under_the_units_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real model. READY does not wait for it."""
    voice: dict[str, Any] = {}

    def measured() -> bool:
        token = (tmp_path / "data" / "owner.token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        health = httpx.get(f"http://127.0.0.1:{port}/api/v1/health", headers=headers).json()
        voice.update(health["voice"], speaks=health["voices"].get("kokoro"))
        return voice["pace"] is not None

    with confined(tmp_path, TONGLUO_VOICE="kokoro") as (systemd, port, _):
        log = tmp_path / "log"
        assert until(lambda: any("READY=1" in line for lines in systemd.heard() for line in lines), 30)
        assert until(measured, 120), log.read_text()
    with capsys.disabled():
        print(f"\nkokoro under the unit's rules: {voice['pace']} s of work for a second of speech")
    assert (voice["name"], voice["missing"], voice["speaks"]) == ("kokoro zm_yunjian", None, True)


@needs_systemd
@needs_seccomp
def test_the_rules_really_bite(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    asked = (
        "import mmap, socket, os\n"
        "for ask in (lambda: mmap.mmap(-1, 4096, prot=7),"
        " lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),"
        " lambda: os.chroot('/'), lambda: os.setpriority(0, 0, 5)):\n"
        "    try:\n        ask()\n        print('allowed')\n    except PermissionError:\n"
        "        print('refused')\n"
    )
    command = [
        sys.executable,
        str(Path(__file__).parents[2] / "support/seccomp.py"),
        str(UNIT),
        sys.executable,
    ]
    said = subprocess.run([*command, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["refused"] * 4
