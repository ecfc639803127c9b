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

Action = Literal["at_once", "day_at_once", "window", "store"]


@dataclass(frozen=True)
class Rules:
    """The relay table as read. `quiet` are spans of the day in China's time, also across midnight."""

    rules: tuple[tuple[frozenset[str], frozenset[str], Action], ...]
    quiet: tuple[tuple[time, time], ...]
    veto_window: timedelta
    same_within: timedelta
    schedules: dict[str, tuple[int, tuple[float, ...]]]

    @classmethod
    def read(cls, text: str) -> Rules:
        table: dict[str, Any] = tomllib.loads(text)
        return cls(
            tuple(
                (frozenset(row["hazards"]), frozenset(row["levels"]), row["action"]) for row in table["rule"]
            ),
            tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in table["quiet"]),
            timedelta(seconds=table["veto_window_s"]),
            timedelta(hours=table["same_within_h"]),
            {
                name: (row["readings"], tuple(60.0 * minute for minute in row["bursts_min"]))
                for name, row in table["schedule"].items()
            },
        )

    def action(self, hazard: Hazard, level: Level) -> Action:
        """The first rule that fits; strangers are stored."""
        for hazards, levels, action in self.rules:
            if hazard.code in hazards and level.name.lower() in levels:
                return action
        return "store"

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours `now` falls into, None outside them."""
        local = now.astimezone(CHINA)
        for start, end in self.quiet:
            inside = start <= local.time() < end if start < end else not end <= local.time() < start
            if inside:
                tomorrow = start > end and local.time() >= start
                return datetime.combine(local.date() + timedelta(days=tomorrow), end, CHINA)
        return None

    def schedule(self, level: Level, until: datetime | None) -> Schedule:
        name = level.name.lower()
        readings, bursts = self.schedules.get(name, self.schedules["other"])
        return Schedule(readings, bursts, until)


RULES = Rules.read((resources.files("gateway.judge") / "relay.toml").read_text("utf-8"))
"""The defaults that come with the product."""

_CLASSES = {
    Level.RED: Class.RED,
    Level.ORANGE: Class.ORANGE,
    Level.YELLOW: Class.YELLOW,
    Level.BLUE: Class.BLUE,
}


def class_of(level: Level) -> Class:
    """A level nobody named is no official signal: a notice."""
    return _CLASSES.get(level, Class.NOTICE)


def relay(rules: Rules, hazard: Hazard, level: Level, now: datetime, held: Hold | None) -> Air | Hold | Store:
    """The answer for this hour. `held` is the hold that has just ended: a veto window that ran out is not opened again."""
    action = rules.action(hazard, level)
    fields = {"hazard": hazard.zh or "?", "level": level.name.lower()}
    if action == "store":
        return Store(Why(Reason.STORED_BY_RULE, fields))
    quiet = rules.quiet_until(now)
    if action in ("day_at_once", "window") and quiet:
        return Hold(Why(Reason.HELD_AT_NIGHT, fields), quiet, "air")
    if action == "window" and not (held and held.why.reason is Reason.VETO_WINDOW):
        return Hold(Why(Reason.VETO_WINDOW, fields), now + rules.veto_window, "air")
    return Air(Why(Reason.AIRED, fields))
