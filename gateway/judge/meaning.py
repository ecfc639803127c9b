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
_GRADES = {"Ⅰ": Level.RED, "Ⅱ": Level.ORANGE, "Ⅲ": Level.YELLOW, "Ⅳ": Level.BLUE}
_GRADES |= {"I": Level.RED, "II": Level.ORANGE, "III": Level.YELLOW, "IV": Level.BLUE}
"""Roman grades of the national system, full width and ASCII: `暴雨预警[Ⅲ级/较重]`, `…预警/III/较重`."""
_ALIASES = {
    "山洪": "11A51",
    "地质灾害": "11B37",
    "雷暴大风": "11B20",
    "崩塌": "11D03",
    "森林火灾": "11B25",
    "浓雾": "11B17",
    "溃坝": "11A03",
    "水库": "11A03",
    "溃堤": "11A04",
    "堤防": "11A04",
}
"""Other words in use for the same hazards. Our choice."""
_LETTER = re.compile(r"1[1-4][A-Z]\d{2}")
_COLOUR = re.compile(
    r"([红橙黄蓝])色?(?:气象|风险|灾害)*(?:预警|警报|信号)|(?:[(（\[【]|预警/)(?:[ⅠⅡⅢⅣIV]+级?/)?([红橙黄蓝])"
)
_BECAME = re.compile(r"(?:为|至|成|到)[^红橙黄蓝]{0,6}([红橙黄蓝])色?")
"""The new colour of a change: 由橙色升级为红色, 将红色预警信号降级为黄色预警信号."""
_GRADE = re.compile(r"(?:[(（\[【]|预警/)(Ⅰ|Ⅱ|Ⅲ|Ⅳ|IV|I{1,3})(?:级|/|[)）\]】])")


def hazard(info: Info) -> Hazard:
    """By letter code, else by the longest name found in event or headline."""
    for pair in info.event_codes:
        found = _LETTER.search(pair.value)
        if found and found.group() in HAZARDS:
            return HAZARDS[found.group()]
    words = {one.zh: one for one in HAZARDS.values()} | {
        word: HAZARDS[code] for word, code in _ALIASES.items()
    }
    named = [word for word in words if word in info.event or word in info.headline]
    return words[max(named, key=len)] if named else UNKNOWN


def levels(info: Info) -> dict[str, Level]:
    """Every level the info claims, by where: title, parameter, severity."""
    claimed: dict[str, Level] = {}
    title = _title(info.headline) or _title(info.event)
    if title:
        claimed["headline"] = title
    for pair in info.parameters:
        colour = next((level for word, level in _CODE_LEVELS.items() if word in pair.value.lower()), None)
        if colour and re.search(r"colou?r|level|severity", pair.name, re.IGNORECASE):
            claimed["parameter"] = colour
    if _SEVERITIES[info.severity] is not Level.UNKNOWN:
        claimed["severity"] = _SEVERITIES[info.severity]
    return claimed


def _title(text: str) -> Level | None:
    """The colour a title gives; of a change the new one, of several the worst."""
    became = _BECAME.findall(text)
    if became:
        return _COLOURS[became[-1]]
    colours = [_COLOURS[first or second] for first, second in _COLOUR.findall(text)]
    colours += [_GRADES[grade] for grade in _GRADE.findall(text)]
    return min(colours, default=None)


def level(info: Info) -> Level:
    """The colour the warning has. CAP's severity counts only where no colour is written: China's own relays fill it inconsistently."""
    claimed = levels(info)
    written = [claimed[where] for where in ("headline", "parameter") if where in claimed]
    return min(written) if written else claimed.get("severity", Level.UNKNOWN)
