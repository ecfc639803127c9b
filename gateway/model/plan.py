"""What shall be said, where, how often, until when. The dispatcher needs only the plan and the roster."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Class(IntEnum):
    """Whose turn it is at a speaker: the smaller number goes first (docs/practice.md, Classes)."""

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
        """Classes of one band wait for each other. A smaller band cuts a larger one off in mid-sentence
        (docs/practice.md, Classes)."""
        return _BANDS[self]

    @property
    def grave(self) -> bool:
        """Whether it is a red, an orange or a move order. These sound from memory while the disk fails, and
        to their end after every crash."""
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
"""MOVE > RED / ORANGE > YELLOW / BLUE > NOTICE > DAILY > TEST (docs/practice.md, Classes)."""


class Tier(IntEnum):
    """The rank of the platform behind a source. Of two plans of one class, the higher rank goes first
    (docs/practice.md, Classes)."""

    NATION = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWNSHIP = 5


class Act(StrEnum):
    """The purpose of a script."""

    WARNING = "warning"
    MOVE = "move"
    LIFT = "lift"
    RETURN = "return"
    CORRECTION = "correction"
    NOTICE = "notice"
    TEST = "test"
    DRILL = "drill"
    """An exercise inside an open drill."""
    RING = "ring"
    """A call to the duty room."""


class ToneName(StrEnum):
    """The attention tones (voice/sound/tones)."""

    RED = "red"
    ORANGE = "orange"
    CHIME = "chime"
    LIFT = "lift"
    DRILL = "drill"
    NONE = "none"


class LeftFor(StrEnum):
    """Why words of a document are not said (docs/practice.md, Repetition)."""

    OPENING = "opening"
    """The opening is said already."""
    REPEATED = "repeated"
    """The same was said already."""
    SIGNED = "signed"
    """Signature, source, maker."""
    CRITERION = "criterion"
    LABEL = "label"
    """A heading."""
    HALF = "half"
    """A statement that breaks off."""
    CONTACT = "contact"
    CAUSE = "cause"
    PLACES = "places"
    """Places that are not ours."""
    OFFICE = "office"
    """It is for authorities."""
    GUIDE = "guide"
    """A guide's item beyond the second."""
    NOW = "now"
    """How it stands, where a forecast is said."""
    PAST = "past"
    """What has been, where a forecast is said."""
    ROOM = "room"
    """There is no room in a reading."""


@dataclass(frozen=True)
class LeftOut:
    """Words of a document that are not said."""

    words: str
    why: LeftFor


@dataclass(frozen=True)
class Script:
    """The words of one reading, with their attention tone."""

    tone: ToneName
    sentences: tuple[str, ...]
    """In the order in which they are said."""
    clip: str
    """The meaning of a stored clip, for units that play nothing else: warning-red, warning, lift, test … The
    profiles of drivers/modbus say which clip that is."""
    recording: str = ""
    """The name of an official recording. It is played in place of the sentences where it is ready
    (pipeline/recordings)."""
    about: str = ""
    """The letter code of its hazard; empty where it has none."""
    short: tuple[str, ...] = ()
    """The second reading of a burst and the later ones, where the first is too long to be said twice. Empty:
    they are like the first."""
    left: tuple[LeftOut, ...] = ()
    """What the document says and this script does not, in its order."""

    @property
    def again(self) -> Script:
        """The script of the second reading of a burst and of the later ones."""
        return replace(self, sentences=self.short, short=()) if self.short else self

    @property
    def text(self) -> str:
        """All sentences together."""
        return "".join(self.sentences)


@dataclass(frozen=True)
class Part:
    """Speakers that say the same script."""

    targets: tuple[str, ...]
    """The ids of the speakers."""
    script: Script
    by_day: bool = False
    """It does not sound in quiet hours: the guard lets it wait for their end."""
    once: bool = False
    """It sounds in the first burst only."""


def parts_of(scripts: Mapping[str, Script]) -> tuple[Part, ...]:
    """The parts of speakers that say their scripts: a part for each script, in the order of the speakers."""
    return tuple(
        Part(tuple(speaker for speaker in scripts if scripts[speaker] == script), script)
        for script in dict.fromkeys(scripts.values())
    )


@dataclass(frozen=True)
class Schedule:
    """How often and when a plan sounds."""

    readings: int
    """How often the text is said in one burst."""
    bursts: tuple[float, ...]
    """When the bursts are due, in seconds after the start of the plan, rising from 0."""
    until: datetime | None = None
    """No burst is due later. The bursts may end earlier."""


@dataclass(frozen=True)
class Plan:
    """Everything that shall sound for one document or by one order."""

    id: str
    """32 hex digits (`plan_id`)."""
    alert: str
    """The digest of the key of its document; empty where it has none: a voice test, a call to the duty
    room."""
    act: Act
    class_: Class
    parts: tuple[Part, ...]
    schedule: Schedule
    start: datetime
    not_after: datetime | None
    """No burst begins later. None: no limit."""
    roster: int
    """The version of the site data that it was made with."""
    ready: tuple[Script, ...] = ()
    """Scripts that may be wanted in a hurry once this one sounds: its lift, its correction. They are
    synthesised before it begins."""
    tier: Tier = Tier.COUNTY
    """The rank of its source."""

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of all its speakers."""
        return tuple(target for part in self.parts for target in part.targets)

    @property
    def rounds(self) -> dict[str, int]:
        """The number of bursts at each speaker, by its id."""
        every = len(self.schedule.bursts)
        return {target: 1 if part.once else every for part in self.parts for target in part.targets}

    def due(self, burst: int) -> datetime:
        """When this burst shall begin."""
        return self.start + timedelta(seconds=self.schedule.bursts[burst])

    def token(self, burst: int, take: int = 0) -> bytes:
        """8 bytes that name this take of this burst. A retry keeps them; the next burst or take has
        others."""
        return hashlib.sha256(f"{self.id}/{burst}/{take}".encode()).digest()[:8]


def plan_id(alert: str, act: Act, at: datetime) -> str:
    """The id of a plan. A warning that is planned again after a crash gets the same one."""
    return hashlib.sha256(f"{alert}/{act}/{at.isoformat()}".encode()).hexdigest()[:32]
