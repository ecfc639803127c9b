"""The names in a text, found and marked: issuers, counties, townships and villages, and townships that no
gazetteer lists.

Each name found is overwritten by a mark of the same length, so that `places` reads lists of names by their
marks, and every position stays what it was. The words are data (places.toml).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from gateway.model.gazetteer import Gazetteer, Township
from gateway.wording.phrases import read

WORDS = read("places")
"""The table places.toml."""
TOWNSHIP, VILLAGE, STEM, HAMLET, STRANGER, COUNTY, ISSUER, PAD = map(chr, range(0xE000, 0xE008))
"""The marks: a township with its rank, a village with its rank, either without its rank, a township that no
gazetteer lists, our county, an issuer, and the rest of a name. Unicode leaves them to private use."""
HAN = "[\u3400-\u9fff]"
_HAN = re.compile(HAN)
_Entry = TypeVar("_Entry")
SEPARATORS = "、，,和及与跟暨或/／"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_TITLE = re.compile("《[^《》]{0,60}》")
"""The title of a plan or law names no place that is meant."""


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


_PEOPLE = f"(?:{alternatives(WORDS['peoples'])}族)"
_VILLAGE = "乡(?!镇|市|县|间|亲|土|下|愁|情|村(?![民委组支部干两]))"
"""The rank 乡, and no part of 乡镇, 乡村 or the name of a county (宁乡市)."""
_TOWN = "镇(?![静定压市])"
RANK = re.compile(f"{_PEOPLE}*(?:街道办事处|街道办|街道|民族乡|办事处|苏木|{_TOWN}|{_VILLAGE})")
_STEM = re.compile(f"{_PEOPLE}*(?:街道办事处|街道|民族乡|办事处|苏木|镇|乡)$")
_UNRANKED = re.compile("[场区站园处会办]$")
"""The last character of units that have a township's code and none of its ranks: farms, zones."""
VILLAGE_RANK = re.compile(alternatives(WORDS["village_ranks"]))
_VILLAGE_STEM = re.compile(VILLAGE_RANK.pattern + "$")
_STRANGER = re.compile(
    f"({HAN}{{1,8}}?)(?<![两二三四五六七八九十几多各等个])(?:街道办事处|街道办|街道|民族乡|苏木|{_TOWN}|乡(?![镇市县间亲土下愁情村]|[两二三四五六七八九十]+个?市))"
)
_ORGANISATION = re.compile(alternatives(WORDS["organisations"]))
_TOWNSHIPS = f"(?:境内|辖区)?(?:的)?(?:{alternatives(WORDS['townships'])})"
"""Words for the townships of a county, behind its name."""
_SEAT = re.compile(f"{HAN}{{2,3}}[省市县区旗州盟]$")
_UNIT = re.compile(f"({HAN}{{1,8}}?(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗))")
_OTHER_COUNTY = re.compile(f"({HAN}{{2,6}}?)(?<![我本全该各邻两外])(县|旗)$")
_LEAD = re.compile(alternatives(WORDS["leads"]) + "$")
_LEADS = re.compile(f".*{alternatives(word for word in WORDS['leads'] if len(word) > 1)}", re.DOTALL)
_SHORT = "".join(word for word in WORDS["leads"] if len(word) == 1)
_LONGEST_LEAD = max(map(len, WORDS["leads"]))
_KIND = re.compile(alternatives(WORDS["kinds"]) + "$")
_NO_TOWNSHIP = re.compile(alternatives(WORDS["no_township"]) + "$|^[各每等个全两]|族$")


@dataclass(frozen=True)
class Name:
    """A name in a text."""

    start: int
    end: int
    text: str
    mark: str
    codes: frozenset[str] = frozenset()
    """The townships that it may mean, by nine digits. None for a stranger, a county and an issuer."""


@dataclass(frozen=True)
class Marked:
    """A text whose names are overwritten by marks."""

    text: str
    names: dict[int, Name] = field(default_factory=dict)
    """By their first position."""


@dataclass(frozen=True)
class _Index:
    """The names of a gazetteer by their first two characters."""

    stems: dict[str, list[tuple[str, frozenset[str]]]]
    """Townships without their rank."""
    whole: dict[str, list[tuple[str, frozenset[str]]]]
    """Townships whose name has no rank that could be left out."""
    villages: dict[str, list[tuple[str, bool, frozenset[str]]]]
    """Villages, and whether the name has its rank."""
    codes: dict[str, frozenset[str]]
    """Townships by a name with its rank."""

    def has(self, pair: str) -> bool:
        """Whether a name begins with these two characters."""
        return pair in self.stems or pair in self.villages or pair in self.whole


