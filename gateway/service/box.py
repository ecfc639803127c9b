"""The Linux machine that runs the daemon: where things lie on it, and its own programs that change it.

Everything lies below `root`, so that an image can be prepared and everything can be tested.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.config.config import Config
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

USER = "tongluo"
"""The user that the service runs as."""


@dataclass(frozen=True)
class Box:
    """Where things lie on a machine."""

    root: Path = Path("/")
    live: bool = True
    """Whether the machine runs: its services are started and asked. Otherwise only files are laid out."""
    lang: str = "zh"
    """The language of what people are told."""
    say: Callable[[str], None] = print

    def at(self, path: str) -> Path:
        """An absolute path of the machine, below the root."""
        return self.root / path.lstrip("/")

    @property
    def etc(self) -> Path:
        return self.at("/etc/tongluo")

    @property
    def config(self) -> Path:
        return self.etc / "gateway.toml"

    @property
    def opt(self) -> Path:
        return self.at("/opt/tongluo")

    @property
    def versions(self) -> Path:
        return self.opt / "versions"

    @property
    def current(self) -> Path:
        return self.opt / "current"

    @property
    def data(self) -> Path:
        return self.at("/var/lib/tongluo")

    @property
    def unit(self) -> Path:
        return self.at("/etc/systemd/system/tongluo.service")

    @property
    def low_port(self) -> Path:
        return self.unit.with_suffix(".service.d") / "low-port.conf"

    @property
    def users(self) -> Path:
        return self.at("/usr/lib/sysusers.d/tongluo.conf")

    @property
    def command(self) -> Path:
        return self.at("/usr/local/bin/tongluo")

    def running(self) -> str:
        """The version that `current` points to; empty where none is installed."""
        return self.current.readlink().name if self.current.is_symlink() else ""

    def failed(self, key: str, **fields: object) -> Failed:
        """An error with this phrase of gateway.i18n."""
        return Failed(phrase(key, self.lang, **fields))

    def tell(self, key: str, **fields: object) -> None:
        """Say this phrase of gateway.i18n."""
        self.say(phrase(key, self.lang, **fields))

    def data_of(self, site: Config) -> Path:
        """Where the data of a site lies: an absolute path in its configuration counts from the root."""
        return site.data if self.root in site.data.absolute().parents else self.at(str(site.data))

    def prefix(self, option: str) -> list[str]:
        """The option that gives a program of the system the root; empty where that is `/`."""
        return [] if self.root == Path("/") else [option, str(self.root)]

    def systemctl(self, *words: str) -> None:
        """Run systemctl. Raises Failed."""
        self.run(["systemctl", *([] if self.live else [f"--root={self.root}"]), *words])

    def run(self, command: Sequence[str]) -> None:
        """Run a program of the system. Raises Failed with what the program said."""
        try:
            done = subprocess.run(  # noqa: S603 - from root's own PATH
                list(command), capture_output=True, text=True, check=False
            )
        except FileNotFoundError as error:
            raise self.failed("service_needs", program=command[0]) from error
        if done.returncode:
            raise self.failed(
                "service_command", command=" ".join(command), why=done.stderr.strip() or done.returncode
            )

    def own(self, place: Path, mode: int) -> None:
        """Give a file or folder to the service's user, whose number stands in the machine's own list of
        users."""
        entries = (line.split(":") for line in self.at("/etc/passwd").read_text("utf-8").splitlines())
        number, group = next((int(entry[2]), int(entry[3])) for entry in entries if entry[0] == USER)
        os.chown(place, number, group)
        place.chmod(mode)
