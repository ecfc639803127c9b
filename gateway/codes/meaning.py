"""The hazard of an info block and its level.

The words of the official title count before CAP's severity. Where the claims for a level differ, the worst
one counts, and the verdict says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway import codes
from gateway.model.alert import Info
from gateway.model.hazard import UNKNOWN, Hazard, Level

_COLOUR = re.compile(
    r"([红橙黄蓝])色?(?:气象|风险|灾害)*(?:预警|警报|信号)|(?:[(（\[【]|预警/)(?:[ⅠⅡⅢⅣIV]+级?/)?([红橙黄蓝])"
)
_BECAME = re.compile(r"(?:为|至|成|到)[^红橙黄蓝]{0,6}([红橙黄蓝])色?")
"""The new colour of a change: 由橙色升级为红色, 将红色预警信号降级为黄色预警信号."""
_GRADE = re.compile(r"(?:[(（\[【]|预警/)(Ⅰ|Ⅱ|Ⅲ|Ⅳ|IV|I{1,3})(?:级|/|[)）\]】])")
"""The roman grades of the national system, full width and ASCII: `暴雨预警[Ⅲ级/较重]`, `…预警/III/较重`."""
_SCHEMES: dict[str, codes.Scheme] = {
    "gbt": "gbt",
    "qweather": "qweather",
    "weathercn": "weathercn",
    "cma": "cma",
}
_OURS = re.compile("gbt|qweather|weathercn|cma")


def hazard(info: Info) -> Hazard:
    """The hazard of an info block, by the first of these that tells one:

    - a letter code among its event codes;
    - a code of the scheme that its value name tells: GB/T 35561, QWeather …;
    - the longest name of a hazard in event or headline. It counts before a code that says only "other" (…99).
    """
    by_words = codes.named(f"{info.event}\n{info.headline}")
    coded = next(_coded(info), UNKNOWN)
    return by_words if by_words.code and (not coded.code or coded.code.endswith("99")) else coded


def _coded(info: Info) -> Iterator[Hazard]:
    for pair in info.event_codes:
        if lettered := codes.lettered(pair.value):
            yield lettered
    for pair in info.event_codes:
        scheme = _OURS.search(re.sub(r"[^a-z]", "", pair.name.lower()))
        if scheme and (known := codes.hazard(_SCHEMES[scheme.group()], pair.value)):
            yield known


def levels(info: Info) -> dict[str, Level]:
    """Every level that the info claims, by its place: `headline`, the name of a parameter's scale,
    `severity`."""
    claimed: dict[str, Level] = {}
    title = _title(info.headline) or _title(info.event)
    if title:
        claimed["headline"] = title
    for pair in info.parameters:
        claimed |= codes.claimed(pair.name, pair.value)
    severity = codes.level("severity", info.severity)
    if severity:
        claimed["severity"] = severity
    return claimed


def _title(text: str) -> Level | None:
    """The level in a title: of a change the new one, of several the worst."""
    became = _BECAME.findall(text)
    if became:
        return codes.level("colour", became[-1])
    named = [codes.level("colour", first or second) for first, second in _COLOUR.findall(text)]
    named += [codes.level("roman", grade) for grade in _GRADE.findall(text)]
    return min((level for level in named if level), default=None)


def written(info: Info) -> dict[str, Level]:
    """The same without CAP's severity, which China's relays fill inconsistently."""
    return {where: claim for where, claim in levels(info).items() if where != "severity"}


def level(info: Info) -> Level:
    """The level of the warning: the worst that is written, else CAP's severity."""
    claimed = written(info)
    return min(claimed.values()) if claimed else levels(info).get("severity", Level.UNKNOWN)


def green(info: Info) -> bool:
    """Whether it says that there is nothing to warn of. MeteoAlarm lists green days, too (awareness_level
    `1; green; Minor`)."""
    return not written(info) and any(
        re.search(r"\bgreen\b", pair.value, re.IGNORECASE) and "level" in pair.name.lower()
        for pair in info.parameters
    )
