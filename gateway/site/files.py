"""The files that brokers, sources and webhooks name: keys, tokens, certificates. A line reads its own
(`LineConfig.check`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.config.config import Config
from gateway.config.sources import MqttSource
from gateway.i18n import phrase

AT_THE_START = frozenset({"token_file", "receipt_key_file", "secret_file", "headers_file", "certificates"})
"""The keys of files that are read before anything is served. The others are read at each connection, which is
tried again: a fault there is an alarm."""
ENCODINGS = {
    "token_file": "utf-8",
    "headers_file": "utf-8",
    "password_file": "utf-8",
    "certificates": "ascii",
}
"""The encodings of files that hold text. The others hold any bytes."""


class NamedFile(NamedTuple):
    """A file and the key that names it."""

    where: str
    """The table with its name, and the key: source.0 (county).token_file."""
    path: Path
    encoding: str | None
    """None where it may hold any bytes."""
    at_start: bool
    """Without it the gateway does not start."""

    def unread(self, lang: str) -> str | None:
        """Why it cannot be read, and what to do; None where it can."""
        try:
            content = self.path.read_bytes()
            if self.encoding:
                content.decode(self.encoding)
        except OSError as error:
            return unread(error, self.where, self.path, lang)
        except UnicodeDecodeError:
            return phrase("file_no_text", lang, where=self.where, file=self.path)
        return None

    def unusable(self, lang: str) -> str | None:
        """The same, also for a file that holds nothing: an empty token lets nobody in."""
        fault = self.unread(lang)
        if fault is None and not self.path.read_bytes().strip():
            return phrase("file_empty", lang, where=self.where, file=self.path)
        return fault


def unread(error: OSError, where: str, file: object, lang: str) -> str:
    """The sentence for a file that cannot be read. `where` is the key that names it."""
    key = {FileNotFoundError: "file_absent", PermissionError: "file_locked"}.get(type(error), "file_broken")
    return phrase(key, lang, where=where, file=file, why=error.strerror or "")


def named(site: Config) -> Iterator[NamedFile]:
    """Every such file of a configuration, as often as a key names it."""
    heard = {source.broker for source in site.sources if isinstance(source, MqttSource)}
    idle = {broker.name for broker in site.brokers} - heard
    for table, entries in (("broker", site.brokers), ("source", site.sources), ("webhook", site.webhooks)):
        for number, entry in enumerate(entries):
            name = str(getattr(entry, "name", "") or getattr(entry, "url", ""))
            starts = AT_THE_START if table != "broker" or name not in idle else frozenset[str]()
            for key in type(entry).model_fields:
                value = getattr(entry, key)
                for path in value if isinstance(value, tuple) else (value,):
                    if isinstance(path, Path):
                        where = f"{table}.{number} ({name}).{key}"
                        yield NamedFile(where, path, ENCODINGS.get(key), key in starts)


def faults(site: Config, lang: str = "zh") -> list[str]:
    """A sentence for each file that cannot be used."""
    return [fault for file in named(site) if (fault := file.unusable(lang))]


def barring(site: Config, lang: str = "zh") -> list[str]:
    """The same for those without which the gateway does not start."""
    return [fault for file in named(site) if file.at_start and (fault := file.unread(lang))]
