"""The door of HTTP bounds the posts that are being received at once.

Beyond the bounds a sender is told to come again later, before the gateway's memory grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

FROM_ONE = 64
"""Ordinary posts of one source that may wait for the disk at once: as many as one group commit takes. Our
choice."""
FROM_ALL = 256
"""Ordinary posts of all sources that may wait at once."""
BYTES = 32 * 1024 * 1024
"""Bytes of all ordinary posts at once: sixteen of the largest documents. Our choice."""
BYTES_OF_ONE = BYTES // 2
"""Bytes of all posts of one source, also of those that are still coming. Our choice."""
RESERVE = 2
"""Posts that look grave may fill each bound so many times: ordinary posts never keep out a red one. Our
choice."""
AGAIN_S = 1
"""Seconds of Retry-After. The posts inside are done in well under a second. Our choice."""


class Crowded(Exception):
    """Too many posts come at once. The sender may try again after AGAIN_S."""


class Visit:
    """One post while it is being received.

    It counts as a post when all of it is there: posts that only begin keep out no red.
    """

    def __init__(self, door: Door, source: str) -> None:
        self._door = door
        self._source = source
        self.size = 0
        self.whole = False

    def grow(self, size: int) -> None:
        """Count so many bytes more, or fewer. Raises Crowded."""
        self._door.bytes[self._source] += size
        self.size += size
        self._door.check(self._source, RESERVE)

    def ask(self, grave: bool) -> None:
        """Count the post, which is whole now, and check the bounds, now that it is known whether it looks
        grave. Raises Crowded."""
        self._door.inside[self._source] += 1
        self.whole = True
        self._door.check(self._source, RESERVE if grave else 1)


class Door:
    """Counts the posts of all sources.

    `entering` surrounds each post, from its first byte until it is answered.
    """

    def __init__(self) -> None:
        self.inside: Counter[str] = Counter()
        """Whole posts of each source that are not answered."""
        self.bytes: Counter[str] = Counter()
        """Bytes of each source, also of posts that are still coming."""

    @contextmanager
    def entering(self, source: str) -> Iterator[Visit]:
        """Count the bytes of a post of this source."""
        visit = Visit(self, source)
        try:
            yield visit
        finally:
            self.inside[source] -= visit.whole
            self.bytes[source] -= visit.size
            for count in (self.inside, self.bytes):
                if not count[source]:
                    del count[source]

    def check(self, source: str, times: int) -> None:
        """Raises Crowded if a bound, multiplied by `times`, is exceeded."""
        over = (
            self.inside[source] > FROM_ONE * times
            or self.inside.total() > FROM_ALL * times
            or self.bytes[source] > BYTES_OF_ONE
            or self.bytes.total() > BYTES * times
        )
        if over:
            raise Crowded
