"""`tongluo voice list|install|try`: the voices of this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import sound
from gateway.cli.options import AsJson, Settings, plainly, settings_of
from gateway.cli.speech import names_of, site_of
from gateway.config.voice import OTHER_TONES, STYLES, TABLES, KokoroTable
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer(
    name="voice",
    help="语音：装了哪些、安装音色、试听。 The voices: what is here, get a style, hear one.",
    no_args_is_help=True,
)


@app.command(name="list")
@plainly
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """列出语音和音色：装了没有、缺什么、怎么办。 The voices: what is here, what is missing, what to do."""
    from gateway.cli import tables
    from gateway.cli.catalogue import rows

    settings = settings_of(context)
    found = rows(site_of(settings), _paces(settings), settings.lang)
    if as_json:
        for row in found:
            typer.echo(json.dumps(row, ensure_ascii=False))
    else:
        tables.show(tables.voices(found, settings.lang))


@app.command()
@plainly
def install(
    context: typer.Context,
    style: Annotated[
        str | None,
        typer.Argument(help="音色，缺省为配置里的或 zm_yunjian。 The style, else the configuration's."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="不联网，用这个文件。 This file, and no network."),
    ] = None,
    if_possible: Annotated[
        bool,
        typer.Option("--if-possible", help="装不成也算成功，只说一句。 No failure if it cannot be fetched."),
    ] = False,
) -> None:
    """装神经网络语音的音色（0.5 MB）：用 npm 下载，或从文件。 Get the style of the neural voice."""
    from gateway.service.styles import Installation

    settings = settings_of(context)
    site = site_of(settings)
    named = style or (site.voice.style if site and isinstance(site.voice, KokoroTable) else STYLES[0])
    _known(named, settings.lang)
    try:
        Installation(named, site.data if site else None, typer.echo, settings.lang).install(source)
    except Failed as failed:
        if not if_possible:
            raise
        typer.echo(failed.sentence)


@app.command(name="try")
@plainly
def try_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="要说的话。 The text.")],
    engine: Annotated[
        str | None, typer.Option(help=f"{' '.join(TABLES)}；缺省为正在用的。 Else the one in use.")
    ] = None,
    style: Annotated[str | None, typer.Option(help="kokoro 的音色。 The style of kokoro.")] = None,
    wav: Annotated[
        Path | None, typer.Option(metavar="FILE", help="存成声音文件。 Keep the sound as a file.")
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="在本机放出来。 Play it here.")] = False,
) -> None:
    """试一种语音：每一段说得怎样、多快，可试听。 Try a voice: how it says each piece, how fast; hear it."""
    from gateway.cli import tables
    from gateway.cli.audition import audition

    settings = settings_of(context)
    if style:
        _known(style, settings.lang)
    found = audition(text, names_of(settings), site_of(settings), engine, style, settings.lang)
    tables.show(tables.audition(found, settings.lang))
    if found.fault:
        raise Failed(phrase("voice_refused", settings.lang, voice=found.voice, why=found.fault))
    if wav:
        sound.keep(wav, found.pcm, settings.lang)
    if play:
        sound.play(found.pcm, settings.lang)


def _paces(settings: Settings) -> dict[str, float]:
    """The pace of the voice that a running gateway has measured; empty where none answers."""
    try:
        voice = settings.client().get("health").get("voice") or {}
    except (Failed, AttributeError):
        return {}
    return {voice["name"]: voice["pace"]} if voice.get("pace") is not None else {}


def _known(style: str, lang: str) -> None:
    """Raises Failed if there is no such style, or if it may not be used."""
    if style not in STYLES:
        key = "style_other_tones" if style == OTHER_TONES else "style_unknown"
        raise Failed(phrase(key, lang, style=style, styles="、".join(STYLES)))
