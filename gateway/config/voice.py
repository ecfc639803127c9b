"""`[voice]`: a voice beside our own."""

from __future__ import annotations

import ipaddress
from typing import Literal

from pydantic import Field, model_validator

from gateway.config.table import Table


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
