"""What the township does with a warning of this hazard and level at this hour. The rules are data: relay.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any, Literal

from gateway.clock import CHINA
from gateway.model.hazard import Hazard, Level
from gateway.model.plan import Class, Schedule
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Store

Action = Literal["at_once", "night_risk_points", "day_at_once", "window", "store"]


@dataclass(frozen=True)
class Rule:
    """One row: for these hazards and levels this is done. `least`: what it airs counts at least as this class."""

    hazards: frozenset[str]
    levels: frozenset[str]
    action: Action
    least: Class | None = None


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


STRANGER = Rule(frozenset(), frozenset(), "store")


@dataclass(frozen=True)
class Rules:
    """The relay table as read. `quiet` are spans of the day in China's time, also across midnight. `schedules` are by name: the readings of
    a burst, the offsets of the bursts in seconds, the longest repetition in seconds or None."""

    rules: tuple[Rule, ...]
    quiet: tuple[tuple[time, time], ...]
    veto_window: timedelta
    same_within: timedelta
    schedules: dict[str, tuple[int, tuple[float, ...], float | None]]
    guard: Guard
    frequency: Frequency

    @classmethod
    def read(cls, text: str) -> Rules:
        table: dict[str, Any] = tomllib.loads(text)
        frequency = table["frequency"]
        return cls(
            tuple(map(_rule, table["rule"])),
            tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in table["quiet"]),
            timedelta(seconds=table["veto_window_s"]),
            timedelta(hours=table["same_within_h"]),
            {name: _schedule(row) for name, row in table["schedule"].items()},
            Guard(**table["guard"]),
            Frequency(
                timedelta(seconds=frequency["shortest_s"]),
                frequency["most_readings"],
                frequency["most_bursts"],
            ),
        )

    def rule(self, hazard: Hazard, level: Level) -> Rule:
        """The first rule that fits; strangers are stored."""
        name = level.name.lower()
        fitting = (rule for rule in self.rules if hazard.code in rule.hazards and name in rule.levels)
        return next(fitting, STRANGER)

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


def _rule(row: dict[str, Any]) -> Rule:
    least = Class[row["least_class"].upper()] if "least_class" in row else None
    return Rule(frozenset(row["hazards"]), frozenset(row["levels"]), row["action"], least)


def _schedule(row: dict[str, Any]) -> tuple[int, tuple[float, ...], float | None]:
    longest = 60.0 * row["longest_min"] if "longest_min" in row else None
    return row["readings"], tuple(60.0 * minute for minute in row["bursts_min"]), longest


RULES = Rules.read((resources.files("gateway.judge") / "relay.toml").read_text("utf-8"))
"""The defaults that come with the product."""

_CLASSES = {
    Level.RED: Class.RED,
    Level.ORANGE: Class.ORANGE,
    Level.YELLOW: Class.YELLOW,
    Level.BLUE: Class.BLUE,
}


def class_of(level: Level, least: Class | None = None) -> Class:
    """A level nobody named is no official signal: a notice. `least` lifts it to that class."""
    class_ = _CLASSES.get(level, Class.NOTICE)
    return min(class_, least) if least else class_


def decided(held: Hold | None, now: datetime) -> bool:
    """Whether a person ended this hold: before its time, or where it had none."""
    return (
        held is not None
        and held.why.reason is not Reason.CLOCK_UNTRUSTED
        and (held.until is None or now < held.until)
    )


def relay(
    rules: Rules,
    hazard: Hazard,
    level: Level,
    now: datetime,
    held: Hold | None = None,
    *,
    start: datetime | None = None,
    risk_points: bool = True,
) -> Air | Hold | Store:
    """The answer for the hour at which it would begin to sound (`start`, else `now`). `held` is the hold that has just ended: a veto window
    that ran out is not opened again, and what a person let go at night sounds. `risk_points`: the roster names some in the area."""
    action = rules.rule(hazard, level).action
    fields = {"hazard": hazard.zh or "?", "level": level.name.lower()}
    settled = held.settled if held else frozenset()
    if action == "store":
        return Store(Why(Reason.STORED_BY_RULE, fields))
    quiet = rules.quiet_until(start or now)
    waits = action in ("day_at_once", "window") or (action == "night_risk_points" and not risk_points)
    if quiet and waits and not (Reason.HELD_AT_NIGHT in settled and decided(held, now)):
        return Hold(Why(Reason.HELD_AT_NIGHT, fields), quiet, "air")
    if action == "window" and Reason.VETO_WINDOW not in settled:
        return Hold(Why(Reason.VETO_WINDOW, fields), now + rules.veto_window, "air")
    return Air(Why(Reason.AIRED, fields))
