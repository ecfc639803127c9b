"""What the intake door has seen: when each source last spoke, what waits for the disk, what the disk last said."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from gateway.clock import Clock
from gateway.model.record import LedgerFailed


class Watch:
    """Wrap every acceptance in `taking`. `last` is when each source last sent something since the start, `trouble` what the last write failed of."""

    def __init__(self, clock: Clock, sources: Iterable[str]) -> None:
        self._clock = clock
        self._since: dict[object, float] = {}
        self.last: dict[str, datetime | None] = dict.fromkeys(sources)
        self.arrivals: Counter[str] = Counter()
        self.trouble = ""

    @contextmanager
    def taking(self, source: str) -> Iterator[None]:
        """From the bytes' coming until they are acknowledged or refused."""
        token = object()
        self._since[token] = asyncio.get_running_loop().time()
        self.arrivals[source] += 1
        if source in self.last:
            self.last[source] = self._clock.now()
        try:
            yield
            self.trouble = ""
        except LedgerFailed as failed:
            self.trouble = str(failed)
            raise
        finally:
            del self._since[token]

    @property
    def oldest(self) -> float | None:
        """Seconds since the oldest came that is neither acknowledged nor refused."""
        began = next(iter(self._since.values()), None)
        return None if began is None else asyncio.get_running_loop().time() - began
