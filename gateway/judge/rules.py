"""The relay rules of a site as values, read from TOML (relay.toml holds the product's defaults)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from drivers.validation import not_toml, said
from gateway import codes
from gateway.codes import meaning
from gateway.judge.deed import deed, ordered
from gateway.model.alert import Alert, Info, Status
from gateway.model.deed import Deed
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Policy, Trust
from gateway.model.plan import Class, Schedule
from gateway.runtime.clock import CHINA
from gateway.wording.orders import orders

Day = Literal["at_once", "window", "one", "two", "store"]
"""The answer by day."""

Night = Literal["at_once", "risk_points", "hold", "one", "two", "store"]
"""The answer in quiet hours."""


@dataclass(frozen=True)
class Subject:
    """The subject of a rule: one block of a document from one source.

    A condition compares with any of it.
    """

    alert: Alert
    info: Info
    policy: Policy

    @cached_property
    def hazard(self) -> Hazard:
        return meaning.hazard(self.info)

    @cached_property
    def level(self) -> Level:
        return meaning.level(self.info)

    @cached_property
    def grave(self) -> bool:
        """Whether a person must hear of it although no rule foresees it: an official red or orange, and one
        whose level nobody wrote if its words or its hazard are grave (docs/practice.md, Relay rules). So is
        one whose hazard or level may have been lost on the way, of any source."""
        if self.lost:
            return True
        if self.policy.trust is not Trust.OFFICIAL or self.alert.status is not Status.ACTUAL:
            return False
        if self.level is Level.UNKNOWN:
            return self._speaks_gravely or self._unread
        return self.level <= Level.ORANGE

    @property
    def lost(self) -> bool:
        """Whether its hazard or its level may have stood in words that were lost on the way."""
        unknown = self.level is Level.UNKNOWN or not self.hazard.code
        return bool(self.alert.lost) and unknown and self.alert.status is Status.ACTUAL

    @property
    def _speaks_gravely(self) -> bool:
        """Whether its hazard or its words are grave, or it orders people to do something."""
        text = f"{self.info.headline}。{self.info.description}。{self.info.instruction}"
        return self.hazard.code in codes.UNCOLOURED or meaning.speaks_gravely(self.info) or bool(orders(text))

    @property
    def _unread(self) -> bool:
        """Whether it has a level that nobody could read: it may be a red."""
        whys = [defect.why.fields for defect in self.alert.defects if defect.why]
        return any("level" in (fields.get("element"), fields.get("meant")) for fields in whys)

    @cached_property
    def drill(self) -> bool:
        """Whether it is an exercise inside an open drill."""
        return self.alert.status is Status.EXERCISE

    @cached_property
    def order(self) -> str:
        """The order of a gauge's draft, prepare or move; "" for everything else."""
        order = ordered(self.info) if self.alert.station and not self.drill else None
        return order.value if order else ""

    @cached_property
    def deed(self) -> Deed | None:
        """The act of a document from outside; None for a warning, a gauge's draft and an exercise."""
        return None if self.drill or self.alert.station else deed(self.info)


def _coded(hazards: frozenset[str]) -> frozenset[str]:
    """Hazards are written by name or letter code, and kept by code."""
    by_word = {word: codes.lettered(word) or codes.named(word) for word in hazards}
    for word, hazard in by_word.items():
        if not hazard.code:
            raise ValueError(f"{word!r} is no hazard: give its name (暴雨) or its letter code (11B03)")
    return frozenset(hazard.code for hazard in by_word.values())


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the table, by the keys of relay.toml: its conditions, and the answer if all of them hold.

    An empty set, or None, is no condition. A new condition is a field here with its line in `fits`, its words
    in `gateway/site/rulebook.py` and its phrases in `gateway/i18n`.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    hazards: Annotated[frozenset[str], AfterValidator(_coded)] = frozenset()
    """Letter codes."""
    levels: frozenset[Literal["red", "orange", "yellow", "blue", "unknown"]] = frozenset()
    sources: frozenset[str] = frozenset()
    """Names of sources."""
    trust: Literal["official", "relayed"] | None = None
    """How far the source is believed."""
    orders: frozenset[Literal["prepare", "move"]] = frozenset()
    """The rule is for drafts of gauges that order this, and for nothing else."""
    drill: bool = False
    """The rule is for exercises inside an open drill, and for nothing else."""

    day: Day
    night: Night
    window_s: Annotated[float, Field(ge=10, le=3600)] | None = None
    """Seconds of its veto window; None: those of the table."""
    least_class: Literal["red", "orange", "yellow", "blue"] | None = None
    """A warning under this rule has the air at least like one of this class."""

    def fits(self, subject: Subject, hazard: str | None = None) -> bool:
        """Whether all its conditions hold.

        `hazard` is the letter code by which the rules know the subject's hazard, where it is not its own.
        """
        return (
            (not self.hazards or (hazard or subject.hazard.code) in self.hazards)
            and (not self.levels or subject.level.name.lower() in self.levels)
            and (not self.sources or subject.policy.source in self.sources)
            and self.trust in (None, subject.policy.trust.name.lower())
            and (subject.order in self.orders if subject.order else not self.orders)
            and self.drill == subject.drill
        )

    @property
    def silent(self) -> bool:
        """Whether it is only listed, by day and at night."""
        return self.day == self.night == "store"

    @property
    def asks(self) -> bool:
        """Whether a person is asked, by day or at night."""
        return not {"one", "two"}.isdisjoint((self.day, self.night))

    @property
    def least(self) -> Class | None:
        """`least_class` as a class."""
        return Class[self.least_class.upper()] if self.least_class else None


