"""What hazard an info speaks of and how bad it is. Words in the official title count before CAP's severity: number and title can disagree,
then the worse one wins and the trace says so."""

from __future__ import annotations

import re

from gateway.model.alert import Info, Severity
from gateway.model.hazard import HAZARDS, UNKNOWN, Hazard, Level

_COLOURS = {"红": Level.RED, "橙": Level.ORANGE, "黄": Level.YELLOW, "蓝": Level.BLUE}
_CODE_LEVELS = {"red": Level.RED, "orange": Level.ORANGE, "yellow": Level.YELLOW, "blue": Level.BLUE}
_SEVERITIES = {
    Severity.EXTREME: Level.RED,
    Severity.SEVERE: Level.ORANGE,
    Severity.MODERATE: Level.YELLOW,
    Severity.MINOR: Level.BLUE,
    Severity.UNKNOWN: Level.UNKNOWN,
}
_LETTER = re.compile(r"1[1-4][A-Z]\d{2}")
_COLOUR = re.compile(r"([红橙黄蓝])色?(?:预警|警报)|(?:[(（\[]|预警/)(?:[ⅠⅡⅢⅣIV]+级?/)?([红橙黄蓝])")


def hazard(info: Info) -> Hazard:
    """By letter code, else by the longest name found in event or headline."""
    for pair in info.event_codes:
        found = _LETTER.search(pair.value)
        if found and found.group() in HAZARDS:
            return HAZARDS[found.group()]
    named = [one for one in HAZARDS.values() if one.zh and (one.zh in info.event or one.zh in info.headline)]
    return max(named, key=lambda one: len(one.zh), default=UNKNOWN)


def levels(info: Info) -> dict[str, Level]:
    """Every level the info claims, by where: title, parameter, severity."""
    claimed: dict[str, Level] = {}
    title = _COLOUR.search(info.headline) or _COLOUR.search(info.event)
    if title:
        claimed["headline"] = _COLOURS[title.group(1) or title.group(2)]
    for pair in info.parameters:
        colour = next((level for word, level in _CODE_LEVELS.items() if word in pair.value.lower()), None)
        if colour and re.search(r"colou?r|level|severity", pair.name, re.IGNORECASE):
            claimed["parameter"] = colour
    if _SEVERITIES[info.severity] is not Level.UNKNOWN:
        claimed["severity"] = _SEVERITIES[info.severity]
    return claimed


def level(info: Info) -> Level:
    """The colour the warning has. CAP's severity counts only where no colour is written: China's own relays fill it inconsistently."""
    claimed = levels(info)
    written = [claimed[where] for where in ("headline", "parameter") if where in claimed]
    return min(written) if written else claimed.get("severity", Level.UNKNOWN)
