"""Documents: the verdicts, and the past that a judgement asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from gateway.model.alert import Alert
from gateway.model.judgement import Judgement, Past
from gateway.model.record import Document, Entry


class Documents(Protocol):
    """What was decided of each document. A document is known by its key (AlertKey.digest) and its source."""

    async def enter(
        self,
        arrival: int,
        entries: Sequence[Entry],
        receipts: Sequence[tuple[str, str]],
        urgent: bool = False,
    ) -> frozenset[str]:
        """Keep everything decided of one arrival: documents, plans, endings, and the receipts owed as
        (document, body).

        A document that is known already keeps its first entry, unless that one was quarantined. The arrival
        becomes `quarantined` where one of its documents is, else `judged`. Returns the keys of the documents
        whose plan was in the ledger before: it had played from memory while the disk failed. Red, orange and
        move orders go before all writes that wait, and so do endings.
        """
        ...

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        """A new judgement of a document that was held. `receipts` are the bodies of the receipts that its
        source is owed."""
        ...

    def known(self, keys: Iterable[str], source: str, but: int = 0) -> set[str]:
        """Which of these documents this source has sent before, in another arrival than `but`."""
        ...

    def past(self, alert: Alert, since: datetime, senses: Collection[str]) -> list[Past]:
        """The documents that may matter to the judgement of this alert, from all sources, oldest first. They
        are

        - those with its identifier, those it refers to, those that refer to it or to one that it refers to;
        - those with a plan that starts at `since` or later and one of these `senses`: of very many the
          newest, and none of the canary's;
        - those whose move order or lift still holds;
        - those that refer to one of these;
        - those on hold that pause one of these (`Hold.pauses`).

        The cost grows with the number of documents found and on hold and of plans since then, not with the
        size of the ledger.
        """
        ...

    def standing(self, alert: Alert, source: str, since: datetime) -> list[Past]:
        """The documents of this alert's sender or of this source that came at `since` or later and have a
        warning plan, are on hold or have ended something; oldest first.

        An end that names nothing may mean one of them. Of very many only the newest are told.
        """
        ...

    def held(self) -> list[Document]:
        """The documents whose hold ends by itself, soonest first."""
        ...

    def document(self, key: str, source: str | None = None) -> Document | None:
        """The document of this key from this source. Without a source: the oldest that was not quarantined,
        else the oldest."""
        ...

    def documents(self, most: int = 50) -> list[Document]:
        """The newest documents, newest first, without those of the canary."""
        ...
