"""`tongluo alarms|acknowledge|hold|resume|correct`: what whoever is on duty at night does."""

from __future__ import annotations

import getpass
from typing import Annotated
from urllib.parse import quote

import typer

from gateway.cli.options import plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer()

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="NAME",
        default_factory=getpass.getuser,
        help="谁；记在账本里。 Who; it is in the record.",
    ),
]


@app.command()
@plainly
def alarms(context: typer.Context) -> None:
    """现在有什么不对，哪些还在响铃。 What is wrong now, and what still rings."""
    from gateway.cli import tables

    settings = settings_of(context)
    found = settings.client().get("alarms")
    rings = {one["name"] for one in found["ringing"]}
    rows = {one["name"]: one for one in (*found["ringing"], *found["alarms"])}
    if not rows:
        typer.echo(phrase("no_alarms", settings.lang))
        return
    tables.show(tables.alarms(list(rows.values()), rings, settings.lang))


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
    heard = ", ".join(answer["acknowledged"])
    typer.echo(
        phrase("acknowledged", settings.lang, alarms=heard) if heard else phrase("no_ring", settings.lang)
    )


@app.command()
@plainly
def hold(
    context: typer.Context,
    by: By,
    minutes: Annotated[float, typer.Argument(help="几分钟，最长 120。 How many minutes, 120 at most.")] = 15,
) -> None:
    """全部暂停：到时自动恢复。 Hold everything; it ends by itself."""
    settings = settings_of(context)
    answer = settings.client().post("hold", {"minutes": minutes, "person": by})
    typer.echo(phrase("held", settings.lang, until=answer["until"]))


@app.command()
@plainly
def resume(context: typer.Context, by: By) -> None:
    """提前结束全部暂停。 End the hold of everything now."""
    settings = settings_of(context)
    settings.client().delete(f"hold?person={quote(by, safe='')}")
    typer.echo(phrase("resumed", settings.lang))


@app.command()
@plainly
def correct(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="误发预警的 KEY。 The key of what was sent in error.")],
    by: By,
) -> None:
    """更正误发的预警：停播，并在响过的地方播更正。 Take back what was sent in error: it stops, and that is said wherever it sounded."""
    settings = settings_of(context)
    if not key.isalnum():
        raise Failed(phrase("not_found", settings.lang, what=key))
    answer = settings.client().post("correct", {"key": key, "person": by})
    where = ", ".join(answer["speakers"])
    typer.echo(
        phrase("corrected", settings.lang, speakers=where)
        if where
        else phrase("corrected_none", settings.lang)
    )
