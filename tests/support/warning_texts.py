"""Warnings from files as what is read of them. For the measures of the voice.

A folder may hold documents of any format that the gateway reads, lines of JSON with the document in `raw`,
and our own table of texts.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from gateway.announcements import script
from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.alert import Alert, Info, MsgType, Scope, Severity, Status
from gateway.model.plan import Script

OURS = Path(__file__).parents[1] / "data" / "first_readings"
"""Our own texts, so that no measure needs a foreign file."""
SEVERITIES = {
    "red": Severity.EXTREME,
    "orange": Severity.SEVERE,
    "yellow": Severity.MODERATE,
    "blue": Severity.MINOR,
}


class Text(NamedTuple):
    """One text that is read out."""

    name: str
    issuer: str
    script: Script


def texts(folder: Path) -> list[Text]:
    """Every text of a folder, each script once. A document that cannot be read is left out."""
    found: dict[Script, Text] = {}
    for name, alert in _alerts(folder):
        for info in alert.infos:
            if info.language.startswith("zh"):
                text = Text(name, _issuer(info), read_out(alert, info))
                found.setdefault(text.script, text)
    return list(found.values())


def read_out(alert: Alert, info: Info) -> Script:
    """What is said of a block, whatever the judges would decide: its lift, its exercise, or its warning."""
    level = meaning.level(info)
    if alert.msg_type is MsgType.CANCEL:
        return script.lift(_issuer(info), meaning.hazard(info), level, alert.sent)
    if alert.status is Status.EXERCISE:
        return script.exercise(alert, info, level)
    return script.warning(alert, info, level)


def _issuer(info: Info) -> str:
    from gateway.wording.issuing import issuer

    return issuer(info.headline, info.description, info.sender_name)


def _alerts(folder: Path) -> Iterator[tuple[str, Alert]]:
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".toml" and file.parent == OURS:
            yield from _of_table(tomllib.loads(file.read_text("utf-8")))
        elif file.suffix == ".jsonl":
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                yield from _of_document(str(row.get("id", file.name)), str(row["raw"]).encode())
        elif file.suffix in (".xml", ".cap", ".json") and file.is_file():
            yield from _of_document(file.name, file.read_bytes())


def _of_document(name: str, raw: bytes) -> Iterator[tuple[str, Alert]]:
    try:
        for alert in parse(raw):
            yield name, alert
    except Unreadable:
        return


def _of_table(table: dict[str, Any]) -> Iterator[tuple[str, Alert]]:
    """The warnings of our own table (tests/data/first_readings/texts.toml)."""
    for number, row in enumerate(table["warning"]):
        issuer = table["issuers"][row["by"]]
        info = Info(
            language="zh-CN",
            event=row["event"],
            severity=SEVERITIES.get(row["level"], Severity.UNKNOWN),
            sender_name=issuer,
            headline=row["title"],
            description=row["text"],
            instruction=row["advice"],
        )
        sent = datetime.fromisoformat(row["sent"])
        yield (
            f"{number:02d} {row['event']}",
            Alert(
                f"ours-{number}", "office", sent, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC, infos=(info,)
            ),
        )
