"""The promises of a ledger: a protocol for each noun, and `Ledger` for all of them together.

These hold for every method and every implementation:

- An awaited method writes. It returns once the write is on the disk and would survive a power cut.
- It raises LedgerFailed where the disk does not take the write. Nothing of the write is kept then.
- One call is one transaction: all of it is kept or nothing. Calls that one task awaits in turn are kept in
  that order.
- Every other method reads what is on the disk. It never waits for a write. It raises LedgerFailed where the
  disk cannot be read.
- Times are aware datetimes of China's offset, so that a database may compare them as text. They come back as
  they were given.

`tests/gateway/store/contract` asks every implementation for these promises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.model.alarm import Alarm
from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst
from gateway.model.drill import Drill
from gateway.model.judgement import Judgement, Past
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import CANARY, Answer, Commits, Document, Entry, PlanRow, Receipt, Trouble
from gateway.model.speaker import Roster


class Arrivals(Protocol):
    """Bytes as they came. An arrival is `new`, then `judged` or `quarantined`. It has a number that rises
    with time."""

    async def arrive(self, arrival: Arrival, urgent: bool = False) -> tuple[int, bool]:
        """Keep the bytes. Returns the number of the arrival, and whether these bytes are new from this
        source.

        An urgent arrival goes before all writes that wait. A full disk refuses the others first: their
        senders send them again. Where the bytes are not new, the receipts for them that were sent are owed
        once more. Where the sender says where it wants its answers (`arrival.reply`), they are owed there as
        well, see `Answers`.
        """
        ...

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        """The bytes of a new arrival cannot be parsed. `receipt` is the body of the receipt that is owed to
        its source.

        Where the arrival is not new any more, nothing changes, except that the receipt is owed where it says
        for the first time that this arrival is a member of another.
        """
        ...

    async def unquarantine(self, arrival: int, person: str, at: datetime) -> Arrival | None:
        """A quarantined arrival is new again, by order of this person. Returns it; None where it is not in
        quarantine."""
        ...

    def quarantined(self, most: int = 100) -> list[tuple[int, Arrival, Why]]:
        """The newest arrivals in quarantine, each with its number and the reason, newest first."""
        ...

    def unjudged(self, after: int = 0, most: int = -1) -> list[tuple[int, Arrival]]:
        """New arrivals with a number above `after`, oldest first, each with its number. -1 is all of them."""
        ...

    def arrival(self, arrival: int) -> tuple[Arrival, str, Why | None] | None:
        """One arrival with its state, and the reason where it is quarantined. None where there is none of
        this number."""
        ...


class Documents(Protocol):
    """What was decided of each document. A document is known by its key (AlertKey.digest) and its source."""

    async def enter(
        self,
        arrival: int,
        entries: Sequence[Entry],
        receipts: Sequence[tuple[str, str]],
        urgent: bool = False,
    ) -> frozenset[str]:
        """Keep everything decided of one arrival: documents, plans, endings, and the receipts owed as
        (document, body).

        A document that is known already keeps its first entry, unless that one was quarantined. The arrival
        becomes `quarantined` where one of its documents is, else `judged`. Returns the keys of the documents
        whose plan was in the ledger before: it had played from memory while the disk failed. Red, orange and
        move orders go before all writes that wait, and so do endings.
        """
        ...

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        """A new judgement of a document that was held. `receipts` are the bodies of the receipts that its
        source is owed."""
        ...

    def known(self, keys: Iterable[str], source: str, but: int = 0) -> set[str]:
        """Which of these documents this source has sent before, in another arrival than `but`."""
        ...

    def past(self, alert: Alert, since: datetime, senses: Collection[str]) -> list[Past]:
        """The documents that may matter to the judgement of this alert, from all sources, oldest first. They
        are

        - those with its identifier, those it refers to, those that refer to it or to one that it refers to;
        - those with a plan that starts at `since` or later and one of these `senses`: of very many the
          newest, and none of the canary's;
        - those whose move order or lift still holds;
        - those that refer to one of these;
        - those on hold that pause one of these (`Hold.pauses`).

        The cost grows with the number of documents found and on hold and of plans since then, not with the
        size of the ledger.
        """
        ...

    def standing(self, alert: Alert, source: str, since: datetime) -> list[Past]:
        """The documents of this alert's sender or of this source that came at `since` or later and have a
        warning plan, are on hold or have ended something; oldest first.

        An end that names nothing may mean one of them. Of very many only the newest are told.
        """
        ...

    def held(self) -> list[Document]:
        """The documents whose hold ends by itself, soonest first."""
        ...

    def document(self, key: str, source: str | None = None) -> Document | None:
        """The document of this key from this source. Without a source: the oldest that was not quarantined,
        else the oldest."""
        ...

    def documents(self, most: int = 50) -> list[Document]:
        """The newest documents, newest first, without those of the canary."""
        ...


class Plans(Protocol):
    """Plans and their bursts. A plan is live until it has ended."""

    async def add_plan(self, plan: Plan, person: str, act: str, key: str = "") -> bool:
        """A plan that a person ordered, with the act in that person's name. `key` is that of the document
        whose plan it is, if it is one's.

        Changes nothing where a plan of this id is there already. Returns whether it is new.
        """
        ...

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        """The newest state of these bursts, the receipts owed for it as (source, document, body), and the
        plans (by id) that have ended and are settled. `plans` are those that played from memory and are not
        in the ledger yet."""
        ...

    def live(self) -> list[str]:
        """The ids of the live plans, in the order of their start."""
        ...

    def unsettled(self) -> list[str]:
        """The ids of the plans that a judgement has ended and that `record` has not settled yet."""
        ...

    def since(self, start: datetime) -> list[PlanRow]:
        """The plans that start at this time or later, in the order of their start."""
        ...

    def plan(self, plan: str) -> PlanRow | None:
        """The plan of this id with its bursts."""
        ...

    def plans(self, key: str) -> list[PlanRow]:
        """The plans of one document, in the order of their start."""
        ...


class Receipts(Protocol):
    """What senders are told. A receipt is kept together with the fact it tells, and is owed until `told`."""

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        """The oldest receipts that are owed, oldest first, without those of the sources named.

        The cost grows with `most`, not with the number owed.
        """
        ...

    def owing(self) -> int:
        """How many receipts are owed."""
        ...

    async def told(self, receipts: Sequence[int]) -> None:
        """The receipts with these ids were sent."""
        ...

    def receipts(self, document: str) -> list[Receipt]:
        """All receipts of a document, sent or owed, oldest first."""
        ...


class Answers(Protocol):
    """Receipts that are owed where a sender wants them (`Arrival.reply`), beside those of its source.

    A reply gets the receipts that name its arrival, and from then on every receipt of the documents in it
    that were not quarantined. One that comes later gets those of its arrival, and the newest summary of each
    document. The same reply is kept once. An arrival has only a few: the newest.
    """

    def answers(
        self, most: int = 100, without: Collection[str] = (), but: Collection[int] = ()
    ) -> list[Answer]:
        """The oldest answers that are owed, oldest receipt first, without those to the sources named and to
        the replies of these numbers."""
        ...

    async def answered(self, answers: Sequence[Answer]) -> None:
        """These answers were sent."""
        ...

    async def give_up(self, reply: int, why: str) -> None:
        """Nothing more is sent to this reply until its sender asks again. What is owed to it is dropped."""
        ...


class Alarms(Protocol):
    """What is wrong, or was. An alarm is known by its name; at most one of a name is up."""

    async def raise_alarm(self, alarm: Alarm) -> None:
        """This alarm is up. Changes nothing where one of its name is up already."""
        ...

    async def clear_alarm(self, name: str, at: datetime) -> None:
        """The alarm of this name is over. Where it rings and nobody has acknowledged it, `alarms` goes on to
        list it."""
        ...

    async def acknowledge(self, name: str, person: str, at: datetime) -> None:
        """This person has taken note of the alarm of this name. The first person stays named."""
        ...

    def raised(self, name: str) -> bool:
        """Whether an alarm of this name was ever raised."""
        ...

    def alarms(self) -> list[Alarm]:
        """The alarms that are up, and those that ring and nobody has acknowledged; oldest first."""
        ...


class Holds(Protocol):
    """Holds of everything: nothing sounds at this site until a time. At most one lasts."""

    async def hold_everything(self, at: datetime, person: str, until: datetime) -> None:
        """Nothing sounds until then, or until `end_hold`. It takes the place of a hold that lasts."""
        ...

    async def end_hold(self, at: datetime, person: str) -> None:
        """The hold is over before its time. Without a hold only the act is kept."""
        ...

    def held_until(self) -> datetime | None:
        """The end of the newest hold that nobody has ended; this time may be past. None where there is
        none."""
        ...


class Relays(Protocol):
    """Power relays that must go off again, each known by its line and its unit."""

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        """This relay is about to be switched on."""
        ...

    async def power_off(self, line: str, unit: int) -> None:
        """This relay is off."""
        ...

    def powered(self) -> list[tuple[str, int]]:
        """The relays that were switched on and are not known to be off, as (line, unit), sorted."""
        ...


class Names(Protocol):
    """The pronunciation of names and other phrases, as people of this site taught it."""

    async def teach(self, phrase: str, syllables: str, at: datetime, person: str) -> None:
        """From now on the phrase is pronounced with these syllables. "" takes back what was taught."""
        ...

    def pronunciations(self) -> dict[str, str]:
        """The syllables of every phrase that was taught, by the phrase."""
        ...


class Drills(Protocol):
    """Drills as people opened and closed them. A drill has a number that rises with time."""

    async def open_drill(self, drill: Drill, notice: Plan, at: datetime) -> Drill:
        """Keep the drill, the plan that announces it, and the act. Returns the drill with its number.

        Changes nothing where the same drill is open already.
        """
        ...

    async def close_drill(self, number: int, person: str, at: datetime) -> bool:
        """The drill is over before its time. Returns whether it was open or still to come."""
        ...

    def drills(self, now: datetime) -> list[Drill]:
        """The drills that nobody has closed and that end after `now`, in the order in which they were
        opened."""
        ...

    def real_since(self, start: datetime) -> list[Plan]:
        """The plans of red warnings and of move orders that start at this time or later. They end a drill
        where they are heard."""
        ...


class Site(Protocol):
    """Site data in numbered versions: the roster."""

    async def save_roster(self, roster: Roster, at: datetime, person: str) -> Roster:
        """A new version of the roster. Returns it with its number. Where it equals the newest one, that one
        stays."""
        ...

    def numbered(self, roster: Roster) -> Roster:
        """The roster with the number that `save_roster` would give it."""
        ...


class Acts(Protocol):
    """What people did, each act in a person's name."""

    async def act(self, at: datetime, person: str, act: str) -> None:
        """This person did this."""
        ...


