"""Planted bugs of ends that name a warning by words, by a wrong clock or not at all, and of batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from gateway.delivery.gate import Gate
from gateway.intake import Rejected
from gateway.judge import lineage
from gateway.model.alert import Alert, Reference
from gateway.monitoring.duty_room import DutyRoom
from gateway.pipeline.held import Held
from gateway.pipeline.quarantine import Quarantining
from gateway.wording import likeness
from tests.simulation.planting import Patch, breaks


@breaks("nothing_after_its_end", "an_end_has_no_siren", theme="lifts")
def an_end_by_words_is_a_warning(patch: Patch) -> None:
    """What reads like an end is judged by its message type alone."""
    patch.setattr(likeness, "ending", lambda alert: "")


@breaks("a_named_end_asks_nobody", theme="lifts")
def an_end_must_name_the_very_second(patch: Patch) -> None:
    """An end by another clock finds nothing under the time it names."""

    def resolve(
        reference: Reference, by: Alert, alerts: Sequence[Alert], known: Collection[Any] = ()
    ) -> list[Alert]:
        wanted = (reference.identifier, reference.sender, reference.sent)
        return [alert for alert in alerts if (alert.identifier, alert.sender, alert.sent) == wanted]

    patch.setattr(lineage, "resolve", resolve)


@breaks("nothing_while_people_are_asked", theme="lifts")
def a_question_holds_nothing_back(patch: Patch) -> None:
    """The bursts of a warning go on while people are asked whether it is over."""
    patch.setattr(Gate, "pause", lambda self, document, warnings: None)


@breaks("every_key_ends", theme="roads")
def a_question_waits_for_the_end_of_every_warning(patch: Patch) -> None:
    """An end that overtook its warning keeps others waiting although its own has come."""
    patch.setattr(Held, "_answered", lambda *_: False)


@breaks("every_member_is_answered_for", theme="batch")
def a_bad_member_is_in_no_record(patch: Patch) -> None:
    """Of a batch what cannot be read is left out, and nobody is told."""

    async def nothing(self: Quarantining, *_: object) -> tuple[Rejected, ...]:
        return ()

    patch.setattr(Quarantining, "put_members", nothing)


@breaks("every_member_is_answered_for", theme="batch")
def a_ring_dies_with_the_daemon(patch: Patch) -> None:
    """What was not rung for before a crash is never rung for."""
    patch.setattr(DutyRoom, "_ring_after_crash", lambda self: None)
