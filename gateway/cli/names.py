"""`tongluo teach`: how a name is pronounced."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase

app = typer.Typer()


@app.command()
@plainly
def teach(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="地名，如 枫岗。 A name.")],
    by: By,
    syllables: Annotated[
        str,
        typer.Argument(
            help='读音，如 "feng1 gang3"；省略则取消。 Its syllables; left out, the name is said as before.'
        ),
    ] = "",
) -> None:
    """教网关一个地名怎样读，从下一轮播发起生效。 How a name is said here, from the next burst on."""
    settings = settings_of(context)
    order = {"phrase": name, "syllables": syllables, "person": by}
    names = settings.client().put("readings-of-names", order)["readings"]
    taught = phrase("taught", settings.lang, name=name, syllables=names.get(name, ""))
    typer.echo(taught if name in names else phrase("untaught", settings.lang, name=name))
