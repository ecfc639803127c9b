"""The simulated horns behave on the wire as a correct RTU slave does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from drivers.link import Chunk
from drivers.link.memory import MemoryEnd, one_byte_at_a_time, pair
from drivers.modbus.frames import seal, silence
from drivers.modbus.profile import Profile, load
from firmware_sim.modbus import ModbusBus, Silences
from firmware_sim.speaker import Speaker

PLAY_3 = bytes.fromhex("01 06 00 01 00 03 98 0B")
STOP = bytes.fromhex("01 06 00 01 00 00 D8 0A")
Virtual = Callable[[Awaitable[Any]], Any]


class Bench:
    """A bus of two horns and a bare wire to it."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.near, far = pair(9600)
        self.speakers = {unit: Speaker(f"horn {unit}", unit) for unit in (1, 2)}
        self.bus = ModbusBus(far, self.speakers, profile or load("icpdas-alm-04-mrtu"))
        self.far: MemoryEnd = far

    async def __aenter__(self) -> Bench:
        await self.near.open()
        self._serving = asyncio.create_task(self.bus.run())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)

    async def say(self, frame: bytes | str, wait: float = 0.3) -> bytes:
        """Send and gather whatever is answered in `wait` seconds."""
        await self.near.write(bytes.fromhex(frame) if isinstance(frame, str) else frame)
        return await self.hear(wait)

    async def hear(self, wait: float) -> bytes:
        heard = b""
        try:
            async with asyncio.timeout(wait):
                while True:
                    heard += (await self.near.read()).data
        except TimeoutError:
            return heard

    def clips(self, unit: int) -> list[int | None]:
        return [heard.clip for heard in self.speakers[unit].heard]


def on_bench(
    virtual: Virtual, story: Callable[[Bench], Awaitable[None]], profile: Profile | None = None
) -> None:
    async def run() -> None:
        async with Bench(profile) as bench:
            await story(bench)

    virtual(run())


