"""The places of a clause as a reading says them: of a list, 青石镇、沙河镇 or 青石、柳林等乡镇, ours alone.

Names are asked for as they are written. Which townships a whole text means is asked of
`gateway/wording/places.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

_RANK = "(?:镇|乡|街道办事处|街道|办事处|社区|村|县|区|市|省|林场|农场|牧场|种马场|开发区|园区)"
_TAIL = (
    r"等(?:[\d一二三四五六七八九十两]+个?)?(?:乡镇(?:[（(]街道[)）])?|镇街|镇乡|乡|镇|街道|村|县[（(][^）)]{1,6}[)）]"
    r"|县市区|县区|县|市|区域|区|地区|地(?!质|震)|处)"
)
_SIGN = r"(?:(?!等)[\u4e00-\u9fff])"
_RANKED = re.compile(rf"{_SIGN}{{1,7}}?{_RANK}")
_LAST = re.compile(rf"(?P<name>{_SIGN}{{1,7}}?{_RANK}|{_SIGN}{{1,8}}?(?={_TAIL}))")
_PLACE = re.compile(rf"{_SIGN}{{1,6}}{_RANK}{_SIGN}{{0,8}}")
_BELOW = re.compile(
    rf"(?:(?![沿两各所全多]){_SIGN}{{2,4}}?(?:镇|乡(?![镇村])|街道|村(?![庄民组屯落])|社区))?"
    r"(?:[东西南北中]{1,2}部(?:(?:的)?(?:乡镇|地区|山区))?)?"
)
"""What goes on the last name of a list: 大悟县宣化店镇, 云岭县中南部."""
_PEOPLE = r"(?:沿线|沿岸|沿河|两岸|境内|辖区|一带)?(?:的)?(?:村民|居民|群众|民众|市民|人员|住户)"
_PEOPLED = re.compile(rf"(?P<name>{_SIGN}{{1,7}}?{_RANK})(?={_PEOPLE})")
"""The last place of a list whose people another list goes on with: 柳林乡沿线村民、学生."""
_BARE = re.compile(rf"{_SIGN}{{2,6}}")
_VILLAGE = re.compile(r"[^镇乡]{1,8}(?:村|社区|组)")
_PIECES = re.compile(
    r"(?:[^、和及以与\n]+"  # most signs part nothing
    r"|(?!、|(?<=[镇乡村县区市])(?:和|及|以及|与)(?=[\u4e00-\u9fff]{1,7}[镇乡村县区市])).)+"
)
_LEAD = re.compile(
    r".*(?:我[省市县区镇乡]|全[省市县区]|本[省市县区]|影响|小时内?|分钟内?|[今明后昨当][天日晚]|\d[日时分](?:在|于|对|向)?|夜间|白天|上午|下午|凌晨"
    r"|预计|目前|(?:出现|主要|分布|集中)在|位于|其中)"
)
_TAILED = re.compile(_TAIL)
_MORE = re.compile(rf"[\u4e00-\u9fff]{{1,6}}?(?={_TAIL})")
_JOINS = re.compile("^(?:和|及|以及|与)")
_ABOVE = re.compile(
    r"(?:上述|以上)(?:[一二三四五六七八九十两\d]+个?)?(?:乡镇(?:[（(]街道[)）])?|镇街|县市区|县区|地区|区域|地方|各地|乡|镇|街道|县|村)"
)
_NO_PLACE = re.compile(r"城乡|乡镇|乡村|城镇|村镇|县[城道]|县级|各[县乡镇]|[我本该]县")
"""Words with the rank of a place that name none: 城乡积涝."""
_EACH = re.compile(r"分别|依次|各为")
_WIDE = re.compile(r"其[他它余]|全[省市县区镇乡]|大部|部分|周边|一带|各地|所有|局地|附近")


class Listed(NamedTuple):
    """A list of places in a clause."""

    start: int
    end: int
    """Where it begins and ends in the clause, without its tail."""
    names: tuple[str, ...]
    tail: str
    """等地, 等乡镇; empty where the list is closed."""
    spans: tuple[tuple[int, int], ...]
    """Where each name stands in the clause."""


def listed(clause: str) -> Listed | None:
    """The first list of two or more places in a clause; None where it has none.

    A list of other things has neither ranks (镇, 乡, 村 …) nor an end such as 等乡镇: 雷电、短时大风.
    """
    if not any(sign in clause for sign in "、和及与"):
        return None
    pieces = _pieces(clause)
    for first in range(len(pieces) - 1):
        found = _from(clause, pieces, first)
        if found:
            return found
    return None


def _pieces(clause: str) -> list[tuple[int, str]]:
    """The pieces between 、 and between names and 和, with their places."""
    if len(clause) > 600:
        return []
    return [
        (match.start(), match.group())
        for match in _PIECES.finditer(clause)
        if match.group() not in ("和", "及", "以及", "与")
    ]


def _from(clause: str, pieces: Sequence[tuple[int, str]], first: int) -> Listed | None:
    at, piece = pieces[first]
    lead = _LEAD.match(piece)
    start = at + (lead.end() if lead else 0)
    name = piece[start - at :]
    if not name or len(name) > 12:
        return None
    names, end = [name], start + len(name)
    spans = [(start, end)]
    tail = ""
    for place, following in pieces[first + 1 :]:
        joined = _JOINS.sub("", following)
        offset = place + len(following) - len(joined)
        last = (place, following) == pieces[-1]
        if peopled := _PEOPLED.match(joined):
            names.append(peopled["name"])
            end = offset + peopled.end()
            spans.append((offset, end))
            break
        whole = _PLACE.fullmatch(joined) or _BARE.fullmatch(joined)
        if whole and not last:
            names.append(joined)
            end = offset + len(joined)
            spans.append((offset, end))
            continue
        if found := _LAST.match(joined):
            below = _BELOW.match(joined, found.end())
            end = offset + (below.end() if below else found.end())
            names.append(clause[offset:end])
            if sub := _MORE.match(clause, end):
                names[-1] += sub.group()
                end = sub.end()
            spans.append((offset, end))
        break
    if tailed := _TAILED.match(clause, end):
        tail = tailed.group()
    ranked = sum(bool(_RANKED.search(name)) for name in names)
    if len(names) < 2 or not (tail or ranked * 2 > len(names)):
        return None
    return Listed(start, end, tuple(names), tail, tuple(spans))


def ours(found: Listed, names: Collection[str]) -> list[int]:
    """Which of a list are of these names: whole with their rank, or bare in a list that ends 等乡镇."""
    kept: list[int] = []
    town = False
    for number, written in enumerate(found.names):
        own = any(name in written or (found.tail and written == stem(name)) for name in names)
        # A village without a township of its own is of the township before it.
        town = own or (town and bool(_VILLAGE.fullmatch(written)))
        if town:
            kept.append(number)
    return kept


def _written(clause: str, found: Listed, kept: Sequence[int]) -> str:
    """These names of a list as the clause writes them; neighbours keep the sign between them."""
    words = ""
    for place, number in enumerate(kept):
        start, end = found.spans[number]
        if place and kept[place - 1] == number - 1:
            words += clause[found.spans[number - 1][1] : start]
        elif place:
            words += "、"
        words += clause[start:end]
    return words


def stem(name: str) -> str:
    """A name without its rank: 青石 of 青石镇. A stem of one character is none."""
    bare = re.sub(rf"{_RANK}$", "", name)
    return bare if len(bare) > 1 else name


def shortened(clause: str, names: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The clause with only our places in its list, and the places that were left out.

    A list without a place of ours stays: then nobody knows whom it means. So does a list whose places have an
    amount each: 青石镇、沙河镇分别达112毫米、98毫米.
    """
    found = None if _EACH.search(clause) else listed(clause)
    if found is None:
        return clause, ()
    kept = ours(found, names)
    left = tuple(name for number, name in enumerate(found.names) if number not in kept)
    if not kept or not left:
        return clause, ()
    tail = "" if found.tail else "等地"
    return clause[: found.start] + _written(clause, found, kept) + tail + clause[found.end :], left