@dataclass(frozen=True)
class Guard:
    """The guard's figures, for plans below ORANGE."""

    fan_out: int
    """So many speakers of one plan may sound without a person's yes."""
    fan_out_quiet: int
    """The same in quiet hours."""
    night_minutes: float
    """Minutes at one speaker in one span of quiet hours."""


@dataclass(frozen=True)
class Frequency:
    """Bounds of a frequency that the sender asks for."""

    shortest: timedelta
    """From burst to burst."""
    most_readings: int
    most_bursts: int


STRANGER = Rule(day="store", night="store")
"""For what fits no rule."""

UNFORESEEN = Rule(day="one", night="one")
"""For orders of gauges and exercises that fit no rule."""

UNHEARD = Rule(day="one", night="one", least_class="orange")
"""For grave warnings that fit no rule: one person decides, and the duty room is rung."""


ACTED = Rule(day="one", night="one")
"""For an order, a return notice and a correction from a machine: no site's table lets one sound unasked."""

TOLD = Rule(day="at_once", night="hold")
"""For a notice, of any level or none: by day (docs/practice.md, Acts)."""


class RulesWrong(Exception):
    """The relay rules cannot be used.

    `faults` has a line for each fault: the rule, what is wrong, what was expected.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Rules:
    """The relay rules of one site."""

    rules: tuple[Rule, ...]
    quiet: tuple[tuple[time, time], ...]
    """Quiet hours: spans of the day in China's time, also across midnight."""
    same_within: timedelta
    """The same hazard and level is not said again within this time."""
    schedules: dict[str, tuple[int, tuple[float, ...], float | None]]
    """By level, and for `move` and `other`: readings of a burst, offsets of the bursts in seconds, the
    longest repetition in seconds or None."""
    guard: Guard
    frequency: Frequency

    @classmethod
    def parse(cls, text: str) -> Rules:
        """From TOML (relay.toml is the example). Raises RulesWrong with everything that is wrong."""
        try:
            table = _Table.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise RulesWrong([not_toml(error)]) from error
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))}: {said(fault)}" for fault in error.errors()]
            raise RulesWrong(faults) from error
        return cls(
            tuple(replace(rule, window_s=rule.window_s or table.veto_window_s) for rule in table.rule),
            table.quiet,
            timedelta(hours=table.same_within_h),
            {name: row.figures for name, row in table.schedule.items()},
            table.guard,
            Frequency(
                timedelta(seconds=table.frequency.shortest_s),
                table.frequency.most_readings,
                table.frequency.most_bursts,
            ),
        )

    def rule(self, subject: Subject) -> Rule:
        """The first rule that fits.

        A hazard that no rule names has the rules of the one that it is like. Of what fits none, orders,
        exercises and what is grave wait for a person; the rest is stored.
        """
        if subject.deed:
            told = TOLD if subject.policy.trust is Trust.OFFICIAL else STRANGER
            return told if subject.deed.tells else ACTED
        code = subject.hazard.code
        if code not in self._named:
            code = codes.LIKE.get(code, code)
        if fitting := next((rule for rule in self.rules if rule.fits(subject, code)), None):
            return UNHEARD if fitting.silent and subject.lost else fitting
        if subject.order or subject.drill:
            return UNFORESEEN
        return UNHEARD if subject.grave else STRANGER

    @cached_property
    def _named(self) -> frozenset[str]:
        """The letter codes of the hazards that rules name."""
        return frozenset(code for rule in self.rules for code in rule.hazards)

    def quiet_span(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Beginning and end of the quiet hours that `now` falls into, None outside them."""
        local = now.astimezone(CHINA)
        for start, end in self.quiet:
            if start < end and start <= local.time() < end:
                return datetime.combine(local.date(), start, CHINA), datetime.combine(
                    local.date(), end, CHINA
                )
            if start > end and not end <= local.time() < start:
                evening = local.date() - timedelta(days=local.time() < end)
                morning = evening + timedelta(days=1)
                return datetime.combine(evening, start, CHINA), datetime.combine(morning, end, CHINA)
        return None

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that `now` falls into, None outside them."""
        span = self.quiet_span(now)
        return span[1] if span else None

    def schedule(self, level: Level, until: datetime | None) -> Schedule:
        """How often a warning of this level is said if its sender asks for nothing."""
        name = level.name.lower()
        readings, bursts, _ = self.schedules.get(name, self.schedules["other"])
        return Schedule(readings, bursts, until)

    def move(self, start: datetime) -> Schedule:
        """How often a move order is said (docs/practice.md, Repetition)."""
        readings, bursts, longest = self.schedules["move"]
        return Schedule(readings, bursts, start + timedelta(seconds=longest) if longest else None)


class _Often(BaseModel):
    model_config = ConfigDict(extra="forbid")
    readings: int = Field(ge=1, le=6)
    bursts_min: tuple[float, ...] = Field(min_length=1)
    longest_min: float | None = None

    @property
    def figures(self) -> tuple[int, tuple[float, ...], float | None]:
        longest = None if self.longest_min is None else 60.0 * self.longest_min
        return self.readings, tuple(60.0 * minute for minute in self.bursts_min), longest


class _Bounds(BaseModel):
    model_config = ConfigDict(extra="forbid")
    shortest_s: float
    most_readings: int
    most_bursts: int


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")
    quiet: tuple[tuple[time, time], ...]
    veto_window_s: float = Field(ge=10, le=3600)
    same_within_h: float
    rule: tuple[Rule, ...]
    guard: Guard
    frequency: _Bounds
    schedule: dict[str, _Often]


DEFAULTS = (resources.files("gateway.judge") / "relay.toml").read_text("utf-8")
"""The rules of a site that has written none, as TOML. `gateway/site` hands every site's rules to its
judges."""
