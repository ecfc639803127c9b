"""Levels and hazards as titles and texts write them: 暴雨红色预警信号, 红色山洪灾害气象预警, 预警[Ⅱ级/严重].

A number of a class (Ⅳ级, 四级) is a level only beside the word warning. A class of a response
(Ⅳ级应急响应), of wind or of an earthquake is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from gateway import codes
from gateway.codes import ANY_NAME
from gateway.codes.remembered import remembered
from gateway.model.hazard import UNKNOWN, Hazard, Level

_SUFFIX = "(?:气象|灾害|事件|天气|地质|风险|等级|级别|级|监测)*"
"""Words between a hazard, its level and the word warning."""
_LINK = "[、,，和及与并暨·/ ]*"
_WARNING = "(?:预警|警报|警戒|信号)"
_ROMAN = "Ⅰ|Ⅱ|Ⅲ|Ⅳ|IV|I{1,3}"
_OPEN, _CLOSE = "[(（\\[【〔「]", "[)）\\]】〕」]"
_SEVERITY = "特别严重|特别重大|特大|重大|严重|较重|较大|一般"
_CLASS = f"(?:{_OPEN}(?:{_ROMAN}|[一二三四1-4])级{_CLOSE})?"
"""The number of a class between colour and warning: 黄色（三级）预警."""
_NAMED = f"(?:(?:{ANY_NAME}){_SUFFIX}{_LINK})"

_COLOURS = re.compile(
    f"([红橙黄蓝])色?{_SUFFIX}{_CLASS}{_SUFFIX}{_WARNING}"
    f"|([红橙黄蓝])色{_SUFFIX}{_NAMED}+{_SUFFIX}{_WARNING}"
    f"|(?:发布|为|至|成)\\s*([红橙黄蓝])色[\u4e00-\u9fff]{{0,12}}?{_WARNING}"
    f"|([红橙黄蓝])色(?:级别|等级|级)"
    f"|(?:{_OPEN}|{_WARNING}[/／:：]\\s*)(?:(?:{_ROMAN})级?[/／、·\\s]*)?([红橙黄蓝])(?:色|(?={_CLOSE}|[/／级]))"
)
_GRADES = re.compile(
    f"(?<!响应)(?:{_OPEN}|{_WARNING}[/／:：]?)\\s*({_ROMAN})(?:级|[/／]|{_CLOSE})(?!响应|应急)"
    f"|({_ROMAN}|[一二三四])级{_SUFFIX}(?:{_NAMED}+{_SUFFIX})?(?:预警|警报)(?!响应)"
    f"|{_WARNING}(?:等级|级别)?[为:：]?{_OPEN}?({_ROMAN}|[一二三四1-4])级(?!.{{0,4}}响应)"
    f"|(?<![\\d.])([1-4])级(?:预警|警报)(?!响应)"
)
_WORDS = re.compile(
    f"(?:{_WARNING}|级)\\s*(?:{_OPEN}|[/／])(?:(?:{_ROMAN})级?[/／])?({_SEVERITY})(?:级|{_CLOSE}|$)"
)
_OTHER_SCALES = re.compile("火险|地震|大风|台风")
"""Hazards whose classes of one to four in Chinese digits are those of fire danger, of a quake or of wind."""
_FIRE = re.compile(
    "火险(?:气象|风险)*(?:等级|级别)?(?:为|达到?|:|：)?([二三四五2-5])级|([二三四五2-5])级(?:森林|草原)*火险"
)
"""The classes of fire danger count upwards: five is the worst."""
_BECAME = re.compile(f"(?:为|至|成|到)[^红橙黄蓝]{{0,6}}([红橙黄蓝])(?:色|(?={_WARNING}|级|$))")
"""The new colour of a change: 由橙色升级为红色, 将红色预警信号降级为黄色预警信号."""
_CHANGED = re.compile("升级|降级|更新|变更|调整|提升|下调|改发")
_RISK = re.compile(
    "风险(?:等级)?(?:为|达|:|：)?(很高|极高|较高|高)|可能性(很大|极大|较大|大)|(?:有)?(一定)(?:的)?风险"
)
"""The words that the joint warnings of water, land and weather offices have for their four levels."""
_SIGNAL = re.compile(
    f"({_NAMED}+)(?:{_OPEN}?(?:[红橙黄蓝]色?|(?:{_ROMAN}|[一二三四])级){_CLOSE}?)?{_SUFFIX}{_CLASS}{_WARNING}"
    f"|[红橙黄蓝]色{_SUFFIX}({_NAMED}+)"
)
_ENDED = re.compile("(?:解除|取消|撤销)[^，,。；;发]{0,6}$")
_SENTENCE = re.compile("[^。；;！!\n]+")


@remembered
def title(text: str) -> Level | None:
    """The level in a title: of a change the new one, of several the worst. None where it has none."""
    became = _BECAME.findall(text)
    if became:
        return codes.level("colour", became[-1])
    return min(_levels(text), default=None)


@remembered
def levels(text: str) -> frozenset[Level]:
    """The levels that a longer text writes; of a sentence that tells a change the new one alone."""
    found: set[Level] = set()
    for sentence in _SENTENCE.findall(text):
        became = _BECAME.findall(sentence) if _CHANGED.search(sentence) else []
        found.update(_of("colour", became[-1:]) if became else _levels(sentence))
    return frozenset(found)


def marks(text: str) -> Iterator[tuple[int, int, Level]]:
    """The places where a text names a colour as a level: where it begins, where it ends, which it is."""
    for match in _COLOURS.finditer(text):
        for level in _of("colour", _filled(match.groups())):
            yield match.start(), match.end(), level


def risk(text: str) -> Level | None:
    """The worst level that the words of risk give: 风险很高, 可能性较大. None where there are none."""
    words = (next(filter(None, groups)) for groups in _RISK.findall(text))
    return min(_of("risk", words), default=None)


@remembered
def hazard(text: str) -> Hazard:
    """The hazard whose signal a title or text names: it stands beside the colour or the word warning.

    What is lifted counts only where nothing else is named. UNKNOWN where no signal is named.
    """
    found = list(_SIGNAL.finditer(text))
    begun = [match for match in found if not _ENDED.search(text[: match.start()])]
    run = next((match.group(1) or match.group(2) for match in begun or found), "")
    return codes.named(run) if run else UNKNOWN


def _levels(text: str) -> Iterator[Level]:
    """Every level in a text without a change. The classes of fire danger count before the others."""
    colours = _of("colour", chain.from_iterable(map(_filled, _COLOURS.findall(text))))
    fire = _of("fire", chain.from_iterable(map(_filled, _FIRE.findall(text))))
    yield from chain(colours, fire)
    for match in _GRADES.finditer(text):
        grade = next(filter(None, match.groups()))
        if re.fullmatch(_ROMAN, grade) or not _OTHER_SCALES.search(text):
            yield from _of("grade", (grade,))
    yield from _of("words", _WORDS.findall(text))


def _filled(groups: tuple[str | None, ...]) -> Iterator[str]:
    return filter(None, groups)


def _of(scale: str, values: Iterator[str] | tuple[str, ...] | list[str]) -> Iterator[Level]:
    return (level for value in values if (level := codes.level(scale, value)) is not None)
