"""`tongluo approve|veto|again|correct`: yes or no to a held alert; what was stopped is said again; an alert
that was sent in error is taken back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from gateway.cli.options import AlertKey, By, plainly, settings_of
from gateway.i18n import phrase

app = typer.Typer()


@app.command()
@plainly
def approve(
    context: typer.Context,
    key: AlertKey,
    by: By,
    ends: Annotated[
        str, typer.Option("--ends", metavar="KEY", help="它解除的是哪一条。 Which warning it ends.")
    ] = "",
) -> None:
    """同意播出（或解除）一条等待中的预警。 Say yes to a warning or a lift that is held."""
    settings = settings_of(context)
    order = {"person": by, **({"ends": settings.path_key(ends)} if ends else {})}
    more = settings.client().post(f"alerts/{quote(key, safe='')}/approve", order)["more"]
    typer.echo(
        phrase("approved_more", settings.lang, more=more) if more else phrase("approved", settings.lang)
    )


@app.command()
@plainly
def veto(context: typer.Context, key: AlertKey, by: By) -> None:
    """否决一条等待中的预警。 Say no to a warning that is held."""
    settings = settings_of(context)
    settings.client().post(f"alerts/{quote(key, safe='')}/veto", {"person": by})
    typer.echo(phrase("vetoed", settings.lang))


@app.command()
@plainly
def again(context: typer.Context, key: AlertKey, by: By) -> None:
    """恢复播出停播过的预警：在没有完整听到的终端。 Say what was stopped where it was not heard whole."""
    settings = settings_of(context)
    answer = settings.client().post(f"alerts/{quote(key, safe='')}/again", {"person": by})
    typer.echo(phrase("said_again", settings.lang, speakers=", ".join(answer["speakers"])))


@app.command()
@plainly
def correct(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="误发预警的 KEY。 The key of what was sent in error.")],
    by: By,
) -> None:
    """更正误发的预警：停播，并在响过的地方播更正。 Take back what was sent in error, wherever it sounded."""
    settings = settings_of(context)
    answer = settings.client().post("correct", {"key": settings.path_key(key), "person": by})
    speakers = ", ".join(answer["speakers"])
    typer.echo(
        phrase("corrected", settings.lang, speakers=speakers)
        if speakers
        else phrase("corrected_none", settings.lang)
    )
