"""The repertoire: the pieces that warnings at this site will need, the most useful first.

They are made of whole sentences by the same phrasing as those of a real warning: only then are they the same
pieces. A piece with the time of issue in it cannot be known before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any, NamedTuple

from gateway.announcements import script
from gateway.announcements.opening import clock_words
from gateway.announcements.sentences import closed
from gateway.announcements.stock import STAND_INS, stock
from gateway.announcements.template import NoTemplate, notice, order, templates
from gateway.model.deed import Deed
from gateway.model.hazard import Hazard, Level
from gateway.model.speaker import Roster
from gateway.runtime.clock import CHINA
from gateway.voice.piece import Piece

Phrasing = Callable[[str], Sequence[Piece]]
"""A text as pieces, as the voice that rehearses is given them."""
GRAVE, MILD = (Level.RED, Level.ORANGE), (Level.YELLOW, Level.BLUE)
"""The levels that sound at any hour by themselves, and the others."""
DAYS = 2
"""Times of issue are rehearsed for today and tomorrow."""


class Past(NamedTuple):
    """What the site's own senders have sent lately."""

    issuers: tuple[str, ...] = ()
    """Who issued it, the most frequent first."""
    sentences: tuple[str, ...] = ()
    """What was said of it here, the newest first."""


def repertoire(phrased: Phrasing, roster: Roster, past: Past, now: datetime) -> Iterator[list[Piece]]:
    """The pieces of one text after another that no text before had; of many a text there are none.

    A text is some milliseconds of work, all of them are seconds.
    """
    seen: set[int] = set()
    for pieces in _all(_Cut(phrased), roster, past, now):
        new = {hash(piece): piece for piece in pieces if hash(piece) not in seen}
        seen.update(new)  # the pieces themselves would fill megabytes
        yield list(new.values())


class _Cut:
    """Texts as pieces."""

    def __init__(self, phrased: Phrasing) -> None:
        self.phrased = phrased
        self._texts: set[str] = set()
        self._before = len(phrased(_BEFORE + "。"))

    def once(self, text: str) -> Sequence[Piece]:
        """The pieces of a text; none if it was asked for before."""
        if text in self._texts:
            return ()
        self._texts.add(text)
        return self.phrased(text)

    def within(self, clause: str) -> Sequence[Piece]:
        """The pieces of a clause as it stands within a text: an open one has other clauses around it."""
        if clause.endswith("，"):
            return self.phrased(_BEFORE + clause + _AFTER)[self._before : -1]
        return self.phrased(clause)

    def timeless(self, issuer: str, act: str) -> Iterator[Sequence[Piece]]:
        """The pieces of an opening that do not depend on its time, with minutes and without."""
        for one, other in (("7月28日14时", "11月3日9时"), ("7月28日14时30分", "11月3日9时5分")):
            at_another = set(self.phrased(f"{issuer}{other}{act}"))
            yield [piece for piece in self.phrased(f"{issuer}{one}{act}") if piece in at_another]


_BEFORE, _AFTER = "今天夜里到明天白天我县大部分地区，", "请各地有关单位和人员做好防范。"
"""Two clauses that are long enough not to be joined to another one."""


def _all(cut: _Cut, roster: Roster, past: Past, now: datetime) -> Iterator[Sequence[Piece]]:
    """The pieces of each text in their order, some of them again."""
    issuers = tuple(dict.fromkeys((*past.issuers, *(station.issuer for station in roster.stations))))
    for sentence in chain(_known(roster, issuers), past.sentences, _hours(issuers, now)):
        yield cut.once(sentence)
    yield from _signalled(cut, issuers, GRAVE)
    for clause in chain(_clauses(), _places(roster)):
        yield cut.within(clause)
    yield from _signalled(cut, issuers, MILD)


