"""A `[[source]]`: where warnings come from, by kind."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from drivers.config import ConfigPath, SecretFile
from gateway.config.table import Table
from gateway.model.judgement import ANY_SENDER


class Source(Table):
    """The keys of every source: what it may do (gateway.model.judgement.Policy)."""

    name: str
    senders: tuple[str, ...]
    """The values of CAP `sender` that it may speak for; "*" for all, of a relay alone."""
    tier: Literal["nation", "province", "city", "county", "township"] = "county"
    trust: Literal["official", "relayed"] = "official"
    """An official platform, or a relay that passes on what it has from others."""
    no_area: Literal["hold", "whole"] = "hold"
    """A document that names no area waits for a person, or is for the whole site."""
    signature: Literal["ignore", "verify_if_present", "require"] = "verify_if_present"
    """What becomes of the XML signature of its documents."""
    certificates: tuple[ConfigPath, ...] = ()
    """PEM files, with one of which a signature must agree."""
    addresses: tuple[str, ...] = ()
    """Private documents with one of these `addresses` are for this site (CAP v1.2 §3.2.1)."""
    restrictions: tuple[str, ...] = ()
    """Restricted documents with one of these `restriction` texts are for this site (CAP v1.2 §3.2.1)."""
    expected_every_s: int | None = Field(None, ge=60)
    """Longer silence is an alarm; None for never."""

    @property
    def silent_after_s(self) -> int | None:
        """Seconds of silence after which there is an alarm; None for never."""
        return self.expected_every_s

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        if self.signature == "require" and not self.certificates:
            raise ValueError(f'source {self.name}: signature = "require" needs certificates to check with')
        return self

    @model_validator(mode="after")
    def _bound(self) -> Self:
        if ANY_SENDER in self.senders and self.trust != "relayed":
            raise ValueError(f'source {self.name}: senders = ["*"] is for a relay alone (trust = "relayed")')
        return self


class HttpSource(Source):
    """A sender that POSTs its alerts with a bearer token."""

    kind: Literal["http"]
    token_file: SecretFile
    receipt_key_file: SecretFile | None = None
    """Its content signs the receipts of this source (docs/receipts.md)."""


class MqttSource(Source):
    """A topic on a broker; `+` and `#` are wildcards, as MQTT has them."""

    kind: Literal["mqtt"]
    broker: str
    topic: str
    urgent_topic: str | None = None
    """Documents on this topic go first. It has a session of its own."""

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where it listens, each as broker and topic."""
        return [(self.broker, topic) for topic in (self.topic, self.urgent_topic) if topic]


class FeedSource(Source):
    """A feed that the gateway asks: Atom, RSS, CAP, or a list in JSON (docs/formats/)."""

    kind: Literal["feed"]
    url: str
    every_s: int = Field(300, ge=30, le=86400)
    """Seconds from one question to the next."""
    trust: Literal["official", "relayed"] = "relayed"
    inside: bool = False
    """Its host has an address of this network. Otherwise such an address is refused."""
    mutable: bool = False
    """Documents change at their address, so each is fetched every time."""
    most: int = Field(50, ge=1, le=500)
    """Documents of a feed that are looked at, the newest first."""
    headers_file: SecretFile | None = None
    """HTTP headers for every question, one a line, such as `Authorization: Bearer …`."""
    hook_secret_file: SecretFile | None = None
    """Caiyun's client secret, which signs its calls to /api/v1/hooks/NAME."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        url = urlsplit(self.url)
        if url.scheme not in ("http", "https") or not url.hostname or url.username or url.password:
            raise ValueError(
                f"source {self.name}: url {self.url!r} must be http(s)://… without a name and password"
            )
        return self

    @property
    def silent_after_s(self) -> int:
        """Three questions without an answer, where nothing else is configured."""
        return self.expected_every_s or 3 * self.every_s
