"""What sounds now."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.console.desk import Documents
from gateway.console.views import View
from gateway.delivery import OnAir
from gateway.model.speaker import Roster


def on_air(playing: Iterable[OnAir], documents: Documents, roster: Roster) -> list[View]:
    """One entry a speaker. `by` is the sender of the alert, "" for what people here say themselves."""
    entries: list[View] = []
    for entry in playing:
        plan = entry.plan
        speaker = roster.speaker(entry.speaker)
        document = documents.document(plan.alert) if plan.alert else None
        part = next(part for part in plan.parts if entry.speaker in part.targets)
        entries.append(
            {
                "speaker": entry.speaker,
                "name": speaker.name if speaker else entry.speaker,
                "key": plan.alert,
                "act": plan.act,
                "class": plan.class_.name.lower(),
                "by": document.alert.sender if document else "",
                "text": part.script.text,
                "since": entry.since.isoformat(timespec="seconds"),
            }
        )
    return entries
