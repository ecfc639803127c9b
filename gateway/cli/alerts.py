"""`tongluo send|sample|alerts`: send an alert, print a sample, see what became of those that came."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.client import spoken
from gateway.cli.options import plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.model.region import Region
from gateway.runtime.clock import SystemClock

UNREADABLE = 422
"""The status of a member of a document that cannot be read (gateway/intake/reply.py)."""
app = typer.Typer()

TOWNSHIP_CODE = 12
"""Digits of a complete region code."""


@app.command()
@plainly
def send(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="CAP XML 或简式 JSON。 CAP XML or simple JSON.")
    ],
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="看到每个终端的第一轮结果为止。 Until every speaker's first burst ended."
        ),
    ] = False,
) -> None:
    """发送预警。 Send a warning."""
    from gateway.cli import tables

    settings = settings_of(context)
    raw = _bytes(file, settings.lang)
    client = settings.client()
    answer = client.send(raw)
    accepted = answer.get("alerts", [])
    tables.show(tables.accepted(accepted, settings.lang))
    for member in answer.get("members", []):
        if "quarantine" in member:
            saw = spoken(member, settings.lang)
            if member["status"] == UNREADABLE:
                saw = phrase("unreadable", settings.lang, saw=saw, number=member["quarantine"])
            else:
                saw = phrase("differing_member", settings.lang, member=member["member"], saw=saw)
            typer.echo(saw, err=True)
    for alert in accepted if follow else ():
        tables.follow(client, str(alert["key"]), tables.console())


@app.command()
@plainly
def sample(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="样例名。 The sample's name.")] = None,
    every: Annotated[bool, typer.Option("--list", help="列出样例。 List them.")] = False,
    area: Annotated[str, typer.Option(help="12 位区划代码。 A 12-digit region code.")] = "341523104000",
    references: Annotated[
        str,
        typer.Option(
            metavar="SENDER,ID,SENT", help="更新、解除所指的预警。 The warning an update or cancel means."
        ),
    ] = "",
) -> None:
    """输出一条刚刚发布的样例预警。 Print a sample warning, issued now."""
    from gateway.site import samples

    lang = settings_of(context).lang
    names = sorted(samples.names())
    if every or name is None:
        typer.echo("\n".join(names))
        return
    if name not in names:
        raise Failed(phrase("no_sample", lang, name=name, names=", ".join(names)))
    if Region.parse(area) is None or len(area) != TOWNSHIP_CODE:
        raise Failed(phrase("bad_area", lang, area=area))
    sys.stdout.buffer.write(samples.stamp(name, SystemClock().now(), area, references))
    sys.stdout.buffer.flush()


@app.command()
@plainly
def alerts(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="预警编号。 An alert's key.")] = None,
) -> None:
    """列出预警；给出编号则列出每个终端的结果。 The warnings, or one with every speaker."""
    from gateway.cli import tables

    settings = settings_of(context)
    client = settings.client()
    if key is None:
        tables.show(tables.alerts(client.get("alerts").get("alerts", []), settings.lang))
    else:
        tables.show(tables.alert(client.get(f"alerts/{settings.path_key(key)}"), settings.lang))


def _bytes(file: str, lang: str) -> bytes:
    """The bytes of a file, or of standard input for "-". Raises Failed."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error
