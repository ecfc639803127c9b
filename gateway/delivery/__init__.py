"""The right half of the journey: from the ledger to the loudspeakers and back.

`dispatcher` wakes for due bursts, new plans, stops and reports, and asks again whether a warning still holds before it sounds; `programme`
holds every live plan, `airtime` says which waiting burst goes first at a speaker and what it may cut off, `gate` whether it may begin at this
hour; `air` starts bursts (`playing`) and silences speakers; `route` turns a capability into a form; `recorder` writes what became of it and
`receipts` tells senders. It lives by the ledger alone and can be rebuilt from it at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from drivers import Sound
from gateway.model.delivery import Burst
from gateway.model.plan import Plan, Script
from gateway.model.reason import Why
from gateway.model.record import Document, PlanRow, Receipt
from gateway.model.speaker import Hearing, Speaker


@dataclass(frozen=True)
class OnAir:
    """What a speaker is saying now."""

    plan: Plan
    speaker: str
    since: datetime


class Book(Protocol):
    """What delivery asks of the ledger; gateway.store's keeps these promises."""

    def live(self) -> list[str]: ...

    def unsettled(self) -> list[str]:
        """Plans that a decision ended and whose end `record` has not been told yet."""
        ...

    def plan(self, plan: str) -> PlanRow | None: ...

    def since(self, start: datetime) -> list[PlanRow]:
        """Plans that started at this time or later."""
        ...

    def document(self, key: str, source: str | None = None) -> Document | None: ...

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        """`plans` sounded from memory and are not yet in the ledger. Raises LedgerFailed."""
        ...

    def held_until(self) -> datetime | None:
        """The end of a hold of everything that lasts."""
        ...

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        """This relay must go off again. Raises LedgerFailed."""
        ...

    async def power_off(self, line: str, unit: int) -> None:
        """It is off."""
        ...

    def powered(self) -> list[tuple[str, int]]:
        """Relays that were switched on and not yet off."""
        ...

    def receipts(self, document: str) -> list[Receipt]:
        """All that was or will be told of a document."""
        ...


class Voices(Protocol):
    """What turns scripts into something a speaker can play; app.py gives gateway.voice's."""

    def text(self, script: Script, readings: int) -> str:
        """The words for a chip that speaks, all readings of a burst, numbers already in words."""
        ...

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        """How these words are made for that speaker."""
        ...

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        """The whole burst as sound, made for those who hear it: its tone leaves while its words are being made. Never fails and never is silent: in the worst case it is
        the tone. Its `seconds` are `length`'s."""
        ...

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        """Return when every word of it is made. Never fails."""
        ...

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float | None:
        """Reckoned seconds of a burst, None where that cannot be told."""
        ...
