"""A `[[broker]]`: an MQTT broker with its credentials and topics."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from drivers.config import ConfigPath, SecretFile
from gateway.config.table import Table, _loopback


class Broker(Table):
    """An MQTT broker. Passwords and keys are files, never written here."""

    name: str
    host: str
    port: int = 1883
    protocol: Literal["5", "3.1.1"] = "5"
    client_id: str = "tongluo"
    keepalive_s: int = Field(30, ge=5, le=3600)
    username: str | None = None
    password_file: SecretFile | None = None
    ca_file: ConfigPath | None = None
    certificate_file: ConfigPath | None = None
    key_file: SecretFile | None = None
    receipts: str = "tongluo/receipts"
    receipt_key_file: SecretFile | None = None
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
