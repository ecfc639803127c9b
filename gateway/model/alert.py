"""A warning in CAP's names (OASIS CAP 1.2 §3.2), and how it arrived."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property


class Status(StrEnum):
    """CAP v1.2 §3.2.1 status."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """CAP v1.2 §3.2.1 msgType."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """CAP v1.2 §3.2.1 scope."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Severity(StrEnum):
    """CAP v1.2 §3.2.2 severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Signature(StrEnum):
    """What became of the check of a document's XML signature. UNVERIFIABLE: there is one, and no pinned certificate to check it with."""

    ABSENT = "absent"
    UNVERIFIABLE = "unverifiable"
    WRONG = "wrong"
    VERIFIED = "verified"


@dataclass(frozen=True)
class Arrival:
    """A document as it came: bytes stay bytes until the XML parser has read the declaration. `source` is the configured
    source's name, `peer` who delivered it (address, topic), `at` the wall time."""

    raw: bytes
    source: str
    peer: str
    at: datetime

    @cached_property
    def digest(self) -> str:
        """SHA-256 of source and bytes: the same document sent twice over one road."""
        return arrival_digest(self.source, self.raw)


def arrival_digest(source: str, raw: bytes) -> str:
    """See Arrival.digest."""
    return hashlib.sha256(source.encode() + b"\0" + raw).hexdigest()


@dataclass(frozen=True, order=True)
class AlertKey:
    """The identity of a document (CAP v1.2 §3.2.1 identifier: sender, identifier and sent together)."""

    sender: str
    identifier: str
    sent: datetime

    @cached_property
    def digest(self) -> str:
        """32 hex digits of its SHA-256, for URLs and topics."""
        sent = self.sent.astimezone(UTC).isoformat(timespec="milliseconds")
        return hashlib.sha256("\0".join((self.sender, self.identifier, sent)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Reference:
    """One triple of `references`; `sent` is None where it could not be read. `event`: it names the first alert of an event and means the event
    as it stands (the national dialect), not that one document."""

    sender: str
    identifier: str
    sent: datetime | None
    event: bool = False


@dataclass(frozen=True)
class Pair:
    """A valueName with its value: parameters, event codes, geocodes. Kept as written, leading zeros too."""

    name: str
    value: str


CPEAS = "CPEAS Geographic Code"
"""The value name China's own CAP uses for 12-digit codes."""


@dataclass(frozen=True)
class Resource:
    """CAP v1.2 §3.2.3. `embedded`: its bytes stand in the document and fit the digest; else they are at `uri`, if anywhere. `sound`: by its label
    or its bytes."""

    description: str
    mime: str
    uri: str
    digest: str = ""
    embedded: bool = False
    sound: bool = False


@dataclass(frozen=True)
class Area:
    """CAP v1.2 §3.2.4; shapes are kept as text, read by judge/area."""

    description: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Info:
    """CAP v1.2 §3.2.2; times carry an offset, None where absent or unreadable (then a defect says so)."""

    language: str = "en-US"
    event: str = ""
    event_codes: tuple[Pair, ...] = ()
    response_types: tuple[str, ...] = ()
    urgency: str = "Unknown"
    severity: Severity = Severity.UNKNOWN
    certainty: str = "Unknown"
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    areas: tuple[Area, ...] = ()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True)
class Defect:
    """Something the document got wrong that does not stop it from being read: which element, what was seen."""

    element: str
    saw: str
    line: int = 0


_NATIONAL = re.compile(r"\d{14}_\d{14}(?:_\d)?")
"""`ZZZZZZDDDUUUXX_YYYYMMDDhhmmss` (GB/T 35965.1 adds `_N`): the same string at NMC, weather.com.cn, Caiyun, 12379 and CMA."""


def national(identifier: str) -> bool:
    """Whether it has the form of the national identifier, which no two warnings share."""
    return _NATIONAL.fullmatch(identifier) is not None


@dataclass(frozen=True)
class Alert:
    """CAP v1.2 §3.2.1. `status` and `msg_type` are None where absent or unknown: then nothing may sound. `scope` is None likewise
    and counts as Public: a forgotten element silences no warning."""

    identifier: str
    sender: str
    sent: datetime
    status: Status | None
    msg_type: MsgType | None
    scope: Scope | None
    note: str = ""
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    addresses: str = ""
    restriction: str = ""
    signature: Signature = Signature.ABSENT
    defects: tuple[Defect, ...] = field(default=())

    @cached_property
    def key(self) -> AlertKey:
        return AlertKey(self.sender, self.identifier, self.sent)

    @cached_property
    def kin(self) -> str:
        """The warning across roads: the national identifier where it has its form, else the document's own key."""
        return self.identifier if national(self.identifier) else self.key.digest
