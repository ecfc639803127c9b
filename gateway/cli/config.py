"""`tongluo config example|check`: a commented configuration, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import plainly, settings_of
from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase

app = typer.Typer(name="config", help="配置的样例与检查。 An example, and a check.", no_args_is_help=True)


@app.command()
@plainly
def example() -> None:
    """输出带注释的样例配置。 Print a commented example."""
    from gateway.site import samples

    typer.echo((samples.configs() / "gateway.example.toml").read_text("utf-8"), nl=False)


@app.command()
@plainly
def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="配置文件。 The configuration.")] = None,
) -> None:
    """检查配置，不启动。 Check the configuration without starting."""
    from gateway.site import check, files, voices
    from gateway.site.load import load_site

    settings = settings_of(context)
    path = settings.needed(file)
    site = load(path)
    roster = load_site(site)
    faults = check.wiring(site, roster, settings.lang) + files.faults(site, settings.lang)
    faults += check.recordings(site, settings.lang)
    if faults:
        raise ConfigWrong(path, faults)
    counts = {"lines": len(site.lines), "speakers": len(roster.speakers)}
    counts |= {"sources": len(site.sources), "brokers": len(site.brokers)}
    typer.echo(phrase("config_good", settings.lang, file=path, **counts))
    for remark in check.remarks(site, settings.lang) + voices.remarks(site, settings.lang):
        typer.echo(remark)
