"""The judges with the product's relay rules. For every test that judges."""

from __future__ import annotations

from functools import partial

from gateway.judge import guard
from gateway.judge.judge import judge as decide
from gateway.judge.rules import DEFAULTS, Rules
from gateway.model.plan import Plan
from gateway.model.verdict import Hold

RULES = Rules.parse(DEFAULTS)

judge = partial(decide, rules=RULES)
may_sound = partial(guard.may_sound, rules=RULES)


def may_air(plan: Plan, held: Hold | None = None) -> Hold | None:
    """The guard's answer when a document is judged."""
    return guard.may_air(plan, held, RULES)