def elsewhere(clause: str, names: Collection[str]) -> bool:
    """Whether a clause speaks of named places only, none of which is of these names."""
    if any(name in clause or stem(name) in clause for name in names) or _WIDE.search(clause):
        return False
    if listed(clause):
        return True
    return bool(re.search(r"[\u4e00-\u9fff]{2,6}(?:镇|乡|街道|县)", _NO_PLACE.sub("", clause)))


def resolved(clause: str, before: Sequence[str], names: Collection[str]) -> str:
    """The clause with 上述乡镇 as the places that an earlier clause names.

    Several of which some are ours become ours and 等地. The nearest clause that names ours counts before the
    nearest of all: a list of amounts may end next door.
    """
    above = _ABOVE.search(clause) if "上述" in clause or "以上" in clause else None
    if not above:
        return clause
    found = [(earlier, places) for earlier in reversed(before) if (places := _named(earlier, tuple(names)))]
    if not found:
        return clause
    own = next((places for _, places in found if any(stem(name) in places for name in names)), found[0][1])
    return clause[: above.start()] + own + clause[above.end() :]


@lru_cache(64)
def _named(clause: str, names: tuple[str, ...]) -> str:
    """The places of a clause in words, ours alone where some are; empty where it names none."""
    found = listed(clause)
    if found is None:
        return next((name for name in names if name in clause), "")
    kept = ours(found, names)
    if kept:
        others = len(kept) < len(found.names)
        return _written(clause, found, kept) + (found.tail or "等地" if others else "")
    return clause[found.start : found.end] + found.tail