class Retention(Protocol):
    """Old rows leave the ledger (docs/practice.md, Figures). A row leaves only once it has ended."""

    async def retire(self, now: datetime, canary: str = CANARY) -> int:
        """Delete all that is too old, in many small transactions. Returns how many rows left.

        The documents of the source `canary` are kept for a day only. It stops as soon as a plan is live; the
        next call goes on.
        """
        ...


class Storage(Protocol):
    """How well the disk under the ledger does."""

    @property
    def trouble(self) -> Trouble | None:
        """Why the disk takes no writes, and since when. None while it takes them."""
        ...

    @property
    def commits(self) -> Commits:
        """The number of commits since the start, and the time they took."""
        ...

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        """Call `told` when the disk begins to fail, with the trouble, and when it takes writes again, with
        None.

        It is called at once where the disk fails already. There is one listener; a second takes the place of
        the first.
        """
        ...

    def on_seen_late(self, told: Callable[[], None]) -> None:
        """Call `told` when a ledger that could not be read at the start can be read. There is one
        listener."""
        ...

    def seen(self) -> datetime | None:
        """The newest time at which a row was kept while the clock could be trusted. A clock that shows less
        is wrong."""
        ...

    async def close(self) -> None:
        """Close the ledger. A write that nobody has awaited may be lost."""
        ...


class Ledger(
    Arrivals,
    Documents,
    Plans,
    Receipts,
    Answers,
    Drills,
    Alarms,
    Holds,
    Relays,
    Names,
    Site,
    Acts,
    Retention,
    Storage,
    Protocol,
):
    """The whole ledger of a site. It has one writer; opening it a second time raises LedgerBusy."""
