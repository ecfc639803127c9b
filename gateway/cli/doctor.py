"""What may be wrong with this site, looked at from where the gateway runs; every finding says what to do."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import getpass
import grp
import os
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.cli.client import Client, owner
from gateway.cli.findings import Finding, Testimony
from gateway.config.brokers import Broker
from gateway.config.config import Config, load, secret_files
from gateway.config.console import address
from gateway.config.lines import LineTable
from gateway.config.table import ConfigWrong
from gateway.i18n import phrase, sentence
from gateway.i18n.failed import Failed
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.monitoring.vitals import LOW_BYTES, free
from gateway.runtime.clock import Clock, SystemClock
from gateway.site.check import wiring
from gateway.site.load import load_site
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.espeak import EspeakVoice

REACH_S = 3.0
"""A broker that takes longer to answer a connection counts as absent. Our choice."""


def examine(
    path: Path, url: str | None = None, lang: str = "zh", clock: Clock | None = None
) -> list[Finding]:
    """Everything that can be seen without making a sound or touching a line that is in use."""
    try:
        site = load(path)
        roster = load_site(site)
    except ConfigWrong as wrong:
        return [Finding(phrase("check_config", lang), False, fault) for fault in wrong.faults]
    return list(_Examination(site, roster, path, url, lang, clock or SystemClock()).findings())


class _Examination:
    """One look at a site that could be read."""

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
        subject = self._phrase("check_config")
        faults = wiring(self._site, self._roster)
        yield from (Finding(subject, False, fault) for fault in faults)
        if not faults:
            yield Finding(subject, True, str(self._path))
        yield self._found("check_data", self._data(), str(self._site.data))
        yield from self._secrets()
        health, told = self._health()
        yield self._found(
            "check_daemon", told, "" if health is None else self._phrase("daemon_on", url=self._url)
        )
        testimony = None if health is None else Testimony(health, self._speakers(), self._lang)
        yield self._time(health)
        yield self._room(testimony)
        for line in self._site.lines:
            yield self._found("check_line", self._line(line, health), line.port, name=line.name)
        for broker in self._site.brokers:
            where = f"{broker.host}:{broker.port}"
            yield self._found("check_broker", self._broker(broker, health), where, name=broker.name)
        if testimony:
            yield from testimony.findings()
        else:
            yield self._found("check_voice", self._voice(), self._phrase("voice_speaks"), name="espeak-ng")

    def _time(self, health: Mapping[str, Any] | None) -> Finding:
        """The daemon's word counts where it runs: it knows more than the kernel tells at this moment."""
        now = self._clock.now().isoformat(sep=" ", timespec="seconds")
        said = ((health or {}).get("clock") or {}).get("trusted")
        trusted = self._clock.trusted if said is None else said
        return self._found("check_clock", None if trusted else self._phrase("clock_unset", saw=now), now)

    def _room(self, testimony: Testimony | None) -> Finding:
        left = free(self._site.data)
        wrong = testimony.disk if testimony else None
        megabytes = "?" if left is None else left // 2**20
        if wrong is None and left is not None and left < LOW_BYTES:
            wrong = sentence(Why(Reason.DISK_LOW, {"free": str(megabytes)}), self._lang)
        return self._found("check_disk", wrong, self._phrase("disk_free", free=megabytes))

    def _voice(self) -> str | None:
        """No daemon to ask: let the voice say something that nobody hears."""

        async def ask() -> bool:
            voices = await open_voices(Announcer(EspeakVoice()))
            await voices.close()
            return voices.speaks

        return None if asyncio.run(ask()) else self._phrase("voice_mute")

    def _speakers(self) -> list[Mapping[str, Any]]:
        try:
            told = Client(self._url, owner(self._site, self._lang), self._lang).get("speakers")
        except Failed:
            return []  # said where the daemon was asked how it is
        return list(told.get("speakers") or []) if isinstance(told, Mapping) else []

    def _found(self, subject: str, wrong: str | None, right: str, **fields: str) -> Finding:
        return Finding(self._phrase(subject, **fields), wrong is None, wrong or right or self._phrase("ok"))

    def _phrase(self, key: str, **fields: object) -> str:
        return phrase(key, self._lang, **fields)

    def _data(self) -> str | None:
        data = self._site.data
        nearest = next(place for place in (data, *data.absolute().parents) if place.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            return self._phrase("data_locked", file=nearest)
        return None

    def _secrets(self) -> Iterator[Finding]:
        token = self._site.data / "owner.token"
        if token.exists():
            yield self._found("check_token", self._secret(token), str(token))
        for file in secret_files(self._site):
            yield self._found("check_secret", self._secret(file), str(file), name=file.name)

    def _secret(self, file: Path) -> str | None:
        try:
            mode = file.stat().st_mode & 0o777
        except OSError:
            return self._phrase("secret_absent", file=file)
        if mode & 0o077:
            return self._phrase("secret_loose", file=file, mode=f"{mode:o}")
        return None if os.access(file, os.R_OK) else self._phrase("secret_locked", file=file)

    def _health(self) -> tuple[Mapping[str, Any] | None, str | None]:
        """What the running gateway says of itself, or what to do."""
        if not (self._site.data / "owner.token").exists():
            return None, self._phrase("daemon_off", url=self._url, file=self._path)
        try:
            health = Client(self._url, owner(self._site, self._lang), self._lang).get("health")
        except Failed as failed:
            return None, failed.sentence
        return health if isinstance(health, Mapping) else {}, None

    def _line(self, line: LineTable, health: Mapping[str, Any] | None) -> str | None:
        """A running gateway holds its ports: then its word counts, and the port is left alone."""
        if health is not None and line.name in (lines := health.get("lines") or {}):
            return None if lines[line.name] else self._phrase("line_down", port=line.port)
        return self._port(line)

    def _socket(self, line: LineTable) -> str | None:
        where = urlsplit(line.port)
        try:
            socket.create_connection((where.hostname, where.port or 0), REACH_S).close()
        except OSError as error:
            return self._phrase("port_wrong", port=line.port, why=error.strerror or error)
        return None

    def _port(self, line: LineTable) -> str | None:
        if "://" in line.port:
            return self._socket(line)
        port = Path(line.port)
        try:
            if not stat.S_ISCHR(port.stat().st_mode):
                return self._phrase("port_file", port=port)
        except OSError:
            return self._phrase("port_absent_simulated" if line.simulated else "port_absent", port=port)
        if not os.access(port, os.R_OK | os.W_OK):
            return self._phrase("port_locked", port=port, group=_group(port), user=getpass.getuser())
        try:
            descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.EBUSY:
                return self._phrase("port_busy", port=port, who=_holder(port))
            return self._phrase("port_wrong", port=port, why=error.strerror)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return self._phrase("port_busy", port=port, who=_holder(port))
        finally:
            os.close(descriptor)
        return None

    def _broker(self, broker: Broker, health: Mapping[str, Any] | None) -> str | None:
        try:
            socket.create_connection((broker.host, broker.port), REACH_S).close()
        except OSError as error:
            return self._phrase("broker_off", host=broker.host, port=broker.port, why=error.strerror or error)
        if health is not None and (health.get("brokers") or {}).get(broker.name) is False:
            return self._phrase("broker_down")
        return None


def _group(port: Path) -> str:
    try:
        return grp.getgrgid(port.stat().st_gid).gr_name
    except (KeyError, OSError):
        return "dialout"


def _holder(port: Path) -> str:
    """The programs that have the port open, as far as this user may see: `name (pid)`."""
    real, found = str(port.resolve()), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and any(
                str(open_file.readlink()) == real for open_file in (process / "fd").iterdir()
            ):
                found.append(f"{(process / 'comm').read_text().strip()} ({process.name})")
        except OSError:
            continue
    return ", ".join(found)
