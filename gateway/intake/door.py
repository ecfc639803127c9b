"""The door of HTTP: how many posts may be in our hands at once.

Further senders are told to come again, before memory grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

FROM_ONE = 64
"""Ordinary posts of one source that may wait for the disk at once. Our choice: a group commit's worth; more
makes nothing quicker."""
FROM_ALL = 256
"""The same of all sources together."""
BYTES = 32 * 1024 * 1024
"""Bytes of all posts in our hands. Our choice: sixteen of the largest documents."""
RESERVE = 2
"""Posts that look grave may fill every bound so many times: a storm of ordinary posts takes no red's place.
Our choice."""
AGAIN_S = 1
"""Retry-After of a post that is turned away. Our choice: the posts inside are gone in well under a second."""


class Crowded(Exception):
    """Too many posts at once; come again in AGAIN_S."""


class Visit:
    """One post on its way in."""

    def __init__(self, door: Door, source: str) -> None:
        self._door = door
        self._source = source
        self.size = 0

    def grow(self, size: int) -> None:
        """Count so many bytes more. Raises Crowded."""
        self._door.bytes += size
        self.size += size
        self._door.check(self._source, RESERVE)

    def ask(self, grave: bool) -> None:
        """Whether the document may stay, now that all of it is here. Raises Crowded."""
        self._door.check(self._source, RESERVE if grave else 1)


class Door:
    """Put `entering` round each post, from before its first byte is read until it is answered."""

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()
        self.bytes = 0

    @contextmanager
    def entering(self, source: str) -> Iterator[Visit]:
        """Raises Crowded."""
        visit = Visit(self, source)
        self._inside[source] += 1
        try:
            self.check(source, RESERVE)
            yield visit
        finally:
            self._inside[source] -= 1
            if not self._inside[source]:
                del self._inside[source]
            self.bytes -= visit.size

    def check(self, source: str, times: int) -> None:
        """Raises Crowded if a bound is passed, taken so many times."""
        over = (
            self._inside[source] > FROM_ONE * times
            or self._inside.total() > FROM_ALL * times
            or self.bytes > BYTES * times
        )
        if over:
            raise Crowded
