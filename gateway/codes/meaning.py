"""The hazard of an info block and its level.

The words of the official title count before CAP's severity, and the text counts where the title is silent.
Where the claims for a level differ, the worst one counts, and the verdict says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway import codes
from gateway.codes import signals
from gateway.model.alert import Info
from gateway.model.hazard import UNKNOWN, Hazard, Level

HERE = "levelHere"
"""The parameter that holds the level which a text says for our own place (gateway/judge/here.py)."""
_SCHEMES: dict[str, codes.Scheme] = {
    "gbt": "gbt",
    "qweather": "qweather",
    "weathercn": "weathercn",
    "cma": "cma",
}
_OURS = re.compile("gbt|qweather|weathercn|cma")
_WARNS = re.compile("预警|警报|信号|警示|险情|紧急|风险|提示|可能性")
"""Words of titles whose texts may tell hazard and level: another one (停课通知) only quotes a warning."""
_RISK = re.compile("风险|山洪|地质灾害|洪水|内涝|可能性")
"""Titles whose level may stand in words of risk alone."""
_GRAVE = re.compile(
    "[红橙]色|[ⅠⅡ]级|(?<![A-Za-z])I{1,2}级|特别重大|特别严重|重大(?:级|险情|灾害|事故|突发|事件)|[(（\\[【/]重大"
)
"""Words of the two upper levels."""


def hazard(info: Info) -> Hazard:
    """The hazard of an info block, by the first of these that tells one:

    - a letter code among its event codes;
    - a code of the scheme that its value name tells: GB/T 35561, QWeather …;
    - the name beside the colour or the word warning in the headline;
    - the longest name of a hazard in event, headline or a code that is a word;
    - the name beside the colour or the word warning in the text.

    A name counts before a code that says only "other" (…99).
    """
    coded = next(_coded(info), UNKNOWN)
    if coded.code and not coded.code.endswith("99"):
        return coded
    words = "\n".join((info.event, info.headline, *(pair.value for pair in info.event_codes)))
    text = signals.hazard(info.description) if _warns(info) else UNKNOWN
    named = (signals.hazard(info.headline), codes.named(words), text)
    return next((hazard for hazard in named if hazard.code), coded)


def _warns(info: Info) -> bool:
    """Whether the title is that of a warning, or there is none: then the text tells what it does not."""
    title = info.headline + info.event
    return not info.headline or bool(_WARNS.search(title) or codes.named(title).code)


def _coded(info: Info) -> Iterator[Hazard]:
    for pair in info.event_codes:
        if lettered := codes.lettered(pair.value):
            yield lettered
    for pair in info.event_codes:
        scheme = _OURS.search(re.sub(r"[^a-z]", "", pair.name.lower()))
        if scheme and (known := codes.hazard(_SCHEMES[scheme.group()], pair.value)):
            yield known


def levels(info: Info) -> dict[str, Level]:
    """Every level that the info claims, by its place: `headline`, the name of a parameter's scale, `text`,
    `severity`."""
    return _claimed(info, _titled(info))


def _claimed(info: Info, titled: dict[str, Level]) -> dict[str, Level]:
    """Every level that the info claims. The text is asked only where the title is silent."""
    claimed = dict(titled)
    if not titled and (text := _text(info)):
        claimed["text"] = min(text)
    severity = codes.level("severity", info.severity)
    if severity:
        claimed["severity"] = severity
    return claimed


def _titled(info: Info) -> dict[str, Level]:
    """The levels of headline, event and parameters."""
    claimed: dict[str, Level] = {}
    title = signals.title(info.headline) or signals.title(info.event)
    if title:
        claimed["headline"] = title
    for pair in info.parameters:
        claimed |= codes.claimed(pair.name, pair.value)
    return claimed


def _text(info: Info) -> frozenset[Level]:
    """The levels of a text whose title is silent: as colours or grades, else in words of risk."""
    if not _warns(info):
        return frozenset()
    written = signals.levels(info.description)
    if written or not _RISK.search(f"{info.headline}{info.event}{hazard(info).zh}"):
        return written
    risk = signals.risk(info.headline) or signals.risk(info.description)
    return frozenset({risk} if risk else ())


def written(info: Info) -> dict[str, Level]:
    """The same without CAP's severity, which China's relays fill inconsistently."""
    return {where: claim for where, claim in levels(info).items() if where != "severity"}


def level(info: Info) -> Level:
    """The level of the warning: that of our own place where the text says one, else the worst that is
    written, else CAP's severity.

    Where the title is silent and the text writes several, the severity counts with them.
    """
    if here := next((pair.value for pair in info.parameters if pair.name == HERE), ""):
        return Level[here]
    title = _titled(info)
    claimed = _claimed(info, title)
    if title or len(_text(info)) < 2:
        claimed = {where: claim for where, claim in claimed.items() if where != "severity"} or claimed
    return min(claimed.values(), default=Level.UNKNOWN)


def unclear(info: Info) -> bool:
    """Whether it writes different levels, and none of them for our own place."""
    if any(pair.name == HERE for pair in info.parameters):
        return False
    return len(set(_titled(info).values()) or _text(info)) > 1


def speaks_gravely(info: Info) -> bool:
    """Whether any of its texts has the words of the two upper levels, whatever its level is."""
    return bool(_GRAVE.search(f"{info.event}\n{info.headline}\n{info.description}"))


def green(info: Info) -> bool:
    """Whether it says that there is nothing to warn of. MeteoAlarm lists green days, too (awareness_level
    `1; green; Minor`)."""
    return not written(info) and any(
        re.search(r"\bgreen\b", pair.value, re.IGNORECASE) and "level" in pair.name.lower()
        for pair in info.parameters
    )