def stem(name: str) -> str:
    """The name of a township without its rank; of a 民族乡 without its people either."""
    return _STEM.sub("", name)


def counties(*names: str) -> tuple[str, ...]:
    """The province, city and county in the names of issuers and areas: 安徽省 and 梅岭县 in
    安徽省梅岭县气象局."""
    found = (unit for name in names for unit in _UNIT.findall(name) if len(unit) > 2)
    return tuple(dict.fromkeys(unit for unit in found if not _NO_TOWNSHIP.search(unit)))


def mark(text: str, gazetteer: Gazetteer, issuers: Sequence[str] = (), areas: Sequence[str] = ()) -> Marked:
    """The text with its names marked. `areas` are names of the counties and cities that are ours."""
    page = _Page(_TITLE.sub(lambda title: " " * len(title[0]), _PRIVATE.sub(" ", text)))
    for start, end in _issuers(page.text, issuers):
        page.put(start, end, ISSUER)
    ours = frozenset(name for name in (*areas, *gazetteer.counties) if len(name) > 2)
    for found in re.finditer(alternatives(ours), page.text) if ours else ():
        if page.marks[found.start()] not in (ISSUER, PAD):
            page.put(found.start(), found.end(), COUNTY)
    for found in _short(page.text, ours):
        if page.marks[found.start()] == page.text[found.start()]:
            page.put(found.start(), found.end(), COUNTY)
    _known(page, _index(gazetteer), ours)
    for found in _STRANGER.finditer("".join(page.marks)):
        start = found.end(1) - len(bare(found[1]))
        known = _KIND.search(found[1]) or _NO_TOWNSHIP.search(page.text[start : found.end()])
        if 2 <= found.end(1) - start <= 5 and not known:
            page.put(start, found.end(), STRANGER)
    return Marked("".join(page.marks), page.names)


def _short(text: str, ours: Iterable[str]) -> Iterable[re.Match[str]]:
    """Where our county stands without its rank, before words for its townships: 梅岭大部乡镇.

    A township may have the same name. Then these words can be read in two ways, and the wider one holds.
    """
    stems = {name[:-1] for name in ours if name[-1] in "县市区旗"}
    return re.finditer(f"{alternatives(stems)}(?={_TOWNSHIPS})", text) if stems else ()


class _Page:
    """A text while it is marked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = list(text)
        self.names: dict[int, Name] = {}

    def put(self, start: int, end: int, kind: str, codes: frozenset[str] = frozenset()) -> None:
        self.names[start] = Name(start, end, self.text[start:end], kind, codes)
        self.marks[start:end] = [kind, *PAD * (end - start - 1)]


def _issuers(text: str, issuers: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Where the issuers stand, and the organisations of counties and cities with the name before them."""
    told = [name for name in dict.fromkeys(issuers) if len(name) > 2]
    taken = 0
    pattern = "|".join([*([alternatives(told)] if told else ()), _ORGANISATION.pattern])
    for found in re.finditer(pattern, text):
        if found[0] in told:
            taken = found.end()
            yield found.span()
        elif seat := _SEAT.search(text, max(taken, found.start() - 4), found.start()):
            taken = found.end()
            yield seat.start(), found.end()


def bare(run: str) -> str:
    """The name at the end of a run of characters, without the words that lead to it."""
    name = _LEADS.sub("", run)
    if len(name) > 4:
        cut = max(
            (name.rfind(word) + 1 for word in _SHORT if 0 <= name.rfind(word) <= len(name) - 3), default=0
        )
        name = name[cut:]
    while (len(name) > 2 and name[0] in _SHORT) or name.startswith(("请", "让", "望")):
        name = name[1:]
    return name


def _known(page: _Page, index: _Index, ours: frozenset[str]) -> None:
    """Marks the names of the gazetteer."""
    text, at = page.text, 0
    while at < len(text) - 1:
        if index.has(text[at : at + 2]) and page.marks[at] == text[at]:
            end, kind, codes = _longest(text, at, index)
            if kind and _begins(page, at):
                if kind in (TOWNSHIP, VILLAGE) and _of_another_county(page, at, ours):
                    kind, codes = STRANGER, frozenset()
                page.put(at, end, kind, codes)
                at = end - 1
        at += 1


