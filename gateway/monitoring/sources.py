"""What the intake door has seen: when each source last spoke, what waits for the disk, what the disk last
said."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from gateway.model.alert import Arrival


class Sources:
    """Wrap every acceptance in `taking`. `last` is when each source last sent something since the start,
    `arrivals` counts what was taken, `trouble` says what the last write failed of. Sources that hold what is
    not acknowledged add themselves to `holding`."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._since: dict[object, float] = {}
        self.last: dict[str, datetime | None] = dict.fromkeys(sources)
        self.arrivals: Counter[str] = Counter()
        self.holding: list[Callable[[], float | None]] = []

    @contextmanager
    def taking(self, arrival: Arrival) -> Iterator[None]:
        """From the bytes' coming until they are acknowledged or refused. What is tried again came when it
        came."""
        token = object()
        self._since[token] = asyncio.get_running_loop().time()
        source = arrival.source
        if source in self.last:
            self.last[source] = max(self.last[source] or arrival.at, arrival.at)
        try:
            yield
            self.arrivals[source] += 1
        finally:
            del self._since[token]

    def heard(self, source: str, at: datetime) -> None:
        """A source that is asked has answered, also that nothing is new."""
        self.last[source] = at

    @property
    def oldest(self) -> float | None:
        """Seconds since the oldest came that is neither acknowledged nor refused."""
        ages = [asyncio.get_running_loop().time() - began for began in list(self._since.values())[:1]]
        ages += [age for held in self.holding if (age := held()) is not None]
        return max(ages, default=None)
