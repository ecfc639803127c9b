"""The HTTP server as a supervised task: in our loop, without its own signals; a port it cannot have ends the task, not the daemon."""

from __future__ import annotations

import asyncio
import socket
from contextlib import nullcontext

import uvicorn
from fastapi import FastAPI

from gateway.config.console import Http
from gateway.runtime.pulse import Pulse


class _Server(uvicorn.Server):
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
    """`run` serves until cancelled; each life is a server of its own. `serving` is set while it listens."""

    def __init__(self, app: FastAPI, http: Http) -> None:
        self._app = app
        self._http = http
        self.pulse = Pulse()
        self.serving = asyncio.Event()

    async def run(self) -> None:
        """Raises OSError where the address cannot be listened on."""
        settings = uvicorn.Config(
            self._app,
            self._http.host,
            self._http.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",  # nobody speaks it here, and its library has two megabytes
            timeout_graceful_shutdown=1,
        )
        server = _Server(settings, self.pulse, self.serving)
        try:
            await server.serve()
        except SystemExit as refused:  # uvicorn's word for a port in use
            raise OSError(
                f"nobody can listen on {self._http.host}:{self._http.port}: is it in use?"
            ) from refused
        except asyncio.CancelledError:
            await server.shutdown()
            raise
        finally:
            self.serving.clear()