def _longest(text: str, at: int, index: _Index) -> tuple[int, str, frozenset[str]]:
    """The longest name that begins there: its end, mark and townships. A name with its rank goes first."""
    pair = text[at : at + 2]
    ranked: list[tuple[int, str, frozenset[str]]] = []
    bare: list[tuple[int, str, frozenset[str]]] = []
    for name, codes in index.whole.get(pair, ()):
        if text.startswith(name, at):
            ranked.append((at + len(name), TOWNSHIP, codes))
    for name, codes in index.stems.get(pair, ()):
        if text.startswith(name, at):
            rank = RANK.match(text, at + len(name))
            if rank:
                exact = index.codes.get(text[at : rank.end()], codes)
                ranked.append((rank.end(), TOWNSHIP, exact))
            bare.append((at + len(name), STEM, codes))
    for name, has_rank, codes in index.villages.get(pair, ()):
        if text.startswith(name, at):
            rank = None if has_rank else VILLAGE_RANK.match(text, at + len(name))
            if has_rank or rank:
                ranked.append((rank.end() if rank else at + len(name), VILLAGE, codes))
            else:
                bare.append((at + len(name), HAMLET, codes))
    return max(ranked or bare, key=lambda one: one[0], default=(at, "", frozenset()))


def _begins(page: _Page, at: int) -> bool:
    """Whether a name may begin there. One strange character before it makes another name: 大青石镇."""
    text, marks = page.text, page.marks
    if at == 0 or not _HAN.match(marks[at - 1]):
        return True
    if text[at - 1] in SEPARATORS or _LEAD.search(text, max(0, at - _LONGEST_LEAD), at):
        return True
    before = at - 1
    if before == 0 or not _HAN.match(marks[before - 1]):
        return False
    lead = _LEAD.search(text, max(0, before - _LONGEST_LEAD), before)
    return not (text[before - 1] in SEPARATORS or lead)


def _of_another_county(page: _Page, at: int, ours: frozenset[str]) -> bool:
    """Whether the name of another county stands right before it, where our county's name is known."""
    if page.marks[at - 1] in (COUNTY, PAD) or not any(name.endswith(("县", "旗")) for name in ours):
        return False
    found = _OTHER_COUNTY.search(page.text, max(0, at - 8), at)
    if not found:
        return False
    bare = _LEADS.sub("", found[1])
    return len(bare) >= 2 and bare + found[2] not in ours


@lru_cache(maxsize=8)
def _index(gazetteer: Gazetteer) -> _Index:
    stems: defaultdict[str, set[str]] = defaultdict(set)
    whole: defaultdict[str, set[str]] = defaultdict(set)
    codes: defaultdict[str, set[str]] = defaultdict(set)
    villages: defaultdict[str, set[str]] = defaultdict(set)
    for township in gazetteer.townships:
        for name in township.names:
            codes[name].add(township.code)
            short = len(stem(name)) < 2 or _UNRANKED.search(name)
            (whole if short else stems)[name if short else stem(name)].add(township.code)
        for name in (_alone(name, township) for name in township.villages):
            villages[name].add(township.code)
            villages[_VILLAGE_STEM.sub("", name)].add(township.code)
    named = {name: ids for name, ids in villages.items() if len(name) > 1 and name not in WORDS["no_village"]}
    return _Index(
        _by_pair((name, (name, frozenset(ids))) for name, ids in stems.items()),
        _by_pair((name, (name, frozenset(ids))) for name, ids in whole.items() if len(name) > 1),
        _by_pair(
            (name, (name, bool(_VILLAGE_STEM.search(name)), frozenset(ids))) for name, ids in named.items()
        ),
        {name: frozenset(ids) for name, ids in codes.items()},
    )


def _alone(village: str, township: Township) -> str:
    """The name of a village without that of its township before it."""
    before = next(
        (name for name in township.names if len(village) - len(name) > 1 and village.startswith(name)), ""
    )
    return village.removeprefix(before)


def _by_pair(named: Iterable[tuple[str, _Entry]]) -> dict[str, list[_Entry]]:
    found: defaultdict[str, list[_Entry]] = defaultdict(list)
    for name, entry in named:
        found[name[:2]].append(entry)
    return dict(found)
