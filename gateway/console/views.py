"""What the API and the page show of documents, plans and speakers: plain dictionaries, words in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.console.desk import Desk
from gateway.model.alert import Alert, AlertKey
from gateway.model.delivery import Delivery
from gateway.model.reason import Why
from gateway.model.record import Document, PlanRow
from gateway.words import sentence

View = dict[str, Any]


def why(reason: Why) -> View:
    return {
        "reason": str(reason.reason),
        "fields": dict(reason.fields),
        "sentence": sentence(reason, "zh"),
        "sentence_en": sentence(reason, "en"),
    }


def links(keys: Iterable[AlertKey]) -> View:
    """What a sender gets: keys with where to ask for them."""
    return {
        "alerts": [
            {
                "key": key.digest,
                "identifier": key.identifier,
                "links": {
                    "self": f"/api/v1/alerts/{key.digest}",
                    "trace": f"/api/v1/alerts/{key.digest}/trace",
                    "receipts": f"/api/v1/alerts/{key.digest}/receipts",
                },
            }
            for key in keys
        ]
    }


def headline(alert: Alert) -> str:
    """A line that tells one warning from another."""
    chinese = [info for info in alert.infos if info.language.lower().startswith("zh")] or list(alert.infos)
    return (
        next((info.headline or info.event for info in chinese), "") or f"{alert.msg_type} {alert.identifier}"
    )


def document(one: Document) -> View:
    """A line of the list."""
    return {
        "key": one.key,
        "identifier": one.alert.identifier,
        "sender": one.alert.sender,
        "sent": one.alert.sent.isoformat(),
        "at": one.at.isoformat(timespec="milliseconds"),
        "source": one.source,
        "headline": headline(one.alert),
        "status": one.alert.status,
        "msg_type": one.alert.msg_type,
        "verdict": {"name": one.verdict.name, **why(one.verdict.why)},
    }


def plan(desk: Desk, row: PlanRow) -> View:
    rounds = row.plan.rounds
    return {
        "id": row.plan.id,
        "act": row.plan.act,
        "class": row.plan.class_.name.lower(),
        "start": row.plan.start.isoformat(timespec="milliseconds"),
        "not_after": row.plan.not_after.isoformat() if row.plan.not_after else None,
        "ended": why(row.ended) if row.ended else None,
        "text": [part.script.text for part in row.plan.parts],
        "deliveries": [delivery(desk, one, rounds[one.speaker]) for one in desk.ledger.deliveries(row)],
    }


def delivery(desk: Desk, one: Delivery, planned: int) -> View:
    speaker = desk.roster().speaker(one.speaker)
    last = one.bursts[-1] if one.bursts else None
    return {
        "speaker": one.speaker,
        "name": speaker.name if speaker else one.speaker,
        "evidence": one.evidence.name.lower(),
        "outcome": one.outcome,
        **(why(one.why) if one.why else {"reason": None, "sentence": "", "sentence_en": ""}),
        "form": last.form if last else None,
        "tries": last.tries if last else 0,
        "bursts": sum(burst.outcome is not None for burst in one.bursts),
        "planned": planned,
    }


def on_air(desk: Desk) -> list[View]:
    """What sounds now, one entry a speaker."""
    found: list[View] = []
    for playing in desk.on_air():
        speaker = desk.roster().speaker(playing.speaker)
        source = desk.ledger.document(playing.plan.alert) if playing.plan.alert else None
        part = next(part for part in playing.plan.parts if playing.speaker in part.targets)
        found.append(
            {
                "speaker": playing.speaker,
                "name": speaker.name if speaker else playing.speaker,
                "key": playing.plan.alert,
                "act": playing.plan.act,
                "class": playing.plan.class_.name.lower(),
                "by": source.alert.sender if source else "",
                "text": part.script.text,
                "since": playing.since.isoformat(timespec="seconds"),
            }
        )
    return found


def speakers(desk: Desk) -> list[View]:
    """Every speaker with what became of its last burst."""
    last: dict[str, View] = {}
    for one in reversed(desk.ledger.documents(20)):
        for row in desk.ledger.plans(one.key):
            rounds = row.plan.rounds
            for each in desk.ledger.deliveries(row):
                if each.bursts:
                    last[each.speaker] = {
                        "key": one.key,
                        **delivery(desk, each, rounds[each.speaker]),
                    }
    up = desk.lines()
    return [
        {
            "id": speaker.id,
            "name": speaker.name,
            "region": speaker.region.code,
            "place": desk.roster().place(speaker.region),
            "group": speaker.group,
            "line": speaker.line,
            "unit": speaker.unit,
            "line_up": up.get(speaker.line, False),
            "last": last.get(speaker.id),
        }
        for speaker in desk.roster().speakers
    ]
