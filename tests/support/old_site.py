"""A site of an older version, kept under tests/data/sites: it is unpacked and its ledger read."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from gateway.model.alarm import Alarm
from gateway.model.drill import Drill
from gateway.model.record import Document, PlanRow
from gateway.store.copies.export import export
from gateway.store.sqlite.ledger import Ledger

SITES = Path(__file__).parents[1] / "data" / "sites"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def unpack(version: str, folder: Path) -> Path:
    """A copy of the site of this version; its ledger is `data/ledger.sqlite`. Returns the site's folder."""
    site = folder / version
    shutil.copytree(SITES / version, site)
    packed = site / "data" / "ledger.sqlite.gz"
    (site / "data" / "ledger.sqlite").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    (site / "data" / "ledger.key").chmod(0o600)
    return site


def told(ledger: Ledger, file: Path, now: datetime) -> dict[str, Any]:
    """All that an open ledger tells, as TOML has it; `file` is the same ledger's. Times are ISO 8601."""
    documents = list(reversed(ledger.documents(1000)))
    names = {document.key: document.alert.identifier for document in documents}
    hold = ledger.held_until()
    seen = ledger.seen()
    return {
        "seen": seen.isoformat() if seen else "",
        "hold_until": hold.isoformat() if hold else "",
        "relays_on": [f"{line}/{unit}" for line, unit in ledger.powered()],
        "held": [document.alert.identifier for document in ledger.held()],
        "unjudged": [number for number, _ in ledger.unjudged()],
        "unsettled": [names[row.plan.alert] for one in ledger.unsettled() if (row := ledger.plan(one))],
        "live": [
            names.get(row.plan.alert, row.plan.act) for one in ledger.live() if (row := ledger.plan(one))
        ],
        "names": ledger.pronunciations(),
        "document": [_document(document) for document in documents],
        "plan": [_plan(row, names) for row in ledger.since(BEGINNING)],
        "quarantined": [
            {"number": number, "source": arrival.source, "bytes": len(arrival.raw), "why": why.reason}
            for number, arrival, why in ledger.quarantined()
        ],
        "drill": [_drill(drill) for drill in ledger.drills(now)],
        "alarm": [_alarm(alarm) for alarm in ledger.alarms()],
        "receipt": [
            {"document": identifier, "told": [json.loads(one.body)["kind"] for one in ledger.receipts(key)]}
            for key, identifier in names.items()
        ],
        "owed": [json.loads(receipt.body)["kind"] for receipt in ledger.owed()],
        **_exported(file),
    }


def _drill(drill: Drill) -> dict[str, Any]:
    return {
        "number": drill.number,
        "source": drill.source,
        "places": list(drill.places),
        "speakers": list(drill.speakers),
        "start": drill.start.isoformat(),
        "end": drill.end.isoformat(),
        "person": drill.person,
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "name": alarm.name,
        "why": alarm.why.reason,
        "since": alarm.since.isoformat(),
        "rings": alarm.rings,
        "cleared": alarm.cleared.isoformat() if alarm.cleared else "",
        "acknowledged_by": alarm.acknowledged_by,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "identifier": document.alert.identifier,
        "source": document.source,
        "at": document.at.isoformat(),
        "says": [info.headline for info in document.alert.infos],
        "verdict": document.verdict.name,
        "why": document.verdict.why.reason,
        "steps": len(document.trace),
    }


def _plan(row: PlanRow, names: dict[str, str]) -> dict[str, Any]:
    plan = row.plan
    speakers = dict.fromkeys(burst.speaker for burst in row.bursts)
    return {
        "document": names.get(plan.alert, ""),
        "act": plan.act,
        "class": plan.class_.name,
        "start": plan.start.isoformat(),
        "says": [part.script.text for part in plan.parts],
        "site": plan.roster,
        "ended": row.ended.reason if row.ended else "",
        "outcomes": {
            speaker: [burst.outcome or "" for burst in row.bursts if burst.speaker == speaker]
            for speaker in speakers
        },
    }


def _exported(file: Path) -> dict[str, Any]:
    """The export of the ledger: the number of rows of each kind, and the acts of people by name."""
    ledger = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        lines = [json.loads(line) for line in export(ledger)]
    finally:
        ledger.close()
    acts = [{"person": line["person"], "act": line["body"]} for line in lines if line["kind"] == "act"]
    return {"act": acts, "row": dict(sorted(Counter(line["kind"] for line in lines).items()))}
