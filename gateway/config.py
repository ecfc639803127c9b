"""The configuration: wiring only (lines, brokers, listeners, names of secrets). What staff change is site data, in the ledger.

Unknown keys are errors. `tongluo config example` prints a commented one; `tongluo config check` says what is wrong, where, and what to do.
"""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers.registry import reach


class ConfigWrong(Exception):
    """The configuration cannot be used. `faults` holds one line each: where, what was expected."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(faults))
        self.path = path
        self.faults = faults


T = TypeVar("T", bound=BaseModel)


class Table(BaseModel):
    """A table of a TOML file of ours: no key but those named, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(Table):
    """Where the API and the pages listen."""

    host: str = "127.0.0.1"
    port: int = Field(8760, ge=0, le=65535)

    @property
    def loopback(self) -> bool:
        return self.host == "localhost" or _loopback(self.host)


class ClockTable(Table):
    """`trust`: "kernel" believes the machine's clock once the kernel says it is synchronised; "always" where an operator vouches for it."""

    trust: Literal["kernel", "always"] = "kernel"


class Broker(Table):
    """An MQTT broker. Passwords and keys are files, never written here."""

    name: str
    host: str
    port: int = 1883
    protocol: Literal["5", "3.1.1"] = "5"
    client_id: str = "tongluo"
    keepalive_s: int = Field(30, ge=5, le=3600)
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    receipts: str = "tongluo/receipts"
    receipt_key_file: Path | None = None
    status: str = "tongluo/status"

    @model_validator(mode="after")
    def _credential(self) -> Broker:
        if not _loopback(self.host) and self.host != "localhost":
            if not (self.password_file or self.certificate_file):
                raise ValueError(
                    "a broker elsewhere needs username and password_file, or certificate_file and key_file"
                )
            if not self.ca_file:
                raise ValueError("a broker elsewhere needs TLS: ca_file")
        return self


class Source(Table):
    """What a source may do, whatever its road (model/judgement.Policy). `trust`: an official platform that pushes, or a relay at second hand.
    `no_area`: what names no place waits for a person, or means the whole site. `signature`: whether its XML must be signed, with one of
    `certificates` (PEM files). `addresses`, `restrictions`: the names and restrictions under which Private and Restricted documents are for us.
    Silent for longer than `expected_every_s` is an alarm."""

    name: str
    senders: tuple[str, ...]
    tier: Literal["nation", "province", "city", "county", "township"] = "county"
    trust: Literal["official", "relayed"] = "official"
    no_area: Literal["hold", "whole"] = "hold"
    signature: Literal["ignore", "verify_if_present", "require"] = "verify_if_present"
    certificates: tuple[Path, ...] = ()
    addresses: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    expected_every_s: int | None = Field(None, ge=60)

    @property
    def silent_after_s(self) -> int | None:
        """Seconds without a word after which it is an alarm; None for never."""
        return self.expected_every_s

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        if self.signature == "require" and not self.certificates:
            raise ValueError(f'source {self.name}: signature = "require" needs certificates to check with')
        return self


class HttpSource(Source):
    """Who may POST alerts: a bearer token, bound to the senders it may speak for."""

    kind: Literal["http"]
    token_file: Path
    receipt_key_file: Path | None = None


