"""A simulated township from one TOML file: its lines, their wire servers and its speakers."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers.errors import LinkLost
from drivers.link import Link
from firmware_sim.recording import Recorder, Speak
from firmware_sim.speaker import Speaker
from firmware_sim.terminal import terminal
from firmware_sim.tts_chip import TtsChip

DIRECTORY = Path("var/sim")
"""The folder of the pseudo-terminals: a symlink for each line, with its name."""
REOPEN_S = 0.2
"""Seconds before a lost line is served again. Our choice."""
TURNAROUND_MS = 100
"""Milliseconds within which a unit begins to answer: the default of the driver's configuration."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Code = Annotated[str, Field(pattern=r"^\d{12}$")]


class BadVillage(ValueError):
    """A village file that cannot be used. The message names the key, what was expected and what to do."""


class Part(BaseModel):
    """A table of the file. An unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Part):
    """A township or village, with its 12-digit code of the statistics bureau."""

    code: Code
    name: str


class Relay(Part):
    """A relay on a modbus line."""

    line: Slug
    unit: Annotated[int, Field(ge=1, le=64_247)]
    """The unit with the relay; for a board, relay x 1000 + address."""


class Unit(Part):
    """One speaker."""

    unit: Annotated[int, Field(ge=1, le=247)]
    """Its address on the line."""
    name: Slug
    title: str
    """Its name for people."""
    place: Code
    """The village where it is."""
    group: str = ""
    relay: Relay | None = None
    """The relay that feeds its amplifier."""


class WireLine(Part):
    """One line. `keys` and `secrets` together are what a gateway's `[[line]]` needs beside name, protocol,
    port and baud."""

    name: Slug

    def keys(self, speed: float) -> Mapping[str, str | int]:
        """The keys of its protocol. `speed`: so many times faster than the clock on the wall the village
        lives."""
        return {}

    def secrets(self) -> Mapping[str, str]:
        """The keys of its protocol that name a secret file, with the content of the file."""
        return {}


class TtsChipLine(WireLine):
    """One speech chip on a port of its own."""

    protocol: Literal["tts_chip"]
    baud: Literal[9600, 19200, 38400] = 9600
    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=1)]


class ModbusLine(WireLine):
    """Horns with stored clips on RS-485."""

    protocol: Literal["modbus"]
    baud: Annotated[int, Field(ge=1200, le=921600)] = 9600
    profile: str
    """The kind of the horns: a file of drivers/modbus/profiles."""
    units: tuple[Unit, ...] = ()
    boards: tuple[Annotated[int, Field(ge=1, le=247)], ...] = ()
    """The addresses of the relay boards among the horns."""
    board_profile: str = "waveshare-modbus-rtu-relay-8ch"
    """The kind of the boards."""

    def keys(self, speed: float) -> Mapping[str, str | int]:
        boards = {"relays": self.board_profile} if self.boards else {}
        return {"profile": self.profile, **boards}

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not (self.units or self.boards):
            raise ValueError("expected units, boards or both")
        return self


class OpenhornLine(WireLine):
    """Speakers that take sound. They have either `key` or `key_file`."""

    protocol: Literal["openhorn"]
    baud: Annotated[int, Field(ge=1200, le=921600)] = 115200
    key: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    """The key in hex: a simulation needs no secrecy."""
    key_file: Path | None = None
    """A file with the key in hex, beside the village file."""
    units: Annotated[tuple[Unit, ...], Field(min_length=1)]

    def keys(self, speed: float) -> Mapping[str, str | int]:
        return {"turnaround_ms": round(TURNAROUND_MS * speed)}

    def secrets(self) -> Mapping[str, str]:
        return {"key_file": self.key or ""}

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.key is None) == (self.key_file is None):
            raise ValueError("expected either key (64 hex digits) or key_file")
        return self


AnyLine = Annotated[TtsChipLine | ModbusLine | OpenhornLine, Field(discriminator="protocol")]


class VillageConfig(Part):
    """The whole file. The names of lines and of speakers are unique, and so are the units of a line."""

    township: Place
    places: tuple[Place, ...]
    lines: Annotated[tuple[AnyLine, ...], Field(min_length=1)]
    folder: Path = Path()
    """The folder of the file, in which a `key_file` is searched."""

    @property
    def units(self) -> Iterator[Unit]:
        for line in self.lines:
            yield from line.units

    @model_validator(mode="after")
    def _no_doubles(self) -> Self:
        _unique("line", [line.name for line in self.lines])
        _unique("speaker", [unit.name for unit in self.units])
        for line in self.lines:
            _unique(f"unit of line {line.name}", [str(unit.unit) for unit in line.units])
        relays = {(line.name, unit) for line in self.lines for unit in _relays(line)}
        for unit in self.units:
            if unit.relay and (unit.relay.line, unit.relay.unit) not in relays:
                raise ValueError(
                    f"speaker {unit.name}: relay {unit.relay.unit} is not on a modbus line {unit.relay.line}"
                )
        known = {place.code for place in self.places}
        for unit in self.units:
            if unit.place not in known:
                raise ValueError(
                    f"speaker {unit.name}: place {unit.place} is not among places; add it or correct the code"
                )
        return self


def load(path: Path) -> VillageConfig:
    """Read a village file. Raises BadVillage."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadVillage(f"{path}: cannot be read: {error.strerror}. Name another with --village.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadVillage(f"{path}: not TOML in UTF-8: {error}") from error
    try:
        return VillageConfig.model_validate({**tables, "folder": path.parent})
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()
        )
        raise BadVillage(f"{path}: {faults}") from error


