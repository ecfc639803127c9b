"""The contract between the gateway and the hardware, in the hardware's words.

A *driver* carries bursts of sound to the *units* of one *line*. It knows nothing of warnings.

A new driver is a folder `drivers/<protocol>/` with `frames.py` (codec without IO), `driver.py` and
`config.py`, and one line in `registry.py`. Its simulator is `firmware_sim/<protocol>.py`, its tests are in
`tests/drivers/<protocol>/`. See docs/writing-a-driver.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final, Protocol

from drivers.errors import DriverError


class Capability(Flag):
    """The abilities of a unit. Delivery asks for them before it chooses a form. They may grow once the unit
    was reached."""

    NONE = 0
    TEXT = auto()
    """Speaks text by itself."""
    AUDIO = auto()
    """Takes sound over the line."""
    CLIP = auto()
    """Plays a clip stored in it, by number."""
    TONE = auto()
    """Makes an attention tone of its own."""
    VOLUME = auto()
    STOP = auto()
    STATUS = auto()
    GROUP = auto()
    """Hears one frame meant for all units of its line."""
    PROOF = auto()
    """Can prove audible output (amplifier current, loop-back)."""
    POWER = auto()
    """Has a relay that feeds amplifiers: its own or those of other units."""


AUDIBLE_MA: Final = 50
"""Milliamperes of amplifier current above which something is audible. An idle class-D amplifier draws less.
Our choice."""


@dataclass(frozen=True)
class Sound:
    """Mono signed 16-bit little-endian PCM."""

    rate: int
    """Samples a second."""
    open: Callable[[], AsyncIterator[bytes]]
    """Each call yields the audio from its start, in blocks of any size, as soon as they are made."""
    seconds: float | None = None
    """Its length; an estimate until all of it is made. None for a live sound."""


@dataclass(frozen=True)
class Utterance:
    """One burst, in every form that could be made. The driver uses the forms that its units can play."""

    token: bytes
    """8 bytes that name this burst of this plan. A retry keeps the token, the next burst has a new one. A
    unit that remembers tokens never sounds the same token twice."""
    text: str | None = None
    sound: Sound | None = None
    clip: int | None = None
    """The number of a clip stored in the unit."""
    tone: int | None = None
    """The number of an attention tone of the unit."""
    volume: int | None = None
    """0-100; None leaves the unit's own setting alone."""
    not_after: float | None = None
    """Event loop time after which no sound may start."""
    taken: bool = False
    """The unit plays this clip already, on an order of an earlier run of the daemon. The driver does not
    order it again and only awaits its end. For units that remember no token."""
    settled: Callable[[], Awaitable[None] | None] | None = None
    """Gives an awaitable that returns once the answers to the line's earlier orders are in the ledger, or
    None if they are there already. A driver whose line has many units without a memory of tokens awaits it
    within its turn, before the order to play."""


@dataclass(frozen=True)
class Accepted:
    """The unit acknowledged the order."""


@dataclass(frozen=True)
class Sounding:
    """The unit itself answered that it sounds."""


@dataclass(frozen=True)
class Finished:
    """The burst ended at this unit."""

    known: bool
    """False where the driver computed the end from the length of the burst."""


@dataclass(frozen=True)
class Proved:
    """Audible output was measured."""

    milliamperes: int
    """Amplifier current."""


@dataclass(frozen=True)
class Refused:
    """The unit declines this burst, or the driver does before it sends anything. Trying again cannot help."""

    error: DriverError


@dataclass(frozen=True)
class Fault:
    """The burst failed at this unit. `error.transient` tells whether trying again may help."""

    error: DriverError


@dataclass(frozen=True)
class Cleared:
    """A fault that was reported earlier is over."""


@dataclass(frozen=True)
class Alive:
    """The unit answered."""


@dataclass(frozen=True)
class LocalUse:
    """Somebody uses the unit by hand."""

    source: str
    """How: microphone, telephone, usb, sms."""


Fact = Accepted | Sounding | Finished | Proved | Refused | Fault | Cleared | Alive | LocalUse


