"""`tongluo service install|upgrade|remove|check`: the gateway as a system service of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import plainly, settings_of
from gateway.i18n.failed import REFUSED
from gateway.service import takeover
from gateway.service.box import Box

app = typer.Typer(
    name="service",
    help="安装为系统服务、升级、卸载（需要 root）。 Install as a system service, upgrade, remove (as root).",
    no_args_is_help=True,
)

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="装进这个目录（制作镜像），不启动服务。 Into this directory, for an image; nothing is started.",
    ),
]
Python = Annotated[
    Path | None,
    typer.Option(
        help="服务用哪个 Python（缺省为当前的）。 The interpreter of the service (default: this one)."
    ),
]


def box(context: typer.Context, root: Path | None) -> Box:
    """This machine, or an image below `root`."""
    lang = settings_of(context).lang
    return Box(lang=lang, say=typer.echo) if root is None else Box(root.resolve(), False, lang, typer.echo)


@app.command()
@plainly
def install(context: typer.Context, root: Root = None, python: Python = None) -> None:
    """安装并启动；已有的配置不动。 Install and start; what configuration there is stays as it is."""
    from gateway.service import install

    install.install(box(context, root), python)


@app.command()
@plainly
def upgrade(context: typer.Context, root: Root = None, python: Python = None) -> None:
    """用当前这个版本替换已装的；不应答就退回。
    Put this version in the installed one's place; back if it does not answer.
    """
    from gateway.service import install

    install.upgrade(box(context, root), python)


@app.command()
@plainly
def remove(
    context: typer.Context,
    root: Root = None,
    purge: Annotated[
        bool,
        typer.Option("--purge", help="连配置、账本和用户一起删除。 Configuration, ledger and user too."),
    ] = False,
) -> None:
    """停止并卸载；配置和账本保留。 Stop and remove; configuration and ledger are kept."""
    from gateway.service import install

    install.remove(box(context, root), purge)


@app.command()
@plainly
def check(context: typer.Context, root: Root = None) -> None:
    """这个版本能否接手这份配置和账本。 Whether this version could take over this configuration and ledger."""
    here = box(context, root)
    config = settings_of(context).config or here.config
    faults = takeover.faults(config, here.lang, here.data_of if root else lambda site: site.data)
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(REFUSED)
    if absent := takeover.voiceless(config, here.lang):
        typer.echo(absent)
