"""A `[[line]]`: the wire or radio link that units share."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from drivers.link.reach import reach
from gateway.config.table import Table


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
