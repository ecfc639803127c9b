"""A `[[source]]`: where warnings come from, by kind."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from drivers.config import ConfigPath, SecretFile
from gateway.config.table import Table


class Source(Table):
    """What a source may do, whatever its road (model/judgement.Policy). `trust`: an official platform that pushes, or a relay at second hand.
    `no_area`: what names no place waits for a person, or means the whole site. `signature`: whether its XML must be signed, with one of
    `certificates` (PEM files). `addresses`, `restrictions`: the names and restrictions under which Private and Restricted documents are for us.
    Silent for longer than `expected_every_s` is an alarm."""

    name: str
    senders: tuple[str, ...]
    tier: Literal["nation", "province", "city", "county", "township"] = "county"
    trust: Literal["official", "relayed"] = "official"
    no_area: Literal["hold", "whole"] = "hold"
    signature: Literal["ignore", "verify_if_present", "require"] = "verify_if_present"
    certificates: tuple[ConfigPath, ...] = ()
    addresses: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    expected_every_s: int | None = Field(None, ge=60)

    @property
    def silent_after_s(self) -> int | None:
        """Seconds without a word after which it is an alarm; None for never."""
        return self.expected_every_s

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        if self.signature == "require" and not self.certificates:
            raise ValueError(f'source {self.name}: signature = "require" needs certificates to check with')
        return self


class HttpSource(Source):
    """Who may POST alerts: a bearer token, bound to the senders it may speak for."""

    kind: Literal["http"]
    token_file: SecretFile
    receipt_key_file: SecretFile | None = None


class MqttSource(Source):
    """A topic on a broker, bound to the senders it may speak for. What comes on `urgent_topic`, over a session of its own, goes first."""

    kind: Literal["mqtt"]
    broker: str
    topic: str
    urgent_topic: str | None = None

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where it listens: broker and topic."""
        return [(self.broker, topic) for topic in (self.topic, self.urgent_topic) if topic]


class FeedSource(Source):
    """A feed that is asked every so often: Atom, RSS, CAP, or the JSON of QWeather and Caiyun. `inside`: its host has an address of this network.
    `headers_file` holds header lines such as `Authorization: Bearer …`; `hook_secret_file` Caiyun's client secret, with which its calls to
    /api/v1/hooks/NAME are signed. It is a relay unless told otherwise, and silent when it has not answered for three turns."""

    kind: Literal["feed"]
    url: str
    every_s: int = Field(300, ge=30, le=86400)
    trust: Literal["official", "relayed"] = "relayed"
    inside: bool = False
    mutable: bool = False
    most: int = Field(50, ge=1, le=500)
    headers_file: SecretFile | None = None
    hook_secret_file: SecretFile | None = None

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
        return self.expected_every_s or 3 * self.every_s
