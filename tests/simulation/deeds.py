"""What the county sent and what people did in a story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

GRAVE = frozenset(
    {
        "red",
        "lifted by a wrong clock",
        "lifted by words",
        "lifted without a name",
        "orange",
        "brief",
        "cancelled",
        "updated",
        "lied",
        "kin",
        "kin cancelled",
        "worse",
    }
)


@dataclass
class Sent:
    """A document the county sent: when it was first acknowledged, and when its end was."""

    identifier: str
    kind: str
    sent: datetime
    expires: datetime
    offered: float = 0.0
    """When it was first sent, acknowledged or not."""
    acknowledged: float | None = None
    cancelled: float | None = None
    approved: float | None = None
    """When somebody said yes to it."""
    outdone: bool = False
    """A worse issue of it was sent, which takes its place."""

    @property
    def grave(self) -> bool:
        """It shall be heard at once by everybody in the township, whatever the hour."""
        return self.kind in GRAVE

    @property
    def silent(self) -> bool:
        """It shall never be heard."""
        return self.kind in ("expired", "exercise", "test", "cancel first", "update first", "blue", "end")


@dataclass
class Deed:
    """An act of the office: asked for at `asked`, done at `done`."""

    kind: str
    target: str
    asked: float
    done: float | None = None
    until: float | None = None
    """When a hold of everything ended."""
