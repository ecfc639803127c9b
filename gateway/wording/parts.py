"""The parts of a warning's text: what each clause of it is for (parts.toml).

A clause that no pattern knows is of the kind of the one before it: a forecast goes on over commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from gateway.codes.remembered import remembered
from gateway.wording.clauses import Clause, clauses, stops
from gateway.wording.orders import LONGEST, ordering
from gateway.wording.phrases import any_of, read


class Kind(StrEnum):
    """What a clause is for."""

    OPENING = "opening"
    """Issuer, time and signal."""
    CAUSE = "cause"
    """受…影响."""
    NOW = "now"
    """How it stands, without an amount: 目前强降雨云团缓慢东移."""
    PAST = "past"
    """What has been."""
    FORECAST = "forecast"
    PLACE = "place"
    """The area, where it stands by itself: 影响区域：…."""
    DANGER = "danger"
    ADVICE = "advice"
    ORDER = "order"
    OFFICE = "office"
    """What authorities shall do."""
    LABEL = "label"
    """A heading: 防御指南, 预警内容."""
    CONTACT = "contact"
    SIGNED = "signed"
    """Signature, source, maker."""
    CRITERION = "criterion"
    """标准：3小时内降雨量将达…."""
    OTHER = "other"


GOES_ON = {
    Kind.PLACE,
    Kind.PAST,
    Kind.NOW,
    Kind.FORECAST,
    Kind.DANGER,
    Kind.ADVICE,
    Kind.OFFICE,
    Kind.CONTACT,
    Kind.SIGNED,
}
"""A clause without a kind of its own has the kind of the one before it, if that is one of these."""
LEADS = 30
"""So many characters at most has a clause that only leads to the next. Our choice."""
_ASKED = (Kind.OPENING, Kind.CAUSE, Kind.PLACE, Kind.PAST, Kind.FORECAST, Kind.DANGER, Kind.ADVICE)
_NO_EVENT = (Kind.CAUSE, Kind.OPENING)
"""A cause or an opening that tells what happens is no statement by itself: 水务局发布水库泄洪通告."""
_FIRST = (Kind.SIGNED, Kind.CRITERION, Kind.LABEL, Kind.CONTACT)


@dataclass(frozen=True)
class Part:
    """One clause of a text with its kind. The parts put together are the text."""

    kind: Kind
    words: str
    """The clause without the sign at its end."""
    mark: str
    """The sign that ends it, with the blanks behind it."""
    item: int = 0
    """The place of its item in the guide, from 1. 0: it stands in no guide."""
    office: bool = False
    """Its item is for authorities."""
    number: str = ""
    """The number that stands before it, with its sign: 1. in a guide or in a list of advice."""

    @property
    def ends(self) -> bool:
        """Whether its sentence ends here."""
        return stops(self.mark)

    @property
    def said(self) -> str:
        """The clause without blanks at its ends and without the number of its item."""
        return self.words.strip().removeprefix(self.number).strip()


@dataclass
class _Place:
    """Where the reading of a text stands."""

    kind: Kind = Kind.OTHER
    begins: bool = True
    """A sentence begins here."""
    soft: bool = False
    """It begins behind a semicolon."""
    colon: bool = False
    """The clause before it ends with a colon."""
    listed: bool = False
    """It stands in a list of advice that is no guide: 请注意：1.…；2.…."""
    guide: bool = False
    """The heading of a guide has come."""
    item: int = 0
    office: bool = False
    criterion: bool = False


@remembered
def parts(text: str) -> tuple[Part, ...]:
    """The clauses of a text in order, each with its kind. Nothing of the text is lost."""
    asked = tuple(_untitled(clauses(text)))
    place = _Place()
    found = []
    for clause, ordered in zip(asked, ordering(asked), strict=True):
        found.append(_part(clause, ordered, place))
    return tuple(reversed(list(_leads(found))))


def _untitled(asked: Sequence[Clause]) -> Iterator[Clause]:
    """The clauses; an opening that runs into the next words without a sign is one by itself."""
    for clause in asked:
        rest = clause
        for name in ("bracket", "title"):
            if title := _patterns()[name].search(rest.words, 0, LONGEST):
                yield Clause(rest.words[: title.end()], "")
                rest = Clause(rest.words[title.end() :], rest.mark)
        yield rest


def _part(clause: Clause, ordered: bool, place: _Place) -> Part:
    """The part of a clause; the place moves on behind it."""
    words = clause.words.strip()
    number = clause.item if place.begins or place.guide or place.colon or place.listed else ""
    if number and (place.colon or place.listed) and not place.guide:
        place.listed = place.begins = True
    elif number:
        place.guide = place.begins = True
    if place.guide and place.begins:
        place.item += 1
        place.office = bool(_patterns()["office"].search(words[len(number) :], 0, LONGEST))
        place.kind = Kind.OTHER
    kind = _kind(words[len(number) :].strip()[:LONGEST], clause.mark[:1], ordered, place)
    if kind in _FIRST and not number:
        place.item = place.item - (place.guide and place.begins)
    item = place.item if place.guide and kind not in _FIRST else 0
    part = Part(kind, clause.words, clause.mark, item, place.office, number)
    if kind is Kind.LABEL and _patterns()["guide"].search(words):
        place.guide, place.begins = True, True
    else:
        signs = kind is Kind.SIGNED and words.endswith("】")  # 【发布单位】县气象台
        place.begins, place.soft = clause.ends and not signs, clause.mark[:1] in ("；", ";")
        place.guide = place.guide and not (kind is Kind.SIGNED and clause.ends)
    place.colon = kind is not Kind.LABEL and clause.mark[:1] in ("：", ":")
    place.criterion = kind is Kind.CRITERION and not clause.ends
    place.kind = kind
    return part


def _kind(words: str, mark: str, ordered: bool, place: _Place) -> Kind:
    tables = _patterns()
    if place.criterion:
        return Kind.CRITERION
    if tables["guide"].search(words):
        return Kind.LABEL
    for kind in _FIRST:
        if tables[kind].search(words + mark if kind is Kind.CRITERION else words):
            # 签发人：王某 联系电话：… goes on with the signature.
            signs_on = kind is Kind.CONTACT and place.kind is Kind.SIGNED and not place.begins
            return Kind.SIGNED if signs_on else kind
    if ordered and not tables["titled"].search(words):
        return Kind.ORDER
    if place.guide:
        return Kind.OFFICE if place.office else Kind.ADVICE
    polite = words.startswith(("请", "提醒"))
    if tables["requested" if polite else Kind.OFFICE].search(words):
        return Kind.OFFICE
    if tables["event"].search(words) and not any(tables[kind].search(words) for kind in _NO_EVENT):
        return Kind.DANGER
    own = _own(words, place)
    asks = own is Kind.ADVICE and not words.startswith("请") and not tables["beware"].search(words)
    if asks and place.kind is Kind.OFFICE and not place.begins:
        return Kind.OFFICE
    if own:
        return own
    if place.kind in GOES_ON and (not place.begins or place.soft or bool(tables["amount"].search(words))):
        return place.kind
    return Kind.OTHER


def _own(words: str, place: _Place) -> Kind | None:
    """The kind that a clause has by its own words; None where no pattern knows it."""
    tables = _patterns()
    found = next((kind for kind in _ASKED if tables[kind].search(words)), None)
    if found in (None, Kind.ADVICE, Kind.FORECAST, Kind.PAST) and tables["now"].search(words):
        comes = found is Kind.FORECAST and tables["clearly"].search(words)
        if not comes:
            return Kind.PAST if tables["amount"].search(words) and found is not Kind.FORECAST else Kind.NOW
    goes_on = place.kind is Kind.PAST and not (place.begins and not place.soft)
    if found is Kind.FORECAST and goes_on and not tables["clearly"].search(words):
        return Kind.PAST
    return found


def _leads(found: Sequence[Part]) -> Iterator[Part]:
    """The parts from the last to the first. What only leads to the next clause is of its kind.

    These are a time alone (17点52分，某某气象台发布…), 目前 or 其中, and a subject before an order or advice.
    """
    clock, lead, issues = (_patterns()[name] for name in ("clock", "lead", "issues"))
    following = Kind.OTHER
    for part in reversed(found):
        words = part.words.strip()
        leads = (
            len(words) <= LEADS
            and not part.ends
            and (
                (following is Kind.OPENING and (clock.fullmatch(words) or issues.fullmatch(words)))
                or (following not in (Kind.OTHER, Kind.OPENING) and lead.fullmatch(words))
                or (following in (Kind.ORDER, Kind.ADVICE, Kind.OFFICE) and part.kind is Kind.OTHER)
            )
        )
        if leads and part.kind is not following:
            part = replace(part, kind=following)
        yield part
        following = part.kind


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: any_of(entry) for name, entry in read("parts").items()}
