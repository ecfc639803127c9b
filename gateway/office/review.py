"""Review: a person decides about documents that are held, were sent in error, or are quarantined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from gateway.judge.correction import plan_correction
from gateway.judge.rules import Rules
from gateway.model.alert import Alert
from gateway.model.delivery import Evidence
from gateway.model.event import Approved
from gateway.model.judgement import Judgement
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Document
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Step, Store
from gateway.office import Dispatcher, Ledger
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events


class ReviewActs:
    """Acts on documents, each named by its key, and on quarantined arrivals, each named by its number.

    `judge_again` judges a document whose hold is over. `parse_again` parses a quarantined arrival once more,
    by order of a person, and returns whether there is one of that number.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        rules: Rules,
        dispatcher: Dispatcher,
        events: Events,
        judge_again: Callable[[Document, Hold], Awaitable[None]],
        parse_again: Callable[[int, str], Awaitable[bool]],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._rules = rules
        self._dispatcher = dispatcher
        self._events = events
        self._judge_again = judge_again
        self._parse_again = parse_again

    async def approve(self, key: str, person: str, ends: str = "") -> int:
        """Say yes to a document that is held. After the last person who must say yes it is judged again.

        Where it may end several warnings, `ends` is the key of the one that it ends. Returns how many more
        people must say yes. Raises Refused, also for a lift that would end nothing: such a yes says more than
        it does.
        """
        document, held = self._on_hold(key)
        held = replace(held, pauses=self._chosen(held, ends))
        people = tuple(dict.fromkeys((*held.approved, person)))
        more = max(0, held.needs - len(people))
        approved = replace(held, approved=people)
        if more:
            step = Step("approval", "person", person, f"{more} more")
            await self._ledger.decide(key, document.source, Judgement(approved, (*document.trace, step)), [])
        act = f"approve {key} as the end of {ends}" if ends else f"approve {key}"
        await self._ledger.act(self._clock.now(), person, act)
        if not more:
            await self._judge_again(document, approved)
        self._events.publish(Approved(key, person, more))
        return more

    async def veto(self, key: str, person: str) -> None:
        """Say no to a document that is held: it does not play when its hold ends. Raises Refused."""
        document, _ = self._on_hold(key)
        verdict = Store(Why(Reason.STOPPED, {"person": person}))
        step = Step("veto", "person", person, verdict.name)
        await self._ledger.decide(
            document.key, document.source, Judgement(verdict, (*document.trace, step)), []
        )
        self._dispatcher.pause(document.key, ())
        await self._ledger.act(self._clock.now(), person, f"veto {document.key}")

    async def correct(self, key: str, person: str) -> Plan | None:
        """End a document that was sent in error, and say so wherever it was heard, at any hour.

        Returns the plan of the correction; None where nobody has heard the document. Raises Refused.
        """
        rows = [row for row in self._ledger.plans(key) if row.plan.act is not Act.CORRECTION]
        if not rows:
            raise Refused(Why(Reason.NEVER_AIRED, {"key": key}))
        why = Why(Reason.TAKEN_BACK, {"person": person})
        plans = [row.plan for row in rows]
        everyone = [speaker.id for speaker in self._roster.speakers]
        silenced = await self._dispatcher.stop(everyone, why, frozenset(plan.id for plan in plans))
        heard = {
            row.plan.id: {burst.speaker for burst in row.bursts if burst.evidence > Evidence.QUEUED}
            | silenced.intersection(row.plan.targets)
            for row in self._ledger.plans(key)
        }
        await self._take_back(key, why)
        plan = plan_correction(plans, self._clock.now(), heard, self._roster, self._rules)
        if plan:
            await self._ledger.add_plan(plan, person, f"correct {key}")
            self._dispatcher.take(plan, "")
        return plan

    async def _take_back(self, key: str, why: Why) -> None:
        """The document's verdict says that it was sent in error: it is not said again, and it shadows no
        later issue."""
        if document := self._ledger.document(key):
            step = Step("correction", "person", why.fields["person"], "store")
            judgement = Judgement(Store(why), (*document.trace, step))
            await self._ledger.decide(key, document.source, judgement, [])

    async def release(self, number: int, person: str) -> None:
        """Parse and judge a quarantined arrival once more. Raises Refused."""
        if not await self._parse_again(number, person):
            raise Refused(Why(Reason.NOT_QUARANTINED, {"number": str(number)}))

    def _chosen(self, held: Hold, ends: str) -> tuple[str, ...]:
        """The warnings that a person says it ends: one warning, perhaps over several roads. Raises
        Refused."""
        lift = held.why.reason is Reason.LIFT_UNCLEAR
        if ends and not lift:
            raise Refused(Why(Reason.NO_LIFT, {"ends": ends}))
        if lift and not held.pauses:
            names = held.why.fields.get("names", "")
            raise Refused(Why(Reason.LIFT_OF_NOTHING, {"ends": ends, "names": names}))
        found = {key: document.alert for key in held.pauses if (document := self._ledger.document(key))}
        if ends and ends not in found:
            raise Refused(Why(Reason.OTHER_LIFT, {"ends": ends, "keys": _listed(found)}))
        if not ends and len({alert.kin for alert in found.values()}) > 1:
            raise Refused(Why(Reason.WHICH_LIFT, {"keys": _listed(found)}))
        return tuple(
            key for key in held.pauses if not ends or (key in found and found[key].kin == found[ends].kin)
        )

    def _on_hold(self, key: str) -> tuple[Document, Hold]:
        document = self._ledger.document(key)
        if document is None:
            raise Refused(Why(Reason.UNKNOWN_ALERT, {"key": key}))
        if not isinstance(document.verdict, Hold):
            raise Refused(document.verdict.why)
        return document, document.verdict


def _listed(found: Mapping[str, Alert]) -> str:
    """These warnings for the field `keys` of a reason, a line each: its key and its title. One that came over
    several roads is named once."""
    once: dict[str, str] = {}
    for key, alert in found.items():
        once.setdefault(alert.kin, f"{key} {alert.title}")
    return "\n".join(once.values())
