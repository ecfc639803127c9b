"""What the command line's global options said, and how a command says that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

from gateway.cli.client import Client, connect, find_config
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.i18n.failed import REFUSED, Failed

P = ParamSpec("P")
R = TypeVar("R")


class Settings:
    """What the global options said."""

    def __init__(self, config: Path | None, url: str | None, lang: str) -> None:
        self.config = config
        self.url = url
        self.lang = lang

    def client(self) -> Client:
        return connect(self.config, self.url, self.lang)

    def needed(self, named: Path | None = None) -> Path:
        """The configuration, which must be there for this command."""
        found = find_config(named or self.config)
        if found is None:
            raise Failed(phrase("no_config", self.lang))
        return found


def settings_of(context: typer.Context) -> Settings:
    """The options of this call."""
    settings = context.find_object(Settings)
    assert settings is not None, "the callback sets it"
    return settings


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """What a command cannot do is one sentence on stderr and an exit code, never a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Failed as failed:
            typer.echo(failed.sentence, err=True)
            raise typer.Exit(failed.code) from failed
        except ConfigWrong as wrong:
            given = (getattr(argument, "obj", None) for argument in (*args, *kwargs.values()))
            lang = next((said.lang for said in given if isinstance(said, Settings)), "zh")
            typer.echo(phrase("config_bad", lang, file=wrong.path), err=True)
            for fault in wrong.faults:
                typer.echo(f"  {fault}", err=True)
            raise typer.Exit(REFUSED) from wrong

    return run
