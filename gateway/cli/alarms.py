"""`tongluo alarms|acknowledge`: what is wrong now, and who has heard of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase

app = typer.Typer()


@app.command()
@plainly
def alarms(context: typer.Context) -> None:
    """现在有什么不对，哪些还在响铃。 What is wrong now, and what still rings."""
    from gateway.cli import tables

    settings = settings_of(context)
    answer = settings.client().get("alarms")
    ringing = {alarm["name"] for alarm in answer["ringing"]}
    by_name = {alarm["name"]: alarm for alarm in (*answer["ringing"], *answer["alarms"])}
    if by_name:
        tables.show(tables.alarms(list(by_name.values()), ringing, settings.lang))
    else:
        typer.echo(phrase("no_alarms", settings.lang))


@app.command()
@plainly
def acknowledge(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="报警的名字，或 all。 An alarm's name, or all.")],
    by: By,
) -> None:
    """确认报警，值班室不再为它响铃。 Acknowledge an alarm: the duty room is not rung for it any more."""
    settings = settings_of(context)
    answer = settings.client().post(f"alarms/{quote(name, safe='')}/acknowledge", {"person": by})
    names = ", ".join(answer["acknowledged"])
    typer.echo(
        phrase("acknowledged", settings.lang, alarms=names) if names else phrase("no_ring", settings.lang)
    )
