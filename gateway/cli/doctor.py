"""`tongluo doctor`: what is wrong with this site, and what to do."""

from __future__ import annotations

import typer

from gateway.cli.options import plainly, settings_of
from gateway.i18n import phrase
from gateway.i18n.failed import Failed

app = typer.Typer()


@app.command()
@plainly
def doctor(context: typer.Context) -> None:
    """检查配置、密钥、网关、串口和代理，并说明怎么办。 Look for what is wrong and say what to do."""
    from gateway.cli import tables
    from gateway.cli.inspection import inspect

    settings = settings_of(context)
    findings = inspect(settings.needed(), settings.url, settings.lang)
    tables.show(tables.findings(findings))
    wrong = sum(not finding.good for finding in findings)
    if wrong:
        raise Failed(phrase("unhealthy", settings.lang, count=wrong))
    typer.echo(phrase("healthy", settings.lang))
