"""Events: something has just happened, as a value. `encode` makes the JSON object of an event.

The same objects go to the event stream of the API, to webhooks and, as receipts, to senders
(docs/receipts.md). A field of an event is a field of the JSON, in the same order; `kind` comes first. A
reason becomes `reason` and `fields`, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gateway.model.alarm import Alarm
from gateway.model.delivery import Evidence, Form, Outcome
from gateway.model.plan import Act
from gateway.model.reason import Why
from gateway.model.verdict import Verdict

# --- receipts: a sender is told of its own documents ------------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """A document was kept and judged."""

    kind: ClassVar = "accepted"
    arrival: int
    """The number of its bytes in this ledger."""
    digest: str
    """SHA-256 of its bytes, in hexadecimal."""
    at: str
    """When the bytes came; ISO 8601."""
    key: str
    identifier: str
    sender: str
    verdict: Verdict


@dataclass(frozen=True)
class Rejected:
    """Bytes were kept that cannot be read; they are in quarantine."""

    kind: ClassVar = "rejected"
    quarantine: int
    """The number under which they are released. It is that of `arrival`, or of a member by itself."""
    arrival: int
    digest: str
    """SHA-256 of the bytes, in hexadecimal."""
    at: str
    """When the bytes came; ISO 8601."""
    peer: str
    """The address they came from."""
    element: str
    """The element that is wrong; empty where none can be named."""
    line: int
    why: Why
    member: int = 0
    """The place, from 1, of the member of a document that cannot be read while others of it can; 0: all of
    the document."""
    format: str = ""
    """The NAME of the format in which it was read; "" where it is in none."""


@dataclass(frozen=True)
class SpeakerChanged:
    """A burst has reached a rung of evidence or its outcome at a speaker."""

    kind: ClassVar = "speaker"
    key: str
    """The document; empty where the plan has none."""
    plan: str
    act: Act
    speaker: str
    burst: int
    evidence: Evidence
    outcome: Outcome | None
    """None while it waits or sounds."""
    form: Form | None
    """How it was said; None before it was."""
    why: Why | None
    """Why it came to its outcome."""


@dataclass(frozen=True)
class Waits:
    """A burst waits at a speaker for something graver that sounds there."""

    kind: ClassVar = "waiting"
    key: str
    plan: str
    act: Act
    speaker: str
    why: Why


@dataclass(frozen=True)
class Preempted:
    """A burst was cut off at a speaker; it begins again if it still holds then."""

    kind: ClassVar = "preempted"
    key: str
    plan: str
    act: Act
    speaker: str
    why: Why


@dataclass(frozen=True)
class Summary:
    """A burst has ended at every speaker of its plan."""

    kind: ClassVar = "summary"
    key: str
    plan: str
    act: Act
    burst: int
    final: bool
    """Whether it was the plan's last burst."""
    planned: int
    """Speakers of the plan."""
    outcomes: Mapping[str, int]
    """How many speakers have come to each outcome, over all bursts so far."""
    heard: Mapping[str, Mapping[str, int]]
    """The rounds, speakers and villages in which it was heard so far, played and unproved apart."""


# --- the gateway ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AlarmChanged:
    """An alarm was raised, acknowledged or cleared."""

    kind: ClassVar = "alarm"
    alarm: Alarm


@dataclass(frozen=True)
class LocalUse:
    """Somebody speaks at the speaker itself."""

    kind: ClassVar = "local_use"
    speaker: str
    source: str
    """Of the sound, as the device names it."""


# --- acts of people ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stopped:
    """A person stopped what sounded."""

    kind: ClassVar = "stop"
    target: str
    person: str
    speakers: tuple[str, ...]
    """Those that fell silent, sorted."""


@dataclass(frozen=True)
class SaidAgain:
    """A person ordered that what was stopped is said again."""

    kind: ClassVar = "again"
    key: str
    person: str
    speakers: tuple[str, ...]
    """Those that had not heard it whole."""


@dataclass(frozen=True)
class HoldBegan:
    """A person put everything on hold."""

    kind: ClassVar = "hold"
    person: str
    until: datetime


@dataclass(frozen=True)
class HoldEnded:
    """A person ended the hold of everything before its time."""

    kind: ClassVar = "resume"
    person: str


@dataclass(frozen=True)
class Approved:
    """A person approved a document that is on hold."""

    kind: ClassVar = "approval"
    key: str
    person: str
    more: int
    """How many more people must approve it."""


@dataclass(frozen=True)
class DrillChanged:
    """A person opened or closed a drill."""

    kind: ClassVar = "drill"
    number: int
    open: bool
    person: str


Event = (
    Accepted
    | Rejected
    | SpeakerChanged
    | Waits
    | Preempted
    | Summary
    | AlarmChanged
    | LocalUse
    | Stopped
    | SaidAgain
    | HoldBegan
    | HoldEnded
    | Approved
    | DrillChanged
)


def encode(event: Event) -> dict[str, object]:
    """The JSON object of an event. Its values are JSON's own, except times, which the writer of the text
    turns into text."""
    body: dict[str, object] = {"kind": event.kind, **vars(event)}
    match event:
        case Accepted(verdict=verdict):
            body |= {"verdict": verdict.name, **_reason(verdict.why)}
            if flags := getattr(verdict, "flags", ()):
                body["flags"] = [_reason(flag) for flag in flags]
        case SpeakerChanged(evidence=evidence):
            body["evidence"] = evidence.name.lower()
        case AlarmChanged(alarm=alarm):
            del body["alarm"]
            body |= _alarm(alarm)
    why = body.pop("why", None)
    return body | _reason(why) if isinstance(why, Why) else body


def _alarm(alarm: Alarm) -> dict[str, object]:
    return {
        "name": alarm.name,
        **_reason(alarm.why),
        "since": alarm.since,
        "cleared": alarm.cleared,
        "rings": alarm.rings,
        "acknowledged_by": alarm.acknowledged_by,
    }


def _reason(why: Why) -> dict[str, object]:
    return {"reason": str(why.reason), "fields": dict(why.fields)}
