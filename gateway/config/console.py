"""`[http]`: where the console listens."""

from __future__ import annotations

from pydantic import Field

from gateway.config.table import Table, _loopback


def address(http: Http) -> str:
    """The URL at which this machine reaches a gateway that listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(http.host, http.host)  # noqa: S104 - read, not bound
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{http.port}"


class Http(Table):
    """Where the API and the pages listen."""

    host: str = "127.0.0.1"
    port: int = Field(8760, ge=0, le=65535)

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host == "localhost" or _loopback(self.host)
