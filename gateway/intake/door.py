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
RESERVE = 2
"""Posts that look grave may fill each bound so many times: ordinary posts never keep out a red one. Our
choice."""
AGAIN_S = 1
"""Seconds of Retry-After. The posts inside are done in well under a second. Our choice."""


class Crowded(Exception):
    """Too many posts come at once. The sender may try again after AGAIN_S."""


class Visit:
    """One post while it is being received."""

    def __init__(self, door: Door, source: str) -> None:
        self._door = door
        self._source = source
        self.size = 0

    def grow(self, size: int) -> None:
        """Count so many bytes more, or fewer. Raises Crowded."""
        self._door.bytes += size
        self.size += size
        self._door.check(self._source, RESERVE)

    def ask(self, grave: bool) -> None:
        """Check the bounds for the whole document, now that it is known whether it looks grave. Raises
        Crowded."""
        self._door.check(self._source, RESERVE if grave else 1)


class Door:
    """Counts the posts of all sources.

    `entering` surrounds each post, from its first byte until it is answered.
    """

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()
        self.bytes = 0

    @contextmanager
    def entering(self, source: str) -> Iterator[Visit]:
        """Count a post of this source. Raises Crowded."""
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
        """Raises Crowded if a bound, multiplied by `times`, is exceeded."""
        over = (
            self._inside[source] > FROM_ONE * times
            or self._inside.total() > FROM_ALL * times
            or self.bytes > BYTES * times
        )
        if over:
            raise Crowded
