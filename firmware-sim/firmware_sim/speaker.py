"""One simulated loudspeaker: the sound it plays, and all sounds that a listener beside it heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_sim.faults import Faults
from firmware_sim.supply import Supply

AMPLIFIER_MA = 850
"""Milliamperes of amplifier current under sound: a plausible value for a 25 W horn on 24 V. Our choice."""


@dataclass
class Heard:
    """One sound at a speaker. Exactly one of `text`, `pcm` and `clip` is set."""

    began: float
    """Event loop time."""
    text: str | None = None
    pcm: bytes | None = None
    """Mono signed 16-bit little-endian PCM."""
    rate: int = 0
    """The rate of `pcm` in Hz."""
    clip: int | None = None
    """The number of a stored clip or tone."""
    volume: int | None = None
    """0-100."""
    ended: float | None = None
    """Event loop time; None while it sounds."""
    whole: bool = False
    """It played to its own end."""

    @property
    def over(self) -> float:
        """Event loop time of its end. It must have ended."""
        assert self.ended is not None
        return self.ended

    @property
    def lasted(self) -> float:
        """Seconds from its beginning to its end. It must have ended."""
        return self.over - self.began


@dataclass
class Speaker:
    """One loudspeaker."""

    name: str
    unit: int
    """Its address on the line."""
    faults: Faults = field(default_factory=Faults)
    heard: list[Heard] = field(default_factory=list)
    """All sounds, the oldest first."""
    listeners: list[Callable[[Speaker, Heard], None]] = field(default_factory=list)
    """Called when a sound begins and when it ends."""
    powered: bool = True
    """Its amplifier has power. Without it a sound takes its time and is not heard."""
    supply: Supply = field(default_factory=Supply)
    """Mains and battery of the unit, for units that can tell."""
    _end: asyncio.TimerHandle | None = None

    @property
    def dead(self) -> bool:
        """Whether it sends nothing: by a fault or an empty battery."""
        return self.faults.dead or self.supply.empty

    def lose_mains(self) -> None:
        """Run on the battery from now on, until `restore_mains`."""
        self.drain()
        self.supply.mains = False

    def restore_mains(self) -> None:
        self.drain()
        self.supply.mains = True

    def drain(self) -> None:
        """Compute the charge of now. With an empty battery the sound stops."""
        self.supply.settle(asyncio.get_running_loop().time(), self.playing is not None)
        if self.supply.empty:
            self._fall_silent()

    @property
    def playing(self) -> Heard | None:
        """The sound that is heard now."""
        return self.heard[-1] if self.heard and self.heard[-1].ended is None else None

    @property
    def milliamperes(self) -> int:
        """The amplifier current, which proves that a sound is audible."""
        return AMPLIFIER_MA if self.playing else 0

    def begin(self, sound: Heard, seconds: float, done: Callable[[], None] | None = None) -> None:
        """Begin a sound of `seconds`. It cuts off the sound before it. `done` is called at its own end.

        At a mute speaker, and at one without power, the sound is not heard. It takes its time all the same,
        and `done` is called.
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
        """Stop the sound now. Its `done` is not called."""
        if self._end:
            self._end.cancel()
            self._end = None
        if self.playing:
            self.drain()
        self._fall_silent()

    def switch(self, on: bool) -> None:
        """Switch the power of its amplifier. A sound that lost power stays unheard, even if power returns
        before its end."""
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
        """Whether a sound is under way, audible or not."""
        return self._end is not None

    def _tell(self, sound: Heard) -> None:
        for listener in self.listeners:
            listener(self, sound)
