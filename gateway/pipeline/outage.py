"""The disk fails or hangs: documents are judged and grave ones sound without it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from gateway.intake import Unreadable
from gateway.model.alert import Arrival
from gateway.model.record import Entry, LedgerFailed
from gateway.pipeline.handover import Handover
from gateway.pipeline.judging import Judging
from gateway.pipeline.pending import Pending
from gateway.store import contract

log = logging.getLogger(__name__)

HANG_S = 1.0
"""An urgent document waits so long for a disk that hangs, then it sounds from memory. It is acknowledged when
the disk has it. Our choice: an SD card that tidies itself up may take seconds."""


class Outage:
    """`arriving` and `entering` stand round the pipeline's two writes."""

    def __init__(
        self, ledger: contract.Documents, judging: Judging, pending: Pending, handover: Handover
    ) -> None:
        self._ledger = ledger
        self._judging = judging
        self._pending = pending
        self._handover = handover

    def arriving(self, arrival: Arrival, urgent: bool) -> AbstractContextManager[None]:
        """Round the write of an arrival's bytes.

        Raises LedgerFailed as the write does: then it is not acknowledged and will come again.
        """
        return self._without_disk(urgent, partial(self._decide, arrival))

    def entering(self, entries: Sequence[Entry], urgent: bool) -> AbstractContextManager[None]:
        """Round the write of decisions. Raises LedgerFailed as the write does."""
        return self._without_disk(urgent, partial(self._hand_over, entries))

    @contextmanager
    def _without_disk(self, urgent: bool, act: Callable[[], None]) -> Iterator[None]:
        """`act` if the write fails. For an urgent document also as soon as the write has hung for HANG_S."""
        timer = asyncio.get_running_loop().call_later(HANG_S, act) if urgent else None
        try:
            yield
        except LedgerFailed:
            act()
            raise
        finally:
            if timer:
                timer.cancel()

    def _hand_over(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._handover.give_pending(entry)

    def _decide(self, arrival: Arrival) -> None:
        """Judge the documents of an arrival that are not known yet."""
        known: set[str] = set()
        try:
            alerts = self._judging.parse(arrival)
            known = self._ledger.known([alert.key.digest for alert in alerts], arrival.source)
        except Unreadable:
            return
        except LedgerFailed as error:
            log.error("the ledger cannot be read either: %s", error)
        unknown = [
            alert for alert in alerts if not (alert.key.digest in self._pending or alert.key.digest in known)
        ]
        for alert in unknown:  # one that a fault of ours stops keeps no other from sounding
            self._hand_over(self._judging.entries([alert], arrival, self._pending.entries()))
