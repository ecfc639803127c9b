"""`tongluo drill open|list|close`: when, where and for whom exercises may sound."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

import typer

from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.runtime.clock import CHINA

app = typer.Typer(name="drill", help="演练：开设、列出、结束。 Drills.", no_args_is_help=True)


@app.command("open")
@plainly
def open_(
    context: typer.Context,
    places: Annotated[
        list[str],
        typer.Argument(help="村、命名区域、区划代码或终端。 Villages, named areas, codes, speakers."),
    ],
    start: Annotated[str, typer.Option(help="开始，如 2026-07-28T09:00。 When it begins.")],
    end: Annotated[str, typer.Option(help="结束。 When it ends.")],
    by: By,
    source: Annotated[str, typer.Option(help="谁的演练信息可以播。 Whose exercises may sound.")] = "owner",
) -> None:
    """开设演练；先播演练通知。 Open a drill; its notice is said first."""
    settings = settings_of(context)
    times = {"start": _time(start, settings.lang), "end": _time(end, settings.lang)}
    drill = settings.client().post("drills", {"places": places, "source": source, "person": by, **times})
    typer.echo(phrase("drill_opened", settings.lang, **{**drill, "speakers": len(drill["speakers"])}))


@app.command("list")
@plainly
def list_(context: typer.Context) -> None:
    """列出正在和将要进行的演练。 Those that are open or to come."""
    from gateway.cli import tables

    settings = settings_of(context)
    drills = settings.client().get("drills")["drills"]
    if drills:
        tables.show(tables.drills(drills, settings.lang))
    else:
        typer.echo(phrase("no_drills", settings.lang))


@app.command()
@plainly
def close(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="演练编号。 Its number.")],
    by: By,
) -> None:
    """提前结束演练。 Close a drill before its time."""
    settings = settings_of(context)
    settings.client().delete(f"drills/{number}?person={quote(by, safe='')}")
    typer.echo(phrase("drill_closed", settings.lang, number=number))


def _time(text: str, lang: str) -> str:
    """A time in ISO 8601 with an offset; where `text` names none it is China's. Raises Failed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Failed(phrase("bad_time", lang, saw=text), 2) from error
    return (at if at.tzinfo else at.replace(tzinfo=CHINA)).isoformat()
