"""What can go wrong on the way to a unit, each with the one question delivery asks: may trying again help?"""

from __future__ import annotations

from typing import ClassVar


class DriverError(Exception):
    """Root of the drivers' errors. `transient`: the same order may succeed if sent again later.

    `code` is the stable name under which gateway/i18n keeps the sentence; `fields` fill it.
    """

    transient: ClassVar[bool] = False
    code: ClassVar[str] = "driver_error"

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code, fields)
        self.fields = fields

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code}({said})"


class LinkLost(DriverError):
    """The port or socket is gone. Check the cable, the adapter and the port's name."""

    transient = True
    code = "link_lost"


class NoAnswer(DriverError):
    """Nothing came back within the deadline. Check the unit's power, its address, the wiring and the baud rate."""

    transient = True
    code = "no_answer"


class Garbled(DriverError):
    """An answer came back damaged. Check the termination, the grounding, and for two units with one address."""

    transient = True
    code = "garbled"


class Busy(DriverError):
    """The unit is busy with something it will not leave."""

    transient = True
    code = "busy"


class NotAccepted(DriverError):
    """The unit understood and declined. `reason` is the unit's own code."""

    code = "not_accepted"


class TokenOver(DriverError):
    """The unit had ended this burst before its end: stopped, overtaken, or cut by power. Only another token sounds there again."""

    code = "token_over"


class CannotPlay(DriverError):
    """The utterance has no form this unit can play."""

    code = "cannot_play"


class TooLate(DriverError):
    """The utterance's `not_after` had passed before the unit could be told."""

    code = "too_late"


class CutShort(DriverError):
    """The unit began and did not come to the end."""

    transient = True
    code = "cut_short"
