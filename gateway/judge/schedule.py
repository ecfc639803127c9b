"""When and how often: the window a document names, and the frequency its sender asks for (GD/J 082 EBI: PublishFrequency `1t/3min`, RollFrequency).

Both stand in parameters, under the names of the national formats. What cannot be read is not guessed: the default holds, and the trace says so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from gateway.judge.rules import Frequency, Rules
from gateway.judge.tracing import Tracing
from gateway.model.alert import Info
from gateway.model.hazard import Level
from gateway.model.plan import Schedule
from gateway.runtime.clock import CHINA

NO_EXPIRES = timedelta(hours=24)
"""A warning that names no end holds for a day after it was sent. Our choice; a fifth of real documents name none."""

BEGINS = frozenset({"broadcastdatetime", "boradcastdatetime", "starttime"})
ENDS = frozenset({"overdatetime", "endtime"})
OFTEN, READ = frozenset({"publishfrequency", "broadcastfrequency"}), frozenset({"rollfrequency"})
"""Names of parameters, letters only. The schema of GD/J 082 misspells BroadcastDateTime, so both are met."""

_TIMES = re.compile(r"([1-9]\d?)\s*t\s*/\s*([1-9]\d{0,3})\s*(s|min|h)", re.IGNORECASE)
_SECONDS = {"s": 1, "min": 60, "h": 3600}


def begins(info: Info, sent: datetime) -> datetime | None:
    """When a block with a future window may be said; None for at once. `onset` is when the hazard starts, not when to speak; an `effective`
    that is not after `sent` names no window, whatever our clock says."""
    named = [at for at in (_moment(value) for value in _values(info, BEGINS)) if at]
    first = max(named) if named else info.effective
    return first if first and sent < first < ends(info, sent) else None


def ends(info: Info, sent: datetime) -> datetime:
    """When a block holds no longer: the earliest end it names, else a day after it was sent or came into force."""
    named = [at for at in (_moment(value) for value in _values(info, ENDS)) if at]
    if info.expires:
        named.append(info.expires)
    return min(named, default=max(sent, info.effective or sent) + NO_EXPIRES)


def schedule(
    info: Info, level: Level, start: datetime, until: datetime, tracing: Tracing, rules: Rules
) -> Schedule:
    """The sender's own frequency within bounds, else that of the level. `until` bounds repetition, it never fills it."""
    default = rules.schedule(level, until)
    readings, bursts = default.readings, default.bursts
    for said in _values(info, OFTEN):
        every = _every(said, rules.frequency)
        if every:
            bursts = _bursts(every, start, until, rules.frequency)
        tracing.note(
            "schedule.often", "PublishFrequency", said, f"{len(bursts)} bursts" if every else "default"
        )
    for said in _values(info, READ):
        known = said.isdecimal() and said.isascii() and 0 < int(said) <= rules.frequency.most_readings
        readings = int(said) if known else readings
        tracing.note("schedule.readings", "RollFrequency", said, readings if known else "default")
    return Schedule(readings, bursts, until)


def _every(said: str, bounds: Frequency) -> timedelta | None:
    """The time from burst to burst; None where it cannot be read or is too short."""
    found = _TIMES.fullmatch(said)
    if not found:
        return None
    times, span, unit = found.groups()
    every = timedelta(seconds=int(span) * _SECONDS[unit.lower()] / int(times))
    return every if every >= bounds.shortest else None


def _bursts(every: timedelta, start: datetime, until: datetime, bounds: Frequency) -> tuple[float, ...]:
    offsets = (number * every for number in range(bounds.most_bursts))
    return tuple(offset.total_seconds() for offset in offsets if not offset or start + offset < until)


def _values(info: Info, names: frozenset[str]) -> list[str]:
    """What parameters of these names say; a prefix before a colon or dot is left out."""
    found = ((re.split(r"[:.]", pair.name)[-1], pair.value.strip()) for pair in info.parameters)
    return [value for name, value in found if re.sub(r"[^a-z]", "", name.lower()) in names]


def _moment(text: str) -> datetime | None:
    """ISO 8601 or the national `2026-07-28 14:30:00`; without an offset it is China's time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
