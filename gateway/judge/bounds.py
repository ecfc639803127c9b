"""The bounds of time: a document that was sent long ago or in the future, or that holds for weeks.

Such a time is a slip more often than not: local time marked as UTC, a year too many. Beyond the first bound
the document is flagged and goes its way. Beyond the second a person looks first (docs/practice.md, Clocks and
times). The figures are data: bounds.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from gateway import codes
from gateway.model.reason import Reason, Why

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Bound:
    """Beyond `flag` a time is flagged, beyond `hold` a person looks first."""

    flag: timedelta
    hold: timedelta


@dataclass(frozen=True)
class Bounds:
    """The table."""

    old: Bound
    ahead: Bound
    valid: Bound
    longer: dict[str, Bound]
    """The bounds of the validity of some hazards, by letter code."""
    clocks_differ: timedelta
    """By how much the clocks of two senders may differ: an alert that is stamped so much later than the end
    that names it, and comes after it, is ended by it."""


@cache
def table() -> Bounds:
    """The bounds as bounds.toml has them."""
    read = tomllib.loads((resources.files("gateway.judge") / "bounds.toml").read_text("utf-8"))
    longer = {_code(word): _bound(row["valid_h"]) for row in read["longer"] for word in row["hazards"]}
    return Bounds(
        _bound(read["sent_old_h"]),
        _bound(read["sent_ahead_h"]),
        _bound(read["valid_h"]),
        longer,
        read["clocks_differ_h"] * HOUR,
    )


def _bound(hours: list[float]) -> Bound:
    return Bound(hours[0] * HOUR, hours[1] * HOUR)


def _code(word: str) -> str:
    hazard = codes.named(word)
    if not hazard.code:
        raise ValueError(f"{word!r} is no hazard")
    return hazard.code


def ahead(sent: datetime, now: datetime) -> timedelta:
    """By how much the clock of a sender is fast; nothing within the bound."""
    fast = sent - now
    return fast if fast > table().ahead.flag else timedelta(0)


def doubts(sent: datetime, ends: datetime, now: datetime | None, hazard: str) -> Iterator[tuple[Why, bool]]:
    """Each time that is beyond its bound, and whether it is so far beyond that a person looks first.

    `now` is None while our own clock cannot be trusted. `hazard` is a letter code.
    """
    bounds = table()
    spans = [(Reason.VALID_TOO_LONG, ends - sent, bounds.longer.get(hazard, bounds.valid))]
    if now:
        spans.append((Reason.SENT_LONG_AGO, now - sent, bounds.old))
        spans.append((Reason.SENT_AHEAD, sent - now, bounds.ahead))
    for reason, span, bound in spans:
        if span > bound.flag:
            yield Why(reason, {"hours": f"{span / HOUR:.0f}"}), span > bound.hold
