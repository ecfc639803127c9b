"""Alarms: one row for each kind, and the value of one alarm.

A new kind is a row of `AlarmKind` and its words in gateway/i18n/{zh,en}.toml, section `[alarm]`. Where no
reason fits, gateway/model/reason.py gets one, and its sentence joins the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from gateway.model.reason import Reason, Why


class Severity(StrEnum):
    """How bad an alarm is for the gateway."""

    NOTICE = "notice"
    """Nothing is wrong with the gateway, but somebody must know."""
    DEGRADED = "degraded"
    """Somebody should look."""
    FAILING = "failing"
    """A warning that comes now may not be kept or may not sound."""


class Rings(Enum):
    """Whether the duty room rings for an alarm until somebody has acknowledged it by name."""

    NEVER = auto()
    ALWAYS = auto()
    WHEN_URGENT = auto()
    """The caller decides by the rule that stands under the row."""


class About(StrEnum):
    """The subject of a kind of alarm. An alarm names it by its identifier; the gateway has none."""

    GATEWAY = "gateway"
    SPEAKER = "speaker"
    RELAY = "relay"
    """Line and unit, as `line/unit`."""
    STATION = "station"
    SOURCE = "source"
    LINE = "line"
    BROKER = "broker"
    VOICE = "voice"
    TASK = "task"
    ALERT = "alert"
    """The key of a document; for HOLD the id of a plan where the plan has no document."""
    ARRIVAL = "arrival"
    """The number of an arrival in quarantine."""
    UNKNOWN = "unknown"


DEGRADED, FAILING, NOTICE = Severity.DEGRADED, Severity.FAILING, Severity.NOTICE
NEVER, ALWAYS, WHEN_URGENT = Rings.NEVER, Rings.ALWAYS, Rings.WHEN_URGENT


@dataclass(frozen=True)
class Row:
    """A kind of alarm."""

    word: str
    """Begins the name of an alarm in the ledger and in JSON. It never changes."""
    about: About
    severity: Severity
    rings: Rings
    reason: Reason | None
    """The reason of every alarm of this kind; None where it is that of a burst or a verdict."""
    owner: str
    """The module of gateway/ that raises it; ALERT has two."""


class AlarmKind(Enum):
    """The table of alarms: word, about, severity, rings, reason, owner."""

    SPEAKER = Row("speaker", About.SPEAKER, DEGRADED, NEVER, Reason.UNREACHED, "monitoring.polling")
    """It does not answer its status poll."""
    MAINS = Row("mains", About.SPEAKER, DEGRADED, NEVER, Reason.ON_BATTERY, "monitoring.polling")
    BATTERY = Row("battery", About.SPEAKER, DEGRADED, NEVER, Reason.BATTERY_LOW, "monitoring.polling")
    UNORDERED = Row("unordered", About.SPEAKER, DEGRADED, ALWAYS, Reason.UNORDERED, "monitoring.polling")
    """It sounds, and neither we nor anybody at the speaker ordered it."""
    SOUND = Row("sound", About.SPEAKER, DEGRADED, WHEN_URGENT, None, "delivery.fallback")
    """A burst was not heard there. Urgent: the plan is red, orange or a move order."""
    RELAY = Row("relay", About.RELAY, DEGRADED, WHEN_URGENT, Reason.RELAY, "delivery.relays")
    """An amplifier's power cannot be switched. Urgent: it cannot be switched on."""
    STATION = Row("station", About.STATION, DEGRADED, ALWAYS, Reason.STATION_SILENT, "pipeline.gauges")
    SOURCE = Row("source", About.SOURCE, DEGRADED, ALWAYS, Reason.SOURCE_SILENT, "monitoring.watcher")
    LINE = Row("line", About.LINE, DEGRADED, NEVER, Reason.LINE_DOWN, "monitoring.watcher")
    """FAILING where no line is up."""
    BROKER = Row("broker", About.BROKER, DEGRADED, NEVER, Reason.BROKER_DOWN, "monitoring.watcher")
    VOICE = Row("voice", About.VOICE, DEGRADED, NEVER, Reason.VOICE_DOWN, "monitoring.watcher")
    TASK = Row("task", About.TASK, DEGRADED, NEVER, Reason.TASK_DOWN, "monitoring.tasks")
    """FAILING where no warning sounds without this task."""
    DISK = Row("disk", About.GATEWAY, FAILING, ALWAYS, Reason.DISK_TROUBLE, "monitoring.disk")
    DISK_SPACE = Row("disk space", About.GATEWAY, DEGRADED, NEVER, Reason.DISK_LOW, "monitoring.watcher")
    BACKUP = Row("backup", About.GATEWAY, DEGRADED, NEVER, Reason.BACKUP_FAILED, "monitoring.disk")
    CLOCK = Row("clock", About.GATEWAY, DEGRADED, NEVER, Reason.CLOCK_UNTRUSTED, "monitoring.clock")
    CLOCK_JUMP = Row("clock jump", About.GATEWAY, DEGRADED, NEVER, Reason.CLOCK_JUMPED, "monitoring.clock")
    CLOCK_PARTED = Row(
        "clock parted", About.GATEWAY, DEGRADED, ALWAYS, Reason.CLOCK_PARTED, "monitoring.clock"
    )
    """The wall clock was right and moved so far that it is not believed: a person looks which one is."""
    UNACKNOWLEDGED = Row(
        "unacknowledged", About.GATEWAY, FAILING, ALWAYS, Reason.UNACKNOWLEDGED, "monitoring.watcher"
    )
    """An arrival waits too long for its acknowledgement."""
    CANARY = Row("canary", About.GATEWAY, FAILING, ALWAYS, Reason.CANARY_MISSING, "monitoring.watcher")
    DUTY_ROOM = Row("duty room", About.GATEWAY, DEGRADED, NEVER, Reason.NO_DUTY_ROOM, "monitoring.duty_room")
    """Something rings, and the site has no speaker in a duty room."""
    ALERT = Row("alert", About.ALERT, NOTICE, ALWAYS, None, "monitoring.duty_room, delivery.dispatcher")
    """A grave warning was aired, waits for a person or is in quarantine. The dispatcher raises it for what
    sounds from memory."""
    QUARANTINE = Row("quarantine", About.ARRIVAL, NOTICE, ALWAYS, Reason.GRAVE_UNREAD, "monitoring.duty_room")
    """An arrival looks grave and cannot be read."""
    HOLD = Row("hold", About.ALERT, NOTICE, ALWAYS, Reason.ON_HOLD, "delivery.gate")
    """A hold of everything keeps a grave plan from sounding."""
    OTHER = Row("", About.UNKNOWN, DEGRADED, NEVER, None, "")
    """Read from a ledger that a newer version wrote; the subject is the whole name. Nothing raises it."""

    @property
    def about(self) -> About:
        return self.value.about

    @property
    def severity(self) -> Severity:
        return self.value.severity

    @property
    def rings(self) -> Rings:
        return self.value.rings

    @property
    def owner(self) -> str:
        return self.value.owner

    def named(self, subject: str = "") -> str:
        """The alarm's name in the ledger and in JSON: `speaker shiqiao-square`, `source county`, `disk`."""
        return f"{self.value.word} {subject}".strip()

    @classmethod
    def parse(cls, name: str) -> tuple[AlarmKind, str]:
        """The kind and the subject of a name; (OTHER, the name) where no kind has its word."""
        first, _, subject = name.partition(" ")
        for kind in cls:
            if kind.about is About.GATEWAY and name == kind.value.word:
                return kind, ""
            if kind.about is not About.GATEWAY and subject and first == kind.value.word:
                return kind, subject
        return cls.OTHER, name


@dataclass(frozen=True)
class Alarm:
    """Something is wrong, or was: raised once, cleared once, acknowledged by name."""

    kind: AlarmKind
    subject: str
    """The identifier of what it is about; empty where that is the gateway."""
    why: Why
    since: datetime
    rings: bool
    """Whether the duty room rings until somebody has acknowledged it."""
    cleared: datetime | None = None
    """When it ended; None while it lasts."""
    acknowledged_by: str = ""
    """Who has heard of it, by name; empty while nobody has."""

    @property
    def name(self) -> str:
        """The name in the ledger and in JSON; the same as long as the alarm lasts."""
        return self.kind.named(self.subject)
