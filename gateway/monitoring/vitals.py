"""What is watched, as values of one moment: the health page, the metrics and the doctor all look at these and at nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gateway.model.alarm import Alarm
from gateway.model.reason import Reason, Why
from gateway.model.record import Commits
from gateway.runtime.clock import Jumped
from gateway.runtime.supervisor import State, TaskState

LATE_S = 5.0
"""A message that waits longer for its acknowledgement is a fault of ours: a commit takes milliseconds, a stalled disk seconds."""

CANARY_S = 180.0
"""Three canaries of a minute each have not come through."""

LOW_BYTES = 64 * 1024 * 1024
"""Less room than this on the disk is said. Our choice: days of a busy county, four ballast files."""

VITAL = frozenset({"dispatcher", "pipeline", "held"})
"""Without these tasks no warning sounds."""


@dataclass(frozen=True)
class Disk:
    """`trouble` is what the last write failed of, empty where it succeeded; `free` is in bytes, None where nobody asked."""

    trouble: str = ""
    free: int | None = None


@dataclass(frozen=True)
class SpeakerPulse:
    """A speaker as supervision knows it. `battery` is in percent."""

    heard: datetime | None = None
    silent: bool = False
    battery: int | None = None


@dataclass(frozen=True)
class Polls:
    """Status polls since the start: 在线率 is answered / due."""

    due: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Vitals:
    """Everything watched. What nobody watches yet stands at its default and is not complained of.

    `arrivals` counts by source. `lines`, `brokers`, `voices`: name → whether it is up. `sources`: name → when something last came. `waiting`: arrivals not judged
    yet. `oldest_unacknowledged`, `canary_age`: seconds. `held_until`: the end of a hold-everything. `queues`: name → depth.
    """

    now: datetime
    trusted: bool
    lines: Mapping[str, bool]
    brokers: Mapping[str, bool]
    tasks: Sequence[TaskState]
    alarms: Sequence[Alarm]
    jumped: Jumped | None = None
    lag: float = 0.0
    on_air: int = 0
    owed: int = 0
    waiting: int = 0
    oldest_unacknowledged: float | None = None
    arrivals: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, datetime | None] = field(default_factory=dict)
    voices: Mapping[str, bool] = field(default_factory=dict)
    disk: Disk = Disk()
    speakers: Mapping[str, SpeakerPulse] = field(default_factory=dict)
    polls: Polls = Polls()
    commits: Commits = field(default_factory=Commits)
    queues: Mapping[str, int] = field(default_factory=dict)
    canary_age: float | None = None
    held_until: datetime | None = None


class Status(StrEnum):
    """FAILING: a warning that comes now may not be kept or may not sound. DEGRADED: somebody should look."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong, under the name its alarm has."""

    name: str
    status: Status
    why: Why


def complaints(vitals: Vitals) -> list[Complaint]:
    """All that is wrong, what fails first; each name once. An alarm that lasts is said in its own words."""
    found: dict[str, Complaint] = {}
    for complaint in (*_failing(vitals), *_degraded(vitals)):
        found.setdefault(complaint.name, complaint)
    for alarm in vitals.alarms:
        known = found.get(alarm.name)
        found[alarm.name] = Complaint(alarm.name, known.status if known else Status.DEGRADED, alarm.why)
    return sorted(found.values(), key=lambda one: one.status is not Status.FAILING)


def status(found: Sequence[Complaint]) -> Status:
    """The worst of all."""
    return next(
        (worst for worst in (Status.FAILING, Status.DEGRADED) if any(one.status is worst for one in found)),
        Status.OK,
    )


def alive(vitals: Vitals) -> bool:
    """Whether the tasks without which nothing sounds are there."""
    return not any(task.name in VITAL and _gone(task) for task in vitals.tasks)


def free(data: Path) -> int | None:
    """Bytes that are left for us where the data lies, or will lie; None where nobody can say."""
    try:
        space = os.statvfs(next(place for place in (data, *data.absolute().parents) if place.exists()))
    except OSError:
        return None
    return space.f_bavail * space.f_frsize


def _gone(task: TaskState) -> bool:
    return task.state in (State.DOWN, State.STUCK)


def _failing(vitals: Vitals) -> Iterator[Complaint]:
    if vitals.disk.trouble:
        yield Complaint("disk", Status.FAILING, Why(Reason.DISK_TROUBLE, {"error": vitals.disk.trouble}))
    for task in vitals.tasks:
        if _gone(task):
            worst = Status.FAILING if task.name in VITAL else Status.DEGRADED
            why = Why(Reason.TASK_DOWN, {"task": task.name, "fault": task.fault})
            yield Complaint(f"task {task.name}", worst, why)
    if vitals.lines and not any(vitals.lines.values()):
        yield from _down(vitals, Status.FAILING)
    if vitals.oldest_unacknowledged is not None and vitals.oldest_unacknowledged > LATE_S:
        why = Why(Reason.UNACKNOWLEDGED, {"seconds": f"{vitals.oldest_unacknowledged:.0f}"})
        yield Complaint("unacknowledged", Status.FAILING, why)
    if vitals.canary_age is not None and vitals.canary_age > CANARY_S:
        why = Why(Reason.CANARY_MISSING, {"seconds": f"{vitals.canary_age:.0f}"})
        yield Complaint("canary", Status.FAILING, why)


def _down(vitals: Vitals, worst: Status) -> Iterator[Complaint]:
    for line in sorted(line for line, up in vitals.lines.items() if not up):
        yield Complaint(f"line {line}", worst, Why(Reason.LINE_DOWN, {"line": line}))


def _degraded(vitals: Vitals) -> Iterator[Complaint]:
    yield from _down(vitals, Status.DEGRADED)
    for broker in sorted(broker for broker, up in vitals.brokers.items() if not up):
        yield Complaint(f"broker {broker}", Status.DEGRADED, Why(Reason.BROKER_DOWN, {"broker": broker}))
    for voice in sorted(voice for voice, up in vitals.voices.items() if not up):
        yield Complaint(f"voice {voice}", Status.DEGRADED, Why(Reason.VOICE_DOWN, {"voice": voice}))
    if vitals.disk.free is not None and vitals.disk.free < LOW_BYTES:
        free = f"{vitals.disk.free // 2**20}"
        yield Complaint("disk space", Status.DEGRADED, Why(Reason.DISK_LOW, {"free": free}))
    if not vitals.trusted:
        saw = vitals.now.isoformat(sep=" ", timespec="seconds")
        yield Complaint("clock", Status.DEGRADED, Why(Reason.CLOCK_UNTRUSTED, {"saw": saw}))
