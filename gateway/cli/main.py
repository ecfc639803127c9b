"""`tongluo`: the command line of the gateway. It speaks Chinese unless `--lang` says otherwise.

Each command stands in a file of its noun, as an `app` that is listed here.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from gateway.cli import (
    air,
    alarms,
    alerts,
    clips,
    config,
    doctor,
    drills,
    explain,
    ledger,
    names,
    quarantine,
    review,
    rules,
    run,
    service,
    speakers,
    speech,
    templates,
    voice,
    voice_tests,
)
from gateway.cli.options import ConfigOption, Settings

COMMANDS = (
    run,
    alerts,
    speakers,
    air,
    alarms,
    review,
    explain,
    quarantine,
    rules,
    drills,
    voice_tests,
    speech,
    names,
    templates,
    voice,
    clips,
    doctor,
    config,
    ledger,
    service,
)
"""Every command, in the order of `tongluo --help`."""

app = typer.Typer(
    help="铜锣：村庄大喇叭预警广播网关。 Early warnings to village loudspeakers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.add_typer(command.app)


@app.callback()
def options(
    context: typer.Context,
    config: ConfigOption = None,
    url: Annotated[
        str | None, typer.Option(envvar="TONGLUO_URL", help="网关地址。 Where the gateway listens.")
    ] = None,
    lang: Annotated[
        Literal["zh", "en"], typer.Option(envvar="TONGLUO_LANG", help="输出语言。 Language of the output.")
    ] = "zh",
) -> None:
    context.obj = Settings(config, url, lang)


def main() -> None:
    """The entry point."""
    app()
