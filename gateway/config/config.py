"""The configuration: wiring only (lines, brokers, listeners, names of secrets). What staff change is site data, in the ledger.

Unknown keys are errors. `tongluo config example` prints a commented one; `tongluo config check` says what is wrong, where, and what to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from drivers.config import ConfigPath
from drivers.config import secret_files as found_by_type
from gateway.config.brokers import Broker
from gateway.config.console import Http
from gateway.config.lines import Line
from gateway.config.sources import FeedSource, HttpSource, MqttSource
from gateway.config.table import Table, validate
from gateway.config.voice import VoiceTable
from gateway.config.webhooks import WebhookTable

AnySource = Annotated[HttpSource | MqttSource | FeedSource, Field(discriminator="kind")]
"""One `[[source]]`, of the kind that it names."""


class ClockTable(Table):
    """`trust`: "kernel" believes the machine's clock once the kernel says it is synchronised; "always" where an operator vouches for it."""

    trust: Literal["kernel", "always"] = "kernel"


class Config(Table):
    """The whole file. `seed` is the TOML the roster is first read from, `rules` that of the relay rules (the defaults where it is left out), `readings` how the village's
    own names are said, `clips` a folder of the site's own recordings.
    `watch_only`: everything is received and judged and nothing sounds, for running beside another platform."""

    data: ConfigPath = Field(Path("var"), validate_default=True)
    seed: ConfigPath
    rules: ConfigPath | None = None
    readings: ConfigPath | None = None
    clips: ConfigPath | None = None
    watch_only: bool = False
    log: Literal["text", "json"] = "text"
    http: Http = Http()
    canary: bool = True
    clock: ClockTable = ClockTable()
    voice: VoiceTable | None = None
    brokers: tuple[Broker, ...] = Field((), alias="broker")
    sources: tuple[AnySource, ...] = Field((), alias="source")
    lines: tuple[Line, ...] = Field(alias="line")
    webhooks: tuple[WebhookTable, ...] = Field((), alias="webhook")

    @model_validator(mode="after")
    def _wired(self) -> Config:
        brokers = {broker.name for broker in self.brokers}
        for source in self.sources:
            if isinstance(source, MqttSource) and source.broker not in brokers:
                raise ValueError(f"source {source.name}: no [[broker]] is named {source.broker}")
        heard = [
            place for source in self.sources if isinstance(source, MqttSource) for place in source.places
        ]
        if twice := [f"{topic} on {broker}" for broker, topic in heard if heard.count((broker, topic)) > 1]:
            raise ValueError(f"a topic belongs to one source: {twice[0]} is named twice")
        for what, names in (("line", self.lines), ("source", self.sources), ("broker", self.brokers)):
            seen = [entry.name for entry in names]
            if len(set(seen)) != len(seen):
                raise ValueError(f"two [[{what}]] have the same name: {', '.join(seen)}")
        if not self.http.loopback and not any(isinstance(source, HttpSource) for source in self.sources):
            raise ValueError(
                "http.host is reachable from elsewhere: name at least one [[source]] of kind http with its token_file"
            )
        return self

    @property
    def simulated(self) -> bool:
        """Whether every line is simulated: only then may a demo warning sound."""
        return all(line.simulated for line in self.lines)


def load(path: Path) -> Config:
    """Read and check a configuration. Relative paths in it start in its folder. Raises ConfigWrong."""
    return validate(path, Config)


def secret_files(config: Config) -> list[Path]:
    """Every file whose content others must not read and no log may show, each once; without the owner's token."""
    return sorted(set(found_by_type(config)))
