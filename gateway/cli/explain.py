"""`tongluo explain`: why an alert sounds or does not, and what each speaker says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.options import Settings, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import NO_DAEMON, Failed

app = typer.Typer()


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
    """为什么播、为什么不播，每个终端播什么；文件只试判，不留痕迹。
    Why, and what each speaker says; a file is a dry run.
    """
    from gateway.cli import tables

    settings = settings_of(context)
    file = Path(what)
    dry_run = file.is_file()
    traces = _dry_run(settings, file, source) if dry_run else [_trace(settings, what)]
    if as_json:
        typer.echo(json.dumps(traces, ensure_ascii=False, indent=2))
        return
    for trace in traces:
        tables.show(tables.explanation(trace, settings.lang))
    if dry_run:
        _tell_unread(file.read_bytes(), settings.lang)
        typer.echo(phrase("dry_run", settings.lang))


def _dry_run(settings: Settings, file: Path, source: str) -> list[dict[str, Any]]:
    """The traces of a file's alerts, judged by the gateway.

    Where no gateway runs they are judged by the configuration alone, and a line on stderr says so.
    """
    raw = file.read_bytes()
    try:
        traces: list[dict[str, Any]] = settings.client().explain(raw, source)["alerts"]
    except Failed as failed:
        if failed.code != NO_DAEMON or settings.url:
            raise
        typer.echo(phrase("dry_run_alone", settings.lang), err=True)
        return _dry_run_alone(settings, raw, source)
    return traces


def _tell_unread(raw: bytes, lang: str) -> None:
    """Name the members of a document that cannot be read while others can."""
    from gateway.i18n import sentence
    from gateway.intake.readers import parse
    from gateway.intake.readers.members import losing, lost

    for member in lost(raw) if losing(parse(raw)) else ():
        saw = sentence(member.unreadable.why, lang)
        typer.echo(phrase("unreadable", lang, saw=saw, number=""), err=True)


def _dry_run_alone(settings: Settings, raw: bytes, source: str) -> list[dict[str, Any]]:
    from gateway.cli import dryrun
    from gateway.config.config import load
    from gateway.i18n import sentence
    from gateway.intake import Unreadable

    try:
        return dryrun.traces_of(load(settings.needed()), raw, source)
    except Unreadable as unreadable:
        saw = sentence(unreadable.why, settings.lang)
        raise Failed(phrase("unreadable", settings.lang, saw=saw, number="")) from unreadable


def _trace(settings: Settings, key: str) -> dict[str, Any]:
    """The trace of an alert that came."""
    trace: dict[str, Any] = settings.client().get(f"alerts/{settings.path_key(key)}/trace")
    return trace
