"""One reading of a warning: what of its text is said, in which words, and what is left out for which reason.

The words are the official's own. Forecast with amount and time, danger, advice and orders are always said: a
reading that needs more than a minute for them is longer (docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.announcements.cuts import bound, shorten
from gateway.announcements.draft import Draft, Local, Piece, apart, groups
from gateway.announcements.omissions import never
from gateway.announcements.opening import opening
from gateway.announcements.sentences import closed
from gateway.model.alert import Alert, Info
from gateway.model.hazard import Level
from gateway.model.plan import LeftOut
from gateway.wording.parts import Kind

HARD = 450
"""Characters of the longest reading, 150 s: a longer text is a document and no alarm. Our choice."""
KEPT = 40
"""So many clauses at most are listed as left out, and so many characters of each. Our choice."""
SHORT = 90
"""Characters of the forecast that a short reading takes at most. Our choice."""
_LEVEL = re.compile(r"[红橙黄蓝]色|[ⅠⅡⅢⅣ]级|特别重大|特别严重")
_COMES = re.compile(r"预计|预报|未来|今[天日晚夜]|明[天日晚晨早]|后天|\d")
_COLOURS = {Level.RED: "红色", Level.ORANGE: "橙色", Level.YELLOW: "黄色", Level.BLUE: "蓝色"}
_FULL = str.maketrans(",;:!?", "，；：！？")


class Frame(NamedTuple):
    """The words around a reading, and its length."""

    preface: str
    closing: str
    quoted: str
    """以上是…预警, where a sentence of the site follows."""
    level: str
    """The level in words, said where no other words tell it; empty where the document writes none."""
    longest: int
    """Characters of a reading of a minute."""
    ceiling: int
    """A longer reading is followed by a short one."""
    always: bool = False
    """The closing is said in any case: without it the words could be taken for more than they are."""


class Reading(NamedTuple):
    """The words of one reading."""

    sentences: tuple[str, ...]
    short: tuple[str, ...]
    left: tuple[LeftOut, ...]


def reading(alert: Alert, info: Info, level: Level, local: Local, frame: Frame) -> Reading:
    """The words of a block in one reading."""
    taken = apart(info, local)
    head = opening(alert, info, level, taken.title, taken.openings)
    draft = Draft(taken.pieces, local._replace(names=tuple(dict.fromkeys(local.names))))
    never(draft, head)
    draft.begin()
    own = bool(local.sentence) and not frame.always
    after = [frame.quoted.format(issuer=info.sender_name), closed(local.sentence)] if own else []
    told = "" if _heard(level, head, draft) else frame.level
    fixed = len(frame.preface) + len(head) + len(told) + sum(map(len, after))
    closing = "" if after else frame.closing
    shorten(
        draft,
        frame.longest - fixed - len(closing),
        0 if frame.always else len(closing),
        _COLOURS.get(level, ""),
    )
    if draft.length > frame.longest - fixed - len(closing) and not frame.always:
        closing = ""
    bound(draft, HARD - fixed - len(closing))
    body = _sentences(draft.said)
    opened = tuple(filter(None, (frame.preface, head, told)))
    said = (*opened, *body, *after, *([closing] if closing else []))
    short: tuple[str, ...] = ()
    if sum(map(len, said)) > frame.ceiling:
        brief = _sentences(_brief(draft.said))
        end = (closing,) if frame.always else ()
        short = (*opened, *brief, *end) if brief and len("".join(brief)) < len("".join(body)) * 3 // 4 else ()
    return Reading(said, short, tuple(_left(draft)))


def _heard(level: Level, head: str, draft: Draft) -> bool:
    """Whether some words tell a level."""
    return bool(_LEVEL.search(head)) or any(level.zh and level.zh in piece.words for piece in draft.said)


def _brief(said: Sequence[Piece]) -> list[Piece]:
    """Place, amount and act: the first forecast, and the orders; the first advice if nothing is ordered."""
    chosen: list[Piece] = []
    long = 0
    amounts = False
    for piece in said:
        if piece.kind not in (Kind.FORECAST, Kind.DANGER) or (
            chosen and piece.sentence != chosen[0].sentence
        ):
            continue
        if long + piece.long > SHORT or (amounts and piece.kind is Kind.FORECAST):
            break
        chosen.append(piece)
        long += piece.long
        amounts = amounts or any(unit in piece.words for unit in ("毫米", "级", "℃", "度", "厘米", "米"))
    orders = [piece for piece in said if piece.kind is Kind.ORDER]
    advice = [piece for piece in said if piece.kind is Kind.ADVICE][:1]
    return chosen + (orders or advice)


def _sentences(said: Sequence[Piece]) -> tuple[str, ...]:
    """The pieces as sentences. A sentence ends where one ended, and between the past and the forecast."""
    sentences: list[str] = []
    text = ""
    for number, piece in enumerate(said):
        following = said[number + 1] if number + 1 < len(said) else None
        text += piece.words
        if following is None or _breaks(piece, following):
            mark = piece.mark[:1] if piece.ends and piece.mark[:1] in "！？!?" else "。"
            sentences.append(text.rstrip("，,、：: ") + (mark or "。").translate(_FULL))
            text = ""
        else:
            mark = piece.mark.strip()[:1].translate(_FULL)
            text += mark if mark in "，；：、" else "，"
    return tuple(sentence for sentence in sentences if sentence.strip("。"))


def _breaks(piece: Piece, following: Piece) -> bool:
    if piece.sentence != following.sentence:
        neighbours = following.number == piece.number + 1 and piece.source == following.source
        return not neighbours or bool(following.item) or piece.mark[:1] not in "；;"
    past = (Kind.PAST, Kind.NOW)
    return piece.kind in past and following.kind not in past and bool(_COMES.match(following.words))


def _left(draft: Draft) -> Iterator[LeftOut]:
    """What is left out, in the order of the document."""
    gone = list(draft.left)
    for group in groups([piece for piece in draft.pieces if piece.left is not None]):
        why = group[0].left
        assert why is not None
        gone.append((group[0].number, LeftOut("，".join(piece.words for piece in group), why)))
    for _, one in sorted(gone, key=lambda pair: pair[0])[:KEPT]:
        yield LeftOut(one.words[: 5 * KEPT], one.why)
