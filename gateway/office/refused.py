"""Acts that are refused, each with its reason."""

from __future__ import annotations

from gateway.model.reason import Why


class UnknownTarget(Exception):
    """No speaker, village or warning has this name. `tongluo speakers` and `tongluo alerts` list them."""


class NotHeld(Exception):
    """There is nothing to say yes or no to; `why` tells what became of it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why


class TestRefused(Exception):
    """A technician's test may not be said like this; `why` tells the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why


class DrillRefused(Exception):
    """A drill may not be opened like this; `why` tells the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why


class HoldTooLong(Exception):
    """Everything can be held for so many minutes at most; hold again when they are over."""
