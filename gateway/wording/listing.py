"""Lists of places in a marked text: 青石镇、白云和柳林乡, 青石、柳林两镇, 除青石镇外.

A name without its rank counts only in such a list: one whose names or whose end have a rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import repeat

from gateway.wording.names import (
    COUNTY,
    HAMLET,
    PAD,
    STEM,
    STRANGER,
    TOWNSHIP,
    VILLAGE,
    WORDS,
    Marked,
    Name,
    alternatives,
    bare,
)

_MARKS = f"[{TOWNSHIP}{VILLAGE}{STEM}{HAMLET}{STRANGER}]"
_ITEM = f"(?:{_MARKS}{PAD}*)+"
_CHARACTER = "(?:(?![和与及跟暨或等除])[\u3400-\u9fff])"
_AND = "(?:、|以及|[和与及跟暨或/／])"
_LOCAL = (
    "(?:的?(?:[东西南北中]{1,2}部|大部分?|局部|局地|部分|境内|集镇|镇区|交界)?"
    "(?:地区|地方|区域|地带|山区|村组|村庄)?)"
)
_DIGITS = "两二三四五六七八九十"
_COUNT = r"[两二三四五六七八九十\d]{1,3}"
_GENERAL = alternatives([*WORDS["general"], *WORDS["ranks"]]) + "(?![市县])"
_VILLAGES = alternatives(WORDS["village_ranks"])
_AROUND = alternatives(WORDS["around"])
_CHAIN = re.compile(
    f"{_ITEM}{_LOCAL}(?:{_AND}(?:{_ITEM}{_LOCAL}"
    f"|{_CHARACTER}{{2,5}}(?={_AND}|等|{_COUNT}个?{_GENERAL}))){{0,80}}"
)
_END = re.compile(
    f"(?P<etc>等)?(?:(?P<count>{_COUNT})个?(?={_GENERAL}|{_VILLAGES}|地))?"
    f"(?:(?P<general>{_GENERAL})|(?P<village>{_VILLAGES})|(?P<around>{_AROUND})|(?<=[等{_DIGITS}个])地(?!质))?"
)
_BEYOND = re.compile(f"(?:及|和|与|、)?其?(?:周边|附近|邻近|周围|毗邻)|以[东西南北]|[至到](?={_MARKS})")
_STRANGERS = re.compile(
    f"(?P<names>{_CHARACTER}{{2,12}}(?:{_AND}{_CHARACTER}{{2,5}}?){{1,40}})"
    f"(?:(?P<etc>等)|(?={_COUNT}))(?P<count>{_COUNT})?个?{_GENERAL}"
)
_TRAIL = re.compile(f"$|[^\u3400-\u9fff{HAMLET}{STEM}]|{alternatives(WORDS['trails'])}|{_AND}")
_OURS = f"(?:{COUNTY}{PAD}*|{alternatives(WORDS['county'])})?的?"
_EXCEPT = re.compile(f"除[了开去]?{_OURS}$")
_WITHOUT = re.compile(f"不(?:含|包括|包含|涉及|影响){_OURS}$|未影响{_OURS}$")
_OUTSIDE = re.compile("(?:[以之]外|除外|外(?!围))")
_OUT = re.compile("(?:除外|[以之]外|外(?=[的其，,])|(?:不包括)?不?在内|不受影响)")
_ALSO = re.compile(f"[^，,。；]*?[，,]?[^，,。；]*?(?:{'|'.join(WORDS['also'])})")
_TOWARDS = re.compile(alternatives(WORDS["towards"]) + _OURS + "$")
_LARGER = ("省", "市", "州", "盟", "县", "区", "旗")
_NUMBERS = {word: number for number, word in enumerate("二三四五六七八九十", 2)} | {"两": 2}


class Role(StrEnum):
    """What a list of places is for."""

    NAMED = "named"
    EXCLUDED = "excluded"
    """除 X 外, X 除外, 不含 X."""
    TOWARDS = "towards"
    """Where people shall go."""


@dataclass(frozen=True)
class Listing:
    """A list of places, or a single one."""

    start: int
    end: int
    """With the words that end the list: 等地, 两镇."""
    names: tuple[Name, ...]
    role: Role
    open: bool
    """It goes on beyond the names: 等乡镇, 及周边."""


def listings(marked: Marked) -> list[Listing]:
    """The lists of a text in order."""
    found = [listing for chain in _CHAIN.finditer(marked.text) if (listing := _listing(marked, chain))]
    rest = list(marked.text)
    for listing in found:
        rest[listing.start : listing.end] = PAD * (listing.end - listing.start)
    unknown = map(_strangers, repeat(marked), _STRANGERS.finditer("".join(rest)))
    found += [listing for listing in unknown if listing]
    return sorted(found, key=lambda listing: listing.start)


def _listing(marked: Marked, chain: re.Match[str]) -> Listing | None:
    """The list that this chain of names is; None if no name of it counts."""
    text, start = marked.text, chain.start()
    names = [marked.names[at] for at in range(start, chain.end()) if at in marked.names]
    end = _END.match(text, chain.end())
    assert end is not None, "the pattern may be empty"
    ranked = any(name.mark in (TOWNSHIP, STRANGER) for name in names)
    bare_except = _EXCEPT.search(text, max(0, start - 16), start) and _OUTSIDE.match(text, end.end())
    around = bool(end["around"] or bare_except) and (len(names) > 1 or names[0].text not in WORDS["common"])
    counts = {
        TOWNSHIP: True,
        VILLAGE: True,
        STRANGER: True,
        STEM: ranked or bool(end["general"]) or around,
        HAMLET: bool(end["village"]) or any(name.mark == VILLAGE for name in names),
    }
    if (
        names[-1].mark in (STEM, HAMLET)
        and not (end[0] or bare_except)
        and not _TRAIL.match(text, chain.end())
    ):
        names.pop()  # It is part of a longer word: 青石板, 白云机场.
    kept = _resolved([name for name in names if counts[name.mark]])
    if not kept:
        return None
    items = len(re.findall(_AND, chain[0])) + 1
    wide = _goes_on(end["etc"], end["count"], items) or bool(_BEYOND.match(text, end.end()))
    return Listing(start, end.end(), kept, _role(text, start, end.end()), wide)


def _resolved(names: list[Name]) -> tuple[Name, ...]:
    """The names, each village given to the township named last before it, where it has a village so named.

    A village right behind a township that has none so named is one of that township that is not listed.
    """
    kept: list[Name] = []
    last: Name | None = None
    for name in names:
        if name.mark in (TOWNSHIP, STEM, STRANGER):
            last = name
        elif last and last.codes & name.codes:
            name = replace(name, codes=last.codes & name.codes)
        elif last and last.end == name.start:
            continue
        kept.append(name)
    return tuple(kept)


def _strangers(marked: Marked, chain: re.Match[str]) -> Listing | None:
    """A list of which no name is in the gazetteer: 沙子、二塘两镇. None for one of cities and counties."""
    names: list[Name] = []
    at = chain.start()
    for word in re.split(_AND, chain["names"]):
        at = marked.text.index(word, at)
        name = bare(word)
        end = at + len(word)
        names.append(Name(end - len(name), end, name, STRANGER))
        at = end
    if any(len(name.text) < 2 or name.text.endswith(_LARGER) for name in names):
        return None
    wide = _goes_on(chain["etc"], chain["count"], len(names))
    start = names[0].start
    return Listing(start, chain.end(), tuple(names), _role(marked.text, start, chain.end()), wide)


def _goes_on(etc: str | None, count: str | None, items: int) -> bool:
    """Whether a list that ends with 等 goes on: 等3个乡镇 behind three names does not."""
    if not etc:
        return False
    number = _NUMBERS.get(count or "") or (int(count) if count and count.isdecimal() else 0)
    return number != items


def _role(text: str, start: int, end: int) -> Role:
    before, after = text[max(0, start - 16) : start], text[end : end + 80]
    if _TOWARDS.search(before):
        return Role.TOWARDS
    if _EXCEPT.search(before) and (outside := _OUTSIDE.match(after)):
        return Role.NAMED if _ALSO.match(after, outside.end()) else Role.EXCLUDED
    if _WITHOUT.search(before) or _OUT.match(after):
        return Role.EXCLUDED
    return Role.NAMED
