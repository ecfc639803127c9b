"""The relay rules of a site as values, read from TOML (relay.toml holds the product's defaults)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gateway import codes
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Policy, Trust
from gateway.model.plan import Class, Schedule
from gateway.runtime.clock import CHINA

Day = Literal["at_once", "window", "one", "two", "store"]


Night = Literal["at_once", "risk_points", "hold", "one", "two", "store"]


@dataclass(frozen=True)
class Rule:
    """One row: what is done by day and at night with warnings of these hazards and levels from these sources; an empty set means any. `least`: what
    it airs counts at least as this class. `orders`: it is for drafts of gauges that order this, prepare or move. `drill`: it is for exercises inside an open drill."""

    hazards: frozenset[str]
    levels: frozenset[str]
    day: Day
    night: Night
    sources: frozenset[str] = frozenset()
    trust: Trust | None = None
    window: timedelta = timedelta(0)
    least: Class | None = None
    orders: frozenset[str] = frozenset()
    drill: bool = False

    def fits(
        self, hazard: Hazard, level: Level, policy: Policy, order: str = "", drill: bool = False
    ) -> bool:
        """`order` is what a draft of a gauge orders; only rules that name it are for such. So with a drill."""
        return (
            drill == self.drill
            and (order in self.orders if order else not self.orders)
            and (not self.hazards or hazard.code in self.hazards)
            and (not self.levels or level.name.lower() in self.levels)
            and (not self.sources or policy.source in self.sources)
            and self.trust in (None, policy.trust)
        )

    @property
    def silent(self) -> bool:
        """Whether it is only listed, by day and at night."""
        return self.day == self.night == "store"


@dataclass(frozen=True)
class Guard:
    """The guard's figures: speakers of one plan below ORANGE, by day and in quiet hours; its minutes at one speaker in one quiet span."""

    fan_out: int
    fan_out_quiet: int
    night_minutes: float


@dataclass(frozen=True)
class Frequency:
    """Bounds of a frequency that the sender asks for."""

    shortest: timedelta
    most_readings: int
    most_bursts: int


STRANGER = Rule(frozenset(), frozenset(), "store", "store")


UNFORESEEN = Rule(frozenset(), frozenset(), "one", "one")


ANYBODY = Policy("", frozenset())
"""A source of which nothing is known but that it may speak."""


class RulesWrong(Exception):
    """The relay rules cannot be used; `faults` holds one line each: which rule, what is wrong, what was expected."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Rules:
    """The relay table as read. `quiet` are spans of the day in China's time, also across midnight. `schedules` are by name: the readings of
    a burst, the offsets of the bursts in seconds, the longest repetition in seconds or None."""

    rules: tuple[Rule, ...]
    quiet: tuple[tuple[time, time], ...]
    same_within: timedelta
    schedules: dict[str, tuple[int, tuple[float, ...], float | None]]
    guard: Guard
    frequency: Frequency

    @classmethod
    def read(cls, text: str) -> Rules:
        """From TOML (relay.toml is the example). Raises RulesWrong with everything that is wrong."""
        try:
            table = _Table.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise RulesWrong([f"not TOML: {error}"]) from error
        except ValidationError as error:
            raise RulesWrong(
                [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            ) from error
        return cls(
            tuple(row.rule(table.veto_window_s) for row in table.rule),
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

    def rule(
        self,
        hazard: Hazard,
        level: Level,
        policy: Policy = ANYBODY,
        order: str = "",
        drill: bool = False,
    ) -> Rule:
        """The first rule that fits; strangers are stored, orders and exercises nobody foresaw wait for a person."""
        otherwise = UNFORESEEN if order or drill else STRANGER
        return next(
            (rule for rule in self.rules if rule.fits(hazard, level, policy, order, drill)), otherwise
        )

    def quiet_span(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Beginning and end of the quiet hours `now` falls into, None outside them."""
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
        """The end of the quiet hours `now` falls into, None outside them."""
        span = self.quiet_span(now)
        return span[1] if span else None

    def quiet_since(self, now: datetime) -> datetime | None:
        """The beginning of the quiet hours `now` falls into, None outside them."""
        span = self.quiet_span(now)
        return span[0] if span else None

    def schedule(self, level: Level, until: datetime | None) -> Schedule:
        """How often a warning of this level is said where its sender asks for nothing."""
        name = level.name.lower()
        readings, bursts, _ = self.schedules.get(name, self.schedules["other"])
        return Schedule(readings, bursts, until)

    def move(self, start: datetime) -> Schedule:
        """How often a move order is said (practice.md, Repetition)."""
        readings, bursts, longest = self.schedules["move"]
        return Schedule(readings, bursts, start + timedelta(seconds=longest) if longest else None)


class _Row(BaseModel):
    """A rule as it is written; hazards by name or letter code."""

    model_config = ConfigDict(extra="forbid")
    hazards: tuple[str, ...] = ()
    levels: tuple[Literal["red", "orange", "yellow", "blue", "unknown"], ...] = ()
    sources: tuple[str, ...] = ()
    trust: Literal["official", "relayed"] | None = None
    day: Day
    night: Night
    window_s: float | None = Field(None, ge=10, le=3600)
    least_class: Literal["red", "orange", "yellow", "blue"] | None = None
    orders: tuple[Literal["prepare", "move"], ...] = ()
    drill: bool = False

    @field_validator("hazards")
    @classmethod
    def _known(cls, hazards: tuple[str, ...]) -> tuple[str, ...]:
        found = [codes.lettered(one) or codes.named(one) for one in hazards]
        for said, hazard in zip(hazards, found, strict=True):
            if not hazard.code:
                raise ValueError(f"{said!r} is no hazard: give its name (暴雨) or its letter code (11B03)")
        return tuple(hazard.code for hazard in found)

    def rule(self, window_s: float) -> Rule:
        return Rule(
            frozenset(self.hazards),
            frozenset(self.levels),
            self.day,
            self.night,
            frozenset(self.sources),
            Trust[self.trust.upper()] if self.trust else None,
            timedelta(seconds=self.window_s or window_s),
            Class[self.least_class.upper()] if self.least_class else None,
            frozenset(self.orders),
            self.drill,
        )


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
    rule: tuple[_Row, ...]
    guard: Guard
    frequency: _Bounds
    schedule: dict[str, _Often]


DEFAULTS = (resources.files("gateway.judge") / "relay.toml").read_text("utf-8")


RULES = Rules.read(DEFAULTS)
"""The defaults that come with the product."""
