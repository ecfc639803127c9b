"""`tongluo`: the gateway's command line, a client of its HTTP API. Chinese unless told otherwise."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway.cli import alarms as watchman
from gateway.cli import doctor as examination
from gateway.cli import drills as drillmaster
from gateway.cli import ledger as archivist
from gateway.cli import review as reviewer
from gateway.cli import service as steward
from gateway.cli import speech as narrator
from gateway.cli.options import Settings, plainly, settings_of
from gateway.config.config import load
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase
from gateway.i18n.failed import Failed
from gateway.model.record import LedgerBusy
from gateway.model.region import Region
from gateway.runtime.clock import SystemClock
from gateway.site import check
from gateway.site.load import load_site

if TYPE_CHECKING:
    pass

app = typer.Typer(
    help="铜锣：村庄大喇叭预警广播网关。 Early warnings to village loudspeakers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(help="配置的样例与检查。 An example, and a check.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(steward.app, name="service")
app.add_typer(archivist.app, name="ledger")
app.add_typer(drillmaster.app, name="drill")
app.add_typer(watchman.app)
app.add_typer(reviewer.app)
app.add_typer(narrator.app)


Context = typer.Context
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="配置文件。 The configuration.")
]


@app.callback()
def options(
    context: Context,
    config: ConfigOption = None,
    url: Annotated[
        str | None, typer.Option(envvar="TONGLUO_URL", help="网关地址。 Where the gateway listens.")
    ] = None,
    lang: Annotated[
        Literal["zh", "en"], typer.Option(envvar="TONGLUO_LANG", help="输出语言。 Language of the output.")
    ] = "zh",
) -> None:
    context.obj = Settings(config, url, lang)


@app.command()
@plainly
def run(context: Context, config: ConfigOption = None) -> None:
    """启动网关，直到收到停止信号。 Run the gateway until it is told to stop."""
    settings = settings_of(context)
    path = settings.needed(config)
    site = load(path)
    from gateway.app import serve as daemon

    try:
        code = daemon.run(path)
    except LedgerBusy as busy:
        raise Failed(phrase("ledger_busy", settings.lang, data=site.data)) from busy
    raise typer.Exit(code)


@app.command()
@plainly
def demo(
    once: Annotated[
        bool,
        typer.Option("--once", help="一轮播完即结束，十倍速度。 End after one burst, at ten times speed."),
    ] = False,
) -> None:
    """演示：模拟村庄、红色暴雨预警。 A simulated village and a red rainstorm."""
    from gateway.demo import demo as stage

    raise typer.Exit(stage.main(once))


@app.command()
@plainly
def send(
    context: Context,
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
    raw = _read(file, settings.lang)
    client = settings.client()
    taken = client.send(raw).get("alerts", [])
    tables.show(tables.accepted(taken, settings.lang))
    for alert in taken if follow else ():
        tables.follow(client, str(alert["key"]), tables.console())


@app.command()
@plainly
def sample(
    context: Context,
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
    if Region.parse(area) is None or len(area) != 12:
        raise Failed(phrase("bad_area", lang, area=area))
    now: datetime = SystemClock().now()
    sys.stdout.buffer.write(samples.stamp(name, now, area, references))
    sys.stdout.buffer.flush()


@app.command()
@plainly
def speakers(context: Context) -> None:
    """列出终端和上次结果。 The speakers and what last became of each."""
    from gateway.cli import tables

    settings = settings_of(context)
    tables.show(tables.speakers(settings.client().get("speakers").get("speakers", []), settings.lang))


@app.command()
@plainly
def alerts(
    context: Context,
    key: Annotated[str | None, typer.Argument(help="预警编号。 An alert's key.")] = None,
) -> None:
    """列出预警；给出编号则列出每个终端的结果。 The warnings, or one with every speaker."""
    from gateway.cli import tables

    settings = settings_of(context)
    client = settings.client()
    if key is None:
        tables.show(tables.alerts(client.get("alerts").get("alerts", []), settings.lang))
    else:
        tables.show(tables.alert(client.get(f"alerts/{_segment(key, settings.lang)}"), settings.lang))


@app.command()
@plainly
def stop(
    context: Context,
    target: Annotated[
        str | None,
        typer.Argument(help="终端、12 位区划代码或预警编号。 A speaker, a region code or an alert's key."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部停播。 Silence everything.")] = False,
) -> None:
    """停播，不再询问。 Silence, without asking."""
    settings = settings_of(context)
    if everything == (target is not None):
        raise Failed(phrase("no_target", settings.lang), 2)
    answer = settings.client().post("stop", {"target": "all" if everything else target})
    silenced = answer.get("silenced", [])
    typer.echo(
        phrase("stopped", settings.lang, speakers=", ".join(map(str, silenced)))
        if silenced
        else phrase("stopped_none", settings.lang)
    )


@app.command()
@plainly
def say(
    context: Context,
    text: Annotated[str, typer.Argument(help="测试用语。 The words of the test.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="终端，可重复。 A speaker; repeat for more.")
    ] = None,
    reason: Annotated[str, typer.Option(help="为什么要在休息时间测试。 Why it must be in quiet hours.")] = "",
) -> None:
    """在几个终端上试音。 Say a test at a few speakers."""
    settings = settings_of(context)
    if not to:
        raise Failed(phrase("no_speaker", settings.lang), 2)
    answer = settings.client().post("say", {"text": text, "speakers": to, "reason": reason})
    typer.echo(phrase("said", settings.lang, plan=answer.get("plan", "")))


@app.command()
@plainly
def doctor(context: Context) -> None:
    """检查配置、密钥、网关、串口和代理，并说明怎么办。 Look for what is wrong and say what to do."""
    from gateway.cli import tables

    settings = settings_of(context)
    findings = examination.examine(settings.needed(), settings.url, settings.lang)
    tables.show(tables.findings(findings))
    wrong = sum(not finding.good for finding in findings)
    if wrong:
        raise Failed(phrase("unhealthy", settings.lang, count=wrong))
    typer.echo(phrase("healthy", settings.lang))


@config_app.command("example")
@plainly
def config_example() -> None:
    """输出带注释的样例配置。 Print a commented example."""
    from gateway.site import samples

    typer.echo((samples.configs() / "gateway.example.toml").read_text("utf-8"), nl=False)


@config_app.command("check")
@plainly
def config_check(
    context: Context,
    file: Annotated[Path | None, typer.Argument(help="配置文件。 The configuration.")] = None,
) -> None:
    """检查配置，不启动。 Check the configuration without starting."""

    settings = settings_of(context)
    path = settings.needed(file)
    site = load(path)
    roster = load_site(site)
    faults = [*check.wiring(site, roster), *check.recordings(site)]
    if faults:
        raise ConfigWrong(path, faults)
    counts = {"lines": len(site.lines), "speakers": len(roster.speakers)}
    counts |= {"sources": len(site.sources), "brokers": len(site.brokers)}
    typer.echo(phrase("config_good", settings.lang, file=path, **counts))
    for remark in check.remarks(site, settings.lang):
        typer.echo(remark)


def _read(file: str, lang: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Failed(phrase("no_file", lang, file=file, why=error.strerror or "")) from error


def _segment(key: str, lang: str) -> str:
    """A key that can stand in a path: anything else is nobody's."""
    if not key.isalnum():
        raise Failed(phrase("not_found", lang, what=key))
    return key


def main() -> None:
    """The entry point."""
    app()
