"""Opening a drill: for named villages, by day, announced beforehand (docs/practice.md, Drills)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.announcements.script import announcement
from gateway.judge.rules import Rules
from gateway.model.drill import Drill
from gateway.model.plan import Act, Class, Part, Plan, Schedule, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused

NOTICE = timedelta(minutes=10)
"""A village is told of a drill at least so long before it, and then again. Our choice."""
AGAIN = timedelta(minutes=30)
"""A village that was told longer before is told again. Our choice."""
LONGEST = timedelta(hours=4)
"""The longest drill. After half a working day nobody remembers that it is one. Our choice."""
MINUTE = timedelta(minutes=1)


def notice(drill: Drill, now: datetime, others: Sequence[Drill], rules: Rules, roster: int) -> Plan:
    """The plan that announces a drill at its speakers: at once, and again shortly before it if that is long
    after.

    `others` are the drills that are open or to come, `roster` the version of the site data. Raises Refused.
    """
    if drill.start < now + NOTICE:
        raise Refused(Why(Reason.DRILL_TOO_SOON, {"minutes": f"{NOTICE / MINUTE:g}"}))
    if not timedelta(0) < drill.end - drill.start <= LONGEST:
        raise Refused(Why(Reason.DRILL_LENGTH, {"hours": f"{LONGEST / timedelta(hours=1):g}"}))
    minutes = range(int((drill.end - drill.start) / MINUTE))
    if rules.quiet_until(now) or any(rules.quiet_until(drill.start + MINUTE * minute) for minute in minutes):
        raise Refused(Why(Reason.DRILL_IN_QUIET_HOURS))
    simultaneous = [other for other in others if other.start < drill.end and drill.start < other.end]
    overlap = next(
        (other for other in simultaneous if set(other.speakers) & set(drill.speakers) and other != drill),
        None,
    )
    if overlap:
        raise Refused(Why(Reason.DRILL_THERE, {"places": "、".join(overlap.places)}))
    reminder = drill.start - NOTICE
    bursts = (0.0, (reminder - now).total_seconds()) if drill.start - now > AGAIN else (0.0,)
    seed = f"drill {drill.source} {' '.join(drill.speakers)} {drill.end.isoformat()}"
    return Plan(
        plan_id(seed, Act.NOTICE, drill.start),
        "",
        Act.NOTICE,
        Class.NOTICE,
        (Part(drill.speakers, announcement(drill)),),
        Schedule(2, bursts, drill.start),
        now,
        drill.start,
        roster,
    )
