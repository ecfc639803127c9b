"""`tongluo quarantine list|show|release`: what could not be parsed or is not trusted."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.client import spoken
from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase

app = typer.Typer(
    name="quarantine", help="隔离的来件。 What could not be read or trusted.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(help="隔离编号。 Its number.")]


@app.command("list")
@plainly
def list_(context: typer.Context) -> None:
    """列出隔离的来件。 List them, newest first."""
    from gateway.cli import tables

    settings = settings_of(context)
    arrivals = settings.client().get("quarantine")["quarantine"]
    if arrivals:
        tables.show(tables.quarantine(arrivals, settings.lang))
    else:
        typer.echo(phrase("no_quarantine", settings.lang))


@app.command()
@plainly
def show(context: typer.Context, number: Number) -> None:
    """一件的原因和原文。 One of them: why, and its bytes."""
    settings = settings_of(context)
    arrival = settings.client().get(f"quarantine/{number}")
    typer.echo("  ".join(str(arrival[key]) for key in ("number", "at", "source", "peer")))
    typer.echo(f"{spoken(arrival, settings.lang)}\n")
    # A stranger's bytes may not steer the terminal. Ends of lines of Windows do not.
    text = arrival["text"].replace("\r\n", "\n")
    typer.echo("".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text))


@app.command()
@plainly
def release(context: typer.Context, number: Number, by: By) -> None:
    """重新读取和判定一件。 Read and judge one of them again."""
    settings = settings_of(context)
    settings.client().post(f"quarantine/{number}/release", {"person": by})
    typer.echo(phrase("released", settings.lang, number=number))
