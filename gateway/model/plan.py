"""What shall be said, where, how often, until when. A plan is complete: the dispatcher needs nothing but it and the roster."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Class(IntEnum):
    """Who has the air (practice.md, Classes): smaller goes first."""

    MOVE = 1
    RED = 2
    ORANGE = 3
    YELLOW = 4
    BLUE = 5
    NOTICE = 6
    DAILY = 7
    TEST = 8

    @property
    def band(self) -> int:
        """Classes of one band wait for each other; a better band cuts a worse one off in mid-sentence (practice.md, Classes)."""
        return _BANDS[self]

    @property
    def grave(self) -> bool:
        """Red, orange and move orders: they sound from memory when the disk fails, and to the end after every crash."""
        return self <= Class.ORANGE


_BANDS = {
    Class.MOVE: 0,
    Class.RED: 1,
    Class.ORANGE: 1,
    Class.YELLOW: 2,
    Class.BLUE: 2,
    Class.NOTICE: 3,
    Class.DAILY: 4,
    Class.TEST: 5,
}
"""MOVE > RED / ORANGE > YELLOW / BLUE > NOTICE > DAILY > TEST (practice.md, Classes)."""


class Tier(IntEnum):
    """How high the platform stands that a source speaks for; the upper one's words go first (practice.md, Classes)."""

    NATION = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWNSHIP = 5


class Act(StrEnum):
    """What a script does."""

    WARNING = "warning"
    MOVE = "move"
    LIFT = "lift"
    RETURN = "return"
    CORRECTION = "correction"
    NOTICE = "notice"
    TEST = "test"
    DRILL = "drill"
    """Says an exercise inside an open drill."""
    RING = "ring"
    """Calls the duty room."""


class ToneName(StrEnum):
    """The attention tones of voice/tones."""

    RED = "red"
    ORANGE = "orange"
    CHIME = "chime"
    LIFT = "lift"
    DRILL = "drill"
    NONE = "none"


@dataclass(frozen=True)
class Script:
    """One reading: an attention tone, then sentences in order. `clip` names the meaning of a stored clip for horns that only
    play clips (drivers/modbus profiles: warning-red, warning-orange, warning, lift, test ...). `recording` names an official recording that is
    played in place of the sentences where it is ready (gateway.pipeline.pipeline.recordings). `about`: the letter code of its hazard, "" where it has none."""

    tone: ToneName
    sentences: tuple[str, ...]
    clip: str
    recording: str = ""
    about: str = ""

    @property
    def text(self) -> str:
        return "".join(self.sentences)


@dataclass(frozen=True)
class Part:
    """Speakers (by id) that hear the same script. `by_day`: not in quiet hours; the guard lets these speakers wait for their end. `once`: in the
    first burst only."""

    targets: tuple[str, ...]
    script: Script
    by_day: bool = False
    once: bool = False


@dataclass(frozen=True)
class Schedule:
    """`readings`: how often the text is read in one burst. `bursts`: offsets in seconds from the plan's start, rising from 0.
    `until` bounds repetition, it never fills it."""

    readings: int
    bursts: tuple[float, ...]
    until: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """`id` is 32 hex digits. `alert` is the AlertKey digest it says, or "" for a technician's test. `not_after`: no burst starts
    later. `roster` is the version of the site data it was made with. `ready` are scripts that will be wanted in a hurry once this one
    sounds (its lift, its correction): they are synthesised before it begins. `tier` is that of its source."""

    id: str
    alert: str
    act: Act
    class_: Class
    parts: tuple[Part, ...]
    schedule: Schedule
    start: datetime
    not_after: datetime | None
    roster: int
    ready: tuple[Script, ...] = ()
    tier: Tier = Tier.COUNTY

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(target for part in self.parts for target in part.targets)

    @property
    def rounds(self) -> dict[str, int]:
        """How many bursts each speaker has."""
        every = len(self.schedule.bursts)
        return {target: 1 if part.once else every for part in self.parts for target in part.targets}

    def due(self, burst: int) -> datetime:
        return self.start + timedelta(seconds=self.schedule.bursts[burst])

    def token(self, burst: int, take: int = 0) -> bytes:
        """8 bytes that name this take of this burst: a retry keeps them, the next burst or take has new ones."""
        return hashlib.sha256(f"{self.id}/{burst}/{take}".encode()).digest()[:8]


def plan_id(alert: str, act: Act, at: datetime) -> str:
    """The same warning planned twice after a crash is the same plan."""
    return hashlib.sha256(f"{alert}/{act}/{at.isoformat()}".encode()).hexdigest()[:32]
