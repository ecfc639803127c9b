"""What people do to the running gateway: stop, hold, resume, approve, veto, correct, say, teach, drill, acknowledge. Each is in the ledger by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.delivery.dispatcher import Dispatcher
from gateway.judge.correction import plan_correction
from gateway.judge.drill import notice
from gateway.judge.rules import Rules
from gateway.judge.voice_test import plan_test
from gateway.model.delivery import Evidence
from gateway.model.drill import Drill
from gateway.model.event import Approved, DrillChanged, HoldBegan, HoldEnded, Stopped
from gateway.model.judgement import Judgement
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Document
from gateway.model.refused import Refused
from gateway.model.region import Region
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Step, Store
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import CHINA, Clock
from gateway.runtime.events import Events
from gateway.store.sqlite.ledger import Ledger
from gateway.voice.mandarin.lexicon import Lexicon, LexiconWrong

LONGEST_HOLD_MIN = 120.0
"""A hold of everything lasts two hours at most (practice.md, Ends)."""


class Acts:
    """Silence comes before the record of it. `target` is a speaker's id, a village's or named area's name or code, an alert's key, or "all"."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        dispatcher: Dispatcher,
        alarms: Alarms,
        events: Events,
        release: Callable[[Document, Hold], Awaitable[None]],
        rules: Rules,
        sources: Collection[str],
        learn: Callable[[Mapping[str, str]], None],
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self._roster = roster
        self._dispatcher = dispatcher
        self.alarms = alarms
        self._events = events
        self._release = release
        self.rules = rules
        self._sources = sources
        self._learn = learn

    async def stop(self, target: str, person: str) -> frozenset[str]:
        """Silence first, record after. `target` is a speaker's id, a village's or named area's name or code, an alert's key, or "all"."""
        document = self.ledger.document(target)
        if document and isinstance(document.verdict, Hold):
            await self.veto(target, person)
            return frozenset()
        speakers, plans = self._meant(target)
        why = Why(Reason.STOPPED, {"person": person})
        silenced = await self._dispatcher.stop(speakers, why, plans)
        await self.ledger.act(self.clock.now(), person, f"stop {target}")
        self._events.publish(Stopped(target, person, tuple(sorted(silenced))))
        return silenced

    async def hold(self, minutes: float, person: str) -> datetime:
        """Hold everything (全部暂停): nothing sounds until it ends by itself or `resume`. Returns when it ends. Raises Refused."""
        if not 0 < minutes <= LONGEST_HOLD_MIN:
            raise Refused(Why(Reason.HOLD_LENGTH, {"most": f"{LONGEST_HOLD_MIN:g}"}))
        now = self.clock.now()
        until = now + timedelta(minutes=minutes)
        await self._dispatcher.hold(until)
        await self.ledger.hold_everything(now, person, until)
        self._events.publish(HoldBegan(person, until))
        return until

    async def resume(self, person: str) -> None:
        """End the hold of everything before its time."""
        self._dispatcher.resume()
        await self.ledger.end_hold(self.clock.now(), person)
        self._events.publish(HoldEnded(person))

    async def correct(self, key: str, person: str) -> Plan | None:
        """What was sent in error ends and is said to have been, wherever it sounded, at any hour. None where it never sounded. Raises
        UnknownTarget."""
        rows = [row for row in self.ledger.plans(key) if row.plan.act is not Act.CORRECTION]
        if not rows:
            raise Refused(Why(Reason.NEVER_AIRED, {"key": key}))
        why = Why(Reason.STOPPED, {"person": person})
        plans = [row.plan for row in rows]
        everyone = [speaker.id for speaker in self._roster.speakers]
        silenced = await self._dispatcher.stop(everyone, why, frozenset(plan.id for plan in plans))
        heard = {
            row.plan.id: {burst.speaker for burst in row.bursts if burst.evidence > Evidence.QUEUED}
            | silenced.intersection(row.plan.targets)
            for row in self.ledger.plans(key)
        }
        plan = plan_correction(plans, self.clock.now(), heard, self._roster)
        if plan:
            await self.ledger.add_plan(plan, person, f"correct {key}")
            self._dispatcher.take(plan, "")
        return plan

    async def approve(self, key: str, person: str) -> int:
        """A person says yes to what is held. Returns how many more must; with the last it is judged anew. Raises Refused."""
        document, held = self._on_hold(key)
        approved = tuple(dict.fromkeys((*held.approved, person)))
        more = max(0, held.needs - len(approved))
        yes = replace(held, approved=approved)
        if more:
            step = Step("approval", "person", person, f"{more} more")
            await self.ledger.decide(key, document.source, Judgement(yes, (*document.trace, step)), [])
        await self.ledger.act(self.clock.now(), person, f"approve {key}")
        if not more:
            await self._release(document, yes)
        self._events.publish(Approved(key, person, more))
        return more

    async def veto(self, key: str, person: str) -> None:
        """What is held will not air when its hold ends. Raises Refused."""
        document, _ = self._on_hold(key)
        verdict = Store(Why(Reason.STOPPED, {"person": person}))
        step = Step("veto", "person", person, verdict.name)
        await self.ledger.decide(
            document.key, document.source, Judgement(verdict, (*document.trace, step)), []
        )
        await self.ledger.act(self.clock.now(), person, f"veto {document.key}")

    def _on_hold(self, key: str) -> tuple[Document, Hold]:
        document = self.ledger.document(key)
        if document is None:
            raise Refused(Why(Reason.UNKNOWN_ALERT, {"key": key}))
        if not isinstance(document.verdict, Hold):
            raise Refused(document.verdict.why)
        return document, document.verdict

    def _meant(self, target: str) -> tuple[list[str], frozenset[str] | None]:
        if inside := self._inside(target):
            return inside, None
        plans = frozenset(row.plan.id for row in self.ledger.plans(target))
        if plans:
            return [speaker.id for speaker in self._roster.speakers], plans
        raise Refused(Why(Reason.UNKNOWN_TARGET, {"target": target}))

    def _inside(self, target: str) -> list[str]:
        if target == "all":
            return [speaker.id for speaker in self._roster.speakers]
        if self._roster.speaker(target):
            return [target]
        if place := self._roster.named(target):
            return [speaker.id for speaker in self._roster.members(place)]
        named = next((village.region for village in self._roster.villages if village.name == target), None)
        region = named or Region.parse(target)
        return [speaker.id for speaker in self._roster.speakers if region and region.covers(speaker.region)]

    async def say(self, text: str, speakers: Sequence[str], person: str, reason: str = "") -> Plan:
        """A technician's test, inside the test wording. Raises Refused."""
        unknown = [speaker for speaker in speakers if not self._roster.speaker(speaker)]
        if unknown:
            raise Refused(Why(Reason.UNKNOWN_SPEAKER, {"speaker": unknown[0]}))
        plan = plan_test(text, speakers, self._roster, self.clock.now(), reason)
        await self.ledger.add_plan(plan, person, f"say {text} ({reason})")
        self._dispatcher.take(plan, "")
        return plan

    async def teach(self, phrase: str, syllables: str, person: str) -> None:
        """From the next burst on this phrase is said so; "" takes it back. Raises Refused."""
        if syllables:
            try:
                Lexicon.of({phrase: syllables})
            except LexiconWrong as wrong:
                raise Refused(Why(Reason.PRONUNCIATION_WRONG, {"fault": wrong.faults[0]})) from wrong
        await self.ledger.teach(phrase, " ".join(syllables.split()), self.clock.now(), person)
        self._learn(self.ledger.taught())

    async def open_drill(
        self, places: Sequence[str], source: str, start: datetime, end: datetime, person: str
    ) -> Drill:
        """A drill at these places (as `stop` names them) for the exercises of this source; its notice is said. Raises Refused."""
        if source not in self._sources:
            raise Refused(Why(Reason.DRILL_SOURCE, {"source": source}))
        named = {speaker for place in places for speaker in self._at(place)}
        speakers = tuple(one.id for one in self._roster.outdoors if one.id in named)
        if not speakers:
            raise Refused(Why(Reason.UNKNOWN_PLACE, {"place": "、".join(places)}))
        drill = Drill(source, tuple(places), speakers, start.astimezone(CHINA), end.astimezone(CHINA), person)
        now = self.clock.now()
        known = self.ledger.drills(now)
        same = next((one for one in known if replace(one, number=0) == drill), None)
        if same:
            return same
        plan = notice(drill, now, known, self.rules, self._roster.version)
        opened = await self.ledger.open_drill(drill, plan, now)
        self._dispatcher.take(plan, "")
        self._events.publish(DrillChanged(opened.number, True, person))
        return opened

    def _at(self, place: str) -> list[str]:
        speakers = self._inside(place)
        if not speakers:
            raise Refused(Why(Reason.UNKNOWN_PLACE, {"place": place}))
        return speakers

    async def close_drill(self, number: int, person: str) -> None:
        """The drill is over: what sounds of it falls silent, what is announced of it is not said any more. Raises Refused."""
        now = self.clock.now()
        drill = next((one for one in self.ledger.drills(now) if one.number == number), None)
        if drill is None:
            raise Refused(Why(Reason.UNKNOWN_DRILL, {"number": str(number)}))
        await self.ledger.close_drill(number, person, now)
        rows = [row for one in self.ledger.live() if (row := self.ledger.plan(one))]
        over = [row.plan for row in rows if _of_drill(row.plan, drill)]
        if over:
            why = Why(Reason.STOPPED, {"person": person})
            await self._dispatcher.stop(drill.speakers, why, frozenset(plan.id for plan in over))
        self._events.publish(DrillChanged(number, False, person))

    async def acknowledge(self, name: str, person: str) -> list[str]:
        """Somebody on duty has heard this alarm, or with "all" every one that rings. Returns which."""
        return await self.alarms.acknowledge(name, person)


def _of_drill(plan: Plan, drill: Drill) -> bool:
    """An exercise that sounds or waits there, or the drill's own notice."""
    own = plan.act is Act.NOTICE and plan.not_after == drill.start
    return (own or plan.act is Act.DRILL) and not set(drill.speakers).isdisjoint(plan.targets)
