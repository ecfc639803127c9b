"""The log: one line a step, with what it is about as fields, and no secret in it.

`log = "text"` writes lines for people (`time LEVEL name: message alert=… plan=…`), `log = "json"` one JSON object a line. What a task is about is told once
with `about(...)` and stands in every line it and the tasks it starts write, also in those of the drivers.
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
"""What a line may be about. Also taken from `extra` of a single line."""

HIDDEN = "[hidden]"
SHORTEST = 6
"""A shorter secret is not looked for: it would blacken half the log. Our choice; `tongluo config check` asks for longer ones."""

_PATTERNS = (
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"),
    re.compile(r"(?i)(?<=token=)[^&\s\"']+"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
)
_QUIET = ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "asyncio")
"""Libraries that tell each request or each start; only their warnings are ours to keep."""
_PRIORITY = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}
"""sd-daemon(3): how the journal learns a line's level."""

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Everything logged inside, and by tasks that begin inside, is about this (names from FIELDS)."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def start(form: Form, secrets: Iterable[str] = (), journal: bool | None = None) -> None:
    """Log to stderr in this form; `secrets` never appear. Under systemd (`journal`) lines carry their priority and leave the time to it."""
    journal = "JOURNAL_STREAM" in os.environ if journal is None else journal
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(form, secrets, journal))
    handler.addFilter(_tell_about)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _tell_about(record: logging.LogRecord) -> bool:
    """Taken where the line is written: a formatter may run elsewhere."""
    for name, value in _about.get().items():
        if not hasattr(record, name):
            setattr(record, name, value)
    return True


class Lines(logging.Formatter):
    """One line a record, whatever the message holds, and the secrets out of it."""

    def __init__(self, form: Form, secrets: Iterable[str] = (), journal: bool = False) -> None:
        super().__init__()
        self._form = form
        self._journal = journal
        known = sorted({each for secret in secrets for each in _spellings(secret)}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        said = self._said(record)
        fields = {name: self._clean(str(value)) for name in FIELDS if (value := getattr(record, name, ""))}
        prefix = f"<{_PRIORITY.get(record.levelname, 6)}>" if self._journal else ""
        if self._form == "json":
            return prefix + self._json(record, said, fields)
        at = "" if self._journal else f"{_time(record)} "
        tail = "".join(f" {name}={_quoted(value)}" for name, value in fields.items())
        return f"{prefix}{at}{record.levelname} {record.name}: {_flat(said)}{tail}"

    def _json(self, record: logging.LogRecord, said: str, fields: Mapping[str, str]) -> str:
        line: dict[str, Any] = {"at": _time(record), "level": record.levelname.lower(), "name": record.name}
        told = json.dumps({**line, "said": said, **fields}, ensure_ascii=False)
        return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in told)

    def _said(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        if record.exc_info:
            said += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            said += "\n" + self.formatStack(record.stack_info)
        return self._clean(said)

    def _clean(self, text: str) -> str:
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def _spellings(secret: str) -> set[str]:
    """A secret as it is and as a dump would show it; of a key file with many lines each line."""
    lines = [line.strip() for line in secret.splitlines()]
    found = {line for line in lines if len(line) >= SHORTEST and not line.startswith("-----")}
    return found | {repr(line)[1:-1] for line in found} | {json.dumps(line)[1:-1] for line in found}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, CHINA).isoformat(timespec="milliseconds")


def _flat(text: str) -> str:
    """A line stays a line: what a stranger sent cannot begin one of its own."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _quoted(value: str) -> str:
    value = _flat(value)
    return json.dumps(value, ensure_ascii=False) if " " in value or '"' in value or "=" in value else value
