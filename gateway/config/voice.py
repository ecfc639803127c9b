"""`[voice]`: a voice that is chosen beside the offline one."""

from __future__ import annotations

import ipaddress
from typing import Literal

from pydantic import Field, model_validator

from gateway.config.table import Table


class VoiceTable(Table):
    """The chosen voice. The offline voice takes its place where it fails."""

    engine: Literal["wyoming", "edge"]
    """"wyoming": a server of the Wyoming protocol, such as Piper. "edge": Microsoft's online voice."""
    host: str = "127.0.0.1"
    """Of the Wyoming server. Its protocol is not encrypted, so the host must be on this machine or in this
    network."""
    port: int = Field(10200, ge=1, le=65535)
    """Of the Wyoming server."""
    name: str = ""
    """The name of the voice at the engine; its default voice where this is empty."""
    plain: bool = False
    """Allows a Wyoming server elsewhere, although anybody on the way could speak to the village."""

    @model_validator(mode="after")
    def _near(self) -> VoiceTable:
        try:
            near = self.host == "localhost" or ipaddress.ip_address(self.host).is_private
        except ValueError:
            near = False
        if self.engine == "wyoming" and not (near or self.plain):
            raise ValueError(
                f"host {self.host!r}: an address of this machine or this house, "
                "or plain = true where everybody on the way may speak"
            )
        return self
