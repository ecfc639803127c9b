"""Every protocol by its name: a literal dict, one line each. A new driver is its folder and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from drivers.link import Link
from drivers.modbus import config as modbus
from drivers.openhorn import config as openhorn
from drivers.protocol import LineConfig, LineSpec, Opened, Protocol
from drivers.tts_chip import config as tts_chip

PROTOCOLS: Final[Mapping[str, Protocol[Any]]] = {
    "tts_chip": Protocol(tts_chip.TtsChipConfig, tts_chip.open_line),
    "modbus": Protocol(modbus.ModbusConfig, modbus.open_line),
    "openhorn": Protocol(openhorn.OpenhornConfig, openhorn.open_line),
}


def open_line(protocol: str, keys: LineConfig, spec: LineSpec, link: Link) -> Opened:
    """A line of this protocol, not yet connected.

    Raises ValueError for keys or units that cannot work, OSError for an unreadable file, KeyError for an
    unknown protocol.
    """
    return PROTOCOLS[protocol].open_line(keys, spec, link)
