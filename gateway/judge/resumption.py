"""The same warning once more (恢复播出): what a person stopped is said again at the speakers that have not
heard it whole (docs/practice.md, Ends)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.model.plan import Act, Part, Plan, Schedule, Script, plan_id
from gateway.model.record import PlanRow
from gateway.model.speaker import Roster

SAID = frozenset({Act.WARNING, Act.MOVE})
"""The acts that may be said again. A lift, a notice and a drill belong to their hour."""


def lacking(rows: Sequence[PlanRow]) -> frozenset[str]:
    """The speakers of a document's plans that have not heard it whole and will not."""
    said = [row for row in rows if row.plan.act in SAID]
    told = frozenset(name for row in said for name in row.whole | row.waiting)
    return frozenset(name for row in said for name in row.plan.targets) - told


def resumption(
    rows: Sequence[PlanRow], at: datetime, roster: Roster, told: Collection[str] = ()
) -> Plan | None:
    """The plan that says a document again, from its first burst on; None where no speaker lacks it.

    `rows` are its plans, oldest first; the newest says the words. `told` are speakers that hear what took its
    place. A person orders it, so nothing of it waits for the day. The same plans give the same id, so an
    order that comes twice is one plan.
    """
    said = [row.plan for row in rows if row.plan.act in SAID]
    wanted = lacking(rows) - frozenset(told)
    newest: dict[str, Part] = {name: part for plan in said for part in plan.parts for name in part.targets}
    names = [speaker.id for speaker in roster.speakers if speaker.id in wanted]
    if not names:
        return None
    base = said[-1]
    bases = tuple(dict.fromkeys((newest[name].script, newest[name].once) for name in names))
    parts = tuple(
        Part(tuple(name for name in names if (newest[name].script, newest[name].once) == one), *_words(one))
        for one in bases
    )
    return replace(
        base,
        id=plan_id(f"{base.alert} again {len(said)}", base.act, said[0].start),
        parts=parts,
        schedule=_schedule(base, at),
        start=at,
        roster=roster.version,
        ready=_ready(base, parts),
    )


def _words(one: tuple[Script, bool]) -> tuple[Script, bool, bool]:
    script, once = one
    return script, False, once


def _schedule(base: Plan, at: datetime) -> Schedule:
    """The bursts of the plan from now on, without those that would come after its end."""
    ends = [end for end in (base.schedule.until, base.not_after) if end]
    room = min((end - at).total_seconds() for end in ends) if ends else None
    first, *later = base.schedule.bursts
    return replace(
        base.schedule, bursts=(first, *(burst for burst in later if room is None or burst <= room))
    )


def _ready(base: Plan, parts: Sequence[Part]) -> tuple[Script, ...]:
    """The scripts made ready for it; of the corrections, one a script in order, those of its own words."""
    corrections = [script for script in base.ready if script.clip == "correction"]
    scripts = list(dict.fromkeys(part.script for part in base.parts))
    if len(corrections) != len(scripts):
        return base.ready
    kept = dict.fromkeys(part.script for part in parts)
    others = tuple(script for script in base.ready if script.clip != "correction")
    return others + tuple(corrections[scripts.index(script)] for script in kept if script in scripts)
