"""`tongluo clips`: recordings of the site's own sentences by a person: what to read, what is wrong with the
files, and how they get their names."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from drivers.coders import CodecMissing
from gateway.cli.client import find_config
from gateway.cli.options import AsJson, Settings, plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.model.speaker import Roster
from gateway.site.recordings.remark import Grade, Remark
from gateway.site.recordings.sheet import Entry

app = typer.Typer(
    name="clips",
    help="本地录音：读稿、检查、归位。 The site's own recordings: what to read, a check, their names.",
    no_args_is_help=True,
)
Hazards = Annotated[
    list[str] | None,
    typer.Option(
        "--hazard",
        metavar="CODE",
        help="灾种代码，可写多个：各村这一灾种的命令也要录。 Orders of the villages against it, too.",
    ),
]
PACE = 180
"""Characters a minute of a person who reads for a horn."""


@app.command(name="list")
@plainly
def list_(context: typer.Context, hazard: Hazards = None, as_json: AsJson = False) -> None:
    """读稿：要录的句子和文件名。 The reading sheet: every sentence to record, and the name of its file."""
    from gateway.site.recordings.sheet import code

    lang = settings_of(context).lang
    entries = _sheet(_site(settings_of(context))[0], hazard, lang)
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(entry._asdict(), ensure_ascii=False))
        return
    needed = [entry for entry in entries if entry.needed]
    characters = sum(len(entry.words) for entry in needed)
    head = {"code": code(entries), "count": len(needed), "characters": characters}
    typer.echo(phrase("clips_sheet_head", lang, **head, minutes=round(characters / PACE)))
    use = None
    for entry in entries:
        if entry.use is not use:
            use = entry.use
            typer.echo("\n" + phrase(f"clips_use_{use}", lang))
        file = "" if entry.name == entry.words else entry.name
        typer.echo(phrase("clips_sheet_line", lang, number=entry.number, words=entry.words, file=file))


@app.command()
@plainly
def check(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="录音的文件夹；省略则用配置里的。 The folder.")
    ] = None,
    hazard: Hazards = None,
    as_json: AsJson = False,
) -> None:
    """检查录音：缺哪些、太轻、削顶、文件名不对……有要改的或缺的，退出码为 1。
    Check recordings: missing, too quiet, clipped, wrongly named …; exit code 1 if something is to do.
    """
    from gateway.site.recordings.check import files, remarks
    from gateway.site.recordings.names import Names

    settings = settings_of(context)
    roster, clips = _site(settings)
    folder = folder or clips
    if folder is None:
        raise Failed(phrase("clips_no_folder", settings.lang))
    if not folder.is_dir():
        raise Failed(phrase("clips_folder_absent", settings.lang, folder=folder))
    entries = _sheet(roster, hazard, settings.lang)
    found = asyncio.run(remarks(folder, entries, Names(roster, entries)))
    counts: dict[str, Any] = {grade.value: sum(one.grade is grade for one in found) for grade in Grade}
    if as_json:
        for remark in found:
            typer.echo(json.dumps(_row(remark, settings.lang), ensure_ascii=False))
    else:
        for remark in found:
            typer.echo(_shown(remark, settings.lang))
        counts |= {"folder": folder, "files": len(files(folder))}
        typer.echo(phrase("clips_summary" if found else "clips_all_good", settings.lang, **counts))
    if counts[Grade.MEND] or counts[Grade.MISSING]:
        raise typer.Exit(1)


@app.command()
@plainly
def bring(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FROM", help="刚录好的文件夹。 What was recorded.")],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="省略则用配置里的 clips。 Else that of the configuration."),
    ] = None,
    sheet: Annotated[
        str, typer.Option(metavar="CODE", help="读稿第一行的编号。 The code in the sheet's first line.")
    ] = "",
    hazard: Hazards = None,
    replace: Annotated[bool, typer.Option("--replace", help="替换已有的。 Replace what is there.")] = False,
) -> None:
    """把录好的文件按读稿的序号改名，拷进录音文件夹；要重录的不拷。
    Copy files that bear the numbers of the sheet to their names; what must be recorded again is left.
    """
    from gateway.site.recordings.bringing import numbered
    from gateway.site.recordings.check import files
    from gateway.site.recordings.sheet import code

    settings = settings_of(context)
    roster, clips = _site(settings)
    target = to or clips
    if target is None:
        raise Failed(phrase("clips_no_folder", settings.lang))
    if not source.is_dir():
        raise Failed(phrase("clips_folder_absent", settings.lang, folder=source))
    entries, taken = _sheet(roster, hazard, settings.lang), files(source)
    if any(map(numbered, taken)) and sheet != code(entries):
        raise Failed(phrase("clips_other_sheet", settings.lang, sheet=sheet))
    count = sum(_bring(file, source, target, entries, replace, settings.lang) for file in taken)
    typer.echo(phrase("clips_brought_count", settings.lang, count=count, folder=target))
    if count < len(taken):
        raise Failed(phrase("clips_left_count", settings.lang, count=len(taken) - count))


def _bring(file: Path, source: Path, target: Path, entries: list[Entry], replace: bool, lang: str) -> bool:
    """Copy one file and say what became of it."""
    from gateway.site.recordings.bringing import brought

    try:
        done = asyncio.run(brought(file, source, target, entries, replace))
    except CodecMissing:
        typer.echo(phrase("clips_no_decoder", lang, source=file))
        return False
    except OSError as error:
        raise Failed(
            phrase("no_file", lang, file=error.filename or file, why=error.strerror or "")
        ) from error
    for remark in done.remarks:
        typer.echo(_shown(remark, lang))
    if done.entry is None:
        typer.echo(phrase("clips_no_line", lang, source=file))
    elif done.stands:
        typer.echo(phrase("clips_exists", lang, source=file, target=done.stands))
    elif done.target:
        typer.echo(phrase("clips_brought", lang, source=file, target=done.target))
    return done.target is not None


def _site(settings: Settings) -> tuple[Roster | None, Path | None]:
    """The roster and the folder of recordings, where a configuration is at hand."""
    from gateway.config.config import load
    from gateway.site.load import load_site

    config = find_config(settings.config)
    if config is None:
        return None, None
    site = load(config)
    return load_site(site), site.clips


def _sheet(roster: Roster | None, hazards: list[str] | None, lang: str) -> list[Entry]:
    """The sheet. Raises Failed for a hazard without orders of ours."""
    from gateway.announcements.template import templates
    from gateway.site.recordings.sheet import sheet

    known = {code for hazard in templates().hazard.values() for code in hazard.codes}
    if strange := [code for code in hazards or () if code not in known]:
        raise Failed(phrase("clips_no_orders", lang, code=strange[0], known=" ".join(sorted(known))))
    return sheet(roster, hazards or ())


def _row(remark: Remark, lang: str) -> dict[str, Any]:
    said = {"saw": remark.saw(lang), "expected": remark.want(lang), "do": remark.do(lang)}
    return {"grade": remark.grade, "kind": remark.kind, "file": remark.file, **said}


def _shown(remark: Remark, lang: str) -> str:
    said = {"saw": remark.saw(lang), "want": remark.want(lang), "do": remark.do(lang)}
    return phrase("clip_remark", lang, mark=phrase(f"clip_{remark.grade}", lang), file=remark.file, **said)
