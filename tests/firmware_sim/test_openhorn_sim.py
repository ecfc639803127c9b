"""The simulated openhorn units asked by hand, over a memory line in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from drivers.link.memory import MemoryEnd, pair
from drivers.openhorn.bodies import (
    Ask,
    AudioChunk,
    AudioEnd,
    AudioGo,
    AudioStart,
    Body,
    Codec,
    Kind,
    Play,
    Result,
    State,
    Status,
    Stop,
)
from drivers.openhorn.frames import ALL, Decoder, seal
from drivers.sound import pcm, samples
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Speaker

Run = Callable[[Coroutine[Any, Any, Any]], Any]
KEY = bytes(range(32))
TOKEN = b"\xa1\xb2345678"
START = AudioStart(TOKEN, Codec.ALAW, 1000)


class Hand:
    """Somebody with a key and a terminal."""

    def __init__(self, end: MemoryEnd, bus: OpenhornBus) -> None:
        self.end, self.bus, self.counter = end, bus, 0x670000000000
        self.decoder = Decoder({1: KEY})

    async def write(self, body: Body, dst: int = 1) -> bytes:
        self.counter += 1
        wire = seal(body, key_id=1, dst=dst, src=1, counter=self.counter).encode(KEY)
        await self.end.write(wire)
        return wire

    async def answer(self) -> Status | None:
        try:
            async with asyncio.timeout(0.1):
                while True:
                    chunk = await self.end.read()
                    for frame in self.decoder.feed(chunk.data, chunk.at):
                        assert isinstance(frame.body, Status)
                        assert frame.dst == 1
                        return frame.body
        except TimeoutError:
            return None

    async def ask(self, body: Body, dst: int = 1) -> Status:
        await self.write(body, dst)
        status = await self.answer()
        assert status is not None
        assert status.echo == self.counter
        return status


@asynccontextmanager
async def hand(**sim: Any) -> AsyncIterator[tuple[Hand, Speaker]]:
    near, far = pair(115200)
    horn = Speaker("horn", 1)
    bus = OpenhornBus(far, {1: horn}, KEY, **sim)
    running = asyncio.create_task(bus.run())
    await near.open()
    await asyncio.sleep(0)
    try:
        yield Hand(near, bus), horn
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_replayed_and_reordered_frames_do_nothing(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            early = seal(Play(Kind.CLIP, 4, 10), key_id=1, dst=ALL, src=1, counter=0x66FFFFFFFFFF).encode(KEY)
            played = await me.write(Play(Kind.CLIP, 3, 10), ALL)
            await asyncio.sleep(5)
            assert [heard.clip for heard in horn.heard] == [3]
            for wire in (played, early, played):
                await me.end.write(wire)
                await asyncio.sleep(5)
            assert [heard.clip for heard in horn.heard] == [3]
            assert me.bus.rejected == 3

    virtual(story())


def test_a_stale_question_is_told_so_and_changes_nothing(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.ask(Ask())
            me.counter -= 1
            status = await me.ask(Play(Kind.CLIP, 3, 10))
            assert status.result is Result.STALE
            assert horn.heard == []

    virtual(story())


def test_a_forged_frame_is_not_answered(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.end.write(
                seal(Play(Kind.CLIP, 3), key_id=1, dst=1, src=1, counter=2**47).encode(KEY[::-1])
            )
            assert await me.answer() is None
            assert horn.heard == []
            assert (await me.ask(Ask())).result is Result.OK

    virtual(story())


def test_group_frames_and_chunks_are_not_answered_and_groups_are_heard(virtual: Run) -> None:
    async def story() -> None:
        async with hand(groups=frozenset({0xFF07})) as (me, _):
            for body, dst in (
                (START, 0xFF07),
                (AudioChunk(TOKEN[:2], 0, bytes(200)), 1),
                (AudioGo(TOKEN), 0xFF08),
            ):
                await me.write(body, dst)
                assert await me.answer() is None
            status = await me.ask(Ask())
            assert (status.state, status.token, status.next) == (State.BUFFERING, TOKEN, 1)

    virtual(story())


def test_a_status_tells_gaps_credit_and_the_end(virtual: Run) -> None:
    async def story() -> None:
        async with hand(capacity=64) as (me, _):
            assert (await me.ask(START)).limit == 64
            for index in (0, 1, 3, 5, 99):
                await me.write(AudioChunk(TOKEN[:2], index, bytes(200)))
            await me.write(AudioChunk(b"no", 2, bytes(200)))
            status = await me.ask(Ask())
            assert (status.next, status.held, status.buffered_ms, status.ended) == (2, 0b101, 50, False)
            assert (await me.ask(AudioEnd(TOKEN, 6))).ended

    virtual(story())


def test_a_gap_is_waited_for_and_the_sound_is_whole(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.ask(START)
            await me.write(AudioChunk(TOKEN[:2], 1, b"\x2a" * 200))
            await me.ask(AudioEnd(TOKEN, 2))
            assert (await me.ask(AudioGo(TOKEN))).state is State.PLAYING
            await asyncio.sleep(3)
            await me.write(AudioChunk(TOKEN[:2], 0, b"\xaa" * 200))
            await asyncio.sleep(1)
            assert horn.heard[0].whole
            assert horn.heard[0].pcm == pcm(samples(b"\x00\x7e" * 200 + b"\x00\x82" * 200))
            done = await me.ask(Ask())
            assert (done.state, done.peak, done.milliamperes) == (State.DONE, 850, 0)

    virtual(story())


def test_a_gap_that_nobody_fills_ends_the_sound(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.ask(START)
            await me.ask(AudioGo(TOKEN))
            await asyncio.sleep(10.1)
            assert (await me.ask(Ask())).state is State.ABORTED
            assert horn.heard[0].whole is False
            again = await me.ask(START)
            assert (again.result, again.state) == (Result.KNOWN, State.ABORTED)

    virtual(story())


def test_a_token_never_sounds_twice_not_even_after_a_power_cut(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            tone = Play(Kind.TONE, 1, 50, TOKEN)
            assert (await me.ask(tone)).result is Result.OK
            assert (await me.ask(tone)).result is Result.KNOWN
            await asyncio.sleep(5)
            me.bus.units[1].reboot()
            again = await me.ask(tone)
            assert (again.result, again.state, again.token) == (Result.KNOWN, State.DONE, TOKEN)
            assert len(horn.heard) == 1

    virtual(story())


def test_an_old_token_does_not_disturb_what_sounds(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.ask(Play(Kind.TONE, 1, 50, TOKEN))
            await asyncio.sleep(5)
            await me.ask(Play(Kind.CLIP, 2, 50, TOKEN[::-1]))
            old = await me.ask(Play(Kind.TONE, 1, 50, TOKEN))
            assert (old.token, old.state, old.peak) == (TOKEN, State.DONE, 850)
            assert (await me.ask(Ask())).token == TOKEN[::-1]
            await asyncio.sleep(5)
            assert [heard.whole for heard in horn.heard] == [True, True]

    virtual(story())


def test_an_order_after_its_time_is_declined(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            late = AudioStart(TOKEN, Codec.ALAW, 0, not_after=0x66FFFFFF)
            assert (await me.ask(late)).result is Result.TOO_LATE
            assert (await me.ask(Ask())).state is State.IDLE
            await me.ask(AudioStart(TOKEN, Codec.ALAW, 0, not_after=0x67000005))
            me.counter = 0x670000060000
            assert (await me.ask(AudioGo(TOKEN))).result is Result.TOO_LATE
            assert horn.heard == []

    virtual(story())


def test_a_stop_with_another_token_stops_nothing(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, horn):
            await me.ask(Play(Kind.CLIP, 2, 50, TOKEN))
            await me.ask(Stop(TOKEN[::-1]))
            assert horn.playing
            assert (await me.ask(Stop(TOKEN))).state is State.ABORTED
            assert not horn.playing

    virtual(story())


def test_a_start_nobody_follows_is_forgotten_and_may_come_again(virtual: Run) -> None:
    async def story() -> None:
        async with hand() as (me, _):
            await me.ask(START)
            await asyncio.sleep(31)
            assert (await me.ask(Ask())).state is State.IDLE
            assert (await me.ask(START)).result is Result.OK

    virtual(story())