class WireServer(Protocol):
    """Serves one line until cancelled."""

    async def run(self) -> None: ...


class Village:
    """Every line of `config` with its speakers.

    Lines are pseudo-terminals in `directory`. A line in `links` uses that far end of a line inside the
    process instead. With `heard`, all sounds are written to that folder as WAV files; `speak` turns text into
    (rate, PCM) for them.
    """

    def __init__(
        self,
        config: VillageConfig,
        speak: Speak | None = None,
        *,
        links: Mapping[str, Link] | None = None,
        directory: Path = DIRECTORY,
        heard: Path | None = None,
    ) -> None:
        self.config = config
        self.speakers: Mapping[str, Speaker] = {
            unit.name: Speaker(unit.name, unit.unit) for unit in config.units
        }
        self.titles: Mapping[str, str] = {unit.name: unit.title for unit in config.units}
        self.ports: Mapping[str, Path] = {
            line.name: directory / line.name for line in config.lines if line.name not in (links or {})
        }
        self._links: dict[str, Link] = {
            line.name: (links or {}).get(line.name) or terminal(directory / line.name, line.baud)
            for line in config.lines
        }
        self.servers: Mapping[str, WireServer] = {line.name: self._server(line) for line in config.lines}
        self.ready = asyncio.Event()
        """Set once every pseudo-terminal is there."""
        self._recorder = Recorder(heard, speak) if heard else None
        if self._recorder:
            for speaker in self.speakers.values():
                speaker.listeners.append(self._recorder.note)

    async def run(self) -> None:
        """Serve every line until cancelled. A lost line is served again when it is back.

        Raises LinkLost at the start if a pseudo-terminal cannot be made.
        """
        try:
            for name in self.ports:
                await self._links[name].open()
            self.ready.set()
            async with asyncio.TaskGroup() as tasks:
                if self._recorder:
                    tasks.create_task(self._recorder.run())
                for server in self.servers.values():
                    tasks.create_task(_serve(server))
        finally:
            for link in self._links.values():
                await link.close()

    def _server(self, line: TtsChipLine | ModbusLine | OpenhornLine) -> WireServer:
        speakers = {unit.unit: self.speakers[unit.name] for unit in line.units}
        fed: dict[int, list[Speaker]] = {}
        for unit in self.config.units:
            if unit.relay and unit.relay.line == line.name:
                fed.setdefault(unit.relay.unit, []).append(self.speakers[unit.name])
        return _BUILDERS[line.protocol](self.config, line, self._links[line.name], speakers, fed)


Fed = Mapping[int, list[Speaker]]
"""The speakers whose amplifiers are fed by relays of a line, by the unit of the relay."""


def _relays(line: TtsChipLine | ModbusLine | OpenhornLine) -> Iterator[int]:
    """The units of a line that have a relay."""
    if not isinstance(line, ModbusLine):
        return
    from drivers.modbus.profile import RELAY_STEP
    from drivers.modbus.profile import load as load_profile

    if load_profile(line.profile).relay:
        yield from (unit.unit for unit in line.units)
    board = load_profile(line.board_profile).relay
    for address in line.boards:
        yield address
        yield from (RELAY_STEP * number + address for number in range(1, board.count + 1 if board else 1))


async def _serve(server: WireServer) -> None:
    while True:
        try:
            await server.run()
        except LinkLost:
            await asyncio.sleep(REOPEN_S)


def _tts_chip(
    config: VillageConfig, line: TtsChipLine, link: Link, speakers: Mapping[int, Speaker], fed: Fed
) -> WireServer:
    return TtsChip(link, speakers[line.units[0].unit])


def _modbus(
    config: VillageConfig, line: ModbusLine, link: Link, speakers: Mapping[int, Speaker], fed: Fed
) -> WireServer:
    from drivers.modbus.profile import load as load_profile
    from firmware_sim.modbus import ModbusBus

    board = load_profile(line.board_profile)
    return ModbusBus(
        link, speakers, load_profile(line.profile), boards=dict.fromkeys(line.boards, board), fed=fed
    )


def _openhorn(
    config: VillageConfig, line: OpenhornLine, link: Link, speakers: Mapping[int, Speaker], fed: Fed
) -> WireServer:
    from firmware_sim.openhorn import OpenhornBus

    return OpenhornBus(link, speakers, _key(config, line))


_BUILDERS: Mapping[str, Callable[..., WireServer]] = {
    "tts_chip": _tts_chip,
    "modbus": _modbus,
    "openhorn": _openhorn,
}


def _key(config: VillageConfig, line: OpenhornLine) -> bytes:
    if line.key_file is None:
        return bytes.fromhex(line.key or "")
    path = config.folder / line.key_file
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise BadVillage(f"line {line.name}: key_file {path}: expected 64 hex digits: {error}") from error
    if len(key) != 32:
        raise BadVillage(f"line {line.name}: key_file {path}: expected 64 hex digits, found {len(key) * 2}")
    return key


def _unique(kind: str, names: list[str]) -> None:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(f"{kind} {', '.join(doubles)} twice: every {kind} needs a name of its own")
