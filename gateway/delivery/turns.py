"""Whose turn it is: which bursts can begin now, each at its speaker and within earshot of it, and what they cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from gateway.delivery import Voices
from gateway.delivery.air import Air
from gateway.delivery.airtime import Turn, cuts
from gateway.delivery.gate import Gate
from gateway.delivery.programme import Programme
from gateway.model.delivery import Form
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Hearing

SOON_S = 1.0
"""A burst that must wait is asked again no sooner than after this. Our choice."""


class Turns:
    """Only speakers at which something changed are looked at. `earshot` has each speaker's neighbours within hearing; `weak` tells whose
    battery bears no repeats."""

    def __init__(
        self,
        programme: Programme,
        air: Air,
        gate: Gate,
        voices: Voices,
        earshot: Mapping[str, Iterable[str]],
        weak: Callable[[str], bool],
    ) -> None:
        self._programme = programme
        self._air = air
        self._gate = gate
        self._voices = voices
        self._earshot = {name: sorted(near) for name, near in earshot.items()}
        self._weak = weak
        self._dirty: dict[str, None] = {}

    @property
    def pending(self) -> bool:
        """Whether somebody is to be looked at anew."""
        return bool(self._dirty)

    def look_at(self, speakers: Iterable[str]) -> None:
        """Something changed at these speakers and, for those who wait for them, within their earshot."""
        for name in list(speakers):
            self._dirty[name] = None
            self._dirty |= dict.fromkeys(self._earshot.get(name, ()))

    def choose(self, now: datetime) -> tuple[dict[str, Turn], list[str]]:
        """What begins, by speaker, and the speakers where something must be cut off for it first."""
        self._dirty |= dict.fromkeys(self._programme.due())
        dirty, self._dirty = self._dirty, {}
        turns: dict[str, Turn] = {}
        for name in dirty:
            sounding = self._air.sounding(name)
            allowed = partial(self._allowed, name, now=now)
            turn = self._programme.turn(name, sounding.id if sounding else None, allowed)
            if turn:
                turns[name] = turn
        chosen: dict[str, Turn] = {}
        away: dict[str, None] = {}
        for name, turn in sorted(turns.items(), key=lambda entry: entry[1].rank):
            if self._has_air(name, turn, chosen, away):
                chosen[name] = turn
        return chosen, list(away)

    def _allowed(self, name: str, turn: Turn, now: datetime) -> bool:
        """Every burst is asked again whether it may sound at this hour."""
        answer = self._gate.ask(turn.plan, name, now, self._seconds(name, turn))
        if turn.burst.number and turn.plan.act is not Act.RING and self._weak(name):
            answer = Drop(Why(Reason.BATTERY_LOW, {"speaker": name}))
        if isinstance(answer, Drop):
            self._programme.refuse(turn, answer.why, now)
            self.look_at([name])
        elif isinstance(answer, Wait):
            wait = max(SOON_S, (answer.until - now).total_seconds())
            self._programme.again(
                self._programme.live[turn.plan.id], asyncio.get_running_loop().time() + wait
            )
        return answer is None

    def _seconds(self, name: str, turn: Turn) -> float:
        """How long a burst will sound, where it is counted."""
        if turn.plan.class_.grave:
            return 0.0
        script = self._programme.live[turn.plan.id].part(name).script
        speaker = self._air.speakers.get(name)  # None: the roster no longer has it
        hearing = self._voices.hearing(script, speaker) if speaker else Hearing()
        return self._voices.length(script, turn.plan.schedule.readings, hearing) or 0.0

    def _has_air(self, name: str, turn: Turn, chosen: Mapping[str, Turn], away: dict[str, None]) -> bool:
        """Whether it can begin now. What it cuts off, here and within earshot, is put into `away`."""
        free = not self._air.taken(name)
        for place in (name, *self._earshot.get(name, ())):
            sounding = self._air.sounding(place)
            if sounding is None or (place != name and self._together(name, turn.plan, place, sounding)):
                continue
            free = False
            if cuts(turn.plan, sounding):
                away[place] = None
            elif place == name:
                self._programme.waits(turn)
        others = [other for other in self._earshot.get(name, ()) if other in chosen]
        return free and all(self._together(name, turn.plan, other, chosen[other].plan) for other in others)

    def _together(self, name: str, plan: Plan, other: str, its: Plan) -> bool:
        """Speakers within earshot sound at once only where they begin together: one plan, and one line or forms that begin with one
        short frame."""
        if plan.id != its.id:
            return False
        here, there = self._air.speakers[name].reach, self._air.speakers[other].reach
        return here.line == there.line or Form.AUDIO not in (self._air.form(here), self._air.form(there))
