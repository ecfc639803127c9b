"""Omissions: what is never said of a warning, however much room there is.

It repeats the opening or another text of the block, is a signature, a heading or a criterion, or breaks off
in the middle (docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.announcements.draft import LEAST, MUST, UNKNOWN, Draft, Piece, groups
from gateway.announcements.opening import COLOUR
from gateway.model.plan import LeftFor
from gateway.wording.issuing import apart, platform
from gateway.wording.parts import Kind

TAIL = 4
"""Characters at the end of an opening without a colour that tell its signal: 降雨警报. Our choice."""
WHOLE = 6
"""A clause of so many characters that stands word for word in the opening is told there. Our choice."""
_NEVER = {Kind.SIGNED: LeftFor.SIGNED, Kind.CRITERION: LeftFor.CRITERION, Kind.LABEL: LeftFor.LABEL}
_NOISE = re.compile(r"[\s，。；：！？、,;:!?.（）()“”\"]+")
_HALF = re.compile(
    r"(?:预计|预报|其中|期间)*(?:(?:未来|今天|今日|明天|今晚|\d{1,2}[日时]|夜间|白天|上午|下午|\d+小时|[到至内，])+)?"
)
_EVENT = re.compile(r"泄洪|泄水|开闸|决口|溃坝|管涌|转移|撤离")
_PERIOD = re.compile(r".{0,8}期间")
_SIGNAL = re.compile(r"(..)(?=[红橙黄蓝]色)")
_BROKEN = re.compile(r"(?:将|将有|仍有|还有|可能|可能有|将达|达到|出现|的|和|及|以及|与|、|在|于)$")


def never(draft: Draft, head: str) -> None:
    """Leave out what is never said: what is repeated, signatures, headings, criteria, halves."""
    seen: dict[str, list[Piece]] = {plain(head): []}
    for source in (0, 1, 2):
        fresh: dict[str, list[Piece]] = {}
        opens, led, unknown = True, -1, 0
        for group in groups([piece for piece in draft.pieces if piece.source == source]):
            kind = group[0].kind
            unknown += kind in UNKNOWN
            if kind in _NEVER:
                _leave(group, _NEVER[kind])
            elif platform("".join(one.words for one in group)):
                _leave(group, LeftFor.LABEL)
            elif kind is Kind.OPENING and opens and _repeats("".join(one.words for one in group), head):
                _leave(group, LeftFor.OPENING)
            opens = opens and kind in (Kind.LABEL, Kind.OPENING)
            bare = plain("".join(piece.words for piece in group if piece.left is None))
            if (len(bare) > 1 and bare in seen) or _told(group, head):
                _leave(group, LeftFor.REPEATED)
                if unknown <= 1:
                    _keep(seen.get(bare, ()))
            elif group[0].sentence != led and _half(group, bare):
                _leave(group, LeftFor.HALF)
            led = group[-1].sentence if group[-1].mark[:1] in ("：", ":") and group[-1].left is None else -1
            fresh.setdefault(bare, group)
        seen = fresh | seen
    _again(draft, head)
    _said_below(draft)
    for source in (1, 2):
        _breaks_off([piece for piece in draft.pieces if piece.source == source])


def _keep(group: Sequence[Piece]) -> None:
    """Note that these words stand for those of a later text, which are left out."""
    for piece in group if group and group[0].kind not in UNKNOWN else group[:1]:
        piece.again = True


def _again(draft: Draft, head: str) -> None:
    """Leave out an opening in the middle of a text that says the head's signal once more.

    It stays where it names a place of ours that no other clause names, or goes on with more (其余 …).
    """
    for piece in draft.said:
        opened = apart(piece.words) if piece.kind is Kind.OPENING else None
        if opened is None or opened.who not in head or not COLOUR.search(opened.act):
            continue
        others = "".join(one.words for one in draft.said if one is not piece)
        lost = [name for name in draft.local.names if name in piece.words and name not in head + others]
        if _repeats(piece.words, head) and opened.rank <= _rank(head) and not lost:
            piece.left = LeftFor.REPEATED


def _rank(head: str) -> int:
    opened = apart(head.rstrip("。"))
    return opened.rank if opened else 0


def _said_below(draft: Draft) -> None:
    """Leave out of the headline what the description says word for word."""
    below = plain("".join(piece.words for piece in draft.said if piece.source))
    for group in groups([piece for piece in draft.said if not piece.source]):
        bare = plain("".join(piece.words for piece in group))
        if len(bare) >= WHOLE and bare in below:
            _leave(group, LeftFor.REPEATED)


def _breaks_off(pieces: Sequence[Piece]) -> None:
    """Leave out the last clause of a text that breaks off: 预计未来3小时仍有."""
    if pieces and not pieces[-1].mark and _BROKEN.search(pieces[-1].words):
        pieces[-1].left = pieces[-1].left or LeftFor.HALF


def _half(group: Sequence[Piece], bare: str) -> bool:
    """Whether a statement is only the beginning of one: 预计未来6小时。"""
    forecast = group[0].kind is Kind.FORECAST and group[-1].ends
    return forecast and len(bare) <= LEAST and bool(_HALF.fullmatch(bare))


def _leave(group: Sequence[Piece], why: LeftFor) -> None:
    for piece in group:
        piece.left = piece.left or why


def _repeats(words: str, head: str) -> bool:
    """Whether an opening names no signal and no event that the head does not: the words before each colour,
    the colour, the opening of a gate."""
    colours = COLOUR.findall(words)
    if not colours and words.rstrip("：: ")[-TAIL:] not in head:
        return False
    return all(one in head for one in (*_SIGNAL.findall(words), *colours, *_EVENT.findall(words)))


def _told(group: Sequence[Piece], head: str) -> bool:
    """Whether the head tells every clause of a statement. A clause such as 泄洪期间 only leads to another."""
    if group[0].kind not in MUST:
        return False
    clauses = [bare for piece in group if not _PERIOD.fullmatch(bare := plain(piece.words))]
    return bool(clauses) and all(len(bare) >= WHOLE and bare in plain(head) for bare in clauses)


def plain(words: str) -> str:
    """The words without blanks and signs: two statements that differ in these say the same."""
    return _NOISE.sub("", words)
