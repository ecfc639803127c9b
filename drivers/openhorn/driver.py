"""The driver of openhorn lines (docs/openhorn.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from drivers import (
    AUDIBLE_MA,
    Alive,
    Capability,
    Cleared,
    Everyone,
    Fact,
    Fault,
    Finished,
    LocalUse,
    Refused,
    Report,
    SpeakerStatus,
    Trial,
    TrialResult,
    Units,
    Utterance,
)  # fmt: skip
from drivers.errors import CannotPlay, CutShort, DriverError, Garbled, LinkLost, NoAnswer, TooLate
from drivers.line import Line, Rank
from drivers.link import Link
from drivers.openhorn.bodies import (
    KEEP,
    UNKNOWN_CHARGE,
    UNMEASURED,
    Ask,
    AskHealth,
    AudioStart,
    Codec,
    Health,
    Kind,
    LocalSource,
    Play,
    Result,
    State,
    Status,
    Stop,
    Supply,
)  # fmt: skip
from drivers.openhorn.chunks import SLOW, Chunks, pace
from drivers.openhorn.faults import KeyWrong, UnitsWrong
from drivers.openhorn.play import Burst
from drivers.openhorn.post import Post
from drivers.openhorn.seat import Seat

GROWL: Final = 0
"""The number of the tone of the growl test (docs/openhorn.md §5)."""
TEST_SENTENCE: Final = 0
"""The number of the stored clip with the spoken test sentence (docs/openhorn.md §5)."""
TEST_S: Final = 15.0
"""Seconds: a test clip is shorter than this (docs/openhorn.md §5)."""
TEST_VOLUME: Final = 20
"""The growl has a low volume: tests are made at any hour. Our choice."""
CODECS: Final = {"adpcm": Codec.ADPCM, "alaw": Codec.ALAW}


class OpenhornDriver:
    """Serves the openhorn `units` (1-254) on `link`. Implements drivers.Driver.

    `key` seals every frame under `key_id`. `source` is the number of this gateway. `wall` gives Unix seconds.
    `turnaround` is the time in seconds within which a unit begins to answer: 0.1 is enough for USB adapters;
    a radio modem needs twice its key-up time. Raises ValueError for a wrong unit, key or codec.
    """

    def __init__(
        self,
        link: Link,
        units: Collection[int],
        key: bytes,
        *,
        wall: Callable[[], int],
        source: int = 1,
        key_id: int = 1,
        codec: str = "adpcm",
        turnaround: float = 0.1,
    ) -> None:
        strange = [unit for unit in units if not 1 <= unit <= 254]
        if strange:
            raise UnitsWrong(units=", ".join(map(str, strange)))
        if len(key) < 16:
            raise KeyWrong()
        if codec not in CODECS:
            raise ValueError(f"openhorn codec {codec!r}: use 'adpcm' or 'alaw'")
        self._units = frozenset(units)
        self._codec = CODECS[codec]
        self._line = Line(link)
        self._post = Post(self._line, key, key_id, source, wall, turnaround, self._heard, self._missed)
        self._report: Callable[[Report], None] = lambda report: None
        self._bursts: set[Burst] = set()
        self._alive: set[int] = set()
        self._local: dict[int, LocalSource] = {}
        self._blind: set[int] = set()
        self._plain: set[int] = set()
        self._broken = False

    def can(self, unit: int) -> Capability:
        """See drivers.Driver. PROOF until the unit answers that it measures no current. No AUDIO on a line
        too slow for it."""
        able = Capability.TONE | Capability.VOLUME | Capability.STOP | Capability.STATUS | Capability.GROUP
        if self._pace <= SLOW:
            able |= Capability.AUDIO
        return able if unit in self._blind else able | Capability.PROOF

    async def run(self, report: Callable[[Report], None]) -> None:
        """See drivers.Driver. It reports Alive at the first answer of a unit and at the first one after a
        silence.

        It reports LocalUse when somebody begins to use a unit. When the line is lost it reports
        Fault(LinkLost) for all units, and Cleared when the line is back.
        """
        self._report = report
        await self._line.run(self._changed)

    async def play(self, units: Units, utterance: Utterance) -> None:
        """See drivers.Driver. Sound goes before a tone.

        A sound leaves at once and plays while its rest is still being made. A live sound (`seconds` None)
        needs a line that is faster than the sound.
        """
        meant = self._meant(units)
        error = self._objection(utterance)
        if error or not meant:
            for unit in meant:
                self._say(unit, utterance.token, Refused(error or CannotPlay()))
            return
        chunks = Chunks(utterance.sound, self._codec) if utterance.sound else None
        older = [(burst, seat) for burst, seat in self._seats(meant) if self._give_way(burst, seat)]

        def settled(unit: int, taken: bool) -> None:
            """Now it is known whether the earlier play ends at this unit or goes on."""
            for burst, seat in older:
                if seat.unit == unit:
                    seat.rivals -= 1
                    burst.wake.set()
                    if taken:
                        burst.end(seat, Fault(CutShort(unit=unit, reason="overtaken")))

        burst = Burst(
            self._post, meant, utterance.token, lambda: self._opening(utterance, chunks), chunks,
            self._report, everyone=meant == self._units, not_after=utterance.not_after, settled=settled,
            sharing=lambda: sum(other.sending for other in self._bursts),
        )  # fmt: skip
        self._bursts.add(burst)
        try:
            await burst.run()
        finally:
            self._bursts.discard(burst)

    async def stop(self, units: Units) -> None:
        """See drivers.Driver. Raises nothing."""
        meant = self._meant(units)
        seats = self._seats(meant)
        for _, seat in seats:
            seat.stopping = True
        silent: dict[int, DriverError | None] = {}
        try:
            silent = await self._silence(meant, meant == self._units)
        except LinkLost as lost:
            silent = dict.fromkeys(meant, lost)
        finally:
            for burst, seat in seats:
                burst.end(seat, Finished(known=seat.unit in silent and silent[seat.unit] is None))
        for unit, error in silent.items():
            if error:
                self._say(unit, None, Fault(error))

    def _seats(self, units: frozenset[int]) -> list[tuple[Burst, Seat]]:
        """The plays under way at these units."""
        return [
            (burst, seat)
            for burst in self._bursts
            for seat in burst.seats.values()
            if seat.unit in units and not (seat.over or seat.stopping)
        ]

    def _give_way(self, burst: Burst, seat: Seat) -> bool:
        """Prepare an earlier play for a later one at this unit. Returns whether it may go on if the later
        play fails.

        An order that the unit has not taken never leaves: such a play ends here.
        """
        if seat.accepted:
            seat.rivals += 1
        else:
            burst.end(seat, Fault(CutShort(unit=seat.unit, reason="overtaken")))
        return seat.accepted

    async def power(self, unit: int, on: bool) -> None:
        """Openhorn units switch their amplifiers by themselves. Raises CannotPlay."""
        raise CannotPlay(unit=unit, reason="no relay")

    async def status(self, unit: int) -> SpeakerStatus:
        """See drivers.Driver. Raises NoAnswer, Garbled, LinkLost."""
        status = await self._post.ask(Ask() if unit in self._plain else AskHealth(), unit, rank=Rank.POLL)
        assert status is not None
        if status.result is Result.UNSUPPORTED:
            self._plain.add(unit)
        return _seen(status)

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """See drivers.Driver. A silent test is a status query. Growl and voice are stored in the unit; its
        current proves them."""
        opening: Ask | Play = Ask()
        token = bytes(2) + self._post.next_counter().to_bytes(6, "big")
        if kind is Trial.GROWL:
            opening = Play(Kind.TONE, GROWL, TEST_VOLUME, token)
        elif kind is Trial.VOICE:
            opening = Play(Kind.CLIP, TEST_SENTENCE, KEEP, token)
        status = await self._post.ask(opening, unit)
        assert status is not None
        until = asyncio.get_running_loop().time() + TEST_S
        while (
            status.token == token
            and status.state is State.PLAYING
            and asyncio.get_running_loop().time() < until
        ):
            await asyncio.sleep(0.2)
            status = await self._post.ask(Ask(), unit) or status
        proved = status.token == token and status.peak != UNMEASURED and status.peak > AUDIBLE_MA
        return TrialResult(reached=True, proved=proved, status=_seen(status))

    @property
    def _pace(self) -> float:
        return pace(self._line.link.baud, self._codec)

    def _meant(self, units: Units) -> frozenset[int]:
        return self._units if isinstance(units, Everyone) else frozenset(units)

    def _objection(self, utterance: Utterance) -> DriverError | None:
        late = utterance.not_after
        if late is not None and asyncio.get_running_loop().time() > late:
            return TooLate()
        if utterance.sound and utterance.sound.seconds is None and self._pace > 1:
            return CannotPlay(
                reason=f"live sound needs a line {self._pace:.1f} times as fast, or a recorded one"
            )
        if not utterance.sound and utterance.tone is None:
            return CannotPlay(reason="openhorn takes sound or a tone")
        if len(utterance.token) != 8:
            return CannotPlay(reason=f"a token has 8 octets, got {len(utterance.token)}")
        return None

    def _opening(self, utterance: Utterance, chunks: Chunks | None) -> AudioStart | Play:
        volume = KEEP if utterance.volume is None else min(max(utterance.volume, 0), 100)
        late = self._post.unix(utterance.not_after)
        if chunks:
            return AudioStart(utterance.token, chunks.codec, min(chunks.samples, 2**32 - 1), volume, late)
        return Play(Kind.TONE, (utterance.tone or 0) & 0xFF, volume, utterance.token, late)

    async def _silence(self, units: frozenset[int], everyone: bool) -> dict[int, DriverError | None]:
        """Stop the units. Returns None for each unit that confirmed its silence, otherwise the error.

        A later order to play cuts off the sound by itself. A unit with such an order is stopped, and is in
        the result, only if it did not take that order.
        """
        if everyone:
            for _ in range(2):
                await self._post.tell(
                    Stop(), rank=Rank.STOP, unless=lambda: len(self._seats(units)) == len(units)
                )
        result: dict[int, DriverError | None] = {}
        later: list[Seat] = []
        for unit in sorted(units):
            following = next((seat for _, seat in self._seats(frozenset([unit]))), None)
            if following:
                later.append(following)
            else:
                result[unit] = await self._hush(unit)
        for seat in later:
            await seat.decided.wait()
            if not seat.accepted:
                result[seat.unit] = await self._hush(seat.unit)
        for unit in [unit for unit, error in result.items() if error]:
            result[unit] = await self._hush(unit)
        return result

    async def _hush(self, unit: int) -> DriverError | None:
        """Stop one unit. Returns None when it confirmed its silence, otherwise the error."""
        try:
            status = await self._post.ask(Stop(), unit, rank=Rank.STOP)
        except (NoAnswer, Garbled) as error:
            return error
        noisy = status and status.state in (State.BUFFERING, State.PLAYING)
        return NoAnswer(unit=unit, reason="still sounding") if noisy else None

    def _changed(self, up: bool) -> None:
        if not up:
            self._alive.clear()
        if not up or self._broken:
            for unit in sorted(self._units):
                self._say(unit, None, Cleared() if up else Fault(LinkLost(port="openhorn line")))
        self._broken = not up

    def _heard(self, unit: int, status: Status) -> None:
        (self._blind.add if status.peak == UNMEASURED else self._blind.discard)(unit)
        if unit not in self._alive:
            self._alive.add(unit)
            self._say(unit, None, Alive())
        if (
            status.local is not self._local.get(unit, LocalSource.NONE)
            and status.local is not LocalSource.NONE
        ):
            self._say(unit, None, LocalUse(status.local.name.lower()))
        self._local[unit] = status.local

    def _missed(self, unit: int) -> None:
        self._alive.discard(unit)
        self._plain.discard(unit)

    def _say(self, unit: int, token: bytes | None, fact: Fact) -> None:
        self._report(Report(asyncio.get_running_loop().time(), unit, token, fact))


def _seen(status: Status) -> SpeakerStatus:
    health = status if isinstance(status, Health) else Health(status.echo)
    return SpeakerStatus(
        playing=status.state is State.PLAYING,
        token=status.token if any(status.token) else b"",
        finished=status.state is State.DONE if status.state is not State.IDLE else None,
        volume=status.volume,
        milliamperes=None if status.milliamperes == UNMEASURED else status.milliamperes,
        local_use=None if status.local is LocalSource.NONE else status.local.name.lower(),
        battery=None if health.battery == UNKNOWN_CHARGE else health.battery,
        mains=None if health.supply is Supply.UNKNOWN else health.supply is Supply.MAINS,
    )
