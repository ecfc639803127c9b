"""Turns: which bursts can begin now, each at its speaker and within its earshot, and which bursts they cut
off."""

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
"""A burst that must wait is looked at again no sooner than after this. Our choice."""


class Turns:
    """Looks only at speakers where something changed.

    `earshot` has the speakers that are heard together with each speaker. `weak` tells whether a speaker's
    battery is too low for repeats.
    """

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
        self._changed: dict[str, None] = {}

    @property
    def changed(self) -> bool:
        """Whether there are speakers to look at."""
        return bool(self._changed)

    def look_at(self, speakers: Iterable[str]) -> None:
        """Something changed at these speakers. The speakers within their earshot may have waited for it."""
        for name in list(speakers):
            self._changed[name] = None
            self._changed |= dict.fromkeys(self._earshot.get(name, ()))

    def choose(self, now: datetime) -> tuple[dict[str, Turn], list[str]]:
        """The turns that begin, by speaker, and the speakers that must be cut off for others first."""
        self._changed |= dict.fromkeys(self._programme.due())
        changed, self._changed = self._changed, {}
        turns: dict[str, Turn] = {}
        for name in changed:
            sounding = self._air.sounding(name)
            allowed = partial(self._allowed, name, now=now)
            turn = self._programme.turn(name, sounding.id if sounding else None, allowed)
            if turn:
                turns[name] = turn
        chosen: dict[str, Turn] = {}
        cut_off: dict[str, None] = {}
        for name, turn in sorted(turns.items(), key=lambda entry: entry[1].rank):
            if self._has_air(name, turn, chosen, cut_off):
                chosen[name] = turn
        return chosen, list(cut_off)

    def _allowed(self, name: str, turn: Turn, now: datetime) -> bool:
        """Whether a turn may sound at this hour.

        If it must not, it is refused; if it must wait, it is looked at later.
        """
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
        """How long a burst will sound; 0 for a grave one, whose minutes are not counted."""
        if turn.plan.class_.grave:
            return 0.0
        script = self._programme.live[turn.plan.id].part(name).script
        speaker = self._air.speakers.get(name)  # None: the roster no longer has it
        hearing = self._voices.hearing(script, speaker) if speaker else Hearing()
        return self._voices.length(script, turn.plan.schedule.readings, hearing) or 0.0

    def _has_air(self, name: str, turn: Turn, chosen: Mapping[str, Turn], cut_off: dict[str, None]) -> bool:
        """Whether it can begin now.

        The speakers that it cuts off, here and within earshot, are put into `cut_off`.
        """
        free = not self._air.taken(name)
        for place in (name, *self._earshot.get(name, ())):
            sounding = self._air.sounding(place)
            if sounding is None or (place != name and self._together(name, turn.plan, place, sounding)):
                continue
            free = False
            if cuts(turn.plan, sounding):
                cut_off[place] = None
            elif place == name:
                self._programme.waits(turn)
        near = [neighbour for neighbour in self._earshot.get(name, ()) if neighbour in chosen]
        return free and all(
            self._together(name, turn.plan, neighbour, chosen[neighbour].plan) for neighbour in near
        )

    def _together(self, name: str, plan: Plan, neighbour: str, neighbour_plan: Plan) -> bool:
        """Whether two speakers within earshot may sound at once.

        They must begin together: with one plan, and on one line or in forms that begin with one short frame.
        """
        if plan.id != neighbour_plan.id:
            return False
        reach, neighbour_reach = self._air.speakers[name].reach, self._air.speakers[neighbour].reach
        return reach.line == neighbour_reach.line or Form.AUDIO not in (
            self._air.form(reach),
            self._air.form(neighbour_reach),
        )
