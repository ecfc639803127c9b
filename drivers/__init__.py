"""The contract between the gateway and the hardware, in the hardware's words.

A *driver* carries bursts of sound to the *units* of one *line*. It knows nothing of warnings.
To add one: a folder `drivers/<protocol>/` with `frames.py` (sans-IO codec) and `driver.py`, one row in
`registry.py`, a simulator `firmware_sim/<protocol>.py`, tests in `tests/drivers/<protocol>/`. See docs/writing-a-driver.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final, Protocol

from drivers.errors import DriverError


class Capability(Flag):
    """What a unit can do; asked before a form is chosen, may grow when the unit has been reached."""

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
    """Has a relay that feeds amplifiers, its own or others'."""


AUDIBLE_MA: Final = 50
"""Amplifier current above which something is audible: an idle class-D amplifier draws less. Our choice."""


@dataclass(frozen=True)
class Sound:
    """Mono signed 16-bit little-endian PCM.

    `open()` yields the audio again from its start in blocks of any size, as they are made. `seconds` is an estimate until all is made,
    None for a live sound.
    """

    rate: int
    open: Callable[[], AsyncIterator[bytes]]
    seconds: float | None = None


@dataclass(frozen=True)
class Utterance:
    """One burst, in every form that could be made; the driver uses the forms its units can play.

    `token` is 8 bytes that name this burst of this plan: a retry keeps it, the next burst has a new one. A unit that
    remembers tokens never says the same one twice. `volume` is 0-100, None leaves the unit's own setting alone.
    `not_after` is in the event loop's time: no sound may be started later. `settled` gives what returns when the answers to the line's earlier
    orders are written down, or None where they are; drivers of lines with many units that remember no token await it with the line held,
    before the order to play. `taken`: a unit without a memory of tokens carries this clip out already, for somebody who has gone; it is not
    ordered again, only its end is awaited.
    """

    token: bytes
    text: str | None = None
    sound: Sound | None = None
    clip: int | None = None
    tone: int | None = None
    volume: int | None = None
    not_after: float | None = None
    taken: bool = False
    settled: Callable[[], Awaitable[None] | None] | None = None


@dataclass(frozen=True)
class Accepted:
    """The unit acknowledged the order."""


@dataclass(frozen=True)
class Sounding:
    """The unit itself said that it is sounding."""


@dataclass(frozen=True)
class Finished:
    """The burst ended at this unit. `known` is False where the end was only reckoned from its length."""

    known: bool


@dataclass(frozen=True)
class Proved:
    """Audible output was measured: amplifier current in milliamperes."""

    milliamperes: int


@dataclass(frozen=True)
class Refused:
    """The unit, or the driver before sending, will not play this; trying again cannot help."""

    error: DriverError


@dataclass(frozen=True)
class Fault:
    """The burst failed at this unit; `error.transient` says whether trying again may help."""

    error: DriverError


@dataclass(frozen=True)
class Cleared:
    """A fault reported earlier is over."""


@dataclass(frozen=True)
class Alive:
    """The unit was heard from."""


@dataclass(frozen=True)
class LocalUse:
    """Somebody speaks at the unit itself (microphone, telephone, USB ...)."""

    source: str


Fact = Accepted | Sounding | Finished | Proved | Refused | Fault | Cleared | Alive | LocalUse


@dataclass(frozen=True)
class Report:
    """What became known of one unit. `at` is the event loop's time; `token` is None for facts of no burst.

    Of each unit a `play` was asked for, exactly one of Finished, Refused, Fault ends that burst, before `play` returns.
    """

    at: float
    target: int
    token: bytes | None
    fact: Fact


class Everyone(Enum):
    """All units of the line, by one group frame."""

    EVERYONE = auto()


EVERYONE: Final = Everyone.EVERYONE
Units = Collection[int] | Everyone


@dataclass(frozen=True)
class SpeakerStatus:
    """What a unit says of itself; None where its hardware cannot tell."""

    playing: bool | None = None
    """Whether it carries out an order to play."""
    token: bytes | None = None
    """The burst it plays or played last; b"" for sound ordered without a token, or for none at all."""
    finished: bool | None = None
    """Whether it played that burst to its end."""
    volume: int | None = None
    milliamperes: int | None = None
    local_use: str | None = None
    """Who uses it by hand (microphone, telephone, usb, sms); such sound is not unordered."""
    battery: int | None = None
    """Charge of its battery, 0-100 per cent."""
    mains: bool | None = None
    """Whether it has mains; False: it lives on its battery."""
    powered: bool | None = None
    """Whether its relay is on."""

    def unordered(self, ours: Collection[bytes]) -> bool:
        """Whether it sounds now with neither one of `ours` (the tokens on the air there) nor somebody at the unit as its cause.

        Of hardware that cannot name its burst, any playing counts where nothing is on the air.
        """
        sounds = bool(self.playing) or (self.milliamperes or 0) > AUDIBLE_MA
        if not sounds or self.local_use:
            return False
        return not ours if self.token is None else not self.playing or self.token not in ours


class Trial(Enum):
    """Tests of a unit: without sound, with a short low growl, with a spoken test sentence."""

    SILENT = "silent"
    GROWL = "growl"
    VOICE = "voice"


@dataclass(frozen=True)
class TrialResult:
    """`reached`: it answered. `proved`: its output was measured during the test."""

    reached: bool
    proved: bool
    status: SpeakerStatus


class Driver(Protocol):
    """One driver serves one line and its units."""

    def can(self, unit: int) -> Capability:
        """What `unit` can do as far as is known now."""
        ...

    async def run(self, report: Callable[[Report], None]) -> None:
        """Connect, listen, reconnect until cancelled; `report` is called in the loop's thread and must not block."""
        ...

    async def play(self, units: Units, utterance: Utterance) -> None:
        """Play to some units or to everyone; lasts until the end is known or cannot be.

        Rungs and ends go to `report`; a unit's failure is a Fault report, never an exception, and delays no other unit by
        more than one time-out. One attempt is made: retrying belongs to delivery. Several plays may run at once
        for different units of a line; the line is taken one exchange at a time. Cancelling does not stop the unit: call `stop`.

        A later play overtakes an earlier one at the same unit, which ends as Fault(CutShort(reason="overtaken")); orders of the
        earlier one that have not gone out never will. Every driver's play cuts off what sounds, so pre-emption is this call alone;
        after a `stop` that has begun and need not have returned, it takes over what is left of that.

        A token that the unit still plays is adopted; one that it played to its end is not heard again, the report is its evidence
        and Finished(known=True); one that ended there before its end is declined as Fault(TokenOver()). Units without a memory for
        tokens (tts_chip, modbus) cannot tell: there every play sounds.
        """
        ...

    async def stop(self, units: Units) -> None:
        """Silence now: overtakes what waits for the line, idempotent. Plays under way end as Finished, `known` where the unit has
        confirmed its silence. One that does not confirm is a Fault of no token, since it may still sound."""
        ...

    async def power(self, unit: int, on: bool) -> None:
        """Switch the unit's relay; returns once the unit has confirmed. Idempotent. Raises DriverError, CannotPlay where there is none."""
        ...

    async def status(self, unit: int) -> SpeakerStatus:
        """Ask the unit. Raises DriverError."""
        ...

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """Raises DriverError."""
        ...
