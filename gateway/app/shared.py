"""Shared: what every part of the daemon is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.config.config import Config
from gateway.judge.rules import Rules
from gateway.model.event import Event
from gateway.model.speaker import Roster
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.site.load import rules_of
from gateway.store.contract import Ledger


@dataclass(frozen=True)
class Shared:
    """One of each in a daemon."""

    config: Config
    ledger: Ledger
    clock: Clock
    roster: Roster
    rules: Rules
    """The relay rules that the roster's version of the site data holds."""
    events: Events
    alarms: Alarms


def share(
    config: Config,
    ledger: Ledger,
    clock: Clock,
    roster: Roster,
    listeners: Iterable[Callable[[Event], None]] = (),
) -> Shared:
    """These, the rules of the roster, and new events and alarms. `listeners` hear every event."""
    events = Events()
    for heard in listeners:
        events.listen(heard)
    return Shared(config, ledger, clock, roster, rules_of(roster), events, Alarms(clock, events, ledger))
