"""Webhooks: alarms, and verdicts on red and orange warnings, are sent by POST to addresses of the site's
choice.

A call is signed, tried again and delays nothing. Calls wait in a bounded queue in memory: a call is no
receipt. After a restart every alarm that lasts is raised, and so sent, once more.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeGuard

import httpx

from gateway.codes.meaning import level
from gateway.model.alert import Alert
from gateway.model.event import Accepted, AlarmChanged, Event, encode
from gateway.model.hazard import Level
from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

Topic = Literal["alarm", "verdict"]

WAITING = 500
"""Calls that may wait for one hook; after that the oldest is dropped and logged. Our choice: a night of a
busy county."""

PATIENCE_S = 10.0
"""Seconds that a hook may take to answer. Our choice."""

FIRST_S, LONGEST_S = 1.0, 300.0
"""Seconds between two tries, doubled from the first to the longest. Our choice."""

TRIES = 20
"""After so many tries a call is given up; with these pauses that is after more than an hour. Our choice."""

AGAIN = frozenset({408, 425, 429})
"""Refusals that may pass (RFC 9110, RFC 8470, RFC 6585). Any other 4xx answer is final."""

GRAVE = frozenset({Level.RED, Level.ORANGE})


@dataclass(frozen=True)
class Hook:
    """An address that is called."""

    url: str
    secret: bytes
    """Signs the calls."""
    events: Sequence[Topic]


@dataclass(frozen=True)
class Call:
    """An event that waits to be sent, and when it happened."""

    event: Accepted | AlarmChanged
    at: datetime


def signature(secret: bytes, at: int, body: bytes) -> str:
    """The header of a call: `t=<seconds since 1970>,v1=<hex of HMAC-SHA256 over "<t>." and the body>`. A
    receiver should refuse an old `t`."""
    mac = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Webhook:
    """Calls one hook. Give `note` to `Events.listen` and let the supervisor run `run`."""

    def __init__(
        self,
        hook: Hook,
        now: Callable[[], datetime],
        alert: Callable[[str], Alert | None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._hook = hook
        self._now = now
        self._alert = alert
        """Finds a document by its key; None where it is gone."""
        self._transport = transport
        self._waiting: deque[Call] = deque()
        self._number = 0
        self._wake = asyncio.Event()
        self.pulse = Pulse()
        self.dropped = 0
        """Calls dropped since the start."""

    @property
    def waiting(self) -> int:
        """Calls that wait."""
        return len(self._waiting)

    def note(self, event: Event) -> None:
        """Queue a call where the hook wants this event."""
        if self._wants(event):
            if len(self._waiting) >= WAITING:
                self._waiting.popleft()
                self.dropped += 1
                log.warning("webhook %s is behind: the oldest call is dropped", self._hook.url)
            self._waiting.append(Call(event, self._now()))
            self._wake.set()

    def _wants(self, event: Event) -> TypeGuard[Accepted | AlarmChanged]:
        match event:
            case AlarmChanged():
                return "alarm" in self._hook.events
            case Accepted():
                return "verdict" in self._hook.events
        return False

    async def run(self) -> None:
        """Make the calls in order until cancelled."""
        async with httpx.AsyncClient(
            transport=self._transport, timeout=PATIENCE_S, trust_env=False, follow_redirects=False
        ) as http:
            while True:
                while self._waiting:
                    call = self._waiting.popleft()
                    with self.pulse.resting():  # a slow hook delays nothing else
                        await self._make(http, call)
                self._wake.clear()
                with self.pulse.resting():
                    await self._wake.wait()

    async def _make(self, http: httpx.AsyncClient, call: Call) -> None:
        fields = self._body(call)
        if fields is None:
            return
        self._number += 1
        body = json.dumps(fields, ensure_ascii=False, default=_plain).encode()
        pause = FIRST_S
        for _ in range(TRIES):
            if await self._post(http, body):
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_S)
        log.error("webhook %s: a call is given up after %d tries", self._hook.url, TRIES)

    async def _post(self, http: httpx.AsyncClient, body: bytes) -> bool:
        """Try once. Returns whether the call is over: taken, or refused for good."""
        headers = {
            "content-type": "application/json",
            "tongluo-signature": signature(self._hook.secret, int(self._now().timestamp()), body),
        }
        try:
            answer = await http.post(self._hook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("webhook %s waits: %r", self._hook.url, error)
            return False
        if answer.is_success:
            return True
        if answer.is_client_error and answer.status_code not in AGAIN:
            log.error("webhook %s refuses: %d", self._hook.url, answer.status_code)
            return True
        log.info("webhook %s waits: it answers %d", self._hook.url, answer.status_code)
        return False

    def _body(self, call: Call) -> dict[str, object] | None:
        """The JSON of a call; None for a verdict on a warning that is neither red nor orange."""
        fields = {"number": self._number + 1, **encode(call.event), "at": call.at}
        match call.event:
            case AlarmChanged(alarm=alarm):
                return {**fields, "change": "cleared" if alarm.cleared else "raised"}
            case Accepted(key=key):
                alert = self._alert(key)
                levels = (level(info) for info in alert.infos) if alert else ()
                worst = min(levels, default=Level.UNKNOWN)
                return {**fields, "level": worst.name.lower()} if worst in GRAVE else None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
