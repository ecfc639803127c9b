"""`tongluo speakers`: the speakers, and the last outcome of each."""

from __future__ import annotations

import typer

from gateway.cli.options import plainly, settings_of

app = typer.Typer()


@app.command()
@plainly
def speakers(context: typer.Context) -> None:
    """列出终端和上次结果。 The speakers and what last became of each."""
    from gateway.cli import tables

    settings = settings_of(context)
    tables.show(tables.speakers(settings.client().get("speakers").get("speakers", []), settings.lang))
