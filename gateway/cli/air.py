"""`tongluo stop|hold|resume`: silence, now or for a while."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer()


@app.command()
@plainly
def stop(
    context: typer.Context,
    by: By,
    target: Annotated[
        str | None,
        typer.Argument(help="终端、12 位区划代码或预警编号。 A speaker, a region code or an alert's key."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部停播。 Silence everything.")] = False,
) -> None:
    """停播，不再询问。 Silence, without asking."""
    settings = settings_of(context)
    if everything == (target is not None):
        raise Failed(phrase("no_target", settings.lang), 2)
    order = {"target": "all" if everything else target, "person": by}
    silenced = settings.client().post("stop", order).get("silenced", [])
    typer.echo(
        phrase("stopped", settings.lang, speakers=", ".join(map(str, silenced)))
        if silenced
        else phrase("stopped_none", settings.lang)
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
    until = settings.client().post("hold", {"minutes": minutes, "person": by})["until"]
    typer.echo(phrase("held", settings.lang, until=until))


@app.command()
@plainly
def resume(context: typer.Context, by: By) -> None:
    """提前结束全部暂停。 End the hold of everything now."""
    settings = settings_of(context)
    settings.client().delete(f"hold?person={quote(by, safe='')}")
    typer.echo(phrase("resumed", settings.lang))