@dataclass(frozen=True)
class Report:
    """A fact about one unit.

    For each unit of a `play`, exactly one Finished, Refused or Fault with its token is reported, before
    `play` returns.
    """

    at: float
    """Event loop time."""
    target: int
    """The unit."""
    token: bytes | None
    """The burst; None for a fact that belongs to no burst."""
    fact: Fact


class Everyone(Enum):
    """All units of the line, reached by one group frame."""

    EVERYONE = auto()


EVERYONE: Final = Everyone.EVERYONE
Units = Collection[int] | Everyone


@dataclass(frozen=True)
class SpeakerStatus:
    """The answer of a unit to a status query. None where its hardware cannot tell."""

    playing: bool | None = None
    """Whether it plays something on an order."""
    token: bytes | None = None
    """The burst it plays or played last; b"" for a sound without a token, and where it played nothing yet."""
    finished: bool | None = None
    """Whether it played that burst to its end."""
    volume: int | None = None
    milliamperes: int | None = None
    local_use: str | None = None
    """How somebody uses it by hand (microphone, telephone, usb, sms). Such sound is not unordered."""
    battery: int | None = None
    """Charge of its battery, 0-100 per cent."""
    mains: bool | None = None
    """Whether it has mains; False where it runs on its battery."""
    powered: bool | None = None
    """Whether its relay is on."""

    def unordered(self, ours: Collection[bytes]) -> bool:
        """Whether it sounds now although neither a burst of `ours` nor somebody at the unit is the cause.

        `ours` are the tokens on the air at this unit. Where the hardware cannot name its burst, any sound
        counts as unordered while `ours` is empty.
        """
        sounds = bool(self.playing) or (self.milliamperes or 0) > AUDIBLE_MA
        if not sounds or self.local_use:
            return False
        return not ours if self.token is None else not self.playing or self.token not in ours


class Trial(Enum):
    """The tests of a unit."""

    SILENT = "silent"
    """The unit is asked for its status; nothing sounds."""
    GROWL = "growl"
    """A short low sound."""
    VOICE = "voice"
    """A spoken test sentence."""


@dataclass(frozen=True)
class TrialResult:
    """The result of a test."""

    reached: bool
    """The unit answered."""
    proved: bool
    """Audible output was measured during the test."""
    status: SpeakerStatus


class Driver(Protocol):
    """One driver serves one line and its units."""

    def can(self, unit: int) -> Capability:
        """The capabilities of `unit` as far as they are known now."""
        ...

    async def run(self, report: Callable[[Report], None]) -> None:
        """Connect, listen and reconnect until cancelled. `report` is called in the loop's thread and must not
        block."""
        ...

    async def play(self, units: Units, utterance: Utterance) -> None:
        """Play to some units or to everyone. Returns when the end is known at every unit, or cannot be known.

        Evidence and ends go to `report`. The failure of a unit is a Fault report, never an exception, and
        delays no other unit by more than one time-out. `play` makes one attempt: delivery retries. Several
        plays may run at once for different units of a line; they take turns, an exchange each. Cancelling
        does not stop the unit: call `stop`.

        A later play overtakes an earlier one at the same unit. The earlier one ends as
        Fault(CutShort(reason="overtaken")), and its orders that have not left never leave. A play cuts off
        the sound at its units, so this call alone pre-empts. It may be called while a `stop` is under way:
        the stop then leaves those units to it.

        A unit that remembers tokens decides by the token. If it still plays this token, the driver adopts the
        sound. If it played the token to its end, nothing sounds, and the driver reports the evidence and
        Finished(known=True). If the token ended there before its end, the driver reports Fault(TokenOver()).
        Units without such a memory (tts_chip, modbus) sound at every play.
        """
        ...

    async def stop(self, units: Units) -> None:
        """Silence the units now. Goes before everything that waits for the line. Idempotent.

        Plays under way end as Finished, with `known` where the unit confirmed its silence. A unit that does
        not confirm is reported as a Fault without token, since it may still sound.
        """
        ...

    async def power(self, unit: int, on: bool) -> None:
        """Switch the unit's relay. Returns once the unit has confirmed. Idempotent.

        Raises DriverError; CannotPlay where the unit has no relay.
        """
        ...

    async def status(self, unit: int) -> SpeakerStatus:
        """Ask the unit for its status. Raises DriverError."""
        ...

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """Test the unit. Raises DriverError."""
        ...
