"""Official recordings: taken from the document or fetched from its address, checked, and kept ready for the
bursts.

No burst waits for its recording. If it is not there yet, or broken, our own voice says the words.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from gateway.intake.readers import attachment, embedded
from gateway.model.alert import Alert, Arrival, Resource
from gateway.model.event import Accepted, Event
from gateway.model.record import LedgerFailed
from gateway.model.verdict import Air
from gateway.pipeline import Ledger
from gateway.voice import RATE, CannotSay
from gateway.voice.sound.recording import ready
from gateway.voice.sound.shelf import Shelf

log = logging.getLogger(__name__)

WAITING = 50
"""Recordings that may wait to be made ready; of more, the oldest is not made. Our choice."""
KEPT_BYTES = 200 * 1024 * 1024
"""Bytes of recordings that are kept, the newest: some fifty of the longest. Our choice."""

Get = Callable[[str, int, float], Awaitable[bytes]]
"""Fetches an address: at most so many bytes, in so many seconds. Raises NotFetched."""


class Recordings:
    """Give it every event (`note`), and supervise `run`.

    `folder` keeps recordings across restarts. Without `fetch` only recordings that stand in the document are
    used.
    """

    def __init__(self, folder: Path, ledger: Ledger, fetch: Get | None = None) -> None:
        self._shelf = Shelf(folder, KEPT_BYTES)
        self._seconds: dict[str, float] = {}
        self._ledger = ledger
        self._fetch = fetch
        self._wanted: deque[tuple[str, str]] = deque(maxlen=WAITING)
        self._wake = asyncio.Event()

    def get(self, name: str) -> bytes | None:
        """The recording as PCM at the voice's rate; None while it is not ready.

        A file that has spoilt is made again.
        """
        pcm = self._shelf.get(name)
        if pcm:
            self._seconds[name] = len(pcm) / 2 / RATE
        elif self._seconds.pop(name, None):
            self._ask_for(name.partition(".")[0], name)
        return pcm or None

    def seconds(self, name: str) -> float:
        """Its length; 0 while it is not ready.

        This does not look at the disk: it is asked for every speaker.
        """
        return self._seconds.get(name, 0.0)

    def note(self, event: Event) -> None:
        """Ask for the recordings of a warning that airs."""
        match event:
            case Accepted(verdict=Air(), key=key):
                try:
                    self._want(key)
                except LedgerFailed as error:
                    log.warning("the recordings of alert %s are not asked for: %s", key, error)

    def _want(self, key: str) -> None:
        for row in self._ledger.plans(key):
            for part in row.plan.parts:
                name = part.script.recording
                if name and self.get(name) is None:
                    self._ask_for(key, name)

    def _ask_for(self, key: str, name: str) -> None:
        if (key, name) not in self._wanted:
            self._wanted.append((key, name))
            self._wake.set()

    async def run(self) -> None:
        """Make recordings ready, also those of plans that were live before the start; until cancelled."""
        for plan in self._ledger.live():
            if row := self._ledger.plan(plan):
                self._want(row.plan.alert)
        while True:
            while self._wanted:
                key, name = self._wanted.popleft()
                try:
                    await self._make(key, name)
                except Exception as error:  # whatever was sent, the next one is made
                    log.warning("the recording %s is not used, the words are said: %r", name, error)
            self._wake.clear()
            await self._wake.wait()

    async def _make(self, key: str, name: str) -> None:
        """Make one ready. Raises any exception that its bytes cause."""
        document = self._ledger.document(key)
        row = document and self._ledger.arrival(document.arrival)
        if not (document and row):
            raise CannotSay("its document is gone")
        block, place = map(int, name.split(".")[1:])
        raw = await self._bytes(row[0], document.alert, block, place)
        pcm = await ready(raw)
        self._shelf.put(name, pcm)
        if name not in self._shelf:
            raise CannotSay("the disk does not keep it")
        self._seconds[name] = len(pcm) / 2 / RATE
        log.info("the recording %s is ready", name)

    async def _bytes(self, arrival: Arrival, alert: Alert, block: int, place: int) -> bytes:
        resource: Resource = alert.infos[block].resources[place]
        if resource.embedded:
            return embedded(arrival, alert.identifier, block, place)
        if self._fetch is None:
            raise CannotSay("nothing is fetched here")
        body = await self._fetch(resource.uri, attachment.LARGEST, attachment.PATIENCE_S)
        if not attachment.fits(resource.digest, body):
            raise CannotSay(f"{resource.uri}: its digest is another one")
        return body
