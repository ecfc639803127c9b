"""Feeds: the gateway asks for warnings that nobody pushes, in Atom, RSS, CAP or JSON.

It asks as seldom as the owner of the feed wants. A warning from a feed is relayed (转播). A document is done
when it is on the disk or can never be had. A document that failed on the way is asked for again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from gateway.intake import LARGEST, Accept, Backlogged, Unreadable
from gateway.intake.fetch import Fetch, NotFetched
from gateway.intake.readers.document import Came, opened
from gateway.intake.readers.elements import Parts, name, parse_xml
from gateway.model.alert import Arrival
from gateway.model.record import LedgerFailed

log = logging.getLogger(__name__)

DONE_MOST = 20_000
"""Documents that are remembered as done. An older one is asked for again and is a duplicate. Our choice."""
_FEEDS, _ENTRIES = ("feed", "rss", "rdf"), ("entry", "item")
_DOCUMENT = ("application/cap+xml", "application/common-alerting-protocol+xml")


@dataclass(frozen=True)
class Entry:
    """A document to which a feed points."""

    url: str
    """The address of the document."""
    stamp: str
    """The date that the feed gives for it. With another date it is another document."""


class Feed:
    """One configured feed.

    `heard` is called with the name of the source after each answer of the feed, even if nothing is new.
    `most`: the newest documents that are taken from one answer. `mutable`: documents change at their address,
    so each is asked for every time.
    """

    def __init__(
        self,
        source: str,
        url: str,
        every_s: float,
        fetch: Fetch,
        now: Callable[[], datetime],
        heard: Callable[[str], None],
        headers: Mapping[str, str] | None = None,
        most: int = 50,
        mutable: bool = False,
    ) -> None:
        self.name = source
        self._url = url
        self._every = every_s
        self._fetch = fetch
        self._now = now
        self._heard = heard
        self._headers = dict(headers or {})
        self._most = most
        self._mutable = mutable
        self._known: Mapping[str, str] = {}
        self._done: OrderedDict[Entry, None] = OrderedDict()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Ask at once: a webhook says that there is news."""
        self._woken.set()

    async def run(self, accept: Accept) -> None:
        """Ask until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.poll(accept)
            except (NotFetched, LedgerFailed, Backlogged) as failed:
                log.warning("feed %s: %s", self.name, failed)
            try:
                async with asyncio.timeout(self._every):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def poll(self, accept: Accept) -> None:
        """Ask once.

        Raises NotFetched if the feed itself cannot be had, and LedgerFailed and Backlogged if a document
        cannot be kept. Then that document is not done.
        """
        answer = await self._fetch.get(self._url, LARGEST, headers=self._headers, known=self._known)
        self._heard(self.name)
        if answer.body is None:
            return
        arrival = Arrival(answer.body, self.name, answer.url, self._now(), answer.charset)
        listed = entries(arrival, answer.url)
        if listed is None:
            await accept(arrival)
            self._known = answer.known
            return
        complete = True
        for entry in listed[: self._most]:
            complete &= await self._take(entry, accept)
        # A document that is not done must be asked for again, so the next answer must be the whole feed.
        self._known = answer.known if complete and not self._mutable else {}

    async def _take(self, entry: Entry, accept: Accept) -> bool:
        """Fetch and accept a document. Whether it is done: kept, or such that it can never be had."""
        if entry in self._done and not self._mutable:
            return True
        try:
            near = urlsplit(entry.url).netloc == urlsplit(self._url).netloc
            answer = await self._fetch.get(entry.url, LARGEST, headers=self._headers if near else None)
        except NotFetched as failed:
            log.warning("feed %s: %s", self.name, failed)
            if failed.definite:
                self._finish(entry)
            return failed.definite
        if answer.body is not None:
            await accept(Arrival(answer.body, self.name, entry.url, self._now(), answer.charset))
        self._finish(entry)
        return True

    def _finish(self, entry: Entry) -> None:
        self._done[entry] = None
        while len(self._done) > DONE_MOST:
            self._done.popitem(last=False)


def entries(came: Came, base: str) -> list[Entry] | None:
    """The documents to which an Atom or RSS feed points, the newest first.

    None if the body itself holds the warnings: CAP, JSON, or a feed with CAP in it.
    """
    try:
        body = opened(came).body
        if not body.startswith(b"<"):
            return None
        root = parse_xml(body)
    except Unreadable:
        return None
    if name(root).lower() not in _FEEDS or any(name(element).lower() == "alert" for element in root.iter()):
        return None
    elements = [element for element in root.iter() if name(element).lower() in _ENTRIES]
    stamped = [(_stamp(Parts(element)), link) for element in elements if (link := _link(element))]
    return [
        Entry(urljoin(base, link), stamp)
        for stamp, link in sorted(stamped, key=lambda element: element[0], reverse=True)
    ]


def _stamp(entry: Parts) -> str:
    """The date of an entry, or ""."""
    return next(
        (text for tag in ("updated", "published", "pubDate", "date") if (text := entry.text(tag))), ""
    )


def _link(entry: etree._Element) -> str:
    """The address of the document of an entry: the link of its kind, else of its name, else the first one."""
    links = list(_links(entry))
    by_kind = [url for url, kind in links if kind.lower().split(";")[0] in _DOCUMENT]
    by_name = [url for url, _ in links if url.lower().split("?")[0].endswith((".cap", ".xml"))]
    return next(iter(by_kind + by_name + [url for url, _ in links]), "")


def _links(entry: etree._Element) -> Iterator[tuple[str, str]]:
    """The links of an entry, each with its kind."""
    for child in entry:
        called = name(child).lower()
        if called == "link":
            yield (child.get("href") or (child.text or "").strip()), child.get("type", "")
        elif called == "enclosure" and child.get("url"):
            yield child.get("url", ""), child.get("type", "")
