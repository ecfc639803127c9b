"""A `[[line]]` of protocol modbus: which kinds of horns and relay boards are on it."""

from __future__ import annotations

from typing import ClassVar

from drivers.link import Link
from drivers.link.reach import TCP
from drivers.modbus import profile
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import LAST_UNIT
from drivers.protocol import LineConfig, LineSpec, Opened


class ModbusConfig(LineConfig):
    """The keys of a modbus line."""

    NEEDS: ClassVar = {"profile": "a modbus line needs a profile, such as icpdas-alm-04-mrtu"}

    profile: str
    """The kind of its horns: a file of `drivers/modbus/profiles/`, without `.toml`."""
    relays: str | None = None
    """The kind of the relay boards among the horns: their units are numbered from 1000 on
    (`profile.RELAY_STEP`)."""


def open_line(config: ModbusConfig, spec: LineSpec, link: Link) -> Opened:
    """Raises ValueError for an unknown profile and for a unit that its kind of board does not have."""
    horn = profile.load(config.profile)
    board = profile.load(config.relays) if config.relays else horn
    kinds = {unit: board if unit >= profile.RELAY_STEP else horn for unit in spec.units}
    for unit, kind in kinds.items():
        if unit > LAST_UNIT and not (kind.relay and not kind.play and kind.relay.has(unit)):
            count = kind.relay.count if kind.relay and not kind.play else 0
            raise ValueError(
                f"modbus unit {unit}: an address is 1-{LAST_UNIT}; a relay of a board is relay x "
                f"{profile.RELAY_STEP} + address, and {kind.id} has {count} relays on a board"
            )
    clips = {clip.use: number for number, clip in horn.clips.items() if clip.use}
    return ModbusDriver(link, kinds, tcp=spec.port.startswith(TCP)), clips
