"""The log: one line for each step, with fields for what it is about, and no secret in it.

`log = "text"` writes lines for people: `time LEVEL name: message alert=… plan=…`. `log = "json"` writes one
JSON object a line. `about(...)` gives the fields of every line that is written inside it, also by the tasks
that are started there and by the drivers.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Literal

from gateway.runtime.clock import CHINA

Form = Literal["text", "json"]

FIELDS = ("alert", "plan", "burst", "speaker", "line", "source")
"""The fields that a line may have. They are also taken from `extra` of a single line."""

HIDDEN = "[hidden]"
SHORTEST = 6
"""A shorter secret is not looked for: it would blacken half the log. Our choice; `tongluo config check` asks
for longer ones."""

_PATTERNS = (
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"),
    re.compile(r"(?i)(?<=token=)[^&\s\"']+"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
)
_QUIET = ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "asyncio")
"""Libraries that log each request or each start; of them only warnings are kept."""
_PRIORITY = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}
"""The journal learns the level of a line by its number (sd-daemon(3))."""

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Give these fields (names from FIELDS) to every line logged inside, also by tasks that begin inside."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def start(form: Form, secrets: Iterable[str] = (), journal: bool | None = None) -> None:
    """Log to stderr in this form; `secrets` never appear. Under systemd (`journal`) lines carry their
    priority and leave the time to it."""
    journal = "JOURNAL_STREAM" in os.environ if journal is None else journal
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(form, secrets, journal))
    handler.addFilter(_add_fields)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_fields(record: logging.LogRecord) -> bool:
    """Done where the line is written: a formatter may run elsewhere."""
    for name, value in _about.get().items():
        if not hasattr(record, name):
            setattr(record, name, value)
    return True


class LineFormatter(logging.Formatter):
    """Writes one line for each record, whatever its message holds, with the secrets hidden."""

    def __init__(self, form: Form, secrets: Iterable[str] = (), journal: bool = False) -> None:
        super().__init__()
        self._form = form
        self._journal = journal
        spellings = sorted({each for secret in secrets for each in _spellings(secret)}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, spellings))) if spellings else None

    def format(self, record: logging.LogRecord) -> str:
        message = self._message(record)
        fields = {name: self._clean(str(value)) for name in FIELDS if (value := getattr(record, name, ""))}
        prefix = f"<{_PRIORITY.get(record.levelname, 6)}>" if self._journal else ""
        if self._form == "json":
            return prefix + self._json(record, message, fields)
        at = "" if self._journal else f"{_time(record)} "
        tail = "".join(f" {name}={_quoted(value)}" for name, value in fields.items())
        return f"{prefix}{at}{record.levelname} {record.name}: {_flat(message)}{tail}"

    def _json(self, record: logging.LogRecord, message: str, fields: Mapping[str, str]) -> str:
        line: dict[str, Any] = {"at": _time(record), "level": record.levelname.lower(), "name": record.name}
        text = json.dumps({**line, "said": message, **fields}, ensure_ascii=False)
        return "".join(
            character if character.isprintable() else json.dumps(character)[1:-1] for character in text
        )

    def _message(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            message += "\n" + self.formatStack(record.stack_info)
        return self._clean(message)

    def _clean(self, text: str) -> str:
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def _spellings(secret: str) -> set[str]:
    """A secret as it is and as a dump shows it; of a key file with many lines, each line."""
    lines = [line.strip() for line in secret.splitlines()]
    plain = {line for line in lines if len(line) >= SHORTEST and not line.startswith("-----")}
    return plain | {repr(line)[1:-1] for line in plain} | {json.dumps(line)[1:-1] for line in plain}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, CHINA).isoformat(timespec="milliseconds")


def _flat(text: str) -> str:
    """The text on one line: what a stranger sent cannot begin a line of its own."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _quoted(value: str) -> str:
    value = _flat(value)
    return json.dumps(value, ensure_ascii=False) if " " in value or '"' in value or "=" in value else value
