"""The words of an order from a machine: act and place first, then the way and the advice, then the rest.

A title that gives the order itself is said as it stands. Else the order is said in the words of the office's
own templates, and what the sender wrote follows.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.announcements.script import WORDS
from gateway.announcements.sentences import closed
from gateway.announcements.template import NoTemplate
from gateway.announcements.template import order as template
from gateway.codes import meaning
from gateway.judge import area
from gateway.model.alert import Info
from gateway.model.deed import Deed
from gateway.model.speaker import Roster
from gateway.wording.deeds import order_of, ordered

MOST_PLACES = 3
"""Of more places none is named: the speakers say where they stand. Our choice."""


def worded(info: Info, deed: Deed, roster: Roster) -> Info:
    """The block in the order in which an order is said: its headline gives the order, its instruction has the
    way and the advice, its description the rest."""
    if order_of(info.headline) is deed:
        return info
    texts = [closed(text.strip()) for text in (info.headline, info.description) if text.strip()]
    orders = [text for text in texts if ordered(text)]
    head, advice = _office(info, deed, _place(info, roster))
    instruction = "".join((*orders, closed(info.instruction.strip()) if info.instruction.strip() else ""))
    rest = "".join(text for text in texts if text not in orders)
    return replace(info, headline=head, instruction=instruction or advice, description=rest)


def _place(info: Info, roster: Roster) -> str:
    """The names of the block's regions; "" where there are many, or one has no name."""
    regions = area.regions(info)
    names = [roster.place(region) for region in regions]
    named = all(name != region.code for name, region in zip(names, regions, strict=True))
    return "、".join(names) if named and len(names) <= MOST_PLACES else ""


def _office(info: Info, deed: Deed, place: str) -> tuple[str, str]:
    """The order and the advice in the words of the hazard's template; no advice where it has none."""
    hazard = meaning.hazard(info)
    try:
        head, *advice = template(deed, hazard.code, {"place": place}).sentences
    except NoTemplate:
        danger = hazard.zh or WORDS["gauge"]["danger"]
        return WORDS["gauge"][deed.value].format(place=place, hazard=danger), ""
    return head, "".join(advice)
