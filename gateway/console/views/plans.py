"""Plans: what is said, where, and what became of it at every speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gateway.console.views import View
from gateway.console.views.reasons import why
from gateway.model.delivery import Delivery, Outcome
from gateway.model.record import PlanRow
from gateway.model.speaker import Roster
from gateway.receipts.tally import tally


def plan(row: PlanRow, deliveries: Sequence[Delivery], roster: Roster) -> View:
    """A plan as the ledger has it, with its deliveries. `planned` counts bursts."""
    planned = row.plan.rounds
    return {
        "id": row.plan.id,
        "act": row.plan.act,
        "class": row.plan.class_.name.lower(),
        "start": row.plan.start.isoformat(timespec="milliseconds"),
        "not_after": row.plan.not_after.isoformat() if row.plan.not_after else None,
        "ended": why(row.ended) if row.ended else None,
        "text": [part.script.text for part in row.plan.parts],
        "heard": heard([row], roster),
        "places": places(deliveries, roster),
        "deliveries": [delivery(delivered, planned[delivered.speaker], roster) for delivered in deliveries],
    }


def delivery(delivery: Delivery, planned: int, roster: Roster) -> View:
    """What became of a plan at one speaker.

    Of `planned` bursts `bursts` were played and `unproved` may have been. One that was cut off or cancelled
    is no reading. `form` and `tries` are those of the last burst.
    """
    speaker = roster.speaker(delivery.speaker)
    last = delivery.bursts[-1] if delivery.bursts else None
    return {
        "speaker": delivery.speaker,
        "name": speaker.name if speaker else delivery.speaker,
        "evidence": delivery.evidence.name.lower(),
        "outcome": delivery.outcome,
        **(why(delivery.why) if delivery.why else {"reason": None, "sentence": "", "sentence_en": ""}),
        "form": last.form if last else None,
        "tries": last.tries if last else 0,
        "bursts": sum(burst.outcome is Outcome.PLAYED for burst in delivery.bursts),
        "unproved": sum(burst.outcome is Outcome.UNPROVED for burst in delivery.bursts),
        "planned": planned,
    }


def heard(rows: Sequence[PlanRow], roster: Roster) -> View:
    """In how many rounds, at how many speakers and in how many villages these plans were heard."""

    def village(name: str) -> str:
        speaker = roster.speaker(name)
        return speaker.region.code if speaker else ""

    # A stand-in for a silent speaker has bursts as well, and is no target.
    names = dict.fromkeys(burst.speaker for row in rows for burst in row.bursts)
    bursts = [burst for row in rows for burst in row.bursts]
    deliveries = [Delivery("", name, tuple(one for one in bursts if one.speaker == name)) for name in names]
    return dict(tally(deliveries, village).view)


def places(deliveries: Sequence[Delivery], roster: Roster) -> list[View]:
    """How many speakers of each village and named area came to which outcome."""
    outcomes = {delivery.speaker: str(delivery.outcome or "waiting") for delivery in deliveries}
    speakers: dict[tuple[str, str], list[str]] = {}
    for name in outcomes:
        if speaker := roster.speaker(name):
            village = speaker.region.code, roster.place(speaker.region)
            speakers.setdefault(village, []).append(name)
    for place in roster.places:
        members = [speaker.id for speaker in roster.members(place) if speaker.id in outcomes]
        if members:
            speakers[place.code, place.name] = members
    return [
        {
            "code": code,
            "name": name,
            "planned": len(members),
            "outcomes": dict(sorted(Counter(outcomes[member] for member in members).items())),
        }
        for (code, name), members in sorted(speakers.items())
    ]
