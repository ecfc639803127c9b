"""A document as it concerns this site: which of its levels is ours, and which area a block without one has.

A province writes one text for all its counties: "甲县、乙县可能发生山洪灾害（蓝色预警），丙县可能性大
（橙色预警）". The level beside our own name is ours. Of a title that changes one signal into another the new
level is. A Chinese block without an area has that of its twin in
another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.codes import meaning, signals
from gateway.judge import area
from gateway.judge.block import HAN
from gateway.model.alert import Alert, Info, Pair
from gateway.model.hazard import Level
from gateway.model.speaker import Roster
from gateway.wording import likeness

_FOLLOWS = re.compile(
    "[)）]?(?:预警|信号)?(?:区域|范围|地区)?(?:[(（][^()（）\n]{0,24}[)）])?(?:[:：]|包括|有|是)"
)
"""The words after a level whose places stand behind it: 橙色预警区域（可能性较大）：丙县."""
_LIST = re.compile("[、,，;；\\s]+")
_OFFICE = re.compile(
    "[\u4e00-\u9fff]{2,15}?(?:气象台|气象局|气象站|指挥部|水利局|水利厅|水文局|应急管理局|资源局|政府)"
)
"""Who issues is no place: 平川县气象台将暴雨橙色预警信号升级为红色."""
_NO_PLACE = re.compile("[我全本该各两][省市县区乡镇]|乡镇|城乡|城市|[山城库地景险灾校社小郊林矿牧湖]区")
_PLACE = re.compile("[\u4e00-\u9fff]{2}(?:[省市州盟县旗区镇乡]|街道)")


def here(alert: Alert, roster: Roster) -> Alert:
    """The alert with the areas of twins and with our own level as a parameter.

    It is the alert itself where nothing changes.
    """
    infos = tuple(_levelled(_placed(info, alert.infos, roster), roster) for info in alert.infos)
    changed = any(new is not old for new, old in zip(infos, alert.infos, strict=True))
    return replace(alert, infos=infos) if changed else alert


def _placed(info: Info, infos: Sequence[Info], roster: Roster) -> Info:
    """The block, with the areas of its twins if it names no place itself."""
    if len(infos) == 1 or not HAN.search(info.headline + info.description) or area.usable(info, roster):
        return info
    twins = [other for other in infos if _twins(info, other) and area.usable(other, roster)]
    areas = tuple(dict.fromkeys(place for twin in twins for place in twin.areas))
    return replace(info, areas=(*info.areas, *areas)) if areas else info


def _twins(info: Info, other: Info) -> bool:
    """Whether they tell one event in two languages: what both tell of hazard and level agrees."""
    if other is info or info.language.lower() == other.language.lower():
        return False
    hazards = {hazard.code for block in (info, other) if (hazard := meaning.hazard(block)).code}
    levels = {meaning.level(block) for block in (info, other)} - {Level.UNKNOWN}
    return len(hazards) < 2 and len(levels) < 2


def _levelled(info: Info, roster: Roster) -> Info:
    level = _became(info) or _ours(info, roster)
    return replace(info, parameters=(*info.parameters, Pair(meaning.HERE, level.name))) if level else info


def _became(info: Info) -> Level | None:
    """The new level of a title that changes one signal into another (降级为橙色, 解除红色发布黄色).

    None unless every level that the block claims is the old one or the new one: senders leave the severity of
    the old one in the document.
    """
    change = likeness.change(info.headline)
    if change is None or Level.UNKNOWN in (change.before, change.after):
        return None
    claimed = set(meaning.levels(info).values()) | {level for _, _, level in signals.marks(info.headline)}
    return change.after if claimed <= {change.before, change.after} else None


def _ours(info: Info, roster: Roster) -> Level | None:
    """The level that the text says for our place, None where it says none of its own.

    The text must write several levels. Ours is a lower one only where the text gives every worse one to other
    places by name: 解除大风蓝色预警信号，发布暴雨红色预警信号 gives the red to nobody else.
    """
    text = _unsigned(info)
    marks = list(signals.marks(text)) if "色" in text else []
    written = {level for _, _, level in marks}
    title = signals.title(info.headline)
    change = likeness.change(text)
    if change and title == change.after and written <= {change.before, change.after}:
        return None  # One signal of the whole area becomes another.
    if len(written | ({title} if title else set())) < 2 or (title and title not in written):
        return None
    spans = [(_OFFICE.sub("，", span), level) for span, level in _spans(text, marks)]
    for names in _names(info, roster):
        found = {level for span, level in spans for name in names if name in span}
        if found:
            ours = min(found)
            worse = [span for span, level in spans if level < ours]
            return ours if all(_of_others(span) for span in worse) else None
    return None


def _of_others(span: str) -> bool:
    """Whether the words beside a level name a place. Ours is not among them: the level would be ours."""
    return bool(_PLACE.search(_NO_PLACE.sub("，", span)))


def _unsigned(info: Info) -> str:
    """The text without the name of its issuer: 云岭县气象台将黄色预警信号升级为橙色 names no place."""
    names = (info.sender_name, *(f"{place.description}气象台" for place in info.areas))
    text = info.description
    for name in names:
        if len(name) > 2:
            text = text.replace(name, "")
    return text


def _spans(text: str, marks: Sequence[tuple[int, int, Level]]) -> Iterator[tuple[str, Level]]:
    """Each level of a text with the words that it is about."""
    before = 0
    for number, (start, end, level) in enumerate(marks):
        if _FOLLOWS.match(text, end):
            after = marks[number + 1][0] if number + 1 < len(marks) else len(text)
            yield text[end:after], level
            before = after
        else:
            yield text[before:start], level
            before = end


def _names(info: Info, roster: Roster) -> Iterator[list[str]]:
    """Our names in the text, the narrowest places first: our townships where all are named, then county,
    prefecture and province."""
    ours = {speaker.region.code[:9] for speaker in roster.outdoors}
    townships = [village.name for village in roster.villages if village.region.significant in ours]
    if townships and all(name in info.description for name in townships):
        yield townships
    wider: dict[int, list[str]] = {}
    for name, digits in _wider(info, roster):
        wider.setdefault(digits, []).append(name)
    for digits in sorted(wider, reverse=True):
        yield wider[digits]


def _wider(info: Info, roster: Roster) -> Iterator[tuple[str, int]]:
    """The names of counties and larger places that hold speakers of ours, each with the digits of its code.

    The roster may list them. The document's own areas name them beside their codes.
    """
    regions = [speaker.region for speaker in roster.outdoors]
    for village in roster.villages:
        digits = len(village.region.significant)
        if digits <= 6 and any(village.region.covers(region) for region in regions):
            yield village.name, digits
    for place in info.areas:
        names, codes = [name for name in _LIST.split(place.description) if name], area.regions_of(place)
        for name, code in zip(names, codes, strict=False) if len(names) == len(codes) else ():
            if len(code.significant) <= 6 and any(code.covers(region) for region in regions):
                yield name, len(code.significant)
