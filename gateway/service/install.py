"""Install the daemon on a Linux machine, upgrade it with a way back, remove it and keep its data.

- Versions lie side by side in /opt/tongluo/versions. `current` points to the one that runs.
- The configuration in /etc/tongluo is written once and never again.
- The data in /var/lib/tongluo belongs to the service's user.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import httpx

from gateway.config.config import load, secret_files
from gateway.config.console import address
from gateway.config.table import ConfigWrong
from gateway.model.record import LedgerFailed
from gateway.service import bundle
from gateway.service.box import USER, Box
from gateway.service.takeover import LEDGER
from gateway.site.samples import configs
from gateway.store.copies import trial

HEALTHY_S = 30.0
"""A new version must answer within this time, or the old one comes back. Our choice: a start takes some
seconds."""

KEPT = 3
"""Versions kept: the one that runs, and two before it. Our choice."""

SYSUSERS = f"""\
u {USER} - "Tongluo early-warning gateway" /var/lib/tongluo
m {USER} dialout
"""
LOW_PORT = """\
# 网页端口低于 1024 时才有此文件。
# Only here because the console listens below port 1024. A capability has no effect with private users.
[Service]
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
PrivateUsers=no
"""


def install(box: Box, python: Path | None = None) -> None:
    """Lay everything out, enable and start the service.

    A second install repairs what is missing and changes no configuration. Raises Failed.
    """
    _only_root(box)
    if box.running() and box.running() != bundle.version():
        raise box.failed("service_there", version=box.running())
    _place(box, python)
    _users(box)
    _settle_configuration(box)
    box.data.mkdir(parents=True, exist_ok=True)
    box.own(box.data, 0o700)
    _may_start(box)
    _point(box, bundle.version())
    _write_units(box)
    box.systemctl("enable", "tongluo")
    if box.live:
        box.systemctl("restart", "--no-block", "tongluo")
        if not _answers(box):
            raise box.failed("service_deaf", url=address(load(box.config).http))
    box.tell("service_installed", version=bundle.version(), config=box.config)


def upgrade(box: Box, python: Path | None = None) -> None:
    """Put the running program in the place of the installed one.

    The old version stays, and comes back if the new one does not answer. Raises Failed.
    """
    _only_root(box)
    old, new = box.running(), bundle.version()
    if not old:
        raise box.failed("service_absent")
    if old == new:
        box.tell("service_same", version=new)
        return
    _place(box, python)
    _may_start(box)
    kept = _keep_ledger(box, new)
    unit = box.unit.read_text("utf-8") if box.unit.exists() else ""
    _point(box, new)
    _write_units(box)
    if box.live:
        box.systemctl("restart", "--no-block", "tongluo")
        if not _answers(box):
            _go_back(box, old, unit, kept)
            raise box.failed("service_rolled_back", new=new, old=old)
    _forget_oldest(box)
    box.tell("service_upgraded", old=old, new=new)


def remove(box: Box, purge: bool = False) -> None:
    """Stop the service and delete the program. `purge` also deletes configuration, ledger and user. Raises
    Failed."""
    _only_root(box)
    if box.unit.exists():
        box.systemctl("disable", *(["--now"] if box.live else []), "tongluo")
    for file in (box.unit, box.command, box.low_port):
        file.unlink(missing_ok=True)
    for folder in (box.low_port.parent, box.opt):
        shutil.rmtree(folder, ignore_errors=True)
    if box.live:
        box.systemctl("daemon-reload")
    if purge:
        for folder in (box.etc, box.data):
            shutil.rmtree(folder, ignore_errors=True)
        box.users.unlink(missing_ok=True)
        box.run(["userdel", *box.prefix("--prefix"), USER])
    box.tell("service_purged" if purge else "service_removed", etc=box.etc, data=box.data)


# --- the steps ---------------------------------------------------------------------------------------------


def _only_root(box: Box) -> None:
    if os.geteuid() != 0:
        raise box.failed("service_root")


def _place(box: Box, python: Path | None) -> None:
    """Copy the running program into its folder, whole or not at all."""
    home = box.versions / bundle.version()
    if box.running() == home.name:
        return
    box.versions.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=box.versions, prefix=".new-") as draft:
        made = Path(draft) / home.name
        bundle.build(made, Path("/opt/tongluo/versions") / home.name, python)
        bundle.carry_styles(box.current, made)
        interpreter = (made / "bin" / "python").resolve()
        if box.live and box.root == Path("/") and not _for_everyone(interpreter):
            raise box.failed("service_python", python=interpreter)
        shutil.rmtree(home, ignore_errors=True)
        made.rename(home)


def _for_everyone(program: Path) -> bool:
    """Whether any user can run the program: every folder above it may be entered."""
    return all(place.stat().st_mode & 0o001 for place in (program, *program.parents))


def _users(box: Box) -> None:
    for folder in (box.users.parent, box.etc.parent):
        folder.mkdir(parents=True, exist_ok=True)
    box.users.write_text(SYSUSERS, "utf-8")
    box.run(["systemd-sysusers", *box.prefix("--root"), str(box.users)])


def _settle_configuration(box: Box) -> None:
    """Write the commented examples where there is no configuration yet, and make the keys that they name."""
    box.etc.mkdir(parents=True, exist_ok=True)
    box.etc.chmod(0o755)
    if not box.config.exists():
        text = (configs() / "gateway.example.toml").read_text("utf-8")
        text = text.replace('\ndata = "data"\n', '\ndata = "/var/lib/tongluo"\n')
        box.config.write_text(text, "utf-8")
        box.config.chmod(0o644)
    seed = box.etc / "site.toml"
    if not seed.exists():
        shutil.copyfile(configs() / "site.example.toml", seed)
        seed.chmod(0o644)
    try:
        named = secret_files(load(box.config))
    except ConfigWrong:
        return  # `_may_start` says what is wrong
    for file in named:
        if box.etc in file.parents:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_text(secrets.token_hex(32) + "\n", "ascii")
                box.own(file.parent, 0o700)
                box.own(file, 0o600)


def _may_start(box: Box) -> None:
    """Ask the new program, in the folder it will run in, whether it can run the site, and tell what its
    voice lacks. Raises Failed."""
    program = box.versions / bundle.version() / "bin" / "python"
    asked = [
        str(program),
        "-I",
        "-m",
        "gateway.cli",
        "--lang",
        box.lang,
        "--config",
        str(box.config),
        "service",
        "check",
    ]
    answer = subprocess.run(  # noqa: S603 - our own program
        [*asked, *box.prefix("--root")], capture_output=True, text=True, check=False, env=_environment()
    )
    if answer.returncode:
        raise box.failed(
            "service_unfit", version=bundle.version(), why=(answer.stderr or answer.stdout).strip()
        )
    if absent := answer.stdout.strip():
        box.say(absent)


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TONGLUO"))}


def _point(box: Box, version: str) -> None:
    """Make `current` point to this version, in one step."""
    draft = box.opt / ".current"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("versions") / version)
    draft.replace(box.current)
    os.utime(box.current)  # the version that ran last is deleted last
    box.command.parent.mkdir(parents=True, exist_ok=True)
    if not box.command.is_symlink():
        box.command.unlink(missing_ok=True)
        box.command.symlink_to("/opt/tongluo/current/bin/tongluo")


def _write_units(box: Box) -> None:
    _write_unit(box, (configs() / "tongluo.service").read_text("utf-8"))
    if load(box.config).http.port < 1024:
        box.low_port.parent.mkdir(parents=True, exist_ok=True)
        box.low_port.write_text(LOW_PORT, "utf-8")
    else:
        box.low_port.unlink(missing_ok=True)
    if box.live:
        box.systemctl("daemon-reload")


def _write_unit(box: Box, text: str) -> None:
    box.unit.parent.mkdir(parents=True, exist_ok=True)
    box.unit.write_text(text, "utf-8")
    box.unit.chmod(0o644)


def _answers(box: Box) -> bool:
    """Whether the daemon answers within HEALTHY_S that warnings can sound."""
    return asyncio.run(_lives(f"{address(load(box.config).http)}/livez"))


async def _lives(url: str) -> bool:
    try:
        async with asyncio.timeout(HEALTHY_S), httpx.AsyncClient(trust_env=False, timeout=2.0) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get(url)).is_success:
                        return True
                await asyncio.sleep(0.2)
    except TimeoutError:
        return False


def _keep_ledger(box: Box, new: str) -> Path | None:
    """Copy the ledger where the new program will change its schema: this is the way back. Raises Failed."""
    ledger = box.data_of(load(box.config)) / LEDGER
    if not ledger.exists() or trial.schema_of(ledger) == trial.schema():
        return None
    kept = ledger.with_name(f"before-{new}.sqlite")
    try:
        trial.copy(ledger, kept)
    except (LedgerFailed, OSError) as error:
        raise box.failed("service_ledger", file=ledger, why=error) from error
    shutil.copystat(ledger, kept)
    os.chown(kept, ledger.stat().st_uid, ledger.stat().st_gid)
    return kept


def _go_back(box: Box, old: str, unit: str, kept: Path | None) -> None:
    """Go back to the old version. A ledger whose schema was changed is renamed and kept whole."""
    box.systemctl("stop", "tongluo")
    if kept:
        ledger = kept.with_name(LEDGER)
        for suffix in ("", "-wal", "-shm"):
            changed = ledger.with_name(ledger.name + suffix)
            if changed.exists():
                changed.rename(ledger.with_name(f"failed-{kept.stem.removeprefix('before-')}.sqlite{suffix}"))
        kept.rename(ledger)
    _point(box, old)
    if unit:
        _write_unit(box, unit)
    box.systemctl("daemon-reload")
    box.systemctl("restart", "--no-block", "tongluo")


def _forget_oldest(box: Box) -> None:
    ages = sorted(box.versions.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in [folder for folder in ages if folder.name != box.running()][KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
