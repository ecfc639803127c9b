"""`tongluo templates`: the words of the office's own announcements."""

from __future__ import annotations

import json

import typer

from gateway.cli.options import AsJson, plainly, settings_of
from gateway.i18n import deed_name, phrase

app = typer.Typer()


@app.command()
@plainly
def templates(context: typer.Context, as_json: AsJson = False) -> None:
    """本机自己的播出用语：行为、灾种、全文和时长。
    What the office's own acts say, by hazard, and how long that is.
    """
    from gateway.announcements.script import seconds
    from gateway.announcements.template import FIELDS, written

    lang = settings_of(context).lang
    blanks = {name: phrase(f"blank_{name}", "zh") for name in FIELDS}
    for act, name, script in written(blanks):
        row = {"act": act, "name": name, "text": script.text, "seconds": round(seconds(script))}
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            typer.echo(phrase("template", lang, **{**row, "act": deed_name(act, lang)}))
