"""The firmware of one openhorn unit: its buffer, and its memory of tokens and counters (docs/openhorn.md
§4-§7)."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, field
from typing import Final

from drivers.sound import adpcm_unpack, alaw_decode, pcm
from firmware_sim.speaker import Heard, Speaker

RATE: Final = 8000
STALL_S: Final = 10.0
"""Seconds without the next chunk after which a sound is given up (§7)."""
WAIT_S: Final = 30.0
"""Seconds without a frame about it after which a token that did not sound yet is forgotten (§7)."""
TOKENS: Final = 32
"""The number of tokens that a unit remembers. §7 demands 16 or more."""
CLIP_S: Final = 3.0
"""Seconds of every stored clip and tone of a simulated unit. Our choice."""
IDLE, BUFFERING, PLAYING, DONE, ABORTED, BUSY = range(6)
OK, NOT_NOW, KNOWN, TOO_LATE, UNSUPPORTED, STALE, MALFORMED = range(7)
FORMS: Final = {0: (0,), 1: (3, 15), 2: (18,), 3: range(5, 233), 4: (10,), 5: (8,), 6: (0, 8), 7: (0,)}
"""The lengths of the payloads by type (§5)."""


@dataclass(frozen=True)
class Order:
    """One whole frame with a true MAC."""

    type: int
    dst: int
    src: int
    key_id: int
    counter: int
    payload: bytes


@dataclass
class Unit:
    """The firmware of one loudspeaker. Its memory survives a lost line; tokens and counters also survive a
    `reboot`."""

    speaker: Speaker
    capacity: int
    measures: bool
    groups: frozenset[int]
    revision: int = 2
    """Of the specification. Revision 1 does not know HEALTH_REQUEST."""
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    """The last counter, by source and key id."""
    over: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    """State and peak current of the tokens that sounded, the oldest first."""
    asked: bytes = b""
    """The token of the present order, where it was over before."""
    state: int = IDLE
    token: bytes = bytes(8)
    codec: int = 0
    volume: int = 50
    not_after: int = 0
    end: int | None = None
    position: int = 0
    peak: int = 0
    counter: int = 0
    chunks: dict[int, bytes] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def hears(self, order: Order) -> bool:
        return order.dst in (self.speaker.unit, 0xFFFF) or order.dst in self.groups

    def fresh(self, order: Order) -> bool:
        sender = (order.src, order.key_id)
        if order.counter <= self.last.get(sender, 0):
            return False
        self.last[sender] = order.counter
        return True

    @property
    def next(self) -> int:
        at = self.position
        while at in self.chunks:
            at += 1
        return at

    def reboot(self) -> None:
        """Lose power and get it back. The sound and the buffer are lost; counters and tokens are in flash."""
        self._forget()
        self.state, self.token = IDLE, bytes(8)

    def act(self, order: Order) -> int:
        """Carry out an order. Returns the result code."""
        self.asked = b""
        if order.type not in FORMS or (order.type == 0 and self.revision < 2):
            return UNSUPPORTED
        if len(order.payload) not in FORMS[order.type]:
            return MALFORMED
        acts = {1: self._play, 2: self._start, 3: self._chunk, 4: self._finish, 5: self._go, 6: self._stop}
        return acts[order.type](order) if order.type in acts else OK

    def _admit(self, token: bytes, not_after: int, now: int) -> int:
        if self.speaker.faults.busy:
            return NOT_NOW
        if token and token == self.token and self.state != IDLE:
            return KNOWN
        if token in self.over:
            self.asked = token
            return KNOWN
        if not_after and now > not_after:
            return TOO_LATE
        self._forget()
        self.token, self.position, self.end, self.peak, self.not_after = token, 0, None, 0, not_after
        return OK

    def _play(self, order: Order) -> int:
        kind, number, volume = order.payload[:3]
        if kind not in (1, 2):
            return UNSUPPORTED
        token, late = order.payload[3:11], int.from_bytes(order.payload[11:], "big")
        result = self._admit(token, late, order.counter >> 16)
        if result == OK:
            self._loud(volume)
            self._sounds()
            heard = Heard(
                asyncio.get_running_loop().time(), clip=number if kind == 1 else -number, volume=self.volume
            )
            self.speaker.begin(heard, CLIP_S, lambda: self._over(DONE))
            self.peak = self.speaker.milliamperes
        return result

    def _start(self, order: Order) -> int:
        token, codec, _, volume, late = struct.unpack(">8sBIBI", order.payload)
        if codec not in (1, 2):
            return UNSUPPORTED
        result = self._admit(token, late, order.counter >> 16)
        if result == OK:
            self.codec, self.state = codec, BUFFERING
            self._loud(volume)
            self.task = asyncio.create_task(self._wait_for_go())
        return result

    def _chunk(self, order: Order) -> int:
        index = int.from_bytes(order.payload[2:4], "big")
        current = self.state in (BUFFERING, PLAYING) and order.payload[:2] == self.token[:2]
        if current and self.codec == 2 and (len(order.payload) < 8 or order.payload[6] > 88):
            return MALFORMED
        if current and self.position <= index < self.position + self.capacity:
            self.chunks[index] = order.payload[4:]
            self.came.set()
        return OK

    def _finish(self, order: Order) -> int:
        if order.payload[:8] == self.token and self.state in (BUFFERING, PLAYING):
            self.end = int.from_bytes(order.payload[8:], "big")
            self.came.set()
        return OK

    def _go(self, order: Order) -> int:
        if order.payload != self.token or self.state != BUFFERING:
            return OK
        if self.not_after and order.counter >> 16 > self.not_after:
            self._forget()
            self.state = IDLE
            return TOO_LATE
        if self.task:
            self.task.cancel()
        self._sounds()
        self.task = asyncio.create_task(self._speak())
        return OK

    def _stop(self, order: Order) -> int:
        if not order.payload or order.payload == self.token:
            if self.state in (BUFFERING, PLAYING):
                self._over(ABORTED)
            self._forget()
        return OK

    def _loud(self, volume: int) -> None:
        if volume != 0xFF:
            self.volume = min(volume, 100)

    def _sounds(self) -> None:
        self.state = PLAYING
        self._remember(ABORTED)

    def _remember(self, state: int) -> None:
        if any(self.token):
            self.over[self.token] = (state, self.peak)
            while len(self.over) > TOKENS:
                del self.over[next(iter(self.over))]

    def _over(self, state: int) -> None:
        self.state = state
        self._remember(state)

    def _forget(self) -> None:
        if self.state == PLAYING:
            self._over(ABORTED)
        self.speaker.silence()
        if self.task:
            self.task.cancel()
            self.task = None
        self.chunks.clear()

    async def _wait_for_go(self) -> None:
        try:
            while True:
                async with asyncio.timeout(WAIT_S):
                    await self.came.wait()
                self.came.clear()
        except TimeoutError:
            self.state, self.token = IDLE, bytes(8)
            self.chunks.clear()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        sound = Heard(loop.time(), pcm=b"", rate=RATE, volume=self.volume)
        self.speaker.begin(sound, 86400.0)
        free = loop.time()
        while self.position != self.end:
            data = self.chunks.pop(self.position, None)
            if data is None:
                if not await self._another():
                    self._over(ABORTED)
                    self.speaker.silence()
                    return
                free = max(free, loop.time())
                continue
            self.position += 1
            samples = alaw_decode(data) if self.codec == 1 else adpcm_unpack(data)
            sound.pcm = (sound.pcm or b"") + pcm(samples)
            self.peak = max(self.peak, self.speaker.milliamperes)
            free += len(samples) / RATE
            await asyncio.sleep(free - loop.time())
        sound.whole = True
        self._over(DONE)
        self.speaker.silence()

    async def _another(self) -> bool:
        self.came.clear()
        try:
            async with asyncio.timeout(STALL_S):
                await self.came.wait()
        except TimeoutError:
            return False
        return True

    def power_off(self) -> None:
        """End the simulation of this unit."""
        if self.task:
            self.task.cancel()
            self.task = None

    def health(self) -> bytes:
        """The octets of a HEALTH beyond a STATUS (§6)."""
        self.speaker.drain()
        supply = self.speaker.supply
        return bytes([round(supply.battery), 1 if supply.mains else 2])

    def status(self, echo: int, result: int) -> bytes:
        """The payload of the answer (§6)."""
        first = self.next
        held = sum(1 << bit for bit in range(32) if first + 1 + bit in self.chunks)
        busy = self.speaker.faults.busy
        per_ms = 25 if self.codec == 1 else 50
        state, peak = self.over[self.asked] if self.asked else (self.state, self.peak)
        now = 0 if self.asked else self.speaker.milliamperes
        return struct.pack(
            ">6sBB8sHIHHBHHBB",
            echo.to_bytes(6, "big"),
            result,
            BUSY if busy else state,
            self.asked or self.token or bytes(8),
            first,
            held,
            min(self.position + self.capacity, 0xFFFF),
            min((first - self.position) * per_ms, 0xFFFF),
            self.volume,
            now if self.measures else 0xFFFF,
            peak if self.measures else 0xFFFF,
            1 if busy else 0,
            self.end is not None,
        )
