"""One burst on its way through one line to the speakers that hear it together: prepare, order, learn, try again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from drivers import (
    EVERYONE,
    Accepted,
    Capability,
    Driver,
    Fact,
    Fault,
    Finished,
    Proved,
    Refused,
    Sounding,
    Units,
    Utterance,
)
from drivers.errors import DriverError, NoAnswer, TooLate
from gateway.delivery import Voices, route
from gateway.model.delivery import Burst, Evidence, Form, Outcome
from gateway.model.plan import Part, Plan
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Hearing
from gateway.runtime.clock import Clock

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Pauses before each further try at a speaker that failed in passing: within eight seconds a re-plugged line or a unit that was restarted is back
(reliability scorecard 13 asks for five). Then the burst is SILENT there; the next burst tries anew."""

PATIENCE, MARGIN_S = 3.0, 120.0
"""A burst that lasts longer than so many times its reckoned length, and this beside it for loading and retries, is stuck. Our choice."""
LENGTH_S = 180.0
"""Reckoned length of a burst whose length the voice cannot tell: three readings of a minute. Our choice."""

_RUNGS: dict[type[object], Evidence] = {
    Accepted: Evidence.ACCEPTED,
    Sounding: Evidence.SOUNDING,
    Proved: Evidence.PROVED,
}


@dataclass
class Group:
    """Speakers that hear one take of a burst together, by name, with their units on the line."""

    plan: Plan
    number: int
    take: int
    part: Part
    line: str
    form: Form | None
    volume: int | None
    hearing: Hearing
    taken: bool = False
    units: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """What a burst plays on. Nothing begins after `not_after`, in the loop's time. `kept` returns when everything noted so far is on the disk, `settled`
    when the answers to the line's earlier orders are; `changed` hears every rung and every end."""

    driver: Driver
    voices: Voices
    clips: Mapping[str, int]
    clock: Clock
    not_after: float | None
    kept: Callable[[], Awaitable[None]]
    settled: Callable[[], Awaitable[None] | None]
    changed: Callable[[Burst], None]


