"""A case: one document with all that the judges need to decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from gateway.judge import bounds, candidates, deed, lineage
from gateway.judge.rules import Rule, Rules, Subject
from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, Info, Status
from gateway.model.deed import Deed
from gateway.model.drill import Drill
from gateway.model.judgement import Ending, Judgement, Past, Policy, Trust
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.model.verdict import Air, Hold, Store, Verdict
from gateway.wording import likeness


@dataclass(frozen=True)
class Case:
    """The question of `judge.judge`, with the trace and the flags that grow while the judges are asked."""

    alert: Alert
    policy: Policy
    past: Sequence[Past]
    """Earlier documents that may bear on it."""
    roster: Roster
    now: datetime
    trusted: bool
    """Whether `now` may be compared with the times of documents."""
    held: Hold | None
    """The hold of this document that has just ended."""
    rules: Rules
    earliest: datetime | None = None
    """It is at least so late, whatever `now` says."""
    drills: tuple[Drill, ...] = ()
    """The open drills."""
    came: datetime | None = None
    """When it came, where it was on hold since; None: now."""
    tracing: Tracing = field(default_factory=Tracing)
    flags: list[Why] = field(default_factory=list)
    _ruled: dict[int, tuple[Info, Rule]] = field(default_factory=dict)
    """The rules that were asked for, by the identity of their blocks, which it keeps alive."""

    @cached_property
    def document(self) -> Past:
        """The document itself, as later documents will see it."""
        return Past(self.alert, self.policy.source, "", self.came or self.now, trust=self.policy.trust)

    @cached_property
    def deed(self) -> Deed | None:
        """Its act; None for a warning and for an exercise, whose acts are only words."""
        return None if self.alert.status is Status.EXERCISE else deed.of(self.alert)

    @property
    def own_drills(self) -> tuple[Drill, ...]:
        """The open drills in which the exercises of this source may sound."""
        return tuple(drill for drill in self.drills if drill.source == self.policy.source)

    @cached_property
    def drilled(self) -> frozenset[str]:
        """The speakers at which a drill of any source is open."""
        return frozenset(name for drill in self.drills for name in drill.speakers)

    @cached_property
    def before(self) -> list[Past]:
        """The documents that it names and may end or replace, and those whose signal it changes by its words:
        更新橙色为红色."""
        named = lineage.predecessors(self.document, self.past)
        return named + [other for other in self.standing.changed if other not in named]

    @cached_property
    def standing(self) -> candidates.Standing:
        """The warnings of its issuer that stand now."""
        return candidates.Standing(self.document, self.past, self.roster, self.now if self.trusted else None)

    @cached_property
    def ahead(self) -> timedelta:
        """By how much its sender's clock is fast (`bounds.ahead`); nothing is known of that while our own
        cannot be trusted."""
        return bounds.ahead(self.alert.sent, self.now) if self.trusted else timedelta(0)

    @property
    def calm(self) -> bool:
        """Whether nothing of it is worth a siren.

        It takes a signal down (红→橙), or a person let through what reads like an end or like something over.
        """
        if self.deed and self.deed.order:
            return False
        changes = [change for info in self.alert.infos if (change := likeness.changed(info))]
        down = bool(changes) and all(change.down for change in changes)
        return down or self.passed(Reason.LOOKS_LIKE_LIFT) or self.passed(Reason.LOOKS_OVER)

    def rule(self, info: Info) -> Rule:
        """The site's rule for this block."""
        if id(info) not in self._ruled:
            self._ruled[id(info)] = info, self.rules.rule(Subject(self.alert, info, self.policy))
        return self._ruled[id(info)][1]

    def passed(self, reason: Reason) -> bool:
        """Whether it was on hold for this reason and was let through."""
        return self.held is not None and reason in self.held.settled

    def flag(self, why: Why) -> None:
        """Note something that a person should know of it."""
        self.flags.append(why)
        self.tracing.note("flag", "", why.reason, "; ".join(why.fields.values()))

    def answer(self, verdict: Verdict, plan: Plan | None = None, endings: Sequence[Ending] = ()) -> Judgement:
        """The judgement with this verdict.

        A hold remembers the reasons for which the document was let through before. On a watch-only site an
        Air verdict becomes Store: the plan is kept for display and is never played.
        """
        self.tracing.note("verdict", "", verdict.why.reason, verdict.name)
        if isinstance(verdict, Hold) and self.held:
            # Otherwise two holds that wait for a person would ask in turn for ever.
            verdict = replace(verdict, passed=tuple(sorted(self.held.settled)))
        if self.policy.trust is Trust.RELAYED:
            self.flag(Why(Reason.RELAYED, {"source": self.policy.source}))
        if isinstance(verdict, Air) and self.policy.watch_only:
            self.tracing.note("watch_only", "", verdict.why.reason, "store")
            verdict = Store(Why(Reason.WATCH_ONLY, verdict.why.fields))
        if isinstance(verdict, (Air, Hold, Store)) and self.flags:
            verdict = replace(verdict, flags=tuple(self.flags))
        return Judgement(verdict, self.tracing.trace, plan, tuple(endings))
