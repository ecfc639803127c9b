"""A technician's voice test as a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.announcements.script import WORDS
from gateway.announcements.sentences import closed
from gateway.judge.rules import Rules
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.model.speaker import Roster


def plan_test(
    text: str, speakers: Sequence[str], roster: Roster, rules: Rules, now: datetime, reason: str
) -> Plan:
    """A technician's `say` as a plan, inside the test wording (docs/practice.md, People). Raises Refused.

    In the quiet hours of these rules a test needs a reason.
    """
    words = WORDS["test"]
    bad = next((word for word in words["forbidden"] if word in text), None)
    if bad:
        raise Refused(Why(Reason.TEST_WORDS, {"word": bad}))
    if not text.strip() or len(text) > words["longest"]:
        raise Refused(Why(Reason.TEST_LENGTH, {"longest": str(words["longest"])}))
    if not 0 < len(speakers) <= words["most_speakers"]:
        raise Refused(Why(Reason.TEST_SPEAKERS, {"most": str(words["most_speakers"])}))
    if rules.quiet_until(now) and not reason.strip():
        raise Refused(Why(Reason.TEST_IN_QUIET_HOURS))
    script = Script(ToneName.NONE, (words["before"], closed(text.strip()), words["after"]), "test")
    seed = f"test {' '.join(speakers)} {text}"
    return Plan(
        plan_id(seed, Act.TEST, now),
        "",
        Act.TEST,
        Class.TEST,
        (Part(tuple(speakers), script),),
        Schedule(1, (0.0,)),
        now,
        None,
        roster.version,
    )
