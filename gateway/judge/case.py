"""One document before its judges, and how they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from gateway.codes import meaning
from gateway.judge import lineage
from gateway.judge.rules import Rule, Rules, Subject
from gateway.judge.threshold import ordered
from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, Info, Status
from gateway.model.drill import Drill
from gateway.model.judgement import Ending, Judgement, Past, Policy, Trust
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.model.verdict import Air, Hold, Store, Verdict


@dataclass(frozen=True)
class Case:
    """`trusted`: whether `now` can be compared with the times of documents. `held` is the hold that has just ended. `flags` grow while the judges
    are asked."""

    alert: Alert
    policy: Policy
    past: Sequence[Past]
    roster: Roster
    now: datetime
    trusted: bool
    held: Hold | None
    rules: Rules
    drills: tuple[Drill, ...] = ()
    tracing: Tracing = field(default_factory=Tracing)
    flags: list[Why] = field(default_factory=list)

    @cached_property
    def me(self) -> Past:
        """The document itself, as those after it will see it."""
        return Past(self.alert, self.policy.source, "", self.now, trust=self.policy.trust)

    @property
    def own_drills(self) -> tuple[Drill, ...]:
        """The open drills in which the exercises of this source may sound."""
        return tuple(drill for drill in self.drills if drill.source == self.policy.source)

    @cached_property
    def drilled(self) -> frozenset[str]:
        """The speakers at which a drill is open, whosever it is."""
        return frozenset(name for drill in self.drills for name in drill.speakers)

    @cached_property
    def before(self) -> list[Past]:
        """The documents it names and may end or replace."""
        return lineage.predecessors(self.me, self.past)

    def rule(self, info: Info) -> Rule:
        """What the site does with what this block says."""
        drill = self.alert.status is Status.EXERCISE
        order = "" if drill else ordered(info)
        return self.rules.rule(Subject(meaning.hazard(info), meaning.level(info), self.policy, order, drill))

    def passed(self, reason: Reason) -> bool:
        """Whether it was held for this and let go."""
        return self.held is not None and reason in self.held.settled

    def flag(self, why: Why) -> None:
        """Somebody should know this of it."""
        self.flags.append(why)
        self.tracing.note("flag", "", why.reason, "; ".join(why.fields.values()))

    def answer(self, verdict: Verdict, plan: Plan | None = None, endings: Sequence[Ending] = ()) -> Judgement:
        """A hold remembers what the document was let through before. Where this site only watches, what would sound is listed with the plan it would have had: the gate lets none of it sound."""
        self.tracing.note("verdict", "", verdict.why.reason, verdict.name)
        if (
            isinstance(verdict, Hold) and self.held
        ):  # or two holds that wait for a person would ask in turn for ever
            verdict = replace(verdict, passed=tuple(sorted(self.held.settled)))
        if self.policy.trust is Trust.RELAYED:
            self.flag(Why(Reason.RELAYED, {"source": self.policy.source}))
        if isinstance(verdict, Air) and self.policy.watch_only:
            self.tracing.note("watch_only", "", verdict.why.reason, "store")
            verdict = Store(Why(Reason.WATCH_ONLY, verdict.why.fields))
        if isinstance(verdict, (Air, Hold, Store)) and self.flags:
            verdict = replace(verdict, flags=tuple(self.flags))
        return Judgement(verdict, self.tracing.trace, plan, tuple(endings))
