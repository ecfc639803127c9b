"""The errors on the way to a unit. Each one answers the question of delivery: may trying again help?"""

from __future__ import annotations

from typing import ClassVar


class DriverError(Exception):
    """Root of the drivers' errors. The keyword arguments fill the error's sentence."""

    transient: ClassVar[bool] = False
    """Whether the same order may succeed when it is sent again later."""
    code: ClassVar[str] = "driver_error"
    """The stable name under which the gateway keeps the sentence in Chinese and English."""

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code, fields)
        self.fields = fields

    def __str__(self) -> str:
        fields = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code}({fields})"


class LinkLost(DriverError):
    """The port or socket is gone. Check the cable, the adapter and the name of the port."""

    transient = True
    code = "link_lost"


class NoAnswer(DriverError):
    """No answer came within the deadline. Check the unit's power, its address, the wiring and the baud
    rate."""

    transient = True
    code = "no_answer"


class Garbled(DriverError):
    """A damaged answer came. Check the termination, the grounding, and whether two units have one address."""

    transient = True
    code = "garbled"


class Busy(DriverError):
    """The unit is busy and does not give way to this order."""

    transient = True
    code = "busy"


class NotAccepted(DriverError):
    """The unit understood the order and declined it. `reason` is the unit's own code."""

    code = "not_accepted"


class TokenOver(DriverError):
    """This burst stopped at the unit before its end: by a stop, a later burst or a loss of power. Only
    another token sounds there again."""

    code = "token_over"


class CannotPlay(DriverError):
    """The utterance has no form this unit can play."""

    code = "cannot_play"


class TooLate(DriverError):
    """The utterance's `not_after` passed before the order could leave."""

    code = "too_late"


class CutShort(DriverError):
    """The unit began to sound and did not reach the end."""

    transient = True
    code = "cut_short"
