"""What hazard an info speaks of and how bad it is. Words in the official title count before CAP's severity: number and title can disagree,
then the worse one wins and the verdict says so."""

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
"""Roman grades of the national system, full width and ASCII: `暴雨预警[Ⅲ级/较重]`, `…预警/III/较重`."""
_SCHEMES: dict[str, codes.Scheme] = {
    "gbt": "gbt",
    "qweather": "qweather",
    "weathercn": "weathercn",
    "cma": "cma",
}
_OURS = re.compile("gbt|qweather|weathercn|cma")


def hazard(info: Info) -> Hazard:
    """By letter code, else by a code of the scheme its name tells (GB/T 35561, qweather …), else by the longest name found in event or headline.
    A code that says no more than "other" leaves it to the words, where they know better."""
    by_words = codes.named(f"{info.event}\n{info.headline}")
    coded = next(_coded(info), UNKNOWN)
    return by_words if by_words.code and (not coded.code or coded.code.endswith("99")) else coded


def _coded(info: Info) -> Iterator[Hazard]:
    for pair in info.event_codes:
        if found := codes.lettered(pair.value):
            yield found
    for pair in info.event_codes:
        scheme = _OURS.search(re.sub(r"[^a-z]", "", pair.name.lower()))
        if scheme and (known := codes.hazard(_SCHEMES[scheme.group()], pair.value)):
            yield known


def levels(info: Info) -> dict[str, Level]:
    """Every level the info claims, by where: title, parameters by their scale, severity."""
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
    """The colour a title gives; of a change the new one, of several the worst."""
    became = _BECAME.findall(text)
    if became:
        return codes.level("colour", became[-1])
    found = [codes.level("colour", first or second) for first, second in _COLOUR.findall(text)]
    found += [codes.level("roman", grade) for grade in _GRADE.findall(text)]
    return min((level for level in found if level), default=None)


def written(info: Info) -> dict[str, Level]:
    """The levels somebody wrote, without CAP's severity: China's own relays fill that inconsistently."""
    return {where: claim for where, claim in levels(info).items() if where != "severity"}


def level(info: Info) -> Level:
    """The level the warning has: the worst that is written, else CAP's severity."""
    claimed = written(info)
    return min(claimed.values()) if claimed else levels(info).get("severity", Level.UNKNOWN)


def green(info: Info) -> bool:
    """Whether it says that there is nothing to warn of: MeteoAlarm lists green days too (awareness_level `1; green; Minor`)."""
    return not written(info) and any(
        re.search(r"\bgreen\b", pair.value, re.IGNORECASE) and "level" in pair.name.lower()
        for pair in info.parameters
    )
