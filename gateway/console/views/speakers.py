"""The speakers of the site."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.console.desk import Documents
from gateway.console.views import View
from gateway.console.views.plans import delivery
from gateway.model.speaker import Roster

LOOKED_AT = 20
"""The newest alerts among which the last burst of a speaker is looked for. Our choice."""


def speakers(documents: Documents, roster: Roster, lines: Mapping[str, bool]) -> list[View]:
    """Every speaker with the outcome of its last burst. `lines`: whether each line is up."""
    last = _last(documents, roster)
    return [
        {
            "id": speaker.id,
            "name": speaker.name,
            "region": speaker.region.code,
            "place": roster.place(speaker.region),
            "group": speaker.group,
            "line": speaker.line,
            "unit": speaker.unit,
            "line_up": lines.get(speaker.line, False),
            "last": last.get(speaker.id),
        }
        for speaker in roster.speakers
    ]


def _last(documents: Documents, roster: Roster) -> dict[str, View]:
    """Speaker id → its newest delivery that has a burst."""
    last: dict[str, View] = {}
    for document in reversed(documents.documents(LOOKED_AT)):
        for row in documents.plans(document.key):
            planned = row.plan.rounds
            for delivered in row.deliveries:
                if delivered.bursts:
                    view = delivery(delivered, planned[delivered.speaker], roster)
                    last[delivered.speaker] = {"key": document.key, **view}
    return last
