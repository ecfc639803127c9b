"""The cuts of a reading: what goes for length and in which order, after what is never said (`omissions`).

Of a guide, what it tells authorities and its advice beyond two items is never said. For length go contacts,
causes, places that are not ours, what authorities shall do, how it stands, what no pattern knows, and past
amounts where a forecast is said. Forecast, danger, advice and orders stay (docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from gateway.announcements import places
from gateway.announcements.draft import LEAST, MUST, UNKNOWN, Draft, Piece, groups
from gateway.announcements.omissions import plain
from gateway.announcements.sentences import cut
from gateway.model.plan import LeftFor, LeftOut
from gateway.wording.parts import Kind

GUIDE = 2
"""Items of a guide that are said besides its orders (docs/practice.md, Repetition)."""
_GOES = (1, 2, 0)
"""The description is shortened before the instruction, the headline last."""
_LAST = (
    Kind.OTHER,
    Kind.PLACE,
    Kind.OFFICE,
    Kind.NOW,
    Kind.PAST,
    Kind.ADVICE,
    Kind.DANGER,
    Kind.FORECAST,
    Kind.ORDER,
)
"""What goes first where even the longest reading has no room."""
_HEADING = re.compile(r"(?:时段|时间|时效|区域|范围|内容|对象|实况|预报|影响|提示|建议)$")
_YEAR = re.compile(r"(?<!\d)20\d{2}年(?=\d{1,2}月\d{1,2}日)")
_WHEN = re.compile(r"[预计报未来今明后天日月年时分到至起小夜间白午上下晚\d点凌晨傍～~—-]+")
_LEVELS = ("红色", "橙色", "黄色", "蓝色")
_AREA = re.compile(r"[红橙黄蓝]色(?=预警区|区域|区内|(?:预警)?[）)])")
_NAMED = re.compile(r"[镇乡县区市村道]")
_SAYS = re.compile(r"将|有|出现|发生|可能|达|持续|影响|为|仍|毫米|级|℃|度|降|雨|雪|雾|风")
_CARRY = re.compile(r"预计|未来|预报|今[天晚日]|明天|\d[日时]")


def shorten(draft: Draft, room: int, spare: int, level: str = "") -> None:
    """Leave out for length, one kind after the other, only so much as must go.

    `spare`: characters of our own words that go before the past does. `level`: the warning's, 橙色.
    """
    forecast = any(piece.kind in (Kind.FORECAST, Kind.DANGER) for piece in draft.said)
    _guide(draft)
    _drop(draft, room, Kind.CONTACT, LeftFor.CONTACT)
    _drop(draft, room, Kind.CAUSE, LeftFor.CAUSE)
    _lower(draft, room, level)
    _elsewhere(draft, room)
    _lists(draft, room)
    _years(draft, room)
    _drop(draft, room, Kind.OFFICE, LeftFor.OFFICE)
    if forecast:
        _drop(draft, room, Kind.NOW, LeftFor.NOW)
    _unknown(draft, room)
    if forecast:
        _drop(draft, room + spare, Kind.PAST, LeftFor.PAST)
    _headings(draft)


def _drop(draft: Draft, room: int, kind: Kind, why: LeftFor) -> None:
    """Leave out the statements of a kind from the last on, until there is room."""
    if draft.length <= room:
        return
    for group in reversed(list(groups(draft.said))):
        if group[0].kind is kind and draft.length > room:
            _drop_group(draft, group, why)


def _drop_group(draft: Draft, group: Sequence[Piece], why: LeftFor) -> None:
    """Leave out a whole statement. If one clause of it must stay, for a place of ours, all of it stays."""
    names = {name for piece in group for name in draft.local.names if name in piece.words}
    inside = {name: sum(name in piece.words for piece in group) for name in names}
    if any(draft.named.get(name, 0) <= inside[name] for name in names):
        return
    for piece in group:
        draft.drop(piece, why)


def _elsewhere(draft: Draft, room: int) -> None:
    """Leave out clauses that speak of other places alone, where another clause speaks of ours."""
    if draft.length <= room:
        return
    said = draft.said
    ours = [piece for piece in said if piece.kind in MUST and any(n in piece.words for n in draft.local.all)]
    if not ours:
        return
    for place, piece in enumerate(said):
        if draft.length <= room:
            return
        if piece.kind not in (Kind.FORECAST, Kind.DANGER, Kind.PAST) or _CARRY.search(piece.words):
            continue
        if place and _open_list(said[place - 1], piece):
            continue
        following = said[place + 1] if place + 1 < len(said) else None
        leads_on = following is not None and following.sentence == piece.sentence
        if leads_on and following is not None and following.kind in (Kind.FORECAST, Kind.DANGER, Kind.PAST):
            if following.words in ("其中", "期间"):
                following = said[place + 2] if place + 2 < len(said) else None
            if following is None or not re.search(r"[镇乡县区市村]", following.words):
                continue
        gone = places.elsewhere(piece.words, draft.local.all) and draft.drop(piece, LeftFor.PLACES)
        if gone and place + 1 < len(said) and said[place + 1].words == "其中":
            draft.drop(said[place + 1], LeftFor.PLACES)


def _lower(draft: Draft, room: int, level: str) -> None:
    """Leave out what is said of the area of a lower level alone, where ours is in the area of our level.

    橙色预警区域：云岭县。黄色预警区域：安平市柳河县。橙色预警区内人员请撤离；黄色预警区内人员请关注。
    """
    if level not in _LEVELS or draft.length <= room:
        return
    lower = set(_LEVELS[_LEVELS.index(level) + 1 :])
    told = [list(group) for _, group in groupby(draft.said, lambda piece: piece.sentence)]
    ours: set[str] = set()
    below: list[list[Piece]] = []
    for group in told:
        words = "".join(piece.words for piece in group)
        colours = set(_AREA.findall(words))
        of_level = [words] if colours == {level} else [piece.words for piece in group if level in piece.words]
        ours |= {name for name in draft.local.all if any(name in one for one in of_level)}
        if colours and colours <= lower and not any(piece.kind is Kind.ORDER for piece in group):
            below.append(group)
    for group in reversed(below):
        words = "".join(piece.words for piece in group)
        if draft.length > room and any(name not in words for name in ours):
            for piece in group:
                if _WHEN.fullmatch(plain(piece.words)):
                    piece.sentence += 1  # the time holds for the sentence behind it, too
                else:
                    draft.drop(piece, LeftFor.PLACES)


def _headings(draft: Draft) -> None:
    """Leave out what only leads to words that were left out: 黄色预警区域：, 影响时段：."""
    for place, piece in enumerate(draft.pieces[:-1]):
        if piece.left is not None or piece.mark[:1] not in ("：", ":") or piece.ends:
            continue
        rest = [one for one in draft.pieces[place + 1 :] if one.sentence == piece.sentence]
        leads = rest and (rest[0].left is LeftFor.PLACES or _HEADING.search(piece.words))
        if leads and all(one.left is not None for one in rest):
            draft.drop(piece, rest[0].left or LeftFor.ROOM)


def _years(draft: Draft, room: int) -> None:
    """Leave the year out of dates with month and day."""
    for piece in draft.said:
        if draft.length > room and (years := _YEAR.findall(piece.words)):
            words = _YEAR.sub("", piece.words)
            draft.length += len(words) - len(piece.words)
            piece.words = words
            draft.left.extend((piece.number, LeftOut(year, LeftFor.ROOM)) for year in years)


def _open_list(before: Piece, piece: Piece) -> bool:
    """Whether the clause before names places and says nothing of them: its list goes on over the comma."""
    if before.sentence != piece.sentence or before.left is not None or not _NAMED.search(before.words):
        return False
    return not _SAYS.search(before.words)


def _lists(draft: Draft, room: int) -> None:
    """Leave places that are not ours out of lists: out of all, so that no list is longer than another."""
    if draft.length <= room:
        return
    for piece in draft.said:
        if len(piece.words) > 4:
            words, gone = places.shortened(piece.words, draft.local.all)
            if gone:
                draft.rewrite(piece, words, gone)


def _guide(draft: Draft) -> None:
    """Leave out a guide's items for authorities, and its advice beyond two items.

    Its orders stay, and so does the advice in an item with an order, which is not counted.
    """
    items = [piece for piece in draft.said if piece.item]
    ordering = {(piece.source, piece.item) for piece in items if piece.kind is Kind.ORDER}
    advice = ((piece.source, piece.item) for piece in items if piece.kind is Kind.ADVICE)
    advising = [item for item in dict.fromkeys(advice) if item not in ordering]
    for piece in items:
        if piece.kind is Kind.OFFICE:
            draft.drop(piece, LeftFor.OFFICE)
        elif piece.kind is Kind.ADVICE and (piece.source, piece.item) in advising[GUIDE:] and not piece.again:
            draft.drop(piece, LeftFor.GUIDE)


def _unknown(draft: Draft, room: int) -> None:
    """Leave out what no pattern knows, from the last on. The first of each text stays, cut if it must be."""
    unknown = [piece for piece in draft.said if piece.kind in UNKNOWN]
    first = {piece.source: piece for piece in reversed(unknown)}
    must = {piece.source for piece in draft.said if piece.kind in MUST}
    for piece in sorted(unknown, key=lambda one: (_GOES.index(one.source), -one.number)):
        if draft.length <= room:
            return
        if (piece is not first[piece.source] or piece.source in must) and not piece.again:
            draft.drop(piece, LeftFor.ROOM)
    stay = [piece for piece in unknown if piece.left is None]
    for piece in sorted(stay, key=lambda one: one.source):
        if draft.length > room:
            _cut(draft, piece, max(LEAST, len(piece.words) - (draft.length - room)))


def _cut(draft: Draft, piece: Piece, room: int) -> None:
    """Cut a single clause to a room."""
    words = cut(piece.words, room).rstrip("。")
    draft.left.append((piece.number, LeftOut(piece.words[len(words) :], LeftFor.ROOM)))
    draft.length += len(words) - len(piece.words)
    piece.words = words


def bound(draft: Draft, room: int) -> None:
    """Bound even what must be said: what matters least goes first, from the end."""
    if draft.length <= room:
        return
    by_kind: dict[Kind, list[Piece]] = {}
    for piece in draft.said:
        by_kind.setdefault(piece.kind, []).append(piece)
    left = len(draft.said)
    for kind in (*[kind for kind in by_kind if kind not in _LAST], *_LAST):
        for piece in reversed(by_kind.get(kind, [])):
            if draft.length <= room:
                return
            if left == 1:
                _cut(draft, piece, max(LEAST, room))
                return
            left -= draft.drop(piece, LeftFor.ROOM)
