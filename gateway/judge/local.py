"""What the speakers of a part know of themselves: the names of their places, and the site's own sentence."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.announcements.draft import Local
from gateway.judge.case import Case
from gateway.model.alert import Info
from gateway.wording.names import counties


def local(case: Case, info: Info, speakers: Iterable[str], sentence: str = "") -> Local:
    """The names that a text may call the places of these speakers by.

    A village is known by its own name and by that of its township.
    """
    roster = case.roster
    towns = {speaker.region.code[:9] for name in speakers if (speaker := roster.speaker(name))}
    names: list[str] = []
    for township in roster.gazetteer.townships:
        if township.code in towns:
            names += (*township.names, *township.villages)
    areas = [area.description for area in info.areas]
    above = counties(info.sender_name, *areas, *roster.gazetteer.counties)
    return Local(tuple(name for name in names if len(name) > 1), above, sentence)
