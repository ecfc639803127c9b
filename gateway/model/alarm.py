"""Something is wrong, or was: raised once, cleared once, acknowledged by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.model.reason import Why


@dataclass(frozen=True)
class Alarm:
    """`name` says what it is about and stays the same while it lasts: `speaker shiqiao-square`, `source county`, `disk`. `rings`: the
    duty room rings until somebody has acknowledged it."""

    name: str
    why: Why
    since: datetime
    rings: bool
    cleared: datetime | None = None
    acknowledged_by: str = ""
