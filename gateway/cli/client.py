"""The client of a running gateway: where it listens, the owner's token, and its answers as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.config.config import Config, load
from gateway.config.console import address
from gateway.i18n import phrase
from gateway.i18n.failed import NO_DAEMON, Absent, Failed

if TYPE_CHECKING:
    import httpx

PLACES = (Path("gateway.toml"), Path("var/demo/gateway.toml"))
"""Where a configuration is looked for when none is named: here, then where `make run` leaves its own."""
PATIENCE_S = 10.0
"""Seconds after which a request is given up. The gateway answers after one disk write at most. Our choice."""


def find_config(named: Path | None) -> Path | None:
    """The configuration that --config or TONGLUO_CONFIG names, else the first one of PLACES."""
    if named is None and (variable := os.environ.get("TONGLUO_CONFIG")):
        named = Path(variable)
    return named or next((place for place in PLACES if place.is_file()), None)


@dataclass(frozen=True)
class Client:
    """Asks the gateway. Every failure is a Failed."""

    url: str
    token: str
    lang: str = "zh"
    """The language of the failures."""
    transport: httpx.BaseTransport | None = None
    """Takes the place of the network in a test."""

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        return self._ask("POST", path, json=dict(body))

    def put(self, path: str, body: Mapping[str, object]) -> Any:
        return self._ask("PUT", path, json=dict(body))

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def send(self, raw: bytes) -> Any:
        """Send the bytes of an alert as they are."""
        xml = raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        kind = "application/cap+xml" if xml else "application/json"
        return self._ask("POST", "alerts", content=raw, headers={"content-type": kind})

    def explain(self, raw: bytes, source: str) -> Any:
        """A dry run of an alert's bytes, as if they came from this source."""
        return self._ask("POST", "explain", content=raw, params={"source": source})

    def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> Any:
        import httpx  # `tongluo run` needs no client

        sent = {
            "authorization": f"Bearer {self.token}",
            "accept-language": self.lang,
            **(headers or {}),
        }
        try:
            with httpx.Client(
                base_url=self.url, transport=self.transport, timeout=PATIENCE_S, trust_env=False
            ) as http:
                answer = http.request(method, f"/api/v1/{path}", headers=sent, **body)
        except httpx.TimeoutException as error:
            raise Failed(phrase("slow_daemon", self.lang, url=self.url), NO_DAEMON) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Failed(phrase("no_daemon", self.lang, url=self.url), NO_DAEMON) from error
        if answer.is_success:
            return self._json(answer)
        kind = Absent if answer.status_code == httpx.codes.NOT_FOUND else Failed
        raise kind(self._complaint(answer, path))

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            saw = answer.headers.get("content-type", "")
            raise Failed(phrase("odd_daemon", self.lang, url=self.url, saw=saw), NO_DAEMON) from error

    def _complaint(self, answer: httpx.Response, path: str) -> str:
        try:
            json = answer.json()
        except ValueError:
            json = {}
        body: Mapping[str, Any] = json if isinstance(json, dict) else {}
        saw = self._detail(body.get("detail", body))
        match answer.status_code:
            case 401 | 403:
                return phrase("wrong_token", self.lang)
            case 404:
                return saw or phrase("not_found", self.lang, what=path.rpartition("/")[2])
            case 413:
                return phrase("too_large", self.lang)
            case 422 if "quarantine" in body:
                return phrase("unreadable", self.lang, saw=saw, number=body["quarantine"])
            case 503:
                return phrase("disk", self.lang)
            case 409 | 429 if saw:
                return saw
        return phrase("refused", self.lang, status=answer.status_code, saw=saw)

    def _detail(self, detail: object) -> str:
        """What the API says is wrong: a reason with its sentences, or a list of a validator's errors.

        An older gateway answers with one string, `Chinese / English`.
        """
        if isinstance(detail, Mapping):
            return spoken(detail, self.lang)
        if isinstance(detail, list):
            errors = (error.get("msg", error) if isinstance(error, Mapping) else error for error in detail)
            return "; ".join(map(str, errors))
        chinese, _, english = str(detail).partition(" / ")
        return english if english and self.lang == "en" else chinese


def spoken(row: Mapping[str, Any] | None, lang: str) -> str:
    """The sentence of a row of the API: `sentence` is Chinese, `sentence_en` English."""
    row = row or {}
    return str((row.get("sentence_en") if lang == "en" else "") or row.get("sentence") or "")


def connect(config: Path | None, url: str | None, lang: str) -> Client:
    """The client of the gateway that the options mean.

    TONGLUO_TOKEN takes the place of the owner's token where no configuration is at hand.

    Raises Failed, ConfigWrong.
    """
    token = os.environ.get("TONGLUO_TOKEN", "")
    if url and token:
        return Client(url, token, lang)
    file = find_config(config)
    if file is None:
        raise Failed(phrase("no_config", lang))
    site = load(file)
    return Client(url or address(site.http), token or owner(site, lang), lang)


def owner(site: Config, lang: str) -> str:
    """The owner's token. Raises Failed where it cannot be read, or where other users can read it."""
    file = site.data / "owner.token"
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text("ascii").strip()
    except FileNotFoundError as error:
        raise Failed(phrase("no_daemon", lang, url=address(site.http)), NO_DAEMON) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Failed(phrase("no_token", lang, file=file, why=why)) from error
    if mode & 0o077:
        raise Failed(phrase("loose_token", lang, file=file, mode=f"{mode:o}"))
    return text
