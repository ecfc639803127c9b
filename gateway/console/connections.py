"""Connections: how many a browser or a program may hold, and how long it may take to say what it wants."""

from __future__ import annotations

import asyncio
import logging
from ipaddress import ip_address
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = logging.getLogger(__name__)

HEAD_S = 5.0
"""Longest wait for the head of a request, from its connection or from its first byte. A head is one packet.
Our choice."""
HEAD = 64 * 1024
"""Bytes that may come before the head of a request is complete. Browsers send some hundreds. Our choice."""
FROM_ONE = 64
"""Connections of one address at once. A wall of screens has ten. Our choice."""
FROM_ALL = 512
"""Connections of all addresses at once, each some kilobytes. Our choice."""


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, in bounds.

    It is closed where its address has FROM_ONE already, or where all have FROM_ALL; where the head of a
    request does not come in HEAD_S or in HEAD bytes. This machine's own addresses have only the second bound:
    a proxy here speaks for everybody.
    """

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._head: asyncio.TimerHandle | None = None
        self._came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > FROM_ALL or self._siblings() > FROM_ONE:
            log.warning("a connection of %s is closed: too many are open", self.address)
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head:
            self._came += len(data)
        super().data_received(data)
        if self._head and self._came > HEAD:
            self._close("the head of its request has no end")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    @property
    def address(self) -> str:
        """Where it comes from; "" for a local socket."""
        return self.client[0] if self.client else ""

    def _siblings(self) -> int:
        """The connections of this address, without a bound of its own where it is this machine."""
        try:
            if ip_address(self.address).is_loopback:
                return 0
        except ValueError:
            return 0
        siblings = (one for one in self.connections if isinstance(one, BoundedConnection))
        return sum(one.address == self.address for one in siblings)

    def _await_head(self) -> None:
        if self._head:
            self._head.cancel()
        self._head = self.loop.call_later(HEAD_S, self._close, "the head of its request does not come")

    def _head_came(self) -> None:
        if self._head:
            self._head.cancel()
        self._head, self._came = None, 0

    def _close(self, why: str) -> None:
        log.info("a connection of %s is closed: %s", self.address, why)
        self._head_came()
        self.transport.abort()
