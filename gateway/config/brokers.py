"""A `[[broker]]`: an MQTT broker with its credentials and topics."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from drivers.config import ConfigPath, SecretFile
from gateway.config.table import Table, _loopback


class Broker(Table):
    """An MQTT broker. Passwords and keys are files, never written here."""

    name: str
    """Sources name their broker by this."""
    host: str
    port: int = Field(1883, ge=1, le=65535)
    protocol: Literal["5", "3.1.1"] = "5"
    client_id: str = "tongluo"
    """The name of this gateway at the broker; two gateways at one broker need two."""
    keepalive_s: int = Field(30, ge=5, le=3600)
    username: str | None = None
    password_file: SecretFile | None = None
    ca_file: ConfigPath | None = None
    """PEM. With it the connection uses TLS."""
    certificate_file: ConfigPath | None = None
    key_file: SecretFile | None = None
    receipts: str = "tongluo/receipts"
    """The topic under which receipts are published (docs/receipts.md)."""
    receipt_key_file: SecretFile | None = None
    """Its content signs the receipts of the sources on this broker."""
    status: str = "tongluo/status"
    """The topic under which the states of the gateway and its speakers are retained."""

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
