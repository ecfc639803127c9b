"""The relay: the verdict of the site's rules on a warning, by its hazard, level and hour.

The rules are data: relay.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.judge.rules import UNHEARD, Rule, Rules
from gateway.model.hazard import Level
from gateway.model.plan import Class
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Store

_ASKED = (("two", Reason.TWO_PEOPLE, 2), ("one", Reason.ONE_PERSON, 1))
"""The actions that ask people: the word of the rule, the reason of the hold, how many must say yes."""

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
    if asks := _asks((action,), settled, fields, rule):
        return asks
    waits = action == "hold" or (action == "risk_points" and not risk_points)
    if quiet and waits and not (Reason.HELD_AT_NIGHT in settled and decided(held, now)):
        return Hold(Why(Reason.HELD_AT_NIGHT, fields), quiet)
    if action == "window" and Reason.VETO_WINDOW not in settled:
        return Hold(Why(Reason.VETO_WINDOW, fields), now + timedelta(seconds=rule.window_s or 0))
    return Air(Why(Reason.AIRED, fields))


def uncertain(
    rule: Rule, fields: Mapping[str, str], now: datetime, held: Hold | None = None, *, grave: bool
) -> Air | Hold | Store:
    """The answer of a rule while nobody knows the hour.

    The night's wait is waived for what is `grave`, and nothing else is: whoever the rule asks by day or at
    night is asked, a veto window runs (it is a length of time), and what is only listed is listed
    (docs/practice.md, People). What is not grave waits for the clock, unless a person lets it go.
    """
    settled = held.settled if held else frozenset()
    actions: tuple[str, ...] = (rule.day, rule.night)
    if rule.silent:
        return Store(Why(Reason.STORED_BY_RULE, fields))
    if asks := _asks(actions, settled, fields, rule):
        return asks
    said_yes = not settled.isdisjoint((Reason.NO_RULE, *(reason for _, reason, _ in _ASKED)))
    let_go = held is not None and held.why.reason is Reason.CLOCK_UNTRUSTED and bool(held.approved)
    if said_yes or let_go:
        return Air(Why(Reason.AIRED, fields))
    if not grave or rule.day == "store":
        return Hold(Why(Reason.CLOCK_UNTRUSTED, {"saw": now.isoformat(sep=" ", timespec="seconds")}), now)
    if rule.day == "window" and Reason.VETO_WINDOW not in settled:
        return Hold(Why(Reason.VETO_WINDOW, fields), now + timedelta(seconds=rule.window_s or 0))
    return Air(Why(Reason.AIRED, fields))


def _asks(
    actions: tuple[str, ...], settled: frozenset[Reason], fields: Mapping[str, str], rule: Rule
) -> Hold | None:
    """The hold for the people whom one of these actions asks and who have not said yes."""
    for word, asked, needs in _ASKED:
        if word in actions:
            reason = Reason.NO_RULE if rule is UNHEARD else asked
            return None if reason in settled else Hold(Why(reason, fields), needs=needs)
    return None
