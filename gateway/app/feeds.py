"""Feeds: sources that the gateway asks.

Each feed is a task of its own, so that none waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gateway.app.intake import Intake
from gateway.app.tasks import Task
from gateway.config.config import Config
from gateway.config.sources import FeedSource
from gateway.runtime.clock import Clock

if TYPE_CHECKING:
    from gateway.intake.feed import Feed


class Feeds:
    """The feeds of a configuration."""

    def __init__(self, config: Config, clock: Clock, intake: Intake) -> None:
        """Raises OSError where a feed's file of headers cannot be read."""
        tables = [source for source in config.sources if isinstance(source, FeedSource)]
        self._accept = intake.accept
        self._secrets = {table.name: table.hook_secret_file for table in tables}
        self._feeds = [_feed(table, clock, intake.heard) for table in tables]
        self.wake: dict[str, Callable[[], None]] = {feed.name: feed.wake for feed in self._feeds}
        """By source, what makes its feed ask at once."""

    def ask(self, source: str) -> None:
        """Make a feed ask at once."""
        self.wake[source]()

    def secret(self, source: str) -> bytes | None:
        """The secret that signs calls to a feed, from its file. None for a source that takes no calls.

        Raises OSError.
        """
        file = self._secrets.get(source)
        return file.read_bytes().strip() if file else None

    def tasks(self) -> Iterator[Task]:
        for feed in self._feeds:
            yield Task(f"feed {feed.name}", partial(feed.run, self._accept))


def _feed(table: FeedSource, clock: Clock, heard: Callable[[str], None]) -> Feed:
    from gateway.intake.feed import Feed  # its HTTP client takes 18 MB: only a site with feeds pays for it
    from gateway.intake.fetch import Fetch

    host = urlsplit(table.url).hostname or ""
    fetch = Fetch(frozenset({host}) if table.inside else frozenset())
    headers = header_lines(table.headers_file) if table.headers_file else {}
    return Feed(
        table.name, table.url, table.every_s, fetch, clock.now, heard, headers, table.most, table.mutable
    )


def header_lines(file: Path) -> dict[str, str]:
    """HTTP headers from a file with one `Name: value` a line. Raises OSError."""
    lines = (line.partition(":") for line in file.read_text("utf-8").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in lines}
