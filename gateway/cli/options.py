"""Options that several commands share, and `plainly`: how a command ends that cannot do its work."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from gateway.cli.client import Client, connect, find_config
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.i18n.failed import REFUSED, Failed
from gateway.model.record import NAME_MOST, OWNER

P = ParamSpec("P")
R = TypeVar("R")

ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="配置文件。 The configuration.")
]


def login_name() -> str:
    """The login name, cut to NAME_MOST. OWNER where the system knows no name: a stop waits for none."""
    try:
        return getpass.getuser()[:NAME_MOST]
    except (KeyError, OSError):
        return OWNER


By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="NAME",
        default_factory=login_name,
        help="谁；记在账本里。 Who; it is in the record.",
    ),
]
"""The person who acts: the login name unless another is given."""
AlertKey = Annotated[str, typer.Argument(help="预警编号。 An alert's key.")]
AsJson = Annotated[bool, typer.Option("--json", help="给程序读，每行一条。 For programs, one a line.")]


class Settings:
    """The global options of one call."""

    def __init__(self, config: Path | None, url: str | None, lang: str) -> None:
        self.config = config
        self.url = url
        self.lang = lang

    def client(self) -> Client:
        """The client of the gateway that the options mean. Raises Failed, ConfigWrong."""
        return connect(self.config, self.url, self.lang)

    def needed(self, named: Path | None = None) -> Path:
        """The configuration of a command that cannot do without one. Raises Failed."""
        config = find_config(named or self.config)
        if config is None:
            raise Failed(phrase("no_config", self.lang))
        return config

    def path_key(self, key: str) -> str:
        """An alert's key as a part of a URL's path. Raises Failed for text that cannot be a key."""
        if not key.isalnum():
            raise Failed(phrase("not_found", self.lang, what=key))
        return key


def settings_of(context: typer.Context) -> Settings:
    """The global options of this call."""
    settings = context.find_object(Settings)
    assert settings is not None, "the callback sets it"
    return settings


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn Failed and ConfigWrong into a sentence on stderr and an exit code, never a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Failed as failed:
            typer.echo(failed.sentence, err=True)
            raise typer.Exit(failed.code) from failed
        except ConfigWrong as wrong:
            objects = (getattr(argument, "obj", None) for argument in (*args, *kwargs.values()))
            lang = next((settings.lang for settings in objects if isinstance(settings, Settings)), "zh")
            typer.echo(phrase("config_bad", lang, file=wrong.path), err=True)
            for fault in wrong.faults:
                typer.echo(f"  {fault}", err=True)
            raise typer.Exit(REFUSED) from wrong

    return run
