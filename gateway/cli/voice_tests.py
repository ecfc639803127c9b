"""`tongluo say`: a voice test."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.options import By, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer()


@app.command()
@plainly
def say(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="测试用语。 The words of the test.")],
    by: By,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="终端，可重复。 A speaker; repeat for more.")
    ] = None,
    reason: Annotated[str, typer.Option(help="为什么要在休息时间测试。 Why it must be in quiet hours.")] = "",
) -> None:
    """在几个终端上试音。 Say a test at a few speakers."""
    settings = settings_of(context)
    if not to:
        raise Failed(phrase("no_speaker", settings.lang), 2)
    order = {"text": text, "speakers": to, "reason": reason, "person": by}
    plan = settings.client().post("say", order).get("plan", "")
    typer.echo(phrase("said", settings.lang, plan=plan))
