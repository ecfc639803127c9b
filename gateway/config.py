"""The configuration: wiring only (lines, brokers, listeners, names of secrets). What staff change is site data, in the ledger.

Unknown keys are errors. `tongluo config example` prints a commented one; `tongluo config check` says what is wrong, where, and what to do.
"""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers.registry import reach
from gateway.model.region import Region
from gateway.model.speaker import Kind, Position, Power, Reach, Roster, Speaker, Village


class ConfigWrong(Exception):
    """The configuration cannot be used. `faults` holds one line each: where, what was expected."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(faults))
        self.path = path
        self.faults = faults


T = TypeVar("T", bound=BaseModel)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(_Table):
    """Where the API and the pages listen."""

    host: str = "127.0.0.1"
    port: int = Field(8760, ge=0, le=65535)

    @property
    def loopback(self) -> bool:
        return self.host == "localhost" or _loopback(self.host)


class ClockTable(_Table):
    """`trust`: "kernel" believes the machine's clock once the kernel says it is synchronised; "always" where an operator vouches for it."""

    trust: Literal["kernel", "always"] = "kernel"


class Broker(_Table):
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


class HttpSource(_Table):
    """Who may POST alerts: a bearer token, bound to the senders it may speak for. Silent for longer than `expected_every_s` is an alarm."""

    kind: Literal["http"]
    name: str
    token_file: Path
    senders: tuple[str, ...]
    tier: Literal["nation", "province", "city", "county", "township"] = "county"
    expected_every_s: int | None = Field(None, ge=60)
    receipt_key_file: Path | None = None


class MqttSource(_Table):
    """A topic on a broker, bound to the senders it may speak for. What comes on `urgent_topic`, over a session of its own, goes first.
    Silent for longer than `expected_every_s` is an alarm."""

    kind: Literal["mqtt"]
    name: str
    broker: str
    topic: str
    urgent_topic: str | None = None
    senders: tuple[str, ...]
    tier: Literal["nation", "province", "city", "county", "township"] = "county"
    expected_every_s: int | None = Field(None, ge=60)

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where it listens: broker and topic."""
        return [(self.broker, topic) for topic in (self.topic, self.urgent_topic) if topic]


class LineTable(_Table):
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


class WebhookTable(_Table):
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


class Config(_Table):
    """The whole file. `seed` is the TOML the roster is first read from."""

    data: Path = Path("var")
    seed: Path
    log: Literal["text", "json"] = "text"
    http: Http = Http()
    canary: bool = True
    clock: ClockTable = ClockTable()
    brokers: tuple[Broker, ...] = Field((), alias="broker")
    sources: tuple[HttpSource | MqttSource, ...] = Field((), alias="source")
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


class _VillageRow(_Table):
    code: str
    name: str


class _ReachRow(_Table):
    line: str
    unit: int = Field(1, ge=1, le=65534)


class _PowerRow(_ReachRow):
    lead_s: float = Field(3.0, ge=0, le=60)
    tail_s: float = Field(2.0, ge=0, le=60)


class _SpeakerRow(_Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str
    region: str
    line: str
    unit: int = Field(1, ge=1, le=65534)
    group: str = ""
    emergency_volume: int | None = Field(None, ge=0, le=100)
    kind: Kind = Kind.VILLAGE
    position: tuple[float, float] | None = None
    backup: _ReachRow | None = None
    neighbour: str | None = None
    power: _PowerRow | None = None
    risk_point: bool = False

    def speaker(self) -> Speaker:
        power, backup = self.power, self.backup
        return Speaker(
            self.id,
            self.name,
            Region(self.region),
            self.line,
            self.unit,
            self.group,
            self.emergency_volume,
            self.kind,
            Position(*self.position) if self.position else None,
            Reach(backup.line, backup.unit) if backup else None,
            self.neighbour,
            Power(Reach(power.line, power.unit), power.lead_s, power.tail_s) if power else None,
            self.risk_point,
        )


class _Seed(_Table):
    villages: tuple[_VillageRow, ...] = Field(alias="village")
    speakers: tuple[_SpeakerRow, ...] = Field(alias="speaker")


def load(path: Path) -> Config:
    """Read and check a configuration; file names in it are relative to it. Raises ConfigWrong."""
    config = _validate(path, Config)
    here = path.parent

    def beside(file: Path | None) -> Path | None:
        return here / file if file else None

    return config.model_copy(
        update={
            "data": here / config.data,
            "seed": here / config.seed,
            "webhooks": tuple(
                hook.model_copy(update={"secret_file": beside(hook.secret_file)}) for hook in config.webhooks
            ),
            "lines": tuple(
                line.model_copy(update={"key_file": beside(line.key_file)}) for line in config.lines
            ),
            "sources": tuple(
                source.model_copy(
                    update={
                        name: beside(getattr(source, name)) for name in ("token_file", "receipt_key_file")
                    }
                )
                if isinstance(source, HttpSource)
                else source
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
    files += [
        file
        for broker in config.brokers
        for file in (broker.password_file, broker.key_file, broker.receipt_key_file)
    ]
    files += [hook.secret_file for hook in config.webhooks]
    return sorted({file for file in files if file})


def load_roster(path: Path, lines: set[str]) -> Roster:
    """Read a roster's seed; every speaker must be on one of `lines`, each line and unit once. Raises ConfigWrong."""
    seed = _validate(path, _Seed)
    faults: list[str] = []
    places: dict[tuple[str, int], str] = {}
    for number, row in enumerate(seed.speakers, start=1):
        where = f"speaker {number} ({row.id})"
        if row.line not in lines:
            faults.append(
                f"{where}: line {row.line!r} is not among the configured lines {', '.join(sorted(lines))}"
            )
        if row.region.startswith("99") or row.id == "canary":
            faults.append(f"{where}: the region 99… and the name canary are the gateway's own")
        if Region.parse(row.region) is None:
            faults.append(f"{where}: region {row.region!r} is not a 12-digit code")
        taken = places.setdefault((row.line, row.unit), row.id)
        if taken != row.id:
            faults.append(f"{where}: line {row.line}, unit {row.unit} is already {taken}")
        faults += _links(row, where, lines, {other.id for other in seed.speakers})
    ids = [row.id for row in seed.speakers]
    faults += [
        f"speaker {twice}: two speakers have this id"
        for twice in sorted({i for i in ids if ids.count(i) > 1})
    ]
    faults += [
        f"village {row.name}: {row.code!r} is not a 12-digit code"
        for row in seed.villages
        if not Region.parse(row.code)
    ]
    if faults:
        raise ConfigWrong(path, faults)
    villages = tuple(Village(Region(row.code), row.name) for row in seed.villages)
    return Roster(0, villages, tuple(row.speaker() for row in seed.speakers))


def _links(row: _SpeakerRow, where: str, lines: set[str], ids: set[str]) -> list[str]:
    """What a speaker leans on must be there: the lines of its backup and its relay, its neighbour."""
    faults = [
        f"{where}: {what}.line {reach.line!r} is not among the configured lines {', '.join(sorted(lines))}"
        for what, reach in (("backup", row.backup), ("power", row.power))
        if reach and reach.line not in lines
    ]
    if row.neighbour and (row.neighbour not in ids or row.neighbour == row.id):
        faults.append(f"{where}: neighbour {row.neighbour!r} is not another speaker's id")
    return faults


def _validate(path: Path, model: type[T]) -> T:
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
