"""The sources: when each last sent something, how many arrivals were acknowledged, and the age of the oldest
arrival that is not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from gateway.model.alert import Arrival


class Sources:
    """Put `taking` round every acceptance of an arrival."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._taken_at: dict[object, float] = {}
        """When each arrival came that is being taken, oldest first, in the loop's time."""
        self.last: dict[str, datetime | None] = dict.fromkeys(sources)
        """When something last came from each source; None where nothing has since the start."""
        self.arrivals: Counter[str] = Counter()
        """Arrivals acknowledged since the start, by source."""
        self.unacknowledged: list[Callable[[], float | None]] = []
        """Each gives the age in seconds of the oldest arrival that a source has not acknowledged yet; None
        where there is none."""

    @contextmanager
    def taking(self, arrival: Arrival) -> Iterator[None]:
        """The time from the coming of the bytes until they are acknowledged or refused."""
        token = object()
        self._taken_at[token] = asyncio.get_running_loop().time()
        source = arrival.source
        if source in self.last:  # an arrival that is tried again came when it first came
            self.last[source] = max(self.last[source] or arrival.at, arrival.at)
        try:
            yield
            self.arrivals[source] += 1
        finally:
            del self._taken_at[token]

    def heard(self, source: str, at: datetime) -> None:
        """A source that we ask has answered, if only that nothing is new."""
        self.last[source] = at

    @property
    def oldest(self) -> float | None:
        """Seconds since the oldest arrival came that is neither acknowledged nor refused."""
        ages = [asyncio.get_running_loop().time() - came for came in list(self._taken_at.values())[:1]]
        ages += [age for oldest in self.unacknowledged if (age := oldest()) is not None]
        return max(ages, default=None)
