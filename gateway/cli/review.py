"""`tongluo explain|approve|veto|rules|quarantine`: why, yes and no, and what lies in quarantine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.alarms import By
from gateway.cli.client import spoken
from gateway.cli.options import Settings, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import NO_DAEMON, Absent, Failed

app = typer.Typer()
quarantine = typer.Typer(help="隔离的来件。 What could not be read or trusted.", no_args_is_help=True)
app.add_typer(quarantine, name="quarantine")


@app.command()
@plainly
def explain(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="FILE|KEY", help="预警文件或编号。 A file, or an alert's key.")
    ],
    source: Annotated[str, typer.Option(help="当作来自哪个来源。 As if it came from this source.")] = "owner",
    as_json: Annotated[bool, typer.Option("--json", help="给程序读。 For programs.")] = False,
) -> None:
    """为什么播、为什么不播，每个终端播什么；文件只试判，不留痕迹。 Why, and what each speaker says; a file is a dry run."""
    import json

    from gateway.cli import tables

    settings = settings_of(context)
    file = Path(what)
    dry = file.is_file()
    found = _tried(settings, file, source) if dry else [_known(settings, what)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        tables.show(tables.explanation(one, settings.lang))
    if dry:
        typer.echo(phrase("dry_run", settings.lang))


def _tried(settings: Settings, file: Path, source: str) -> list[dict[str, Any]]:
    """By the gateway with all it knows; where none runs, by the configuration alone, which is said."""
    raw = file.read_bytes()
    try:
        found: list[dict[str, Any]] = settings.client().explain(raw, source)["alerts"]
    except Failed as failed:
        if failed.code != NO_DAEMON or settings.url:
            raise
        typer.echo(phrase("dry_run_alone", settings.lang), err=True)
        return _alone(settings, raw, source)
    return found


def _alone(settings: Settings, raw: bytes, source: str) -> list[dict[str, Any]]:
    from gateway.cli import dryrun
    from gateway.config.config import load
    from gateway.i18n import sentence
    from gateway.intake import Unreadable

    try:
        return dryrun.explain(load(settings.needed()), raw, source)
    except Unreadable as unreadable:
        said = sentence(unreadable.why, settings.lang)
        place = {"element": unreadable.element or "", "line": unreadable.line or ""}
        raise Failed(phrase("unreadable", settings.lang, saw=said, number="", **place)) from unreadable


def _known(settings: Settings, key: str) -> dict[str, Any]:
    if not key.isalnum():
        raise Failed(phrase("not_found", settings.lang, what=key))
    found: dict[str, Any] = settings.client().get(f"alerts/{key}/trace")
    return found


@app.command()
@plainly
def approve(
    context: typer.Context, key: Annotated[str, typer.Argument(help="预警编号。 An alert's key.")], by: By
) -> None:
    """同意播出一条等待中的预警。 Say yes to a warning that is held."""
    settings = settings_of(context)
    more = settings.client().post(f"alerts/{quote(key, safe='')}/approve", {"person": by})["more"]
    typer.echo(
        phrase("approved_more", settings.lang, more=more) if more else phrase("approved", settings.lang)
    )


@app.command()
@plainly
def veto(
    context: typer.Context, key: Annotated[str, typer.Argument(help="预警编号。 An alert's key.")], by: By
) -> None:
    """否决一条等待中的预警。 Say no to a warning that is held."""
    settings = settings_of(context)
    settings.client().post(f"alerts/{quote(key, safe='')}/veto", {"person": by})
    typer.echo(phrase("vetoed", settings.lang))


@app.command()
@plainly
def rules(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="规则文件；省略则问网关。 A file of rules, else the gateway's.")
    ] = None,
) -> None:
    """把转播规则读成句子。 The relay rules as sentences."""
    from gateway.config.table import ConfigWrong
    from gateway.judge.rules import Rules, RulesWrong
    from gateway.site.rulebook import sentences

    settings = settings_of(context)
    if file is None:
        found = settings.client().get("rules")["sentences_en" if settings.lang == "en" else "sentences"]
    else:
        try:
            found = list(sentences(Rules.parse(file.read_text("utf-8")), settings.lang))
        except OSError as error:
            raise Failed(phrase("no_file", settings.lang, file=file, why=error.strerror or "")) from error
        except RulesWrong as wrong:
            raise ConfigWrong(file, wrong.faults) from wrong
    typer.echo("\n".join(found))


@quarantine.command("list")
@plainly
def listed(context: typer.Context) -> None:
    """列出隔离的来件。 List them, newest first."""
    from gateway.cli import tables

    settings = settings_of(context)
    found = settings.client().get("quarantine")["quarantine"]
    if not found:
        typer.echo(phrase("no_quarantine", settings.lang))
        return
    tables.show(tables.quarantine(found, settings.lang))


Number = Annotated[int, typer.Argument(help="隔离编号。 Its number.")]


@quarantine.command()
@plainly
def show(context: typer.Context, number: Number) -> None:
    """一件的原因和原文。 One of them: why, and its bytes."""
    settings = settings_of(context)
    one = settings.client().get(f"quarantine/{number}")
    typer.echo(
        f"{one['number']}  {one['at']}  {one['source']}  {one['peer']}\n{spoken(one, settings.lang)}\n"
    )
    typer.echo("".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in one["text"]))


@quarantine.command()
@plainly
def release(context: typer.Context, number: Number, by: By) -> None:
    """重新读取和判定一件。 Read and judge one of them anew."""
    settings = settings_of(context)
    try:
        settings.client().post(f"quarantine/{number}/release", {"person": by})
    except Absent as absent:
        raise Failed(absent.sentence) from absent
    typer.echo(phrase("released", settings.lang, number=number))
