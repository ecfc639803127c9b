"""`tongluo rules`: the relay rules as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer()


@app.command()
@plainly
def rules(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="规则文件；省略则问网关。 A file of rules, else the gateway's.")
    ] = None,
) -> None:
    """把转播规则读成句子。 The relay rules as sentences."""
    settings = settings_of(context)
    if file is None:
        key = "sentences_en" if settings.lang == "en" else "sentences"
        typer.echo("\n".join(settings.client().get("rules")[key]))
    else:
        typer.echo("\n".join(_sentences(file, settings.lang)))


def _sentences(file: Path, lang: str) -> list[str]:
    """The rules of a file as sentences. Raises Failed, ConfigWrong."""
    from gateway.config.table import ConfigWrong
    from gateway.judge.rules import Rules, RulesWrong
    from gateway.site.rulebook import sentences

    try:
        return list(sentences(Rules.parse(file.read_text("utf-8")), lang))
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error
    except RulesWrong as wrong:
        raise ConfigWrong(file, wrong.faults) from wrong
