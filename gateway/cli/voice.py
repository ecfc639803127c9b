"""`tongluo voice install`: the voices of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.client import find_config
from gateway.cli.options import Settings, plainly, settings_of
from gateway.config.config import Config, load
from gateway.config.voice import OTHER_TONES, STYLES, KokoroTable
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer(
    name="voice",
    help="语音：装了哪些、安装音色、试听。 The voices: what is here, get a style, hear one.",
    no_args_is_help=True,
)


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
    if named not in STYLES:
        key = "style_other_tones" if named == OTHER_TONES else "style_unknown"
        raise Failed(phrase(key, settings.lang, style=named, styles="、".join(STYLES)))
    try:
        Installation(named, site.data if site else None, typer.echo, settings.lang).install(source)
    except Failed as failed:
        if not if_possible:
            raise
        typer.echo(failed.sentence)


def site_of(settings: Settings) -> Config | None:
    """The configuration, where one is at hand. Raises ConfigWrong."""
    config = find_config(settings.config)
    return load(config) if config else None
