"""The command line in a test: a small HTTP server in the API's place, and a person's input.

For the tests of gateway/cli.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner, Result

from gateway.cli import main as cli

EXAMPLES = Path(__file__).parents[2] / "configs"
TOKEN = "owner-token-of-this-test"
KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Gateway:
    """The server: what it was asked, and what it answers by method and path."""

    url: str = ""
    answers: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)

    def says(self, ask: str, status: int, *bodies: object) -> None:
        """The bodies come one after the other; the last stays."""
        self.answers[ask] = [(status, body) for body in bodies]


def site(folder: Path, url: str = "http://127.0.0.1:1", token: str | None = TOKEN) -> Path:
    """A configuration whose gateway listens at `url`, and its owner's token."""
    folder.mkdir(parents=True, exist_ok=True)
    port = url.rpartition(":")[2]
    (folder / "site.toml").write_text(
        (EXAMPLES.parent / "tests/configs/site.toml").read_text("utf-8"), "utf-8"
    )
    config = folder / "gateway.toml"
    config.write_text(
        f'data = "."\nseed = "site.toml"\n[http]\nport = {port}\n'
        '[[line]]\nname = "shiqiao-square"\nprotocol = "tts_chip"\nport = "/nowhere"\n',
        "utf-8",
    )
    if token is not None:
        (folder / "owner.token").write_text(token + "\n", "ascii")
        (folder / "owner.token").chmod(0o600)
    return config


def tongluo(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.app, list(words), input=stdin)


def typed(gateway: Gateway, folder: Path, *words: str, lang: str = "zh") -> Result:
    config = site(folder, gateway.url)
    return CliRunner().invoke(cli.app, ["--config", str(config), "--lang", lang, *words])


def body(gateway: Gateway) -> object:
    return json.loads(gateway.asked[-1][2])
