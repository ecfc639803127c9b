"""The HTTP server as a supervised task, in the daemon's loop.

It handles no signals. A port that it cannot have ends the task, not the daemon.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import nullcontext

import uvicorn
from fastapi import FastAPI

from gateway.config.console import Http
from gateway.console.connections import BoundedConnection
from gateway.runtime.pulse import Pulse


class _Server(uvicorn.Server):
    """Ticks the pulse, and tells when it listens."""

    def __init__(self, settings: uvicorn.Config, pulse: Pulse, serving: asyncio.Event) -> None:
        super().__init__(settings)
        self._pulse = pulse
        self._serving = serving
        self.capture_signals = nullcontext  # type: ignore[assignment]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._serving.set()

    async def on_tick(self, counter: int) -> bool:
        self._pulse.tick()
        return await super().on_tick(counter)


class Web:
    """Serves an application. The supervisor may run it again: each run makes a new server."""

    def __init__(self, app: FastAPI, http: Http) -> None:
        self._app = app
        self._http = http
        self.pulse = Pulse()
        self.serving = asyncio.Event()
        """Set while it listens."""

    async def run(self) -> None:
        """Serve until cancelled. Raises OSError where the address cannot be listened on."""
        settings = uvicorn.Config(
            self._app,
            self._http.host,
            self._http.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=BoundedConnection,
            ws="none",  # no route uses WebSocket, and its library takes two megabytes
            timeout_graceful_shutdown=1,
        )
        server = _Server(settings, self.pulse, self.serving)
        try:
            await server.serve()
        except SystemExit as refused:  # uvicorn exits where the port is in use
            raise OSError(
                f"nobody can listen on {self._http.host}:{self._http.port}: is it in use?"
            ) from refused
        except asyncio.CancelledError:
            await server.shutdown()
            raise
        finally:
            self.serving.clear()
