"""Everything that is watched, as values of one moment. The health page, the metrics and the doctor read these
alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gateway.model.alarm import Alarm, AlarmKind, Severity
from gateway.model.reason import Reason, Why
from gateway.model.record import Commits
from gateway.monitoring.polling import Condition
from gateway.monitoring.voice import VoiceState
from gateway.runtime.clock import Jumped
from gateway.runtime.supervisor import State, TaskState

LATE_S = 5.0
"""An arrival that waits longer for its acknowledgement, in seconds, is a fault of ours: a commit takes
milliseconds."""

CANARY_S = 180.0
"""Three canaries, one a minute, have not arrived."""

LOW_BYTES = 64 * 1024 * 1024
"""Less room on the disk is a complaint. Our choice: days of a busy county, or four ballast files."""

VITAL = frozenset({"dispatcher", "pipeline", "held"})
"""Without these tasks no warning sounds."""


@dataclass(frozen=True)
class Disk:
    """The disk under the ledger."""

    trouble: str = ""
    """SQLite's message for the last write; empty where it succeeded."""
    free: int | None = None
    """In bytes; None where it cannot be asked."""


@dataclass(frozen=True)
class Polls:
    """Status polls since the start. 在线率 is answered / due."""

    due: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Vitals:
    """Everything that is watched, at one moment. A field that nothing fills keeps its default, and no
    complaint comes of it."""

    now: datetime
    trusted: bool
    """Whether the clock can be trusted."""
    lines: Mapping[str, bool]
    """Whether each line's port is there."""
    brokers: Mapping[str, bool]
    """Whether each broker is connected."""
    tasks: Sequence[TaskState]
    alarms: Sequence[Alarm]
    """Those that last."""
    jumped: Jumped | None = None
    """The last time the clock was set."""
    lag: float = 0.0
    """How late the event loop was in the supervisor's last round, in seconds."""
    on_air: int = 0
    """Speakers that sound."""
    owed: int = 0
    """Receipts not sent yet."""
    waiting: int = 0
    """Arrivals not judged yet."""
    oldest_unacknowledged: float | None = None
    """Seconds since the oldest arrival came that is neither acknowledged nor refused."""
    arrivals: Mapping[str, int] = field(default_factory=dict)
    """Arrivals acknowledged since the start, by source."""
    sources: Mapping[str, datetime | None] = field(default_factory=dict)
    """When something last came from each source; None before anything has."""
    voices: Mapping[str, bool] = field(default_factory=dict)
    """Whether each voice spoke when it was last asked."""
    voice: VoiceState = field(default_factory=VoiceState)
    """The voice that shall speak."""
    disk: Disk = Disk()
    speakers: Mapping[str, Condition] = field(default_factory=dict)
    """By speaker id."""
    polls: Polls = Polls()
    commits: Commits = field(default_factory=Commits)
    canary_age: float | None = None
    """Seconds since a canary arrived; None where none is sent."""
    held_until: datetime | None = None
    """The end of a hold of everything."""


class Status(StrEnum):
    """How the gateway is as a whole: as bad as the worst complaint."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong now. It is, or will be, the alarm of the same kind and subject."""

    kind: AlarmKind
    subject: str
    why: Why
    severity: Severity

    @property
    def name(self) -> str:
        """The name of the alarm."""
        return self.kind.named(self.subject)


def complaints(vitals: Vitals) -> list[Complaint]:
    """Everything that is wrong, FAILING first, each name once.

    An alarm that lasts is said in its own words. It is DEGRADED where the vitals show nothing wrong any more.
    """
    by_name = {complaint.name: complaint for complaint in _complaints(vitals)}
    for alarm in vitals.alarms:
        seen = by_name.get(alarm.name)
        severity = seen.severity if seen else Severity.DEGRADED
        by_name[alarm.name] = Complaint(alarm.kind, alarm.subject, alarm.why, severity)
    return sorted(by_name.values(), key=lambda complaint: complaint.severity is not Severity.FAILING)


def status(complaints: Sequence[Complaint]) -> Status:
    """The worst of them; OK where there are none."""
    severities = {complaint.severity for complaint in complaints}
    if Severity.FAILING in severities:
        return Status.FAILING
    return Status.DEGRADED if severities else Status.OK


def alive(vitals: Vitals) -> bool:
    """Whether the tasks are there without which no warning sounds."""
    return not any(task.name in VITAL and _gone(task) for task in vitals.tasks)


def free(data: Path) -> int | None:
    """Bytes free for us where the data lies, or will lie; None where the system cannot say."""
    try:
        space = os.statvfs(next(place for place in (data, *data.absolute().parents) if place.exists()))
    except OSError:
        return None
    return space.f_bavail * space.f_frsize


def _complaints(vitals: Vitals) -> Iterator[Complaint]:
    yield from _of_disk_and_clock(vitals)
    yield from _of_tasks(vitals)
    yield from _of_connections(vitals)
    if vitals.oldest_unacknowledged is not None and vitals.oldest_unacknowledged > LATE_S:
        why = Why(Reason.UNACKNOWLEDGED, {"seconds": f"{vitals.oldest_unacknowledged:.0f}"})
        yield _complaint(AlarmKind.UNACKNOWLEDGED, "", why)
    if vitals.canary_age is not None and vitals.canary_age > CANARY_S:
        why = Why(Reason.CANARY_MISSING, {"seconds": f"{vitals.canary_age:.0f}"})
        yield _complaint(AlarmKind.CANARY, "", why)


def _complaint(kind: AlarmKind, subject: str, why: Why, failing: bool = False) -> Complaint:
    """As severe as the table says, or FAILING."""
    return Complaint(kind, subject, why, Severity.FAILING if failing else kind.severity)


def _of_disk_and_clock(vitals: Vitals) -> Iterator[Complaint]:
    if vitals.disk.trouble:
        yield _complaint(AlarmKind.DISK, "", Why(Reason.DISK_TROUBLE, {"error": vitals.disk.trouble}))
    if vitals.disk.free is not None and vitals.disk.free < LOW_BYTES:
        mebibytes = f"{vitals.disk.free // 2**20}"
        yield _complaint(AlarmKind.DISK_SPACE, "", Why(Reason.DISK_LOW, {"free": mebibytes}))
    if not vitals.trusted:
        saw = vitals.now.isoformat(sep=" ", timespec="seconds")
        yield _complaint(AlarmKind.CLOCK, "", Why(Reason.CLOCK_UNTRUSTED, {"saw": saw}))


def _of_tasks(vitals: Vitals) -> Iterator[Complaint]:
    for task in vitals.tasks:
        if _gone(task):
            why = Why(Reason.TASK_DOWN, {"task": task.name, "fault": task.fault})
            yield _complaint(AlarmKind.TASK, task.name, why, failing=task.name in VITAL)


def _of_connections(vitals: Vitals) -> Iterator[Complaint]:
    no_line = not any(vitals.lines.values())
    for line in _down(vitals.lines):
        yield _complaint(AlarmKind.LINE, line, Why(Reason.LINE_DOWN, {"line": line}), failing=no_line)
    for broker in _down(vitals.brokers):
        yield _complaint(AlarmKind.BROKER, broker, Why(Reason.BROKER_DOWN, {"broker": broker}))
    for voice in _down(vitals.voices):
        yield _complaint(AlarmKind.VOICE, voice, Why(Reason.VOICE_DOWN, {"voice": voice}))


def _down(connections: Mapping[str, bool]) -> list[str]:
    return sorted(name for name, up in connections.items() if not up)


def _gone(task: TaskState) -> bool:
    return task.state in (State.DOWN, State.STUCK)
