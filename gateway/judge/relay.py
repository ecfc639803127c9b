"""The relay: the verdict of the site's rules on a warning, by its hazard, level and hour.

The rules are data: relay.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.judge.rules import Rule, Rules
from gateway.model.hazard import Level
from gateway.model.plan import Class
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Store

_CLASSES = {
    Level.RED: Class.RED,
    Level.ORANGE: Class.ORANGE,
    Level.YELLOW: Class.YELLOW,
    Level.BLUE: Class.BLUE,
}


def class_of(level: Level, least: Class | None = None) -> Class:
    """The class of a level.

    A warning without a level is no official signal but a notice. `least` is the lowest class allowed.
    """
    class_ = _CLASSES.get(level, Class.NOTICE)
    return min(class_, least) if least else class_


def decided(held: Hold | None, now: datetime) -> bool:
    """Whether a person ended this hold: it had no time, or its time has not come."""
    return (
        held is not None
        and held.why.reason is not Reason.CLOCK_UNTRUSTED
        and (held.until is None or now < held.until)
    )


def relay(
    rules: Rules,
    rule: Rule,
    fields: Mapping[str, str],
    now: datetime,
    held: Hold | None = None,
    *,
    start: datetime | None = None,
    risk_points: bool = True,
) -> Air | Hold | Store:
    """The answer of a rule for the hour at which the warning would begin (`start`, else `now`).

    `held` is the hold of the document that has just ended: its reasons hold the document no more.
    `risk_points`: some of the speakers are at risk points.
    """
    quiet = rules.quiet_until(start or now)
    settled = held.settled if held else frozenset()
    action: str = rule.night if quiet else rule.day
    if rule.silent or action == "store":
        return Store(Why(Reason.STORED_BY_RULE, fields))
    for word, reason, needs in (("one", Reason.ONE_PERSON, 1), ("two", Reason.TWO_PEOPLE, 2)):
        if action == word and reason not in settled:
            return Hold(Why(reason, fields), needs=needs)
    waits = action == "hold" or (action == "risk_points" and not risk_points)
    if quiet and waits and not (Reason.HELD_AT_NIGHT in settled and decided(held, now)):
        return Hold(Why(Reason.HELD_AT_NIGHT, fields), quiet)
    if action == "window" and Reason.VETO_WINDOW not in settled:
        return Hold(Why(Reason.VETO_WINDOW, fields), now + timedelta(seconds=rule.window_s or 0))
    return Air(Why(Reason.AIRED, fields))
