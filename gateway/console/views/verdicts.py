"""A verdict in words."""

from __future__ import annotations

from gateway.console.views import View
from gateway.console.views.reasons import why
from gateway.model.verdict import Hold, Verdict


def verdict(verdict: Verdict) -> View:
    """The name of the verdict with its reason. `flags` are remarks that a person should read.

    A hold also has `until` (null: until a person decides), `needs` (how many people must say yes) and
    `approved` (the names of those who have).
    """
    view = {
        "name": verdict.name,
        **why(verdict.why),
        "flags": [why(flag) for flag in getattr(verdict, "flags", ())],
    }
    if isinstance(verdict, Hold):
        until = verdict.until.isoformat() if verdict.until else None
        view |= {"until": until, "needs": verdict.needs, "approved": list(verdict.approved)}
        if verdict.pauses:
            view["pauses"] = list(verdict.pauses)
    return view
