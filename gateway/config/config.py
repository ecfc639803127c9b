"""The whole configuration file. It holds wiring only: lines, brokers, listeners, names of secret files.

What the staff change is site data, in the ledger. An unknown key is an error. `tongluo config example` prints
a commented file, `tongluo config check` says what is wrong, where, and what to do.
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
from gateway.config.voice import AnyVoice
from gateway.config.webhooks import WebhookTable
from gateway.model.record import CANARY, OWNER

AnySource = Annotated[HttpSource | MqttSource | FeedSource, Field(discriminator="kind")]
"""One `[[source]]`, of the kind that it names."""


class ClockTable(Table):
    """`[clock]`: when the clock of this machine is trusted."""

    trust: Literal["kernel", "always"] = "kernel"
    """"kernel": once the kernel says that it is synchronised. "always": an operator vouches for it."""


class Config(Table):
    """The whole file."""

    data: ConfigPath = Field(Path("var"), validate_default=True)
    """The folder of the ledger and of all else that the gateway writes."""
    seed: ConfigPath
    """The TOML file of the roster (gateway.site.seed)."""
    rules: ConfigPath | None = None
    """The TOML file of the relay rules; the product's rules where it is left out."""
    readings: ConfigPath | None = None
    """The TOML file of the pronunciations of this site's names."""
    clips: ConfigPath | None = None
    """The folder of the site's own recordings."""
    watch_only: bool = False
    """Everything is received and judged and nothing sounds, for a site beside another platform."""
    log: Literal["text", "json"] = "text"
    """The form of the log, on standard error."""
    http: Http = Http()
    canary: bool = True
    """Whether a warning that nobody hears goes the whole way once a minute (gateway.monitoring.canary)."""
    clock: ClockTable = ClockTable()
    voice: AnyVoice | None = None
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
        places = [
            place for source in self.sources if isinstance(source, MqttSource) for place in source.places
        ]
        if twice := [f"{topic} on {broker}" for broker, topic in places if places.count((broker, topic)) > 1]:
            raise ValueError(f"a topic belongs to one source: {twice[0]} is named twice")
        for table, entries in (("line", self.lines), ("source", self.sources), ("broker", self.brokers)):
            names = [entry.name for entry in entries]
            if len(set(names)) != len(names):
                raise ValueError(f"two [[{table}]] have the same name: {', '.join(names)}")
            if table != "broker" and (ours := {OWNER, CANARY}.intersection(names)):
                raise ValueError(f"the name {ours.pop()} is the gateway's own: rename this [[{table}]]")
        if not self.http.loopback and not any(isinstance(source, HttpSource) for source in self.sources):
            raise ValueError(
                "http.host is reachable from elsewhere: "
                "name at least one [[source]] of kind http with its token_file"
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
    """Every file whose content others must not read and no log may show, each once, without the owner's
    token."""
    return sorted(set(found_by_type(config)))
