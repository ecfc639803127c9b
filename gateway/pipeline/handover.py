"""The hand-over of decisions: delivery takes them, and the event stream tells of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from gateway.model.event import Accepted
from gateway.model.record import CANARY, Entry
from gateway.model.verdict import Hold
from gateway.pipeline import Delivery
from gateway.pipeline.pending import Pending
from gateway.runtime.events import Events
from gateway.runtime.logs import about

log = logging.getLogger(__name__)


class Handover:
    """Hands every decision over to `delivery`. `receipts_owed` is called after receipts were written."""

    def __init__(
        self, delivery: Delivery, pending: Pending, events: Events, receipts_owed: Callable[[], None]
    ) -> None:
        self._delivery = delivery
        self._pending = pending
        self._events = events
        self._receipts_owed = receipts_owed

    def give(
        self, entries: Sequence[Entry], accepted: Sequence[Accepted], planned: frozenset[str] = frozenset()
    ) -> None:
        """These decisions are in the ledger now: plans that they end fall silent, their own plans sound.

        `accepted` has the event of each entry. `planned` has the keys of documents whose plan an earlier run
        sounded from memory and wrote: it is not said again, delivery only learns who sent it.
        """
        for entry in entries:
            self._deliver(entry, entry.alert.key.digest in planned)
        for entry, event in zip(entries, accepted, strict=True):
            verdict = entry.judgement.verdict
            with about(alert=entry.alert.key.digest, source=entry.source):
                log.info("judged: %s (%s)", verdict.name, verdict.why.reason)
            if entry.source != CANARY:
                self._events.publish(event)
        self._receipts_owed()

    def _deliver(self, entry: Entry, planned: bool) -> None:
        if self._pending.remove(entry.alert.key.digest):
            self._delivery.wake()  # it has taken effect already; from here the ledger's word counts
            return
        self._end(entry)
        plan = entry.judgement.plan
        if plan and planned:
            self._delivery.name(plan.id, entry.source)
        elif plan:
            self._delivery.take(plan, entry.source)

    def give_pending(self, entry: Entry) -> None:
        """The disk refused this decision. It becomes pending.

        Plans that it ends are ended now. Its own plan sounds now if it is grave: red, orange or a move order.
        """
        if not self._pending.add(entry):
            return
        self._end(entry)
        plan = entry.judgement.plan
        if plan and plan.class_.grave:
            with about(alert=entry.alert.key.digest, plan=plan.id):
                log.critical("it sounds from memory: the disk does not take it")
            self._delivery.take(plan, entry.source, in_ledger=False)

    def answered(self, key: str) -> None:
        """The hold of this document is over: what it paused goes on, unless it ends now."""
        self._delivery.pause(key, ())

    def _end(self, entry: Entry) -> None:
        verdict = entry.judgement.verdict
        if isinstance(verdict, Hold) and verdict.pauses:
            self._delivery.pause(entry.alert.key.digest, verdict.pauses)
        for ending in entry.judgement.endings:
            self._delivery.end(ending.plan, ending.why)
