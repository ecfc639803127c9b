"""A `[[webhook]]`: an address that is called when something happens."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from drivers.config import SecretFile
from gateway.config.table import Table, _loopback


class WebhookTable(Table):
    """An address that is called by POST."""

    url: str
    secret_file: SecretFile
    """Its content signs the calls."""
    events: tuple[Literal["alarm", "verdict"], ...] = ("alarm", "verdict")
    """What it is called about: alarms, and the verdicts on red and orange warnings."""
    plain: bool = False
    """Allows http:// to another machine, although anybody on the way can read the calls."""

    @model_validator(mode="after")
    def _guarded(self) -> WebhookTable:
        url = urlsplit(self.url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(f"url {self.url!r} must be https://… (or http://… on this machine)")
        if url.username or url.password:
            raise ValueError("url: no user name or password in a URL; the call is signed with secret_file")
        local = url.hostname == "localhost" or _loopback(url.hostname)
        if url.scheme == "http" and not (local or self.plain):
            raise ValueError(
                f"url {self.url!r}: https, or plain = true where everybody on the way may read it"
            )
        return self
