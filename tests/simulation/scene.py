"""A story that was played, for the invariants to look at.

The ledger explains its sounds as far as it can. Times are the loop's; `world.wall` gives the time of a right
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.model.delivery import Burst
from gateway.model.plan import Act
from gateway.model.record import PlanRow
from tests.simulation.stories import Story
from tests.support.orders import Said
from tests.support.world import World

SOON_S = 90.0
"""A burst lasts no longer: every grave warning is heard within so many seconds times the number of grave
ones."""
MOMENT_S = 1.0
"""From the last look at the clock to the first sound: the order's way over a slow line."""
HUSH_S = 30.0
"""What was cancelled is silent after this, even where a crash hid the stop and the sentence or clip had to
run out."""
AT_ONCE_S = 10.0
"""A grave warning that nothing else delays has begun at every speaker after this, those with long answers
too."""
CUT_S = 5.0
"""A sound that must give way has ended after this, also on a slow line with several units to stop."""
VOICE_S = 12.0
"""Longest a burst may prepare: the announcer's own deadline, and a margin."""
HEALS_S = 3.0
"""A disk that is well again is known to be after this: it is tried every two seconds."""


@dataclass(frozen=True)
class Sound:
    """A sound at a speaker with its plan in the ledger. `row` is None where no plan explains it."""

    said: Said
    row: PlanRow | None
    number: int

    @property
    def speaker(self) -> str:
        return self.said.speaker

    @property
    def began(self) -> float:
        return self.said.began

    @property
    def burst(self) -> Burst | None:
        found = self.row.bursts if self.row else ()
        mine = [one for one in found if (one.speaker, one.number) == (self.said.speaker, self.number)]
        return mine[0] if mine else None


class Scene:
    """A story that was played, with its sounds explained by the ledger as far as they can be."""

    def __init__(self, story: Story, world: World) -> None:
        self.story, self.world, self.book = story, world, world.book
        tokens = self.book.tokens
        self.sounds = [
            Sound(said, *tokens.get(said.token, (None, 0)))
            for name in world.horns
            for said in world.said(name)
        ]
        self.identifiers = {one.key: one.alert.identifier for one in self.book.documents}

    def of(self, identifier: str) -> list[Sound]:
        """The sounds of a document, its lift not counted."""
        return [
            sound
            for sound in self.sounds
            if sound.row
            and self.identifiers.get(sound.row.plan.alert) == identifier
            and sound.row.plan.act is not Act.LIFT
        ]

    def again(self, identifier: str) -> int:
        """How often a person asked to say a document again."""
        return sum(deed.kind == "again" and deed.target == identifier for deed in self.story.deeds)

    def had_its_chance(self, at: float, expires: datetime, speaker: str) -> bool:
        """Whether a burst of a red that came then had the time, a living daemon and a sound speaker."""
        soon = SOON_S * (1 + len(self.story.sent))
        return any(
            self.world.wall(due + soon + SOON_S) < expires
            and self.story.well(speaker, due - SOON_S, due + soon + SOON_S)
            and not self.crashes(due, due + soon + SOON_S)
            for due in (at, at + 600.0, at + 1800.0)
        )

    def crashes(self, since: float, until: float) -> int:
        return sum(since <= at <= until for at in self.world.crashes)

    def people_are_asked(self, since: float, until: float | None = None) -> bool:
        """Whether people were asked about an end at some time then: what it may mean waited."""
        return any(
            one.asked < (since if until is None else until)
            and since < (self.world.now_at_end if one.answered is None else one.answered)
            for one in self.story.questions
        )

    def restless(self, speaker: str, since: float, until: float) -> bool:
        return not self.story.well(speaker, since, until)


Check = Callable[[Scene], Iterator[str]]
"""One invariant: yields a line for each time it was broken."""