def test_play_is_echoed_and_sounds_for_its_clips_length_and_stop_ends_it(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        assert await bench.say(PLAY_3) == PLAY_3
        assert bench.speakers[1].playing
        await asyncio.sleep(15)
        assert bench.speakers[1].heard[0].whole
        await bench.say(PLAY_3)
        assert await bench.say(STOP) == STOP
        assert not bench.speakers[1].heard[1].whole
        assert bench.clips(1) == [3, 3]
        assert bench.clips(2) == []

    on_bench(virtual, story)


def test_the_volume_is_kept_read_back_and_heard(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        await bench.say("01 06 00 00 00 08 88 0C")
        assert await bench.say(seal(1, b"\x03\0\0\0\1")) == seal(1, b"\x03\x02\0\x08")
        await bench.say(PLAY_3)
        assert bench.speakers[1].heard[0].volume == 80

    on_bench(virtual, story)


@pytest.mark.parametrize(
    ("pdu", "code"),
    [
        ("2B 0E 01 00", 1),  # a function nobody speaks here
        ("10 00 01 00 01 02 00 03", 1),  # one that this horn does not
        ("03 00 01 00 01", 2),  # the play register is write-only
        ("06 00 02 00 01", 2),
        ("03 00 00 00 02", 3),  # one register at a time
        ("03 00 00 00 7E", 3),
        ("06 00 00 00 0B", 3),  # volume 11
        ("06 00 01 00 10", 3),  # clip 16
    ],
)
def test_what_it_cannot_do_is_refused_with_the_protocols_code(virtual: Virtual, pdu: str, code: int) -> None:
    async def story(bench: Bench) -> None:
        question = bytes.fromhex(pdu)
        assert await bench.say(seal(1, question)) == seal(1, bytes([question[0] | 0x80, code]))

    on_bench(virtual, story)


def test_a_unit_that_is_not_there_is_silent(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        assert await bench.say(seal(9, PLAY_3[1:-2])) == b""

    on_bench(virtual, story)


def test_a_broadcast_is_obeyed_by_all_and_answered_by_none(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        assert await bench.say(seal(0, PLAY_3[1:-2])) == b""
        assert bench.clips(1) == bench.clips(2) == [3]

    on_bench(virtual, story)


@pytest.mark.parametrize("noise", ["01 10 00 00 00 7B F6", "FF", "01 03 FF", "00" * 300])
def test_noise_and_a_silence_cost_nothing(virtual: Virtual, noise: str) -> None:
    async def story(bench: Bench) -> None:
        assert await bench.say(noise, wait=0.05) == b""
        assert await bench.say(PLAY_3) == PLAY_3

    on_bench(virtual, story)


def test_a_frame_with_a_hole_inside_is_dropped_and_the_next_is_obeyed(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        bench.near.wire = lambda data: [(0.0, data[:4]), (0.2, data[4:])]
        assert await bench.say(PLAY_3) == b""
        bench.near.wire = lambda data: [(0.0, data[:4]), (silence(9600) * 1.01, data[4:])]
        assert await bench.say(PLAY_3) == b""
        bench.near.wire = lambda data: [(0.0, data[:4]), (silence(9600) * 0.9, data[4:])]
        assert await bench.say(PLAY_3) == PLAY_3
        bench.near.wire = one_byte_at_a_time
        assert await bench.say(STOP) == STOP

    on_bench(virtual, story)


@pytest.mark.parametrize("apart", [False, True])
def test_two_frames_glued_together_are_both_dropped(virtual: Virtual, apart: bool) -> None:
    async def story(bench: Bench) -> None:
        if apart:
            await bench.near.write(PLAY_3)
            assert await bench.say(STOP) == b""
        else:
            assert await bench.say(PLAY_3 + STOP) == b""
        assert bench.clips(1) == []

    on_bench(virtual, story)


def test_silence_is_reckoned_from_the_times_of_the_bytes() -> None:
    cutter = Silences(9600)
    cutter.feed(Chunk(b"\x55" * 3, 1.0))
    due = cutter.feed(Chunk(PLAY_3, 1.0 + 8 * 10 / 9600 + 0.0041))
    assert cutter.frame() == PLAY_3
    assert due == pytest.approx(1.0 + 8 * 10 / 9600 + 0.0041 + silence(9600) + 110 / 9600)
    cutter.feed(Chunk(b"\x55", due))
    cutter.feed(Chunk(PLAY_3, due + 8 * 10 / 9600 + 0.0039))
    assert cutter.frame() == b"\x55" + PLAY_3


def test_faults_are_honoured(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        speaker = bench.speakers[1]
        speaker.faults.dead = True
        assert await bench.say(PLAY_3) == b""
        speaker.faults.dead = False
        speaker.faults.busy = True
        assert await bench.say(PLAY_3) == seal(1, b"\x86\x06")
        speaker.faults.busy = False
        speaker.faults.garbled = 1
        garbled = await bench.say(PLAY_3)
        assert len(garbled) == 8
        assert garbled != PLAY_3
        speaker.faults.late = 0.5
        assert await bench.say(STOP, wait=0.4) == b""
        assert await bench.hear(0.3) == STOP
        speaker.faults.late = 0.0
        speaker.faults.mute = True
        assert await bench.say(PLAY_3) == PLAY_3
        assert not speaker.playing
        assert bench.clips(1) == [3]  # from the garbled answer; the mute one sounded nothing

    on_bench(virtual, story)


def test_the_line_is_served_again_after_it_was_unplugged(virtual: Virtual) -> None:
    async def story(bench: Bench) -> None:
        bench.near.cut()
        await asyncio.sleep(3)
        bench.near.mend()
        await bench.near.open()
        await asyncio.sleep(1)
        assert await bench.say(PLAY_3) == PLAY_3

    on_bench(virtual, story)


def test_a_play_register_that_reads_back_tells_the_clip_while_it_sounds(virtual: Virtual) -> None:
    changes = {"verify": {"mode": "readback"}}

    async def story(bench: Bench) -> None:
        asked = seal(1, b"\x03\0\1\0\1")
        await bench.say(PLAY_3)
        assert await bench.say(asked) == seal(1, b"\x03\x02\0\x03")
        await bench.say(STOP)
        assert await bench.say(asked) == seal(1, b"\x03\x02\0\0")

    on_bench(virtual, story, load("icpdas-alm-04-mrtu", changes))
