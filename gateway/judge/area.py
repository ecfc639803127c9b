"""Which speakers an alert means: 12-digit codes with zero-suffix nesting, larger areas covering smaller ones and never the other way."""

from __future__ import annotations

import re

from gateway.model.alert import Info
from gateway.model.region import Region
from gateway.model.speaker import Roster

_FOREIGN = re.compile(r"same|fips|ugc|sgc|emma|nuts|warncell|taiwan|iso|zip|clc", re.IGNORECASE)
"""Value names of other countries' codes whose digits could be taken for ours."""


def regions(info: Info) -> tuple[Region, ...]:
    """The mainland codes of an info's areas; several may stand in one value, separated by commas or blanks."""
    found: list[Region] = []
    for area in info.areas:
        for pair in area.geocodes:
            if _FOREIGN.search(pair.name):
                continue
            for word in re.split(r"[,，、;；\s]+", pair.value):
                region = Region.parse(word) if len(word) >= 6 else None
                if region:
                    found.append(region)
    return tuple(dict.fromkeys(found))


def targets(meant: tuple[Region, ...], roster: Roster) -> tuple[str, ...]:
    """The ids of the speakers in any of these areas, in the roster's order."""
    return tuple(speaker.id for speaker in roster.inside(meant))
