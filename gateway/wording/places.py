"""The places that the text of a warning names: which townships are meant, which are not, and whether the
whole of its area is.

A text names its places in clauses of the past (过去1小时青石镇已出现…) and of what comes (预计3小时我县…).
What is coming decides; the past does only where the forecast names no place. Where a text can be read in two
ways the wider one holds: a warning is never lost by a word (docs/practice.md, Relay rules).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.model.gazetteer import Gazetteer
from gateway.wording.listing import Listing, Role, listings
from gateway.wording.names import COUNTY, HAN, ISSUER, PAD, WORDS, Marked, alternatives, counties, mark
from gateway.wording.tense import FIRM, Tense, Tensed, tensed

LONGEST = 40_000
"""Characters. A longer text is no warning; it means the whole without being read, so that it delays no other.
Our choice."""
_DIRECTION = "(?:[东西南北中]{1,2}部|部分|山区|沿[江河海湖])?(?:地区|山区|乡镇)?"
_COUNTY = f"(?:(?:{COUNTY}{PAD}*)+|{alternatives(WORDS['county'])})"
_SCOPE = re.compile(
    f"(?P<county>{_COUNTY}(?:境内|辖区|范围内?|内)?{_DIRECTION}(?:的|有|以|中|共有|包括|包含)?)"
    f"|(?P<said>{alternatives(WORDS['said'])}各?(?:乡镇|地区|区域|地方|镇|乡|街道|村)?)"
    f"|(?P<whole>{alternatives(WORDS['whole'])}|(?<!城){alternatives(WORDS['general'])})"
    f"|(?P<seat>{alternatives(WORDS['seat'])})"
    f"|(?P<part>{alternatives(WORDS['part'])}|[东西南北中]{{1,2}}部)"
    f"|(?P<land>{alternatives(WORDS['lands'])})|(?P<spot>{alternatives(WORDS['spot'])})"
)
_OF_COUNTY = re.compile(
    f"{alternatives(WORDS['seat'])}|{HAN}{{1,10}}?(?:局(?![部地])|公司|委员会|指挥部|办公室|政府|中心(?!城))"
)
"""What stands behind the name of a county and is not the county itself."""
_GOES_ON = re.compile("仍|继续|持续|维持")
_SEATS = re.compile("街道$|^城(?:关|厢|区)")


@dataclass(frozen=True)
class Mention:
    """A list of places, or a single one, where it stands in the text."""

    start: int
    end: int
    text: str
    """With the words that end the list: 等地, 两镇."""
    townships: tuple[str, ...]
    """The townships meant, by nine digits, in the order of the text."""
    strangers: tuple[str, ...]
    """Townships that the gazetteer does not list, by name."""
    role: Role
    tense: Tense
    open: bool
    """It goes on beyond its names: 等乡镇, 及周边."""


@dataclass(frozen=True)
class Named:
    """What a text says about places."""

    mentions: tuple[Mention, ...] = ()
    whole: bool = False
    """It means its whole area: 全县, an open list, a part that nobody can tell."""
    whole_by: str = ""
    """The words by which it does."""
    townships: frozenset[str] = frozenset()
    """The townships that it means by name, by nine digits."""
    excluded: frozenset[str] = frozenset()
    """The townships that it excludes by name."""
    strangers: tuple[str, ...] = ()
    """The townships that it means and that the gazetteer does not list, by name."""

    @property
    def closed(self) -> bool:
        """Whether it names some places and means no others."""
        return not self.whole and bool(self.townships or self.strangers)

    def meant(self, codes: Iterable[str]) -> frozenset[str]:
        """Those of these townships that the text means; all that it does not exclude, where it names none."""
        asked = frozenset(codes) - self.excluded
        return asked & self.townships if self.closed else asked


def named(
    text: str,
    gazetteer: Gazetteer,
    issuers: Sequence[str] = (),
    areas: Sequence[str] = (),
    advice: str = "",
) -> Named:
    """The places that a text names, and the advice that goes with it.

    `issuers` are the names of those who issue it: they name no place. `areas` are names of areas that are
    ours, such as the area description 安徽省梅岭县: they tell our county from others. Mentions in the advice
    stand behind those of the text, as if it followed after one line feed.
    """
    return _named(text, gazetteer, tuple(issuers), tuple(areas), advice)


@lru_cache(maxsize=16)
def _named(
    text: str, gazetteer: Gazetteer, issuers: tuple[str, ...], areas: tuple[str, ...], advice: str
) -> Named:
    """One document asks several times for the same text."""
    if len(text) + len(advice) > LONGEST:
        return Named(whole=True)
    whole_text = f"{text}\n{advice}" if advice else text
    marked = mark(whole_text, gazetteer, issuers, counties(*issuers, *areas))
    lists, parts = listings(marked), tensed(text)
    if advice:
        parts.append(Tensed(len(text), len(whole_text), Tense.ADVICE))
    starts = [part.start for part in parts]
    mentions = tuple(
        _mention(whole_text, found, parts[bisect_right(starts, found.start) - 1]) for found in lists
    )
    scopes = _scopes(whole_text, marked, lists, parts, gazetteer)
    return _decided(mentions, scopes, any(part.tense is Tense.COMING for part in parts))


@dataclass(frozen=True)
class _Scope:
    """A word for the whole of an area or a part of it."""

    kind: str
    """county, whole, said, seat or part: a group of `_SCOPE`."""
    text: str
    tense: Tense
    seats: frozenset[str] = frozenset()


def _mention(text: str, found: Listing, part: Tensed) -> Mention:
    codes = dict.fromkeys(code for name in found.names for code in sorted(name.codes))
    strangers = tuple(name.text for name in found.names if not name.codes)
    return Mention(
        found.start,
        found.end,
        text[found.start : found.end],
        tuple(codes),
        strangers,
        found.role,
        part.tense,
        found.open,
    )


def _scopes(
    text: str, marked: Marked, lists: list[Listing], parts: list[Tensed], gazetteer: Gazetteer
) -> list[_Scope]:
    """The words outside of lists that mean the whole of the area, or a part of it that they do not name."""
    starts = [part.start for part in parts]
    rest = list(marked.text)
    begins = {listing.start for listing in lists}
    closed = {one.start for one in lists if one.role is Role.NAMED and not one.open}
    for listing in lists:
        rest[listing.start : listing.end] = " " * (listing.end - listing.start)
    seats = _seats(gazetteer)
    scopes: list[_Scope] = []
    for found in _SCOPE.finditer("".join(rest)):
        kind, part = str(found.lastgroup), parts[bisect_right(starts, found.start()) - 1]
        follows = found.end() in begins or _OF_COUNTY.match(marked.text, found.end())
        if kind == "county" and (follows or marked.text.startswith(ISSUER, found.end())):
            continue  # It only says where the place behind it lies: 我县青石镇.
        if found[0][0] not in "全大各" and _told(marked.text, found.end(), closed):
            continue  # 我县东部乡镇（石鼓镇、柳沟乡）.
        if kind == "seat" and not seats:
            kind = "whole"
        if kind in ("land", "spot"):
            if kind == "spot" and _GOES_ON.search(marked.text, part.start, part.end):
                continue  # 仍有60毫米，局地90毫米: within the places of before.
            if not FIRM.search(marked.text, part.start, part.end):
                continue
            kind = "part"
        words = text[found.start() : found.end()]
        scopes.append(_Scope(kind, words, part.tense, seats if kind == "seat" else frozenset()))
    return scopes


def _told(text: str, end: int, closed: set[int]) -> bool:
    """Whether brackets behind a word for a part of the county list its places."""
    return text[end : end + 1] in ("（", "(") and end + 1 in closed


def _seats(gazetteer: Gazetteer) -> frozenset[str]:
    """The townships in which the seat of the county may lie: its streets, 城关镇."""
    return frozenset(
        township.code
        for township in gazetteer.townships
        if any(_SEATS.search(name) for name in township.names)
    )


_BEFORE = frozenset({Tense.HEAD, Tense.PLAIN, Tense.NOW, Tense.PAST})
"""The tenses that 上述乡镇 may point back to."""


def _decided(mentions: tuple[Mention, ...], scopes: list[_Scope], forecast: bool) -> Named:
    """What a text means by its lists and its words for the whole. `forecast`: a clause of it is one."""
    coming = any(one.tense is Tense.COMING and one.role is not Role.TOWARDS for one in mentions)
    said = [scope for scope in scopes if scope.tense is Tense.COMING]
    decisive = coming or any(scope.kind != "part" for scope in said)
    back = any(scope.kind == "said" for scope in said)
    kept = [
        one
        for one in mentions
        if one.role is Role.NAMED and (one.tense is not Tense.PAST or not decisive or back)
    ]
    if forecast and not decisive and all(one.tense is Tense.ADVICE for one in kept):
        kept = []  # Advice to some places narrows no forecast that names none.
    heard = {Tense.COMING, Tense.PLAIN} if decisive else {Tense.COMING, Tense.PLAIN, Tense.NOW, Tense.PAST}
    words = [scope.text for scope in scopes if scope.kind in ("whole", "county") and scope.tense in heard]
    words += [one.text for one in kept if one.open and one.tense is not Tense.ADVICE]
    words += [scope.text for scope in said if scope.kind == "part" and not coming]
    if back and not any(one.tense in _BEFORE for one in kept):
        words += [scope.text for scope in said if scope.kind == "said"]
    seats = {code for scope in scopes if scope.tense in heard for code in scope.seats}
    firm = {code for one in kept if one.tense not in (Tense.NOW, Tense.PAST) for code in one.townships}
    but = [one for one in mentions if one.role is Role.EXCLUDED and one.tense is not Tense.PAST]
    excluded = frozenset(code for one in but for code in one.townships) - firm
    townships = frozenset(code for one in kept for code in one.townships) | seats
    if excluded and not townships - excluded:
        words += [one.text for one in but]
    strangers = dict.fromkeys(name for one in kept for name in one.strangers)
    return Named(
        mentions, bool(words), next(iter(words), ""), townships - excluded, excluded, tuple(strangers)
    )
