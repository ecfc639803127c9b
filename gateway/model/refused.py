"""Refused: what a person asked for is not done."""

from __future__ import annotations

from gateway.model.reason import Reason, Why

UNKNOWN = frozenset(
    {
        Reason.UNKNOWN_TARGET,
        Reason.UNKNOWN_SPEAKER,
        Reason.UNKNOWN_PLACE,
        Reason.UNKNOWN_ALERT,
        Reason.UNKNOWN_DRILL,
        Reason.NEVER_AIRED,
        Reason.NOT_QUARANTINED,
        Reason.NOT_RINGING,
    }
)
"""The reasons that say: nothing has the name that was given."""


class Refused(Exception):
    """An act is refused and nothing has changed. `why` is the reason; `unknown` tells whether it is a name
    that nothing has."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why

    @property
    def unknown(self) -> bool:
        return self.why.reason in UNKNOWN
