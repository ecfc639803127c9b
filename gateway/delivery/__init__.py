"""Delivery: the right half of the journey, from the ledger to the loudspeakers and back.

Delivery lives by the ledger alone and can be rebuilt from it at any moment.

- `dispatcher` wakes for due bursts, new plans, stops and reports. Before a burst begins it asks again whether
  the warning still holds.
- `programme` holds every live plan (`live`). `turns` chooses the bursts that begin now: `airtime` says which
  waiting burst goes first at a speaker and which one it may cut off, `earshot` which speakers disturb each
  other, `gate` whether a burst may begin at this hour.
- `air` starts bursts (`playing`) and silences speakers. `silence` settles what ends before its time,
  `fallback` says what follows a burst that nobody heard. `route` turns a unit's capability into a form,
  `relays` feed amplifiers, `doubt` bounds the orders that a crash leaves in doubt.
- `recorder` writes the outcomes, and with them the receipts for senders. `aftermath` takes up what an earlier
  run left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from drivers import Sound
from gateway.model.plan import Plan, Script
from gateway.model.speaker import Hearing, Speaker
from gateway.store.contract import Documents, Holds, Plans, Receipts, Relays


@dataclass(frozen=True)
class OnAir:
    """A plan that sounds at a speaker now."""

    plan: Plan
    speaker: str
    since: datetime


class Ledger(Plans, Documents, Receipts, Holds, Relays, Protocol):
    """The part of the ledger that delivery reads and writes."""


class Voices(Protocol):
    """The voice: it turns scripts into something that a speaker can play. gateway.voice keeps these
    promises."""

    def text(self, script: Script, readings: int) -> str:
        """The words for a chip that speaks, all readings of a burst, numbers already in words."""
        ...

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        """How these words must be made for that speaker."""
        ...

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        """The whole burst as sound, made for `hearing`. Its tone leaves while its words are being made.

        Never fails and never is silent: in the worst case it is the tone. Its `seconds` are `length`'s.
        """
        ...

    def told(self, sound: Sound) -> str:
        """Who said each reading of a burst that `sound` made, and why it was not the better voice.

        A word a reading, `espeak-ng:not_ready`. Empty where nobody knows.
        """
        ...

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        """Return when every word of it is made. Never fails."""
        ...

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float | None:
        """Reckoned seconds of a burst; None where nobody can tell."""
        ...
