"""One simulated loudspeaker: what it is playing and everything a listener beside it has heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_sim.faults import Faults
from firmware_sim.supply import Supply

AMPLIFIER_MA = 850
"""Amplifier current while sounding; a plausible figure for a 25 W horn on 24 V. Our choice."""


@dataclass
class Heard:
    """One thing heard at a speaker. Exactly one of text, pcm, clip is set; `ended` is None while it sounds, `whole` tells whether
    it came to its own end. Times are the loop's."""

    began: float
    text: str | None = None
    pcm: bytes | None = None
    rate: int = 0
    clip: int | None = None
    volume: int | None = None
    ended: float | None = None
    whole: bool = False


@dataclass
class Speaker:
    """`unit` is its address on the line. `listeners` are told of every beginning and end (for the table and the WAV files).

    `powered`: its amplifier has a supply; without one it keeps the time of what it plays and nothing is heard. `supply` is the
    unit's own, for those that can tell.
    """

    name: str
    unit: int
    faults: Faults = field(default_factory=Faults)
    heard: list[Heard] = field(default_factory=list)
    listeners: list[Callable[[Speaker, Heard], None]] = field(default_factory=list)
    powered: bool = True
    supply: Supply = field(default_factory=Supply)
    _end: asyncio.TimerHandle | None = None

    @property
    def dead(self) -> bool:
        """Whether it says nothing on the wire: a fault, or an empty battery."""
        return self.faults.dead or self.supply.empty

    def lose_mains(self) -> None:
        """From now on it lives on its battery, until `restore_mains`."""
        self.drain()
        self.supply.mains = False

    def restore_mains(self) -> None:
        self.drain()
        self.supply.mains = True

    def drain(self) -> None:
        """Bring the charge up to now; at its end the sound stops."""
        self.supply.settle(asyncio.get_running_loop().time(), self.playing is not None)
        if self.supply.empty:
            self._fall_silent()

    @property
    def playing(self) -> Heard | None:
        return self.heard[-1] if self.heard and self.heard[-1].ended is None else None

    @property
    def milliamperes(self) -> int:
        """Amplifier current: what proves that something is audible."""
        return AMPLIFIER_MA if self.playing else 0

    def begin(self, sound: Heard, seconds: float, done: Callable[[], None] | None = None) -> None:
        """Start sounding, cutting off what sounds now; `done` is called when it comes to its own end.

        A mute speaker, or one without power, lets nothing be heard but keeps the time: `done` still comes.
        """
        self.silence()
        loop = asyncio.get_running_loop()
        self.drain()
        audible = self.powered and not self.faults.mute and not self.supply.empty
        if audible:
            self.heard.append(sound)
            self._tell(sound)

        def end() -> None:
            self._end = None
            self.drain()
            if sound.ended is None:
                sound.ended, sound.whole = loop.time(), True
                if audible:
                    self._tell(sound)
            if done:
                done()

        self._end = loop.call_later(seconds, end)

    def silence(self) -> None:
        """Stop sounding now; a `done` that waited is not called."""
        if self._end:
            self._end.cancel()
            self._end = None
        if self.playing:
            self.drain()
        self._fall_silent()

    def switch(self, on: bool) -> None:
        """Its amplifier's supply comes or goes. What is played without supply is not heard, also where power returns before its end."""
        self.powered = on
        if not on:
            self._fall_silent()

    def _fall_silent(self) -> None:
        sound = self.playing
        if sound:
            sound.ended = asyncio.get_running_loop().time()
            self._tell(sound)

    @property
    def busy_until_end(self) -> bool:
        """Whether a burst is under way, audible or not."""
        return self._end is not None

    def _tell(self, sound: Heard) -> None:
        for listener in self.listeners:
            listener(self, sound)
