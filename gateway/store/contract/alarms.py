"""Alarms: what is wrong, kept over a restart."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.model.alarm import Alarm


class Alarms(Protocol):
    """What is wrong, or was. An alarm is known by its name; at most one of a name is up."""

    async def raise_alarm(self, alarm: Alarm) -> None:
        """This alarm is up. Changes nothing where one of its name is up already."""
        ...

    async def clear_alarm(self, name: str, at: datetime) -> None:
        """The alarm of this name is over. Where it rings and nobody has acknowledged it, `alarms` goes on to
        list it."""
        ...

    async def acknowledge(self, name: str, person: str, at: datetime) -> None:
        """This person has taken note of the alarm of this name. The first person stays named."""
        ...

    def raised(self, name: str) -> bool:
        """Whether an alarm of this name was ever raised."""
        ...

    def alarms(self) -> list[Alarm]:
        """The alarms that are up, and those that ring and nobody has acknowledged; oldest first."""
        ...
