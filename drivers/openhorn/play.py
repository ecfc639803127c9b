"""One burst on one openhorn line: the sound is sent once for all units, each unit is polled, and gaps are
sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from drivers import AUDIBLE_MA, Accepted, Fact, Fault, Finished, Proved, Refused, Report, Sounding
from drivers.errors import CutShort, Garbled, LinkLost, NoAnswer, TooLate
from drivers.openhorn.bodies import (
    UNMEASURED,
    Ask,
    AudioChunk,
    AudioEnd,
    AudioGo,
    AudioStart,
    Body,
    Play,
    State,
    Status,
    Stop,
)  # fmt: skip
from drivers.openhorn.chunks import Chunks, head_start
from drivers.openhorn.post import Post
from drivers.openhorn.seat import Inaudible, Seat

MISSES: Final = 8
"""Unanswered questions in a row after which a unit counts as lost. With one octet in a thousand damaged, one
lost and one doubled, a question with its answer (81 octets) fails one time in five, and eight in a row fail
once in 200 000. Our choice."""
POLL_SHARE: Final = 0.1
"""Share of the line for polls while sound is sent. Our choice."""
POLL_LEAST_S: Final = 0.25
"""Seconds between two polls of a unit, at least. Our choice."""
POLL_MOST_S: Final = 1.0
"""Seconds between two polls of a unit that has all its sound, at most, unless many units share the line. Our
choice."""
GATE_S: Final = 1.0
"""Seconds, beside eight resends, for which units with gaps in their first chunks delay the start of the
others. Our choice."""
KEEP_S: Final = 5.0
"""A unit whose next chunk is still being made gets a chunk of silence every so many seconds: half of the time
after which it gives up (docs/openhorn.md §7)."""


class Burst:
    """One burst at some units of a line.

    `opening` makes a new AudioStart (with `chunks`) or Play (without) each time it is sent. `everyone`: the
    units are all units of the line, and the opening goes to the group address. `settled` is called once for
    each unit, with whether it took the order. `sharing` gives the number of bursts that send sound over this
    line now, this one among them.
    """

    def __init__(
        self,
        post: Post,
        units: Collection[int],
        token: bytes,
        opening: Callable[[], AudioStart | Play],
        chunks: Chunks | None,
        report: Callable[[Report], None],
        *,
        everyone: bool,
        not_after: float | None,
        settled: Callable[[int, bool], None],
        sharing: Callable[[], int] = lambda: 1,
    ) -> None:
        now = asyncio.get_running_loop().time()
        self.token = token
        self.seats = {unit: Seat(unit, now) for unit in sorted(units)}
        self.wake = asyncio.Event()
        self._post, self._opening, self._chunks, self._report = post, opening, chunks, report
        self._everyone, self._not_after, self._settled, self._sharing = everyone, not_after, settled, sharing
        self._sent = 0
        self._gaps: set[int] = set()
        self._gone = chunks is None
        self._sounds_turn = False
        self._ended = False
        self._gate: float | None = None
        self._fed_at = now
        self._chunk_s = post.wire_s(4 + chunks.codec.octets) if chunks else 0.0
        self._every = max(
            POLL_LEAST_S, len(self.seats) * (post.wire_s(0) + post.wire_s(33) + 0.01) / POLL_SHARE
        )

    def end(self, seat: Seat, fact: Fact) -> None:
        """Report the end at one unit, once."""
        if not seat.over:
            seat.over = True
            self._tell(seat, fact)
            self._settle(seat, False)
        self.wake.set()

    async def run(self) -> None:
        """Play. Returns when the burst has ended at every unit."""
        filling = asyncio.create_task(self._chunks.fill(self.wake.set)) if self._chunks else None
        try:
            if self._everyone:
                opening = self._opening()
                await self._post.tell(
                    opening, unless=lambda: not self._may_send(opening, self.seats.values())
                )
            while any(not seat.over for seat in self.seats.values()):
                self.wake.clear()
                if not await self._step():
                    await self._rest()
        except LinkLost as lost:
            for seat in self.seats.values():
                self.end(seat, Finished(known=False) if seat.stopping else Fault(lost))
        finally:
            for seat in self.seats.values():
                self._settle(seat, False)
            if filling:
                filling.cancel()
                await asyncio.gather(filling, return_exceptions=True)

    def _settle(self, seat: Seat, taken: bool) -> None:
        if not seat.decided.is_set():
            seat.decided.set()
            self._settled(seat.unit, taken)

    def _may_send(self, order: Body, seats: Collection[Seat]) -> bool:
        """Whether a frame to `seats` may leave in this instant.

        A first order that would arrive after `not_after` is refused instead: units compare whole seconds.
        """
        opening = isinstance(order, AudioStart | Play)
        arrives = asyncio.get_running_loop().time() + self._post.wire_s(len(order.encode()))
        if opening and self._not_after is not None and arrives > self._not_after:
            for seat in seats:
                if seat.ours and not seat.opened:
                    self.end(seat, Refused(TooLate(unit=seat.unit)))
        may = all(seat.ours for seat in seats)
        if may and opening:
            for seat in seats:
                seat.opened = True
        return may

    def _tell(self, seat: Seat, fact: Fact) -> None:
        self._report(Report(asyncio.get_running_loop().time(), seat.unit, self.token, fact))

    def _live(self) -> list[Seat]:
        return [seat for seat in self.seats.values() if seat.ours]

    async def _rest(self) -> None:
        until = min((seat.due for seat in self._live()), default=None)
        if until is not None and self._chunks and not self._chunks.whole:
            until = min(until, max(self._fed_at + KEEP_S, asyncio.get_running_loop().time() + 0.1))
        try:
            async with asyncio.timeout_at(until):
                await self.wake.wait()
        except TimeoutError:
            return

    async def _step(self) -> bool:
        """One exchange, the most urgent one. Returns False when there is nothing to do now."""
        now = asyncio.get_running_loop().time()
        due = min((seat for seat in self._live() if seat.due <= now), key=lambda seat: seat.due, default=None)
        opened = all(seat.status or seat.misses for seat in self._live())
        sounds_turn = opened and (due is None or self._sounds_turn)
        if sounds_turn and self._chunks and await self._feed(self._chunks, now):
            self._sounds_turn = False
            return True
        self._sounds_turn = True
        if due:
            await self._poll(due)
        return due is not None

    async def _feed(self, chunks: Chunks, now: float) -> bool:
        if chunks.broken:
            await self._give_up(self._live(), Fault(CutShort(reason=f"the sound broke off: {chunks.broken}")))
            return True
        if self._may_go(chunks, now):
            await self._go()
            return True
        taking = [seat.status for seat in self.seats.values() if seat.taking and seat.status]
        if not taking:
            return False
        self._sent = max(self._sent, min(status.next for status in taking))
        room = min(status.limit for status in taking)
        if now - self._fed_at >= KEEP_S and not chunks.whole and self._sent >= len(chunks.ready):
            chunks.pad()
        index = min(self._gaps, default=self._sent)
        if index < min(len(chunks.ready), room):
            self._gaps.discard(index)
            self._sent = max(self._sent, index + 1)
            self._fed_at = now
            await self._post.tell(AudioChunk(self.token[:2], index, chunks.ready[index]))
            return True
        if chunks.whole and self._sent >= len(chunks.ready) and not self._ended:
            self._ended = True
            await self._post.tell(AudioEnd(self.token, len(chunks.ready)))
            return True
        return False

    @property
    def sending(self) -> bool:
        """Whether it still has sound to send."""
        return self._chunks is not None and not self._ended

    def _head(self, chunks: Chunks) -> int:
        """The chunks with which the sound may start, by the share of the line that this burst has beside
        other bursts."""
        return head_start(chunks.expected, self._chunk_s * max(1, self._sharing()), chunks.codec)

    def _may_go(self, chunks: Chunks, now: float) -> bool:
        """Whether the sound may start: the units that answer have enough chunks, or the slowest were waited
        for long enough."""
        waiting = [seat for seat in self._live() if seat.taking and seat.misses == 0]
        if self._gone or not any(seat.status and seat.status.state is State.BUFFERING for seat in waiting):
            return False
        head = self._head(chunks)
        if self._sent < head or (
            head == len(chunks.ready) and not chunks.whole and self._sent < chunks.expected
        ):
            return False
        if self._gate is None:
            self._gate = now + GATE_S + 8 * self._chunk_s
            for seat in waiting:
                seat.due = now
            return False
        return now >= self._gate or all(seat.status and seat.status.next >= head for seat in waiting)

    async def _go(self) -> None:
        if self._not_after is not None and asyncio.get_running_loop().time() > self._not_after:
            silent = [
                seat for seat in self._live() if not seat.status or seat.status.state is not State.PLAYING
            ]
            await self._give_up(silent, Refused(TooLate()))
            return
        self._gone = True
        for _ in range(2):
            await self._post.tell(AudioGo(self.token))
        for seat in self._live():
            seat.due = asyncio.get_running_loop().time()

    async def _give_up(self, seats: Collection[Seat], fact: Fact) -> None:
        for seat in seats:
            await self._post.tell(Stop(self.token), seat.unit)
            self.end(seat, fact)

    def _question(self, seat: Seat) -> Body:
        if not seat.accepted or seat.status is None:
            return Ask() if self._everyone and seat.status is None else self._opening()
        if self._gone and seat.status.state is State.BUFFERING:
            return AudioGo(self.token)
        if self._ended and self._chunks and seat.taking and not seat.status.ended:
            return AudioEnd(self.token, len(self._chunks.ready))
        return Ask()

    async def _poll(self, seat: Seat) -> None:
        loop = asyncio.get_running_loop()
        try:
            question = self._question(seat)
            status = await self._post.ask(
                question, seat.unit, unless=lambda: not self._may_send(question, [seat])
            )
        except (NoAnswer, Garbled) as silent:
            seat.misses += 1
            seat.due = loop.time() + self._every
            if seat.misses >= MISSES:
                self.end(seat, Fault(silent))
            return
        if status is None or not seat.ours:
            return
        self._hear(seat, status)
        seat.due = loop.time() + self._pause(seat, status)
        if seat.over and status.token == self.token and status.state is State.BUFFERING:
            await self._post.tell(Stop(self.token), seat.unit)

    def _pause(self, seat: Seat, status: Status) -> float:
        """Seconds until the next poll of this unit."""
        if not seat.accepted:
            return 0.0
        if self._gate is not None and not self._gone:
            return min(self._every, 4 * self._chunk_s)
        if status.state is State.BUFFERING and self._gone:
            return 0.0
        if self._ended and status.ended and self._chunks and status.next >= len(self._chunks.ready):
            return min(max(POLL_MOST_S, self._every), status.buffered_ms / 1000 + 0.02)
        return self._every

    def _hear(self, seat: Seat, status: Status) -> None:
        first, seat.status = seat.status is None, status
        chunks = self._chunks
        alone = head_start(chunks.expected, self._chunk_s, chunks.codec) if chunks else 0
        refusal = seat.refusal(status, self.token, alone)
        if refusal:
            self.end(seat, refusal)
        elif status.token != self.token:
            seat.misses = 0 if first else seat.misses + 1
            if seat.accepted or seat.misses >= MISSES:
                reason = "overtaken" if seat.accepted and any(status.token) else "the unit forgot the order"
                self.end(seat, Fault(CutShort(unit=seat.unit, reason=reason)))
        else:
            seat.misses = 0
            if not seat.accepted:
                seat.accepted = True
                self._tell(seat, Accepted())
                self._settle(seat, True)
            self._follow(seat, status)

    def _follow(self, seat: Seat, status: Status) -> None:
        if status.state in (State.BUFFERING, State.PLAYING):
            self._gaps |= status.missing(self._sent)
        if status.state in (State.PLAYING, State.DONE, State.ABORTED) and not seat.sounding:
            proof = status.peak != UNMEASURED
            seat.sounding = status.peak > AUDIBLE_MA if proof else status.state is not State.ABORTED
            if seat.sounding:
                self._tell(seat, Sounding())
                if proof:
                    self._tell(seat, Proved(status.peak))
        if status.state is State.DONE:
            self.end(seat, Finished(known=True) if seat.sounding else Fault(Inaudible(unit=seat.unit)))
        elif status.state is State.ABORTED:
            self.end(seat, Fault(CutShort(unit=seat.unit)))
        elif status.state is State.IDLE:
            self.end(seat, Fault(CutShort(unit=seat.unit, reason="the unit forgot the order")))