class Playing:
    """A speaker whose burst has ended, or that was taken away for something graver, hears nothing more of it."""

    def __init__(self, group: Group, bursts: dict[str, Burst], stage: Stage, everyone: bool) -> None:
        self._group = group
        self._bursts = bursts
        self._stage = stage
        self._driver = stage.driver
        self._everyone = everyone
        self._faults: dict[str, DriverError] = {}
        self._left: set[str] = set()
        self.plan = group.plan
        self.number = group.number
        self.line = group.line
        self.token = group.plan.token(group.number, group.take)
        self.since: datetime = stage.clock.now()

    def unit(self, speaker: str) -> int:
        return self._group.units[speaker]

    @property
    def speakers(self) -> list[str]:
        return list(self._group.units)

    async def run(self) -> None:
        """To the end of the burst at every speaker of the group."""
        try:
            async with asyncio.timeout((self._length() or LENGTH_S) * PATIENCE + MARGIN_S):
                await self._play()
        except TimeoutError:
            self.give_up("stuck")

    def _length(self) -> float | None:
        """Reckoned seconds of the burst; a stored clip's are its unit's to know."""
        if self._group.form is Form.CLIP:
            return None
        group = self._group
        return self._stage.voices.length(group.part.script, self.plan.schedule.readings, group.hearing)

    async def _play(self) -> None:
        utterance = self._utterance()
        if utterance is None:
            for name in self._open():
                self._end(name, Outcome.REFUSED, Why(Reason.NO_FORM))
            return
        async with asyncio.TaskGroup() as beside:
            if utterance.sound and not self.number:
                beside.create_task(self._make_ready())
            await self._order(self._open(), replace(utterance, taken=self._group.taken))
            for name in self._open():
                beside.create_task(self._try_again(name, utterance))

    def _utterance(self) -> Utterance | None:
        form, script, readings = self._group.form, self._group.part.script, self.plan.schedule.readings
        voices = self._stage.voices
        if form is None:
            return None
        return route.utterance(
            form,
            script,
            token=self.token,
            text=voices.text(script, readings) if form is Form.TEXT else None,
            sound=voices.sound(script, readings, self._group.hearing) if form is Form.AUDIO else None,
            clips=self._stage.clips,
            volume=self._group.volume,
            not_after=self._stage.not_after,
        )

    async def _make_ready(self) -> None:
        """What will be wanted in a hurry once this sounds, made while its tone is heard; its own words come first."""
        hearing = Hearing(self._group.hearing.curve)  # recordings are there already
        for script in (self._group.part.script, *self.plan.ready):
            await self._stage.voices.prepare(script, self.plan.schedule.readings, hearing)

    async def _order(self, names: list[str], utterance: Utterance) -> None:
        """One attempt at these speakers together. What must not be repeated is in the ledger before it is sent."""
        for name in names:
            self._faults.pop(name, None)
            burst = self._bursts[name]
            self._update(name, evidence=max(burst.evidence, Evidence.SENT), tries=burst.tries + 1)
        if not self.plan.class_.grave:
            await self._stage.kept()
        names = [name for name in names if name in self._open()]
        if not names:
            return
        units: Units = [self._group.units[name] for name in names]
        if self._everyone and len(names) == len(self._group.units) and len(names) > 1 and self._grouped():
            units = EVERYONE
        await self._driver.play(units, replace(utterance, settled=self._stage.settled))
        for name in names:
            if self._bursts[name].outcome is None and name not in self._faults:
                self._faults[name] = NoAnswer(unit=self._group.units[name])

    def _grouped(self) -> bool:
        return all(Capability.GROUP in self._driver.can(unit) for unit in self._group.units.values())

    async def _try_again(self, name: str, utterance: Utterance) -> None:
        for pause in PAUSES_S:
            if not self._faults.get(name, NoAnswer()).transient:
                break
            await asyncio.sleep(pause)
            if not self._sounds(name):
                return
            await self._order([name], utterance)
            if not self._sounds(name):
                return
        error = self._faults.get(name, NoAnswer())
        self._end(name, Outcome.SILENT, _because(Reason.UNREACHED, error))

    def learn(self, name: str, fact: Fact) -> None:
        """A report of the driver about this burst at one speaker."""
        burst = self._bursts[name]
        if not self._sounds(name):
            return
        rung = _RUNGS.get(type(fact))
        if rung is not None:
            boot = self._stage.clock.instant().boot
            if rung > burst.evidence or burst.boot != boot:
                self._update(name, evidence=max(rung, burst.evidence), boot=boot)
            return
        match fact:
            case Finished(known=known):
                self._finished(name, known)
            case Refused(error=TooLate()):
                self._end(name, Outcome.EXPIRED, Why(Reason.EXPIRED))
            case Refused(error=error):
                self._end(name, Outcome.REFUSED, _because(Reason.DEVICE_REFUSED, error))
            case Fault(error=error):
                self._faults[name] = error

    def _finished(self, name: str, known: bool) -> None:
        """A unit that says itself that it came to the end was sounding; one that could prove it and did not was silent."""
        if known and self._bursts[name].evidence < Evidence.SOUNDING:
            self._update(name, evidence=Evidence.SOUNDING)
        if self._bursts[name].evidence >= Evidence.SOUNDING:
            self._end(name, Outcome.PLAYED, Why(Reason.SPOKEN))
        elif Capability.PROOF in self._driver.can(self._group.units[name]):
            self._end(name, Outcome.SILENT, Why(Reason.UNREACHED, {"error": "no_proof"}))
        else:
            self._end(name, Outcome.UNPROVED, Why(Reason.NO_EVIDENCE_POSSIBLE))

    def cancel(self, name: str, outcome: Outcome, why: Why) -> None:
        """End the burst at one speaker from outside; silencing it is the caller's."""
        if self._sounds(name):
            self._end(name, outcome, why)

    def leave(self, name: str) -> Burst:
        """Take one speaker away for something graver. Returns the burst as it will begin again: its next take."""
        self._left.add(name)
        burst = self._bursts[name]
        return replace(burst, take=burst.take + 1, tries=0, began=None)

    def give_up(self, error: str = "internal") -> None:
        """The burst failed in us, not at the speakers: they are SILENT, loudly."""
        for name in self._open():
            self._end(name, Outcome.SILENT, Why(Reason.UNREACHED, {"error": error}))

    def _open(self) -> list[str]:
        return [name for name in self._bursts if self._sounds(name)]

    def _sounds(self, name: str) -> bool:
        return self._bursts[name].outcome is None and name not in self._left

    def _end(self, name: str, outcome: Outcome, why: Why) -> None:
        self._update(name, outcome=outcome, why=why, ended=self._stage.clock.now())

    def _update(self, name: str, **changes: object) -> None:
        self._bursts[name] = replace(self._bursts[name], **changes)  # type: ignore[arg-type]
        self._stage.changed(self._bursts[name])


def _because(reason: Reason, error: DriverError) -> Why:
    """The driver's error in the words of the model: its code and whatever fields it carries."""
    return Why(reason, {"error": error.code, **{name: str(value) for name, value in error.fields.items()}})
