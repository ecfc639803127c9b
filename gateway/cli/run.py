"""`tongluo run|demo`: the gateway, or a simulated township in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import ConfigOption, plainly, settings_of
from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.model.record import LedgerBusy

app = typer.Typer()


@app.command()
@plainly
def run(context: typer.Context, config: ConfigOption = None) -> None:
    """启动网关，直到收到停止信号。 Run the gateway until it is told to stop."""
    settings = settings_of(context)
    path = settings.needed(config)
    data = _checked(path, settings.lang)
    from gateway.app import serve

    try:
        code = serve.run(path)
    except LedgerBusy as busy:
        raise Failed(phrase("ledger_busy", settings.lang, data=data)) from busy
    raise typer.Exit(code)


def _checked(path: Path, lang: str) -> Path:
    """The folder of the data of a site that can be started. Raises ConfigWrong with every fault that bars
    the start."""
    from gateway.site import check
    from gateway.site.load import load_site

    site = load(path)
    if faults := check.barring(site, load_site(site), lang):
        raise ConfigWrong(path, faults)
    return site.data


@app.command()
@plainly
def demo(
    once: Annotated[
        bool,
        typer.Option("--once", help="一轮播完即结束，时间加快。 End after one burst; time runs faster."),
    ] = False,
) -> None:
    """演示：模拟村庄、红色暴雨预警。 A simulated village and a red rainstorm."""
    from gateway.demo import demo

    raise typer.Exit(demo.main(once))
