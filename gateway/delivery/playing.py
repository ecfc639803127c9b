"""One burst at the speakers of one line that play it together: it is prepared, ordered, reported and tried
again."""

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
    Sound,
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
"""Pauses before each further try at a speaker whose fault is transient. Within eight seconds a line that was
plugged in again or a unit that was restarted is back (docs/reliability.md, Who has the air: 2.6 s were
enough). Then the burst is SILENT there; the next burst tries again."""

PATIENCE, MARGIN_S = 3.0, 120.0
"""A burst is stuck if it lasts longer than so many times its reckoned length and so many seconds for loading
and retries. Our choice."""
LENGTH_S = 180.0
"""Reckoned length of a burst whose length the voice cannot tell: three readings of a minute. Our choice."""

_RUNGS: dict[type[object], Evidence] = {
    Accepted: Evidence.ACCEPTED,
    Sounding: Evidence.SOUNDING,
    Proved: Evidence.PROVED,
}


@dataclass
class Group:
    """Speakers that play one take of a burst together."""

    plan: Plan
    number: int
    """Of the burst in its plan, from 0."""
    take: int
    """The burst begins for the so-many-th time, from 0."""
    part: Part
    line: str
    form: Form | None
    """None: their units can play nothing."""
    volume: int | None
    hearing: Hearing
    """How the sound must be made for these speakers."""
    plays_on: bool = False
    """The units carry this burst out already: an earlier run had ordered it."""
    units: dict[str, int] = field(default_factory=dict)
    """The numbers of the speakers on their line."""


@dataclass(frozen=True)
class Stage:
    """The means by which a burst is played."""

    driver: Driver
    voices: Voices
    clips: Mapping[str, int]
    """The line's stored clips by meaning."""
    clock: Clock
    not_after: float | None
    """The loop's time after which nothing may begin."""
    on_disk: Callable[[], Awaitable[None]]
    """Returns when everything noted so far is on the disk."""
    settled: Callable[[], Awaitable[None] | None]
    """Returns when the answers to the line's earlier orders are on the disk; None if they are."""
    changed: Callable[[Burst], None]
    """Is called at every rung and every end."""


class Playing:
    """Plays a burst at a group of speakers.

    A speaker whose burst has ended, or that was taken away, is left alone.
    """

    def __init__(self, group: Group, bursts: dict[str, Burst], stage: Stage, everyone: bool) -> None:
        self._group = group
        self._bursts = bursts
        self._stage = stage
        self._driver = stage.driver
        self._everyone = everyone
        self._faults: dict[str, DriverError] = {}
        self._left: set[str] = set()
        self._sound: Sound | None = None
        self.plan = group.plan
        self.number = group.number
        self.line = group.line
        self.token = group.plan.token(group.number, group.take)
        self.since: datetime = stage.clock.now()

    def unit(self, speaker: str) -> int:
        """Its number on the line."""
        return self._group.units[speaker]

    @property
    def speakers(self) -> list[str]:
        """Every speaker of the group."""
        return list(self._group.units)

    async def run(self) -> None:
        """Play the burst to its end at every speaker of the group."""
        try:
            async with asyncio.timeout((self._length() or LENGTH_S) * PATIENCE + MARGIN_S):
                await self._play()
        except TimeoutError:
            self.give_up("stuck")

    def _length(self) -> float | None:
        """Reckoned seconds of the burst. None for a stored clip: only its unit knows."""
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
            await self._order(self._open(), replace(utterance, taken=self._group.plays_on))
            for name in self._open():
                beside.create_task(self._try_again(name, utterance))

    def _utterance(self) -> Utterance | None:
        form, script, readings = self._group.form, self._group.part.script, self.plan.schedule.readings
        voices = self._stage.voices
        if form is None:
            return None
        if form is Form.AUDIO:
            self._sound = voices.sound(script, readings, self._group.hearing)
        return route.utterance(
            form,
            script,
            token=self.token,
            text=voices.text(script, readings) if form is Form.TEXT else None,
            sound=self._sound,
            clips=self._stage.clips,
            volume=self._group.volume,
            not_after=self._stage.not_after,
        )

    async def _make_ready(self) -> None:
        """Make the words while the tone sounds: this burst's own first, then those that may be wanted in a
        hurry, such as its lift."""
        hearing = Hearing(self._group.hearing.curve)  # recordings are there already
        for script in (self._group.part.script, *self.plan.ready):
            await self._stage.voices.prepare(script, self.plan.schedule.readings, hearing)

    async def _order(self, names: list[str], utterance: Utterance) -> None:
        """Try once at these speakers together.

        An order that must not be repeated is in the ledger before it is sent.
        """
        for name in names:
            self._faults.pop(name, None)
            burst = self._bursts[name]
            self._update(name, evidence=max(burst.evidence, Evidence.SENT), tries=burst.tries + 1)
        if not self.plan.class_.grave:
            await self._stage.on_disk()
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
        """Take a report of the driver about this burst at one speaker."""
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
        """A unit that reports its end itself was sounding.

        A unit that can prove output, and did not, was silent.
        """
        if known and self._bursts[name].evidence < Evidence.SOUNDING:
            self._update(name, evidence=Evidence.SOUNDING)
        if self._bursts[name].evidence >= Evidence.SOUNDING:
            self._end(name, Outcome.PLAYED, Why(Reason.SPOKEN, {"readings": self._readings()}))
        elif Capability.PROOF in self._driver.can(self._group.units[name]):
            self._end(name, Outcome.SILENT, Why(Reason.UNREACHED, {"error": "no_proof"}))
        else:
            self._end(
                name, Outcome.UNPROVED, Why(Reason.NO_EVIDENCE_POSSIBLE, {"readings": self._readings()})
            )

    def _readings(self) -> str:
        """Who said the readings, as a field of the outcome. It costs no further write."""
        return self._stage.voices.told(self._sound) if self._sound else ""

    def cancel(self, name: str, outcome: Outcome, why: Why) -> None:
        """End the burst at one speaker. The caller silences it."""
        if self._sounds(name):
            self._end(name, outcome, why)

    def leave(self, name: str) -> Burst:
        """Take one speaker away for a graver burst.

        Returns this burst as it will begin again: its next take.
        """
        self._left.add(name)
        burst = self._bursts[name]
        return replace(burst, take=burst.take + 1, tries=0, began=None)

    def give_up(self, error: str = "internal") -> None:
        """The fault is ours and not the speakers': the burst is SILENT at all of them."""
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
    """The driver's error as a reason: its code and the fields that it carries."""
    return Why(reason, {"error": error.code, **{name: str(value) for name, value in error.fields.items()}})
