"""A warning in CAP's names (OASIS CAP 1.2 §3.2), and how it arrived."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from gateway.model.reason import Reason, Why

E = TypeVar("E", bound=StrEnum)


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


def spelt(words: type[E], text: str) -> E | None:
    """The one of CAP's words that a text spells, in any case; None if it spells none."""
    return next((word for word in words if word.lower() == text.lower()), None)


class Signature(StrEnum):
    """The result of the check of a document's XML signature."""

    ABSENT = "absent"
    UNVERIFIABLE = "unverifiable"
    """There is a signature, and no pinned certificate to check it with."""
    WRONG = "wrong"
    VERIFIED = "verified"


@dataclass(frozen=True)
class Reply:
    """Where the sender of a document wants its answers (MQTT 5 §4.10)."""

    topic: str
    """The response topic."""
    correlation: bytes | None = None
    """What the sender knows its answers by, returned as it is; None where it sent nothing."""


@dataclass(frozen=True)
class Arrival:
    """A document as it came."""

    raw: bytes
    """As they were sent; only what HTTP put around them is taken off (docs/receipts.md). Readers decode
    them."""
    source: str
    """The name of the configured source."""
    peer: str
    """Who delivered it: an address or a topic."""
    at: datetime
    """The wall time."""
    charset: str = ""
    """The charset as the sender stated it beside the bytes (the Content-Type of HTTP, of MQTT 5, of a feed's
    answer); "" if none. It may be wrong."""
    reply: Reply | None = None
    """Where its sender wants the answers; None where it did not say. The ledger keeps it apart: an arrival
    that was read from there has None."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of source, charset and bytes, in hex. It is the same where one source sends the same
        again."""
        return arrival_digest(self.source, self.raw, self.charset)


def arrival_digest(source: str, raw: bytes, charset: str = "") -> str:
    """See Arrival.digest.

    With another charset the same bytes are another document: it may be readable where the first was not.
    """
    stated = f"{source};charset={charset}" if charset else source
    return hashlib.sha256(stated.encode() + b"\0" + raw).hexdigest()


@dataclass(frozen=True, order=True)
class AlertKey:
    """The identity of a document: sender, identifier and sent together (CAP v1.2 §3.2.1 identifier)."""

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
    """One triple of `references` (CAP v1.2 §3.2.1)."""

    sender: str
    identifier: str
    sent: datetime | None
    """None where it could not be parsed."""
    event: bool = False
    """It names the first alert of an event and means the event as it stands, not that one document. The
    national dialect refers so."""


@dataclass(frozen=True)
class Pair:
    """A valueName with its value: a parameter, an event code or a geocode. As written, leading zeros too."""

    name: str
    value: str


CPEAS = "CPEAS Geographic Code"
"""The value name China's own CAP uses for 12-digit codes."""
ISSUER = "issuer"
"""The value name of the region of the issuer, where a list names no area of its warnings."""


@dataclass(frozen=True)
class Resource:
    """CAP v1.2 §3.2.3."""

    description: str
    mime: str
    uri: str
    """Where its bytes are to be had, unless they are embedded; may be empty."""
    digest: str = ""
    embedded: bool = False
    """Its bytes stand in the document and fit the digest."""
    sound: bool = False
    """It is a recording, by its label or by its bytes."""


@dataclass(frozen=True)
class Area:
    """CAP v1.2 §3.2.4. Shapes stay text; judge/area parses them."""

    description: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Info:
    """CAP v1.2 §3.2.2. A time carries an offset. It is None where it is absent, or unreadable: then a defect
    of the alert says so."""

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
    """An error in a document that can be parsed all the same."""

    element: str
    saw: str
    """The text that stands there."""
    line: int = 0
    """0 where the format has no lines."""
    why: Why | None = None
    """What people are told of it; None: it is only noted."""


_NATIONAL = re.compile(r"\d{14}_\d{14}(?:_\d)?")
"""`ZZZZZZDDDUUUXX_YYYYMMDDhhmmss`; GB/T 35965.1 adds `_N`. NMC, weather.com.cn, Caiyun, 12379 and CMA give a
warning the same string."""


def national(identifier: str) -> bool:
    """Whether the identifier has the form of the national one. No two warnings share a national
    identifier."""
    return _NATIONAL.fullmatch(identifier) is not None


@dataclass(frozen=True)
class Alert:
    """CAP v1.2 §3.2.1."""

    identifier: str
    sender: str
    sent: datetime
    status: Status | None
    """None where it is absent or unknown: then nothing sounds."""
    msg_type: MsgType | None
    """None where it is absent or unknown: then nothing sounds."""
    scope: Scope | None
    """None where it is absent or unknown: it counts as Public, so that a forgotten element silences no
    warning."""
    note: str = ""
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    addresses: str = ""
    restriction: str = ""
    signature: Signature = Signature.ABSENT
    defects: tuple[Defect, ...] = field(default=())
    station: str = ""
    """The id of the station of this site whose value drafted it; "" for every document from outside."""

    @cached_property
    def key(self) -> AlertKey:
        return AlertKey(self.sender, self.identifier, self.sent)

    @cached_property
    def title(self) -> str:
        """A line that tells one alert from another: the Chinese headline where there is one."""
        chinese = tuple(info for info in self.infos if info.language.lower().startswith("zh")) or self.infos
        headlines = (info.headline or info.event for info in chinese)
        return next(headlines, "") or f"{self.msg_type} {self.identifier}"

    @cached_property
    def lost(self) -> Why | None:
        """What people are told of words that were lost on the way; None where none was."""
        whys = (defect.why for defect in self.defects if defect.why)
        return next((why for why in whys if why.reason in (Reason.TEXT_LOST, Reason.SIGNS_LOST)), None)

    @cached_property
    def kin(self) -> str:
        """The same for one warning over several roads: the national identifier, else the digest of the
        key."""
        return self.identifier if national(self.identifier) else self.key.digest
