"""When and how often a document is said: its window, and the frequency that its sender asks for.

Both stand in parameters under the names of the national formats (GD/J 082 EBI: PublishFrequency `1t/3min`,
RollFrequency). A value that cannot be parsed is not guessed: the default holds, and the trace says so.
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
"""A warning without an end holds for a day after it was sent. Our choice; a fifth of real documents name
none."""

QUARTER = timedelta(minutes=15)
"""A window that begins so near to a whole offset of the time zone is a slip of the mark. Our choice."""

BEGINS = frozenset({"broadcastdatetime", "boradcastdatetime", "starttime"})
ENDS = frozenset({"overdatetime", "endtime"})
OFTEN, READ = frozenset({"publishfrequency", "broadcastfrequency"}), frozenset({"rollfrequency"})
"""Names of parameters, letters only. The schema of GD/J 082 misspells BroadcastDateTime, so both are met."""

_TIMES = re.compile(r"([1-9]\d?)\s*t\s*/\s*([1-9]\d{0,3})\s*(s|min|h)", re.IGNORECASE)
_SECONDS = {"s": 1, "min": 60, "h": 3600}


def begins(info: Info, sent: datetime, ahead: timedelta = timedelta(0)) -> datetime | None:
    """When a block with a window to come may be said; None: at once.

    `onset` is the start of the hazard and no window. An `effective` that is not after `sent` names no window
    either, whatever our clock says. Nor does a window that ends before it begins. `ahead` is by how much the
    sender's clock is fast: so is its window.
    """
    start = _window(info, sent)
    if start is None or impossible(info, sent) or start >= ends(info, sent):
        return None
    return start - ahead


def _window(info: Info, sent: datetime) -> datetime | None:
    """The start that a block names, if it is after `sent` and no slip of the mark."""
    times = [at for at in (_moment(value) for value in _values(info, BEGINS)) if at]
    start = max(times) if times else info.effective
    return None if start is None or start <= sent or _local_marked_utc(start, sent) else start


def _local_marked_utc(start: datetime, sent: datetime) -> bool:
    """Whether a time is China's own with the mark of UTC, beside a `sent` that is marked rightly: it seems to
    be eight hours later."""
    off = start - sent - (CHINA.utcoffset(None) or timedelta(0))
    return not start.utcoffset() and bool(sent.utcoffset()) and abs(off) <= QUARTER


def ends(info: Info, sent: datetime) -> datetime:
    """When a block holds no longer: the earliest end that it names, else a day after it was sent or came into
    force. An end that cannot be (`impossible`) is not believed."""
    wrong = impossible(info, sent)
    times = [at for at in _ends(info) if wrong is None or at > _least(info, sent)]
    begun = sent if wrong else max(sent, info.effective or sent)
    return min(times, default=begun + NO_EXPIRES)


def impossible(info: Info, sent: datetime) -> datetime | None:
    """The earliest end that a block names although it is not after the time at which it was sent, or not
    after the start of its window. It is a slip of its sender, and tells nothing of how long it holds."""
    return min((at for at in _ends(info) if at <= _least(info, sent)), default=None)


def _least(info: Info, sent: datetime) -> datetime:
    return max(sent, _window(info, sent) or sent)


def _ends(info: Info) -> list[datetime]:
    """The ends that a block names."""
    times = [at for at in (_moment(value) for value in _values(info, ENDS)) if at]
    return [*times, info.expires] if info.expires else times


def schedule(
    info: Info, level: Level, start: datetime, until: datetime, tracing: Tracing, rules: Rules
) -> Schedule:
    """The sender's own frequency within the rules' bounds, else that of the level.

    No burst begins after `until`.
    """
    default = rules.schedule(level, until)
    readings, bursts = default.readings, default.bursts
    for asked in _values(info, OFTEN):
        every = _every(asked, rules.frequency)
        if every:
            bursts = _bursts(every, start, until, rules.frequency)
        tracing.note(
            "schedule.often", "PublishFrequency", asked, f"{len(bursts)} bursts" if every else "default"
        )
    for asked in _values(info, READ):
        readable = asked.isdecimal() and asked.isascii() and 0 < int(asked) <= rules.frequency.most_readings
        readings = int(asked) if readable else readings
        tracing.note("schedule.readings", "RollFrequency", asked, readings if readable else "default")
    return Schedule(readings, bursts, until)


def _every(text: str, bounds: Frequency) -> timedelta | None:
    """The time from burst to burst; None if it cannot be parsed or is too short."""
    match = _TIMES.fullmatch(text)
    if not match:
        return None
    bursts, span, unit = match.groups()
    every = timedelta(seconds=int(span) * _SECONDS[unit.lower()] / int(bursts))
    return every if every >= bounds.shortest else None


def _bursts(every: timedelta, start: datetime, until: datetime, bounds: Frequency) -> tuple[float, ...]:
    offsets = (number * every for number in range(bounds.most_bursts))
    return tuple(offset.total_seconds() for offset in offsets if not offset or start + offset < until)


def _values(info: Info, names: frozenset[str]) -> list[str]:
    """The values of parameters of these names. A prefix before a colon or dot does not count."""
    pairs = ((re.split(r"[:.]", pair.name)[-1], pair.value.strip()) for pair in info.parameters)
    return [value for name, value in pairs if re.sub(r"[^a-z]", "", name.lower()) in names]


def _moment(text: str) -> datetime | None:
    """ISO 8601 or the national `2026-07-28 14:30:00`; without an offset it is China's time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
