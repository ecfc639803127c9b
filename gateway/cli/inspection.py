"""The inspection of a site from the machine where the gateway runs. Every finding says what to do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.cli import ports
from gateway.cli.client import Client, owner
from gateway.cli.findings import Finding
from gateway.cli.health_report import HealthReport
from gateway.config.brokers import Broker
from gateway.config.config import Config, load, secret_files
from gateway.config.console import address
from gateway.config.lines import LineTable
from gateway.config.table import ConfigWrong
from gateway.config.voice import EspeakTable
from gateway.i18n import phrase, sentence
from gateway.i18n.failed import Failed
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.monitoring.vitals import LOW_BYTES, free
from gateway.runtime.clock import Clock, SystemClock
from gateway.site.check import wiring
from gateway.site.load import load_site
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.choice import lack, title, wanted
from gateway.voice.engines.espeak import EspeakVoice


def inspect(
    path: Path, url: str | None = None, lang: str = "zh", clock: Clock | None = None
) -> list[Finding]:
    """Everything that can be seen without making a sound and without touching a line that is in use."""
    try:
        site = load(path)
        roster = load_site(site)
    except ConfigWrong as wrong:
        return [Finding(phrase("check_config", lang), False, fault) for fault in wrong.faults]
    return list(Inspection(site, roster, path, url, lang, clock or SystemClock()).findings())


class Inspection:
    """Looks once at a site whose configuration could be read.

    Where the gateway runs, its own word on its lines, brokers and clock counts, and its ports are left alone.
    """

    def __init__(
        self, site: Config, roster: Roster, path: Path, url: str | None, lang: str, clock: Clock
    ) -> None:
        self._site = site
        self._roster = roster
        self._path = path
        self._url = url or address(site.http)
        self._lang = lang
        self._clock = clock

    def findings(self) -> Iterator[Finding]:
        """In the order in which a technician would look."""
        yield from self._config()
        yield self._finding("check_data", self._data(), str(self._site.data))
        yield from self._secrets()
        health, fault = self._health()
        yield self._finding("check_daemon", fault, self._phrase("daemon_on", url=self._url))
        report = None if health is None else HealthReport(health, self._speakers(), self._lang)
        yield self._time(health)
        yield self._room(report)
        for line in self._site.lines:
            yield self._finding("check_line", self._line(line, health), line.port, name=line.name)
        for broker in self._site.brokers:
            where = f"{broker.host}:{broker.port}"
            yield self._finding("check_broker", self._broker(broker, health), where, name=broker.name)
        if report:
            yield from report.findings()
        else:
            spoke = self._phrase("voice_speaks")
            yield self._finding("check_voice", self._voice(), spoke, name="espeak-ng")
            yield from self._neural()

    def _finding(self, subject: str, fault: str | None, good: str, **fields: str) -> Finding:
        said = fault or good or self._phrase("ok")
        return Finding(self._phrase(subject, **fields), fault is None, said)

    def _phrase(self, key: str, **fields: object) -> str:
        return phrase(key, self._lang, **fields)

    def _config(self) -> Iterator[Finding]:
        subject = self._phrase("check_config")
        faults = wiring(self._site, self._roster, self._lang)
        yield from (Finding(subject, False, fault) for fault in faults)
        if not faults:
            yield Finding(subject, True, str(self._path))

    def _data(self) -> str | None:
        data = self._site.data
        nearest = next(place for place in (data, *data.absolute().parents) if place.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            return self._phrase("data_locked", file=nearest)
        return None

    def _secrets(self) -> Iterator[Finding]:
        token = self._site.data / "owner.token"
        if token.exists():
            yield self._finding("check_token", self._secret(token), str(token))
        for file in secret_files(self._site):
            yield self._finding("check_secret", self._secret(file), str(file), name=file.name)

    def _secret(self, file: Path) -> str | None:
        try:
            mode = file.stat().st_mode & 0o777
        except OSError:
            return self._phrase("secret_absent", file=file)
        if mode & 0o077:
            return self._phrase("secret_loose", file=file, mode=f"{mode:o}")
        return None if os.access(file, os.R_OK) else self._phrase("secret_locked", file=file)

    def _health(self) -> tuple[Mapping[str, Any] | None, str | None]:
        """The health that the running gateway reports, or why there is none and what to do."""
        if not (self._site.data / "owner.token").exists():
            return None, self._phrase("daemon_off", url=self._url, file=self._path)
        try:
            health = self._client().get("health")
        except Failed as failed:
            return None, failed.sentence
        return health if isinstance(health, Mapping) else {}, None

    def _speakers(self) -> list[Mapping[str, Any]]:
        """The speakers as the gateway lists them; none where it does not answer, which `_health` has said."""
        try:
            answer = self._client().get("speakers")
        except Failed:
            return []
        return list(answer.get("speakers") or []) if isinstance(answer, Mapping) else []

    def _client(self) -> Client:
        return Client(self._url, owner(self._site, self._lang), self._lang)

    def _time(self, health: Mapping[str, Any] | None) -> Finding:
        """The gateway knows more of its clock than the kernel tells at this moment."""
        now = self._clock.now().isoformat(sep=" ", timespec="seconds")
        reported = ((health or {}).get("clock") or {}).get("trusted")
        trusted = self._clock.trusted if reported is None else reported
        return self._finding("check_clock", None if trusted else self._phrase("clock_unset", saw=now), now)

    def _room(self, report: HealthReport | None) -> Finding:
        left = free(self._site.data)
        fault = report.disk if report else None
        megabytes = "?" if left is None else left // 2**20
        if fault is None and left is not None and left < LOW_BYTES:
            fault = sentence(Why(Reason.DISK_LOW, {"free": str(megabytes)}), self._lang)
        return self._finding("check_disk", fault, self._phrase("disk_free", free=megabytes))

    def _line(self, line: LineTable, health: Mapping[str, Any] | None) -> str | None:
        lines = (health or {}).get("lines") or {}
        if line.name in lines:
            return None if lines[line.name] else self._phrase("line_down", port=line.port)
        return ports.fault(line, self._lang)

    def _broker(self, broker: Broker, health: Mapping[str, Any] | None) -> str | None:
        if why := ports.reach(broker.host, broker.port):
            return self._phrase("broker_off", host=broker.host, port=broker.port, why=why)
        if ((health or {}).get("brokers") or {}).get(broker.name) is False:
            return self._phrase("broker_down")
        return None

    def _neural(self) -> Iterator[Finding]:
        """No gateway runs: what the voice beside espeak-ng lacks. One that the site has named is checked with
        the configuration."""
        table = wanted(self._site.voice)
        why = lack(table, self._site.data)
        if not isinstance(table, EspeakTable) and not (why and self._site.voice):
            heard = "" if table.trial else self._phrase("voice_unheard")
            good = self._phrase("voice_installed") + heard
            fault = sentence(why, self._lang) if why else None
            yield self._finding("check_voice", fault, good, name=title(table))

    def _voice(self) -> str | None:
        """No gateway runs: the voice says something that nobody hears."""

        async def speaks() -> bool:
            voices = await open_voices(Announcer(EspeakVoice()))
            await voices.close()
            return voices.speaks

        return None if asyncio.run(speaks()) else self._phrase("voice_mute")
