"""What the API and the page show of documents, plans and speakers: plain dictionaries, words in Chinese and English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.console.desk import Desk
from gateway.i18n import sentence
from gateway.model.alert import Alert, AlertKey
from gateway.model.delivery import Delivery
from gateway.model.reason import Why
from gateway.model.record import Document, PlanRow
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Verdict

View = dict[str, Any]


def why(reason: Why) -> View:
    return {
        "reason": str(reason.reason),
        "fields": dict(reason.fields),
        "sentence": sentence(reason, "zh"),
        "sentence_en": sentence(reason, "en"),
    }


def verdict(one: Verdict) -> View:
    """What was decided, with what somebody should know of it all the same."""
    held = one if isinstance(one, Hold) else None
    return {
        "name": one.name,
        **why(one.why),
        "flags": [why(flag) for flag in getattr(one, "flags", ())],
        **({"until": held.until.isoformat() if held.until else None, "needs": held.needs} if held else {}),
        **({"approved": list(held.approved)} if held else {}),
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
        "verdict": verdict(one.verdict),
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
        "places": places(desk.roster(), desk.ledger.deliveries(row)),
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


def places(roster: Roster, deliveries: Sequence[Delivery]) -> list[View]:
    """How many speakers of each village and named area came to what."""
    outcomes = {one.speaker: str(one.outcome or "waiting") for one in deliveries}
    by_place: dict[tuple[str, str], list[str]] = {}
    for name in outcomes:
        if speaker := roster.speaker(name):
            by_place.setdefault((speaker.region.code, roster.place(speaker.region)), []).append(name)
    for place in roster.places:
        names = [one.id for one in roster.members(place) if one.id in outcomes]
        if names:
            by_place[place.code, place.name] = names
    return [
        {
            "code": code,
            "name": name,
            "planned": len(names),
            "outcomes": dict(sorted(Counter(outcomes[one] for one in names).items())),
        }
        for (code, name), names in sorted(by_place.items())
    ]


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
