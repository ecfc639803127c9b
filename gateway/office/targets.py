"""Targets: the speakers that a name in an act means."""

from __future__ import annotations

from gateway.model.region import Region
from gateway.model.speaker import Roster

EVERYWHERE = "all"
"""The target that means every speaker."""


def speakers_at(roster: Roster, target: str) -> list[str] | None:
    """The ids of the speakers that a target means, in the order of the roster.

    None where nothing has this name; empty where a named area has no speaker.

    A target is "all", the id of a speaker, the name or code of a named area, the name of a village, or a
    region code of GB/T 2260 with 2 to 12 digits.
    """
    if target == EVERYWHERE:
        return [speaker.id for speaker in roster.speakers]
    if roster.speaker(target):
        return [target]
    if area := roster.named(target):
        return [speaker.id for speaker in roster.members(area)]
    village = next((village.region for village in roster.villages if village.name == target), None)
    region = village or Region.parse(target)
    inside = [speaker.id for speaker in roster.speakers if region and region.covers(speaker.region)]
    return inside or None
