"""A Modbus RTU line with horns, which behave as their firmware does: a silence of T3.5 ends a frame, not its
length.

The silence is computed from the arrival times of the bytes. A frame is dropped without an answer if it is
joined to another, has a gap in it or a wrong CRC, or is for a unit that is not there. After the next silence
a new frame begins.

Source: MODBUS over Serial Line V1.02; MODBUS Application Protocol V1.1b3; the register maps of the drivers'
profiles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from drivers.errors import LinkLost
from drivers.link import Chunk, Link
from drivers.modbus.frames import (
    EVERY_UNIT,
    KNOWN,
    LONGEST,
    MOST_READ,
    Answer,
    Function,
    Refusal,
    Request,
    decode_request,
    seal,
    silence,
    unseal,
)
from drivers.modbus.profile import RELAY_STEP, Profile
from firmware_sim.speaker import Heard, Speaker

THINKING_CHARACTERS = 10
"""Characters of time that a small controller needs after the silence before it acts. Within this time also
arrives a second frame that follows too closely, before the unit obeys the first. Our choice."""
REOPEN_S = 0.2
"""Seconds before a lost link is opened again. Our choice."""
MOMENT_S = 1e-9
"""Seconds. Times closer than this are equal: subtracting floating-point times leaves such remainders."""


class Silences:
    """Cuts the bytes of a line into frames at each silence of T3.5."""

    def __init__(self, baud: int, thinking: float | None = None) -> None:
        self._character = 10 / baud
        self._silence = silence(baud)
        self._thinking = THINKING_CHARACTERS * 11 / baud if thinking is None else thinking
        self._frame = bytearray()
        self._last = float("-inf")

    def feed(self, chunk: Chunk) -> float:
        """Take bytes. Returns the event loop time at which the unit obeys the frame, unless bytes follow."""
        began = chunk.at - len(chunk.data) * self._character
        if began - self._last >= self._silence - MOMENT_S:
            self._frame.clear()
        room = LONGEST + 1 - len(self._frame)
        self._frame += chunk.data[:room]
        self._last = chunk.at
        return self._last + self._silence + self._thinking

    def frame(self) -> bytes:
        """The bytes since the last silence. Noise may be longer than a frame."""
        return bytes(self._frame)


@dataclass
class Horn:
    """The registers of one horn or relay board. It has only the registers that its profile names."""

    speaker: Speaker
    profile: Profile
    fed: Mapping[int, Collection[Speaker]] = field(default_factory=dict)
    """The speakers whose amplifiers its relays feed, by relay (0 is the first)."""
    volume: int = field(init=False)
    coils: set[int] = field(default_factory=set)
    """The relays that are on."""

    def __post_init__(self) -> None:
        self.volume = self.profile.volume.high if self.profile.volume else 0
        for speakers in self.fed.values():
            for speaker in speakers:
                speaker.powered = False

    def obey(self, request: Request) -> Answer:
        """Carry out a request, or refuse it with the exception code of the protocol."""
        if request.function not in self._functions():
            return Answer(request, refusal=Refusal.ILLEGAL_FUNCTION)
        if request.function in MOST_READ:
            return self._read(request)
        if self.profile.one_register_at_a_time and len(request.values) != 1:
            return Answer(request, refusal=Refusal.ILLEGAL_VALUE)
        refusals = [
            self._write(request, request.address + n, value, False) for n, value in enumerate(request.values)
        ]
        refusal = next((code for code in refusals if code), None)
        if refusal is None:
            for n, value in enumerate(request.values):
                self._write(request, request.address + n, value, True)
        return Answer(request, refusal=refusal)

    def _functions(self) -> set[int]:
        profile = self.profile
        orders = (profile.play, profile.stop, profile.volume, profile.arm, *profile.status)
        readback = {Function.READ_HOLDING_REGISTERS} if profile.verify.mode == "readback" else set()
        switching = {Function.READ_COILS, Function.WRITE_COIL} if profile.relay else set()
        return {order.function for order in orders if order} | readback | switching

    def _read(self, request: Request) -> Answer:
        if self.profile.one_register_at_a_time and request.count != 1:
            return Answer(request, refusal=Refusal.ILLEGAL_VALUE)
        values = [self._value(request, request.address + n) for n in range(request.count)]
        if any(value is None for value in values):
            return Answer(request, refusal=Refusal.ILLEGAL_ADDRESS)
        return Answer(request, tuple(value or 0 for value in values))

    def _value(self, request: Request, address: int) -> int | None:
        playing, profile = self.speaker.playing, self.profile
        relay = self._relay(address)
        if request.function == Function.READ_COILS and relay is not None:
            return int(relay in self.coils)
        for entry in self.profile.status:
            if (entry.function, entry.address) == (request.function, address):
                meanings = {"alive": 1, "volume": self.volume, "playing": int(playing is not None)}
                meanings["milliamperes"] = round(self.speaker.milliamperes / entry.factor)
                return meanings[entry.means]
        if profile.verify.mode == "readback" and profile.play and address == profile.play.address:
            return playing.clip if playing and playing.clip else profile.stop.value if profile.stop else 0
        return None

    def _relay(self, address: int) -> int | None:
        """The relay of a coil, counted from 0. None for a coil that is no relay."""
        relay = self.profile.relay
        return address - relay.address if relay and 0 <= address - relay.address < relay.count else None

    def _switch(self, relay: int, on: bool) -> None:
        (self.coils.add if on else self.coils.discard)(relay)
        for speaker in self.fed.get(relay, ()):
            speaker.switch(on)

    def _write(self, request: Request, address: int, value: int, act: bool) -> Refusal | None:
        """The refusal of a write, or None. With `act` it is carried out. On most horns stop and play share a
        register."""
        place, profile = (request.function, address), self.profile
        play, stop, volume, arm = profile.play, profile.stop, profile.volume, profile.arm
        relay = self._relay(address)
        if request.function == Function.WRITE_COIL and relay is not None:
            if act:
                self._switch(relay, bool(value))
            return None
        if stop and place == (stop.function, stop.address) and value == stop.value:
            if act:
                self.speaker.silence()
            return None
        if play and place == (play.function, play.address) and play.first <= value <= play.last:
            if self.speaker.faults.busy:
                return Refusal.BUSY
            if act:
                self._begin(value)
            return None
        if volume and place == (volume.function, volume.address) and volume.low <= value <= volume.high:
            if act:
                self.volume = value
            return None
        if arm and place == (arm.function, arm.address) and value == arm.value:
            return None
        known = [(order.function, order.address) for order in (play, stop, volume, arm) if order]
        return Refusal.ILLEGAL_VALUE if place in known else Refusal.ILLEGAL_ADDRESS

    def _begin(self, clip: int) -> None:
        """Play a clip. A number without a recording is accepted and stays silent."""
        recording = self.profile.clips.get(clip)
        self.speaker.silence()
        if recording:
            now = asyncio.get_running_loop().time()
            loud = self.profile.volume.percent(self.volume) if self.profile.volume else None
            self.speaker.begin(Heard(now, clip=clip, volume=loud), recording.seconds)


class ModbusBus:
    """The units of one line.

    `speakers` are the horns by address, each with the registers of `profile`. `boards` are the relay boards
    by address. `fed` are the speakers whose amplifiers are fed by relays of this line, by relay x 1000 +
    address; an address alone is the first relay. `thinking` is the time in seconds that a unit needs after
    the silence before it acts.
    """

    def __init__(
        self,
        link: Link,
        speakers: Mapping[int, Speaker],
        profile: Profile,
        *,
        boards: Mapping[int, Profile] | None = None,
        fed: Mapping[int, Collection[Speaker]] | None = None,
        thinking: float | None = None,
    ) -> None:
        kinds = {unit: (speaker, profile) for unit, speaker in speakers.items()}
        kinds |= {unit: (Speaker(f"board-{unit}", unit), kind) for unit, kind in (boards or {}).items()}
        fed_by = {
            unit: {
                max(number // RELAY_STEP - 1, 0): speakers
                for number, speakers in (fed or {}).items()
                if number % RELAY_STEP == unit
            }
            for unit in kinds
        }
        self.horns = {unit: Horn(*kind, fed_by[unit]) for unit, kind in kinds.items()}
        self._link = link
        self._silences = Silences(link.baud, thinking)
        self._answering: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until cancelled. A lost link is opened again."""
        try:
            while True:
                try:
                    await self._serve()
                except LinkLost:
                    await asyncio.sleep(REOPEN_S)
        finally:
            for task in self._answering:
                task.cancel()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None
        try:
            await self._link.open()
            while True:
                chunk = await self._link.read()
                if timer:
                    timer.cancel()
                timer = loop.call_at(self._silences.feed(chunk), self._obey)
        finally:
            if timer:
                timer.cancel()
            await self._link.close()

    def _obey(self) -> None:
        opened = unseal(self._silences.frame())
        if opened is None:
            return
        unit, pdu = opened
        if unit == EVERY_UNIT:
            request = decode_request(unit, pdu)
            for horn in self.horns.values():
                if request and not horn.speaker.faults.dead:
                    horn.obey(request)
        elif unit in self.horns and not self.horns[unit].speaker.faults.dead:
            task = asyncio.get_running_loop().create_task(self._answer(self.horns[unit], unit, pdu))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, horn: Horn, unit: int, pdu: bytes) -> None:
        faults = horn.speaker.faults
        request = decode_request(unit, pdu)
        if request:
            answer = horn.obey(request).encode()
        else:
            code = Refusal.ILLEGAL_VALUE if pdu[0] in KNOWN else Refusal.ILLEGAL_FUNCTION
            answer = seal(unit, bytes([pdu[0] | 0x80, code]))
        if faults.late:
            await asyncio.sleep(faults.late)
        try:
            await self._link.write(faults.garble(answer))
        except LinkLost:
            return  # the line was lost during the answer, and the answer with it, as on a real wire
