"""One burst on its way through one line to the speakers that hear it together: prepare, order, learn, try again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
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
    Sound,
    Sounding,
    Units,
    Utterance,
)
from drivers.errors import DriverError, NoAnswer, TooLate
from gateway.clock import Clock
from gateway.delivery import Voices, route
from gateway.model.delivery import Burst, Evidence, Form, Outcome
from gateway.model.plan import Part, Plan
from gateway.model.reason import Reason, Why

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Pauses before each further try at a speaker that failed in passing: within eight seconds a re-plugged line or a unit that was restarted is back
(reliability scorecard 13 asks for five). Then the burst is SILENT there; the next burst tries anew."""

_RUNGS: dict[type[object], Evidence] = {
    Accepted: Evidence.ACCEPTED,
    Sounding: Evidence.SOUNDING,
    Proved: Evidence.PROVED,
}


@dataclass
class Group:
    """Speakers that hear one burst together, by name, with their units on the line."""

    plan: Plan
    number: int
    part: Part
    line: str
    form: Form | None
    volume: int | None
    units: dict[str, int] = field(default_factory=dict)


class Playing:
    """`changed` hears every rung and every end, at once. A speaker whose burst has ended hears nothing more of it."""

    def __init__(
        self,
        group: Group,
        bursts: dict[str, Burst],
        *,
        driver: Driver,
        voices: Voices,
        clips: Mapping[str, int],
        clock: Clock,
        everyone: bool,
        changed: Callable[[Burst], None],
    ) -> None:
        self._group = group
        self._bursts = bursts
        self._driver = driver
        self._voices = voices
        self._clips = clips
        self._clock = clock
        self._everyone = everyone
        self._changed = changed
        self._faults: dict[str, DriverError] = {}
        self.plan = group.plan
        self.number = group.number
        self.line = group.line
        self.token = group.plan.token(group.number)
        self.since: datetime = clock.now()

    def unit(self, speaker: str) -> int | None:
        return self._group.units.get(speaker)

    async def run(self) -> None:
        """To the end of the burst at every speaker of the group."""
        utterance = await self._prepare()
        if utterance is None:
            for name in self._open():
                self._end(name, Outcome.REFUSED, Why(Reason.NO_FORM))
            return
        await self._order(self._open(), utterance)
        async with asyncio.TaskGroup() as again:
            for name in self._open():
                again.create_task(self._try_again(name, utterance))

    async def _prepare(self) -> Utterance | None:
        form, script, readings = self._group.form, self._group.part.script, self.plan.schedule.readings
        if form is None:
            return None
        sound: Sound | None = None
        if form is Form.AUDIO:
            sound = await self._voices.sound(script, readings)
        return route.utterance(
            form,
            script,
            token=self.token,
            text=self._voices.text(script, readings) if form is Form.TEXT else None,
            sound=sound,
            clips=self._clips,
            volume=self._group.volume,
            not_after=self._deadline(),
        )

    def _deadline(self) -> float | None:
        """The plan's last moment on the loop's clock, asked now: the wall clock may have been set since."""
        if self.plan.not_after is None:
            return None
        return asyncio.get_running_loop().time() + (self.plan.not_after - self._clock.now()).total_seconds()

    async def _order(self, names: list[str], utterance: Utterance) -> None:
        """One order to some speakers. Asks again whether the warning still holds: time has passed since it was prepared."""
        if self.plan.not_after and self._clock.now() >= self.plan.not_after:
            for name in names:
                self._end(name, Outcome.EXPIRED, Why(Reason.EXPIRED))
            return
        for name in names:
            self._faults.pop(name, None)
            self._update(
                name,
                evidence=max(self._bursts[name].evidence, Evidence.SENT),
                tries=self._bursts[name].tries + 1,
            )
        units: Units = [self._group.units[name] for name in names]
        if self._everyone and len(names) == len(self._group.units) and len(names) > 1 and self._grouped():
            units = EVERYONE
        await self._driver.play(units, utterance)
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
            if self._bursts[name].outcome is not None:
                return
            await self._order([name], utterance)
            if self._bursts[name].outcome is not None:
                return
        error = self._faults.get(name, NoAnswer())
        self._end(name, Outcome.SILENT, _because(Reason.UNREACHED, error))

    def learn(self, name: str, fact: Fact) -> None:
        """A report of the driver about this burst at one speaker."""
        burst = self._bursts[name]
        if burst.outcome is not None:
            return
        rung = _RUNGS.get(type(fact))
        if rung is not None:
            if rung > burst.evidence:
                self._update(name, evidence=rung)
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
        if self._bursts[name].outcome is None:
            self._end(name, outcome, why)

    def give_up(self) -> None:
        """The burst failed in us, not at the speakers: they are SILENT, loudly."""
        for name in self._open():
            self._end(name, Outcome.SILENT, Why(Reason.UNREACHED, {"error": "internal"}))

    def _open(self) -> list[str]:
        return [name for name, burst in self._bursts.items() if burst.outcome is None]

    def _end(self, name: str, outcome: Outcome, why: Why) -> None:
        self._update(name, outcome=outcome, why=why, ended=self._clock.now())

    def _update(self, name: str, **changes: object) -> None:
        self._bursts[name] = replace(self._bursts[name], **changes)  # type: ignore[arg-type]
        self._changed(self._bursts[name])


def _because(reason: Reason, error: DriverError) -> Why:
    """The driver's error in the words of the model: its code and whatever fields it carries."""
    return Why(reason, {"error": error.code, **{name: str(value) for name, value in error.fields.items()}})
