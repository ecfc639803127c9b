"""Asking the judges: a document with its past from the ledger, the policy of its source and the open drills.

Nothing is written here. `pipeline` and `held` write what was decided.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.intake import Parse, Unreadable
from gateway.intake.readers.document import opened
from gateway.intake.readers.formats import gauge
from gateway.judge.sense import looks_back
from gateway.judge.stamp import stamped
from gateway.model.alert import Alert, Arrival, Status
from gateway.model.drill import Drill
from gateway.model.judgement import Judgement, Past, Policy
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Quarantine, Step
from gateway.pipeline.pending import Pending
from gateway.runtime.clock import Clock
from gateway.runtime.logs import about

log = logging.getLogger(__name__)

MEMORY = timedelta(hours=3)
"""How far back the judges see documents without a reference: the window of "the same again"
(docs/practice.md, Relay rules)."""

STANDING = timedelta(days=3)
"""How far back warnings are looked for that an end means without naming them: as long as a warning may hold.
Our choice."""

OF_OTHER_CONTENT = frozenset({Reason.CONTENT_CHANGED, Reason.CONTENT_GRAVER})
"""It has the identity of a document that we hold, and other content."""

PUT_ASIDE = frozenset({Status.SYSTEM, Status.TEST, Status.DRAFT})
"""Documents of these statuses are answered by their status alone, before anything is asked of the past
(judge/admit). Test messages and signs of life come by the minute, so nothing is read for them."""

NOBODY = Policy("", frozenset())
"""The policy of a source that is no longer configured: it may speak for nobody."""


class Judge(Protocol):
    """`gateway.judge.judge` with the site's rules."""

    def __call__(
        self,
        alert: Alert,
        policy: Policy,
        past: Sequence[Past],
        roster: Roster,
        now: datetime,
        held: Hold | None = None,
        trusted: bool = True,
        *,
        drills: Sequence[Drill] = (),
        earliest: datetime | None = None,
        came: datetime | None = None,
    ) -> Judgement: ...


Drilling = Callable[[Sequence[Plan]], Sequence[Drill]]
"""The open drills. The plans were decided and are not in the ledger yet; they may end a drill at their
speakers."""

Senses = Callable[[Alert], tuple[str, ...]]
"""The keys of an alert's sense: it is compared with documents that share one."""

Remembering = Callable[[Alert, datetime, tuple[str, ...]], list[Past]]
"""The ledger's `past`. Raises LedgerFailed."""

Standing = Callable[[Alert, str, datetime], list[Past]]
"""The ledger's `standing`. Raises LedgerFailed."""


