"""One reading of a warning in Latin letters: whole sentences, each said once and none broken off.

For length go web addresses, forecasters' notes, what a word of a warning means, what authorities shall do,
lists of places and what no pattern knows. What, where and until when, danger, advice and orders stay
(docs/practice.md, Repetition).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.announcements.opening import clock_words, opening
from gateway.announcements.reading import HARD, KEPT, SHORT, Frame, Reading
from gateway.announcements.sentences import closed, weight
from gateway.model.alert import Alert, Info
from gateway.model.hazard import Level
from gateway.model.plan import LeftFor, LeftOut
from gateway.wording.latin import statements
from gateway.wording.parts import Kind

NAME, TITLE = 30, 120
"""A longer name of an issuer and a longer headline are cut, in characters of Chinese that take as long: 10 s
and 40 s. Our choice."""
LEAST = 30
"""So long at least is a sentence that must be cut, in the same unit. Our choice."""
MOST_MARKS = 4000
"""Letters of a sentence in which a place to cut is looked for. It bounds the work. Our choice."""
_GOES = (
    (Kind.CONTACT, LeftFor.CONTACT),
    (Kind.CAUSE, LeftFor.CAUSE),
    (Kind.CRITERION, LeftFor.CRITERION),
    (Kind.OFFICE, LeftFor.OFFICE),
    (Kind.PLACE, LeftFor.PLACES),
)
"""What goes for length, in this order, from the last sentence on."""
_LAST = (Kind.FORECAST, Kind.ADVICE, Kind.DANGER, Kind.ORDER)
"""What goes first where even the longest reading has no room."""
_CLAUSE = re.compile(r"[;,:](?=\s)|\s[-–—/](?=\s)")
_NOISE = re.compile(r"[\W_]+")


@dataclass
class _Said:
    """One sentence of the document."""

    words: str
    kind: Kind
    left: LeftFor | None = None

    @property
    def weight(self) -> float:
        return weight(closed(self.words))


def reading(alert: Alert, info: Info, level: Level, frame: Frame) -> Reading:
    """The words of a block without Chinese characters in one reading, and a short one if it is long."""
    titles = [one.words for one in statements(info.headline)]
    head = _head(alert, info, level)
    said = [_Said(words, Kind.FORECAST) for words in titles[1:]]
    described = [_Said(one.words, one.kind) for one in statements(info.description)]
    said += described + [_Said(one.words, _asked(one.kind)) for one in statements(info.instruction)]
    _never(said, "".join(titles[:1]))
    lead = next((one for one in described if one.left is None and _tells(one)), None)
    fixed = sum(map(weight, (frame.preface, *head, frame.closing)))
    _shorten(said, lead, frame.longest - fixed, frame.ceiling - fixed)
    _bound(said, lead, HARD - fixed)
    body = [one for one in said if one.left is None]
    end = (frame.closing,) if frame.always or fixed + _weight(body) <= frame.longest else ()
    whole = (frame.preface, *head, *(closed(one.words) for one in body), *end)
    short: tuple[str, ...] = ()
    if sum(map(weight, whole)) > frame.ceiling:
        brief = [closed(one.words) for one in _brief(body, lead, frame.ceiling - fixed)]
        if len(brief) < len(body):
            short = (frame.preface, *head, *brief, *end)
    return Reading(whole, short, tuple(_left(said)))


def _head(alert: Alert, info: Info, level: Level) -> tuple[str, ...]:
    """Who issued it and when, and in a sentence of its own the headline; without one the event."""
    titles = [one.words for one in statements(info.headline)]
    if not titles and not info.event.isascii():
        return (opening(alert, info, level, "", ()),)
    title = titles[0] if titles else f"{_cut(info.event.strip(), TITLE)}{level.zh}预警"
    name = _cut(info.sender_name, NAME)
    issued = f"{name}{clock_words(alert.sent)}{'发布' if name else ''}。"
    return (issued, closed(_cut(title, TITLE)))


def _tells(one: _Said) -> bool:
    """Whether a sentence may be the lead of a description: what, where, when."""
    return one.kind in (Kind.DANGER, Kind.FORECAST, Kind.OTHER, Kind.PLACE)


def _asked(kind: Kind) -> Kind:
    """The kind of a sentence in an instruction, where what no pattern knows is advice."""
    return Kind.ADVICE if kind in (Kind.OTHER, Kind.FORECAST, Kind.PLACE) else kind


def _never(said: Sequence[_Said], title: str) -> None:
    """Leave out what is never said: product codes, and what was said already.

    What an instruction repeats is advice where it is said first, too: else both could go.
    """
    seen: dict[str, _Said | None] = {_bare(title): None}
    for one in said:
        bare = _bare(one.words)
        if one.kind is Kind.LABEL:
            one.left = LeftFor.LABEL
        elif bare in seen:
            one.left = LeftFor.REPEATED
            first = seen[bare]
            if first and one.kind in _LAST and first.kind not in _LAST:
                first.kind = one.kind
        else:
            seen[bare] = one


def _shorten(said: Sequence[_Said], lead: _Said | None, room: float, most: float) -> None:
    """Leave out for length, one kind after the other, only so much as must go.

    What no pattern knows may be the point, so that it goes only where even `most` has no room.
    """
    rest, kept = [one for one in said if one is not lead], _weight([lead] if lead else [])
    _drop(rest, _GOES, room - kept)
    _drop(rest, ((Kind.OTHER, LeftFor.ROOM),), most - kept)


def _bound(said: Sequence[_Said], lead: _Said | None, room: float) -> None:
    """Bound even what must be said. Of a single sentence that is too long whole clauses are said."""
    rest = [one for one in said if one is not lead]
    if lead and lead.left is None:
        orders = _weight([one for one in rest if one.kind is Kind.ORDER])
        lead.words = _cut(lead.words, max(room / 3, room - orders))
    kept = room - _weight([lead] if lead else [])
    first = next(
        (one for kind in reversed(_LAST) for one in rest if one.left is None and one.kind is kind), None
    )
    if first:
        first.words = _cut(first.words, max(LEAST, kept))
        kept -= first.weight
    _drop([one for one in rest if one is not first], [(kind, LeftFor.ROOM) for kind in _LAST], kept)


def _drop(said: Sequence[_Said], goes: Sequence[tuple[Kind, LeftFor]], room: float) -> None:
    left = _weight(said)
    for kind, why in goes:
        for one in reversed(said):
            if left <= room:
                return
            if one.kind is kind and one.left is None:
                one.left = why
                left -= one.weight


def _weight(said: Sequence[_Said]) -> float:
    return sum(one.weight for one in said if one.left is None)


def _brief(said: Sequence[_Said], lead: _Said | None, room: float) -> list[_Said]:
    """The lead, or the first danger if that is too long, and the orders; else the first advice."""
    first = [one for one in said if one is lead or one.kind is Kind.DANGER]
    chosen = next(([one] for one in first if one.weight <= SHORT), [])
    asked = [one for one in said if one.kind is Kind.ORDER] or [
        one for one in said if one.kind is Kind.ADVICE
    ][:1]
    for number, one in enumerate(asked):
        if one in chosen:
            continue
        if number and _weight([*chosen, one]) > room:
            break
        chosen.append(one)
    return chosen


def _cut(words: str, room: float) -> str:
    """The words, or whole clauses of them from the first on; of a clause that is too long whole words."""
    if weight(words) <= room:
        return words
    start = words[:MOST_MARKS]
    ends = [mark.start() for mark in _CLAUSE.finditer(start)]
    whole = next((start[:end] for end in reversed(ends) if weight(start[:end]) <= room), "")
    if weight(whole) >= room / 4:
        return whole
    blanks = [number for number, character in enumerate(start) if character.isspace()]
    fits = (start[:end] for end in reversed(blanks) if weight(start[:end]) <= room)
    return next(fits, "") or start[: int(room)]


def _left(said: Sequence[_Said]) -> Iterator[LeftOut]:
    for one in [one for one in said if one.left is not None][:KEPT]:
        assert one.left is not None
        yield LeftOut(one.words[: 5 * KEPT], one.left)


def _bare(words: str) -> str:
    return _NOISE.sub("", words).lower()
