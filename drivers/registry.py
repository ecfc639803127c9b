"""Every driver by its protocol's name: a literal dict, one row each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from drivers import Driver
from drivers.link import Link
from drivers.link.reach import TCP
from drivers.modbus import profile
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import LAST_UNIT
from drivers.openhorn.driver import OpenhornDriver
from drivers.tts_chip.driver import TtsChipDriver


@dataclass(frozen=True)
class LineSpec:
    """A line as configured. `wall` gives unix seconds, for frames that carry the time."""

    protocol: str
    units: Collection[int]
    profile: str
    key: bytes
    codec: str
    wall: Callable[[], int]
    turnaround: float = 0.1
    """Seconds an openhorn unit may take to turn round and answer; radio modems need more than wires."""
    port: str = ""
    """Where its link leads, as for `reach`: it decides how Modbus is framed."""
    relays: str = ""
    """The profile of the relay boards on a modbus line of horns: the units from 1000 on (drivers.modbus.profile.RELAY_STEP)."""


Opened = tuple[Driver, Mapping[str, int]]
"""A driver and the clips stored on its line, by meaning."""


def _tts_chip(spec: LineSpec, link: Link) -> Opened:
    if list(spec.units) != [1]:
        raise ValueError(f"a tts_chip line carries one chip, unit 1, not units {sorted(spec.units)}")
    return TtsChipDriver(link, 1), {}


def _modbus(spec: LineSpec, link: Link) -> Opened:
    horn = profile.load(spec.profile)
    board = profile.load(spec.relays) if spec.relays else horn
    kinds = {unit: board if unit >= profile.RELAY_STEP else horn for unit in spec.units}
    for unit, kind in kinds.items():
        if unit > LAST_UNIT and not (kind.relay and not kind.play and kind.relay.has(unit)):
            raise ValueError(
                f"modbus unit {unit}: an address is 1-{LAST_UNIT}; a relay of a board is relay x {profile.RELAY_STEP} + address, "
                f"and {kind.id} has {kind.relay.count if kind.relay and not kind.play else 0} relays on a board"
            )
    return ModbusDriver(link, kinds, tcp=spec.port.startswith(TCP)), {
        clip.use: number for number, clip in horn.clips.items() if clip.use
    }


def _openhorn(spec: LineSpec, link: Link) -> Opened:
    return OpenhornDriver(
        link, spec.units, spec.key, codec=spec.codec, wall=spec.wall, turnaround=spec.turnaround
    ), {}


DRIVERS: dict[str, Callable[[LineSpec, Link], Opened]] = {
    "tts_chip": _tts_chip,
    "modbus": _modbus,
    "openhorn": _openhorn,
}


def open_line(spec: LineSpec, link: Link) -> Opened:
    """The driver of a line, not yet connected. Raises ValueError for a wrong specification, KeyError for an unknown protocol."""
    return DRIVERS[spec.protocol](spec, link)