class Judging:
    """Parses arrivals and decides on their documents.

    `past` and `standing` are the ledger's, `roster` gives the speakers that a source can reach, `pending` has
    the decisions that the ledger could not write yet.
    """

    def __init__(
        self,
        past: Remembering,
        clock: Clock,
        parse: Parse,
        judge: Judge,
        senses: Senses,
        policies: Mapping[str, Policy],
        roster: Callable[[str], Roster],
        drills: Drilling,
        pending: Pending,
        standing: Standing = lambda *_: [],
    ) -> None:
        self._remembering = past
        self._standing = standing
        self._clock = clock
        self._parse = parse
        self._judge = judge
        self._senses = senses
        self._policies = policies
        self._roster = roster
        self._drills = drills
        self._pending = pending

    def parse(self, arrival: Arrival) -> tuple[Alert, ...]:
        """The alerts in these bytes. Raises Unreadable, also if a reader fails by a fault of ours."""
        try:
            return self._parse(arrival)
        except Unreadable:
            raise
        except Exception as error:
            log.exception("the reader failed on a document from %s", arrival.source)
            raise Unreadable(Why(Reason.READER_FAILED, {"error": type(error).__name__})) from error

    def entries(self, alerts: Sequence[Alert], arrival: Arrival, recent: Sequence[Entry]) -> list[Entry]:
        """The documents of one arrival with their judgements, as they go into the ledger.

        `recent` was decided a moment ago and is not in the ledger yet.
        """
        return list(self.each(alerts, arrival, recent))

    def each(self, alerts: Sequence[Alert], arrival: Arrival, recent: Sequence[Entry]) -> Iterator[Entry]:
        """The same one by one, for whoever has other things to do between them: a list of a whole province
        takes a second."""
        entries: list[Entry] = []
        for one in alerts:
            before = [*recent, *entries]
            alert, judgement = one, self.decide(one, arrival, before)
            if differs(judgement) or any(entry.alert.key == one.key for entry in before):
                alert = self.stamped(one, arrival.source, before)
            if alert is not one:
                judgement = self.decide(alert, arrival, before)
            entries.append(Entry(alert, arrival.source, arrival.at, judgement, self._senses(alert)))
            yield entries[-1]

    def stamped(self, alert: Alert, source: str, recent: Sequence[Entry] = ()) -> Alert:
        """See `stamp.stamped`."""
        past = self._past(alert, source, self._clock.now(), again=False)
        return stamped(alert, source, [*past, *map(_sibling, recent)])

    def decide(
        self, alert: Alert, arrival: Arrival, recent: Sequence[Entry] = (), held: Hold | None = None
    ) -> Judgement:
        """The judgement on one document.

        `held` is its hold that has ended. If a judge fails, it is quarantined.
        """
        judgement = self._ask(alert, arrival, recent, held)
        if held and held.approved:
            approval = Step("approval", "person", "、".join(held.approved), "yes")
            judgement = replace(judgement, trace=(approval, *judgement.trace))
        return self._pending.as_it_sounds(alert.key.digest, judgement)

    def _ask(self, alert: Alert, arrival: Arrival, recent: Sequence[Entry], held: Hold | None) -> Judgement:
        now = self._clock.now()
        past = self._past(alert, arrival.source, now, again=held is not None)
        past += [_sibling(entry) for entry in recent if entry.alert.key != alert.key]
        past = [self._believed(earlier) for earlier in past]
        if held:
            past = [
                earlier
                for earlier in past
                if earlier.alert.key != alert.key or earlier.source != arrival.source
            ]
        policy, roster = self._policy(arrival.source), self._roster(arrival.source)
        decided = [plan for entry in (*recent, *self._pending.entries()) if (plan := entry.judgement.plan)]
        try:
            drills = self._drills(decided)
            trusted, earliest, came = self._clock.trusted, self._clock.earliest, arrival.at if held else None
            return self._judge(
                alert, policy, past, roster, now, held, trusted, drills=drills, earliest=earliest, came=came
            )
        except Exception:
            with about(alert=alert.key.digest, source=arrival.source):
                log.exception("the judge failed")
            why = Why(Reason.JUDGE_FAILED)
            return Judgement(Quarantine(why), (Step("judge", "", "", "failed"),))

    def _believed(self, earlier: Past) -> Past:
        """An earlier document, with the trust that its source has now."""
        trust = self._policy(earlier.source).trust
        return earlier if earlier.trust is trust else replace(earlier, trust=trust)

    def _policy(self, source: str) -> Policy:
        return self._policies.get(source, NOBODY)

    def _past(self, alert: Alert, source: str, now: datetime, *, again: bool) -> list[Past]:
        """The past of an alert. If the ledger cannot be read, it has none: rather twice than not at all.

        `again`: it was on hold. What came meanwhile may have ended it without naming it.
        """
        if alert.status in PUT_ASIDE:
            return []
        try:
            past = self._remembering(alert, now - MEMORY, self._senses(alert))
            if not (again or looks_back(alert)):
                return past
            known = {(one.alert.key, one.source) for one in past}
            standing = self._standing(alert, source, now - STANDING)
            more = [one for one in standing if (one.alert.key, one.source) not in known]
            return sorted([*past, *more], key=lambda one: one.at)
        except LedgerFailed:
            log.exception("the ledger cannot be read, alert %s is judged without its past", alert.key.digest)
            return []

    def dry_run(self, raw: bytes, source: str, charset: str = "") -> list[Entry]:
        """The judgements on these bytes if they came from this source now, with this charset stated. Nothing
        is kept and nothing sounds.

        Raises Unreadable, also for a gauge's value: it would change what is known of the gauge.
        """
        arrival = Arrival(raw, source, "", self._clock.now(), charset)
        if gauge.fits(opened(arrival).body):
            raise Unreadable(
                Why(Reason.UNKNOWN_FORMAT, {"fault": "gauge_dry_run", "format": gauge.NAME}), "station"
            )
        return self.entries(self.parse(arrival), arrival, [])


def differs(judgement: Judgement) -> bool:
    """Whether a document has the identity of one that we hold, and other content."""
    verdict = judgement.verdict
    return isinstance(verdict, Quarantine) and verdict.why.reason in OF_OTHER_CONTENT


def _sibling(entry: Entry) -> Past:
    """A decision of a moment ago, as the ledger will remember it."""
    plan = entry.judgement.plan
    verdict = entry.judgement.verdict
    return Past(entry.alert, entry.source, verdict.name, entry.at, plan, plan is not None, decided=verdict)
