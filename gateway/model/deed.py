"""The act of a document (`act`): what the office, or a machine in its name, does with it.

A warning has none. It warns, and its level says how.
"""

from __future__ import annotations

from enum import StrEnum

ACT = "tongluo:act"
"""The parameter of an info block that carries the act, as its sender wrote it."""


class Deed(StrEnum):
    """The acts (docs/practice.md, Classes)."""

    NOTICE = "notice"
    TIP = "tip"
    """A notice that advises."""
    PREPARE = "prepare"
    MOVE = "move"
    SHELTER = "shelter"
    RETURN = "return"
    CORRECTION = "correction"

    @property
    def order(self) -> bool:
        """Whether it orders people to do something at once: the class MOVE."""
        return self in (Deed.PREPARE, Deed.MOVE, Deed.SHELTER)

    @property
    def tells(self) -> bool:
        """Whether it only tells something: the class NOTICE."""
        return self in (Deed.NOTICE, Deed.TIP)
