"""The guard at the edge bars a plan by its hour, its number of speakers and its length, whatever upstream
says.

On 28 November 2024 village loudspeakers in Yunnan played news at midnight for half an hour, on 9 January 2026
those of Anhui five minutes of a programme at 00:07. Both came from the owner's own platform. So the guard is
asked twice: when a document is judged, and again before every burst. Red, orange and move orders are never
barred by their class; only a plan's own `by_day` parts wait.
"""

from __future__ import annotations

from datetime import datetime

from gateway.judge.rules import Rules
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold

ANY_HOUR = frozenset({Act.RING, Act.CORRECTION})
"""The duty room is rung and an error is corrected at any hour (docs/practice.md, The guard)."""
MISSED = Class.DAILY
"""From this class on, a plan that missed its hour is not said later: ten thousand programmes of midnight must
not all wait for half past six."""


def may_air(plan: Plan, held: Hold | None, rules: Rules, *, trusted: bool = True) -> Hold | None:
    """Asked when a document is judged: None lets it pass, a hold without `until` waits for a person.

    `held` is the hold of the document that has just ended. If the hour is not `trusted`, the figures of the
    day hold.
    """
    if plan.class_.grave or plan.act in ANY_HOUR:
        return None
    quiet = rules.quiet_until(plan.start) if trusted else None
    now = [target for part in plan.parts if not (quiet and part.by_day) for target in part.targets]
    figures = rules.guard
    for reached, most in (
        (now, figures.fan_out_quiet if quiet else figures.fan_out),
        (plan.targets, figures.fan_out),
    ):
        if len(reached) > most and not (held and Reason.FAN_OUT in held.settled):
            return Hold(Why(Reason.FAN_OUT, {"speakers": str(len(reached)), "most": str(most)}))
    if quiet and plan.class_ >= Class.NOTICE:
        return Hold(Why(Reason.QUIET_HOURS, {"until": f"{quiet:%H:%M}"}), quiet)
    return None


def may_sound(
    plan: Plan, speaker_id: str, now: datetime, minutes_tonight: float, rules: Rules
) -> Wait | Drop | None:
    """Asked before every burst at every speaker: None lets it sound.

    `minutes_tonight` are the minutes of plans below ORANGE, corrections left out, that sounded at this
    speaker since the quiet hours began, with this burst's own if its length is known; 0.0 outside quiet
    hours. The answer depends on nothing else and is the same after a restart.
    """
    span = rules.quiet_span(now)
    if span is None or plan.act in ANY_HOUR:
        return None
    began, until = span
    if any(part.by_day and speaker_id in part.targets for part in plan.parts):
        return _later(plan, until, Why(Reason.HELD_AT_NIGHT))
    if plan.class_.grave:
        return None
    if plan.class_ >= MISSED and not _ordered_tonight(plan, began):
        return Drop(Why(Reason.QUIET_HOURS, {"until": f"{until:%H:%M}"}))
    if plan.class_ < MISSED and (plan.class_ is Class.NOTICE or plan.act is Act.LIFT or plan.start < began):
        return _later(plan, until, Why(Reason.QUIET_HOURS, {"until": f"{until:%H:%M}"}))
    if minutes_tonight > rules.guard.night_minutes:
        why = Why(Reason.NIGHT_MINUTES, {"most": f"{rules.guard.night_minutes:g}"})
        return Drop(why) if plan.class_ >= MISSED else _later(plan, until, why)
    return None


def _ordered_tonight(plan: Plan, began: datetime) -> bool:
    """Whether it is a voice test that was ordered within these quiet hours: it needed a reason
    (`voice_test.plan_test`)."""
    return plan.act is Act.TEST and not plan.alert and plan.start >= began


def _later(plan: Plan, until: datetime, why: Why) -> Wait | Drop:
    """Wait until then, unless the plan is over by then."""
    if plan.not_after and plan.not_after <= until:
        return Drop(why)
    return Wait(until, why)