class MqttSource(Source):
    """A topic on a broker, bound to the senders it may speak for. What comes on `urgent_topic`, over a session of its own, goes first."""

    kind: Literal["mqtt"]
    broker: str
    topic: str
    urgent_topic: str | None = None

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where it listens: broker and topic."""
        return [(self.broker, topic) for topic in (self.topic, self.urgent_topic) if topic]


class FeedSource(Source):
    """A feed that is asked every so often: Atom, RSS, CAP, or the JSON of QWeather and Caiyun. `inside`: its host has an address of this network.
    `headers_file` holds header lines such as `Authorization: Bearer …`; `hook_secret_file` Caiyun's client secret, with which its calls to
    /api/v1/hooks/NAME are signed. It is a relay unless told otherwise, and silent when it has not answered for three turns."""

    kind: Literal["feed"]
    url: str
    every_s: int = Field(300, ge=30, le=86400)
    trust: Literal["official", "relayed"] = "relayed"
    inside: bool = False
    mutable: bool = False
    most: int = Field(50, ge=1, le=500)
    headers_file: Path | None = None
    hook_secret_file: Path | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        url = urlsplit(self.url)
        if url.scheme not in ("http", "https") or not url.hostname or url.username or url.password:
            raise ValueError(
                f"source {self.name}: url {self.url!r} must be http(s)://… without a name and password"
            )
        return self

    @property
    def silent_after_s(self) -> int:
        return self.expected_every_s or 3 * self.every_s


class LineTable(Table):
    """One line and how to talk on it. `port` is a path, tcp://ADDRESS:PORT (Modbus/TCP on a modbus line) or rtu+tcp://ADDRESS:PORT; `baud`
    is that of the wire, also behind a socket. `profile`, and `relays` for relay boards among the horns, for modbus; `key_file`, `codec`
    and `turnaround_ms` for openhorn."""

    name: str
    protocol: Literal["tts_chip", "modbus", "openhorn"]
    port: str
    baud: int = 9600
    profile: str | None = None
    relays: str | None = None
    key_file: Path | None = None
    codec: Literal["alaw", "adpcm"] = "adpcm"
    turnaround_ms: int = Field(100, ge=10, le=5000)
    simulated: bool = False

    @model_validator(mode="after")
    def _complete(self) -> LineTable:
        if self.protocol == "modbus" and not self.profile:
            raise ValueError("a modbus line needs a profile, such as icpdas-alm-04-mrtu")
        if self.protocol == "openhorn" and not self.key_file:
            raise ValueError("an openhorn line needs a key_file with 64 hex digits")
        reach(self.port, self.baud)
        return self


class WebhookTable(Table):
    """Who is called about alarms and about the verdicts on red and orange warnings; `secret_file` signs the calls."""

    url: str
    secret_file: Path
    events: tuple[Literal["alarm", "verdict"], ...] = ("alarm", "verdict")
    plain: bool = False

    @model_validator(mode="after")
    def _guarded(self) -> WebhookTable:
        url = urlsplit(self.url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(f"url {self.url!r} must be https://… (or http://… on this machine)")
        if url.username or url.password:
            raise ValueError("url: no user name or password in a URL; the call is signed with secret_file")
        local = url.hostname == "localhost" or _loopback(url.hostname)
        if url.scheme == "http" and not (local or self.plain):
            raise ValueError(
                f"url {self.url!r}: https, or plain = true where everybody on the way may read it"
            )
        return self


class VoiceTable(Table):
    """A voice beside our own. "wyoming": a server (Piper and others); whoever stands on the way could speak to the village, so it must be on this
    machine or in this house, unless `plain`. "edge": Microsoft's online voice; host, port and plain mean nothing there. `name` is the voice's there."""

    engine: Literal["wyoming", "edge"]
    host: str = "127.0.0.1"
    port: int = Field(10200, ge=1, le=65535)
    name: str = ""
    plain: bool = False

    @model_validator(mode="after")
    def _near(self) -> VoiceTable:
        try:
            near = self.host == "localhost" or ipaddress.ip_address(self.host).is_private
        except ValueError:
            near = False
        if self.engine == "wyoming" and not (near or self.plain):
            raise ValueError(
                f"host {self.host!r}: an address of this machine or this house, or plain = true where everybody on the way may speak"
            )
        return self


class Config(Table):
    """The whole file. `seed` is the TOML the roster is first read from, `rules` that of the relay rules (the defaults where it is left out), `readings` how the village's
    own names are said, `clips` a folder of the site's own recordings.
    `watch_only`: everything is received and judged and nothing sounds, for running beside another platform."""

    data: Path = Path("var")
    seed: Path
    rules: Path | None = None
    readings: Path | None = None
    clips: Path | None = None
    watch_only: bool = False
    log: Literal["text", "json"] = "text"
    http: Http = Http()
    canary: bool = True
    clock: ClockTable = ClockTable()
    voice: VoiceTable | None = None
    brokers: tuple[Broker, ...] = Field((), alias="broker")
    sources: tuple[HttpSource | MqttSource | FeedSource, ...] = Field((), alias="source")
    lines: tuple[LineTable, ...] = Field(alias="line")
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
    """Read and check a configuration; file names in it are relative to it. Raises ConfigWrong."""
    config = validate(path, Config)
    here = path.parent

    def beside(file: Path | None) -> Path | None:
        return here / file if file else None

    return config.model_copy(
        update={
            "data": here / config.data,
            "seed": here / config.seed,
            "rules": beside(config.rules),
            "readings": beside(config.readings),
            "clips": beside(config.clips),
            "webhooks": tuple(
                hook.model_copy(update={"secret_file": beside(hook.secret_file)}) for hook in config.webhooks
            ),
            "lines": tuple(
                line.model_copy(update={"key_file": beside(line.key_file)}) for line in config.lines
            ),
            "sources": tuple(
                source.model_copy(
                    update={
                        "certificates": tuple(here / file for file in source.certificates),
                        **{
                            name: beside(getattr(source, name))
                            for name in ("token_file", "receipt_key_file", "headers_file", "hook_secret_file")
                            if hasattr(source, name)
                        },
                    }
                )
                for source in config.sources
            ),
            "brokers": tuple(
                broker.model_copy(
                    update={
                        name: beside(getattr(broker, name))
                        for name in (
                            "password_file",
                            "ca_file",
                            "certificate_file",
                            "key_file",
                            "receipt_key_file",
                        )
                    }
                )
                for broker in config.brokers
            ),
        }
    )


def secret_files(config: Config) -> list[Path]:
    """Every file whose content must not be read by others nor stand in a log, each once; the owner's token apart."""
    files = [line.key_file for line in config.lines]
    files += [source.token_file for source in config.sources if isinstance(source, HttpSource)]
    files += [source.receipt_key_file for source in config.sources if isinstance(source, HttpSource)]
    feeds = [source for source in config.sources if isinstance(source, FeedSource)]
    files += [file for feed in feeds for file in (feed.headers_file, feed.hook_secret_file)]
    files += [
        file
        for broker in config.brokers
        for file in (broker.password_file, broker.key_file, broker.receipt_key_file)
    ]
    files += [hook.secret_file for hook in config.webhooks]
    return sorted({file for file in files if file})


def validate(path: Path, model: type[T]) -> T:
    """A TOML file as this model. Raises ConfigWrong with every key that is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigWrong(path, ["no such file; `tongluo config example` prints one to start from"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigWrong(path, [f"not TOML: {error}"]) from error
    try:
        return model.model_validate(table)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise ConfigWrong(path, faults) from error


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
