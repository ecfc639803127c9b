"""A `[[line]]` of protocol modbus: which kinds of horns and relay boards are on it."""

from __future__ import annotations

from typing import ClassVar

from drivers.link import Link
from drivers.link.reach import TCP
from drivers.modbus import profile
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import LAST_UNIT
from drivers.protocol import LineConfig, LineSpec, LineWrong, Opened


class ModbusConfig(LineConfig):
    """The keys of a modbus line."""

    NEEDS: ClassVar = {"profile": "a modbus line needs a profile, such as icpdas-alm-04-mrtu"}

    profile: str
    """The kind of its horns: a file of `drivers/modbus/profiles/`, without `.toml`."""
    relays: str | None = None
    """The kind of the relay boards among the horns: their units are numbered from 1000 on
    (`profile.RELAY_STEP`)."""


class NoSuchUnit(LineWrong):
    """An address beyond the bus, or a relay that the kind of board does not have."""

    code = "modbus_unit"
    key = "unit"


class UnknownProfile(LineWrong):
    """No profile of this name comes with the driver."""

    code = "unknown_profile"
    key = "profile"


class UnknownBoard(UnknownProfile):
    """The same of the relay boards."""

    key = "relays"


def open_line(config: ModbusConfig, spec: LineSpec, link: Link) -> Opened:
    """Raises UnknownProfile, and NoSuchUnit for a unit that its kind of board does not have."""
    if config.profile not in profile.names():
        raise UnknownProfile(profile=config.profile, known=", ".join(profile.names()))
    if config.relays and config.relays not in profile.names():
        raise UnknownBoard(profile=config.relays, known=", ".join(profile.names()))
    horn = profile.load(config.profile)
    board = profile.load(config.relays) if config.relays else horn
    kinds = {unit: board if unit >= profile.RELAY_STEP else horn for unit in spec.units}
    for unit, kind in kinds.items():
        if unit > LAST_UNIT and not (kind.relay and not kind.play and kind.relay.has(unit)):
            count = kind.relay.count if kind.relay and not kind.play else 0
            raise NoSuchUnit(unit=unit, board=kind.id, count=count)
    clips = {clip.use: number for number, clip in horn.clips.items() if clip.use}
    return ModbusDriver(link, kinds, tcp=spec.port.startswith(TCP)), clips