def _known(roster: Roster, issuers: Sequence[str]) -> Iterator[str]:
    """What is known word for word: our sentences, the orders of each village, the reminders.

    A whole script is one text: a short sentence of it is joined to the next one.
    """
    yield from stock()
    yield from _orders(roster)
    yield from (script.WORDS["level"].format(level=level.zh) for level in (*GRAVE, *MILD))
    for reminder in roster.reminders:
        yield closed(reminder.words)
    for issuer in issuers:
        yield script.WORDS["quoted"].format(issuer=issuer)
        yield from (f"{issuer}{words}" for words in script.WORDS["notice"].values())


def _orders(roster: Roster) -> Iterator[str]:
    """What the office and the gauges may order, for every place."""
    refuges = {village.name: village.refuge.fields for village in roster.villages if village.refuge}
    places = {village.name: refuges.get(village.name, {}) for village in roster.villages}
    for station in roster.stations:
        places[f"{station.name}一带"] = {}
    for deed in (Deed.MOVE, Deed.SHELTER, Deed.PREPARE, Deed.RETURN):
        for hazard in templates().hazard.values():
            for place, fields in places.items():
                with suppress(NoTemplate):
                    yield order(deed, hazard.codes[0], {"place": place, **fields}).text
    for subject in templates().subject:
        yield notice(subject, {}).text


def _signalled(cut: _Cut, issuers: Sequence[str], levels: Sequence[Level]) -> Iterator[Sequence[Piece]]:
    """What is said of every signal of these levels: its lift, its correction, and the pieces of its opening
    that are the same at any time of issue."""
    for hazard in map(_hazard, table()["hazards"]):
        for level in levels:
            for issuer in issuers:
                for said in (
                    script.lift(issuer, hazard, level, None),
                    script.correction(issuer, hazard, level),
                    script.left(issuer, hazard, level),
                ):
                    yield cut.once(said.text)
                for act in _acts(hazard, level):
                    yield from cut.timeless(issuer, act)


def _hours(issuers: Sequence[str], now: datetime) -> Iterator[str]:
    """The times of issue at each full and half hour to come, and the times of lifts."""
    start = now.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    act = next(_acts(_hazard(table()["hazards"][0]), Level.RED))
    for half in range(2 * 24 * DAYS):
        time = clock_words(start + timedelta(minutes=30 * half))
        yield from (f"{issuer}{time}{act}" for issuer in issuers[:1])
        yield script.WORDS["lift"]["time"].format(time=time)


def _acts(hazard: Hazard, level: Level) -> Iterator[str]:
    """The signal with the verbs that issue it: 发布暴雨红色预警信号。"""
    for title in table()["titles"]:
        for verb in table()["verbs"]:
            yield f"{verb}{hazard.zh}{level.zh}{title}"


def _clauses() -> Iterator[str]:
    """What texts of any issuer say, without an amount and with each."""
    yield from table()["clauses"]
    yield from table()["guides"]
    yield from STAND_INS.values()
    forms = [(form, "{rain}", table()["amounts"]) for form in table()["rain"]]
    forms += [(form, "{wind}", table()["forces"]) for form in table()["wind"]]
    forms += [(form, "{}", [""]) for form in table()["alone"]]
    for form, field, values in forms:
        for span in table()["spans"]:
            for value in values:
                yield form.replace("{span}", str(span)).replace(field, str(value))


def _places(roster: Roster) -> Iterator[str]:
    """The places of this site in clauses that carry them: a name alone has no tones."""
    for form in table()["places"]:
        for village in roster.villages:
            for span in table()["places_spans"]:
                for rain in table()["places_amounts"]:
                    yield form.format(place=village.name, span=span, rain=rain)


def _hazard(name: str) -> Hazard:
    """A hazard by the name that titles have for it."""
    return Hazard("", name, "")


@cache
def table() -> dict[str, Any]:
    """The table of repertoire.toml."""
    return tomllib.loads((resources.files("gateway.voice") / "repertoire.toml").read_text("utf-8"))
