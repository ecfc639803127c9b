"""The simulated SYN6288 chip, by its wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from drivers.link.memory import MemoryEnd, pair
from drivers.tts_chip.frames import PAUSE, POWER_DOWN, RESUME, STATUS, STOP, Encoding, Order, speak
from firmware_sim.speaker import Speaker
from firmware_sim.tts_chip import TtsChip


class Wire:
    """The daemon's end of a chip's cable."""

    def __init__(self, baud: int = 9600) -> None:
        self.end, far = pair(baud)
        self.speaker = Speaker("石桥广场", 1)
        self.chip = TtsChip(far, self.speaker)

    async def ask(self, *orders: Order, within: float = 0.2) -> str:
        """The answer, in hex."""
        for order in orders:
            await asyncio.sleep(0.01)
            await self.end.write(order.encode())
        return await self.hear(within)

    async def hear(self, within: float) -> str:
        got = b""
        try:
            async with asyncio.timeout(within):
                while True:
                    got += (await self.end.read()).data
        except TimeoutError:
            return got.hex()


Story = Callable[[Wire], Awaitable[None]]


@pytest.fixture
def at_wire(virtual: Callable[..., Any]) -> Callable[..., None]:
    def run(story: Story, baud: int = 9600) -> None:
        async def whole() -> None:
            wire = Wire(baud)
            await wire.end.open()
            running = asyncio.create_task(wire.chip.run())
            assert await wire.hear(0.1) == "4a"
            await story(wire)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        virtual(whole())

    return run


def test_it_accepts_speaks_at_its_pace_and_says_once_that_it_is_silent(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        assert await wire.ask(speak("宇音天下很好听的".encode("gbk"))) == "41"
        assert await wire.ask(STATUS) == "414e"
        assert await wire.hear(60) == "4f"
        [sound] = wire.speaker.heard
        assert sound.text == "宇音天下很好听的"
        assert sound.whole
        assert sound.ended is not None
        assert sound.lasted == pytest.approx(8 / 4.5)
        assert await wire.ask(STATUS) == "414f"

    at_wire(story)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_it_reads_every_encoding(at_wire: Callable[..., None], encoding: Encoding) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("天下".encode(encoding.codec), encoding))
        assert wire.speaker.heard[0].text == "天下"

    at_wire(story)


def test_a_new_text_cuts_the_old_one_off_without_a_word_of_its_end(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("旧的消息很长很长很长".encode("gbk")))
        assert await wire.ask(speak("新".encode("gbk")), within=60) == "414f"
        assert [(sound.text, sound.whole) for sound in wire.speaker.heard] == [
            ("旧的消息很长很长很长", False),
            ("新", True),
        ]

    at_wire(story)


def test_tags_last_until_the_reset_tag_or_a_reboot(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        assert await wire.ask(speak(b"[v16]")) == "414f"
        for text in ("甲", "[v40]乙", "[d]丙", "[d][v8][t3]丁"):
            await wire.ask(speak(text.encode("gbk")), within=1)
        wire.chip.reboot()
        assert await wire.hear(0.1) == "4a"
        await wire.ask(speak("戊".encode("gbk")), within=1)
        assert [(sound.text, sound.volume) for sound in wire.speaker.heard] == [
            ("甲", 100),
            ("乙", 100),
            ("丙", 62),
            ("丁", 50),
            ("戊", 62),
        ]

    at_wire(story)


def test_a_letter_outside_its_bracket_is_read_aloud(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("v[6]喂".encode("gbk")))
        assert wire.speaker.heard[0].text == "v[6]喂"

    at_wire(story)


@pytest.mark.parametrize(
    "wire_bytes",
    [
        "FD 00 02 02 FE",
        "FD 00 02 99 66",
        "FD 01 00",
        "FD 00 03 01 01 FE",
        "FD 00 03 02 00 FC",
        "FD 00 04 01 07 41 BE",
    ],
    ids=["checksum", "unknown", "too long", "no text", "stop with a parameter", "unknown encoding"],
)
def test_what_it_cannot_take_is_answered_45(at_wire: Callable[..., None], wire_bytes: str) -> None:
    async def story(wire: Wire) -> None:
        await asyncio.sleep(0.01)
        await wire.end.write(bytes.fromhex(wire_bytes))
        assert await wire.hear(0.1) == "45"
        assert await wire.ask(STATUS) == "414f"

    at_wire(story)


def test_a_dribbled_frame_is_dropped_without_an_answer(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        wire.end.wire = lambda data: [(0.0, data[:4]), (0.0085, data[4:])]
        assert await wire.ask(speak("喂".encode("gbk"))) == ""
        wire.end.wire = lambda data: [(0.0, data[:4]), (0.0075, data[4:])]
        assert await wire.ask(speak("喂".encode("gbk"))) == "41"

    at_wire(story)


def test_stop_pause_and_resume(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("一二三四五六七八九".encode("gbk")), within=1.0)
        assert await wire.ask(PAUSE) == "41"
        assert await wire.ask(STATUS) == "414e"
        assert await wire.ask(RESUME, within=60) == "414f"
        assert "".join(str(sound.text) for sound in wire.speaker.heard[1:]) == "五六七八九"
        await wire.ask(speak("一二三四五六七八九".encode("gbk")))
        assert await wire.ask(STOP, within=60) == "41"
        assert await wire.ask(STATUS) == "414f"

    at_wire(story)


def test_asleep_it_needs_waking_and_falls_asleep_again(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        assert await wire.ask(POWER_DOWN) == "41"
        assert await wire.ask(STATUS) == ""
        assert await wire.ask(STATUS) == "414f"
        await wire.ask(POWER_DOWN)
        assert await wire.ask(STATUS) == ""
        await asyncio.sleep(11)
        assert await wire.ask(STATUS) == ""
        assert await wire.ask(STATUS) == "414f"

    at_wire(story)


def test_at_38400_a_speaking_chip_takes_every_second_frame(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("一二三四五六七八九".encode("gbk")))
        assert [await wire.ask(STATUS, within=0.1) for _ in range(4)] == ["", "414e", "", "414e"]

    at_wire(story, 38400)


def test_the_built_in_sounds_are_no_words(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        assert await wire.ask(speak(b"soundr"), within=60) == "414f"
        [sound] = wire.speaker.heard
        assert (sound.clip, sound.text) == (6, None)

    at_wire(story)


def test_faults_are_dead_late_garbled_busy_and_mute(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        faults = wire.speaker.faults
        faults.dead = True
        assert await wire.ask(STATUS) == ""
        faults.dead, faults.late = False, 0.3
        assert await wire.ask(STATUS) == ""
        assert await wire.hear(0.2) == "414f"
        faults.late, faults.garbled = 0.0, 1
        assert await wire.ask(STATUS) == "411a"
        faults.busy = True
        assert await wire.ask(speak(b"a")) == "45"
        faults.busy, faults.mute = False, True
        assert await wire.ask(speak(b"a"), within=60) == "414f"
        assert wire.speaker.heard == []

    at_wire(story)


def test_a_cable_plugged_in_again_is_served_without_a_reboot(at_wire: Callable[..., None]) -> None:
    async def story(wire: Wire) -> None:
        await wire.ask(speak("一二三四五六七八九".encode("gbk")))
        end: MemoryEnd = wire.end
        end.cut()
        await asyncio.sleep(1)
        end.mend()
        await end.open()
        await asyncio.sleep(0.5)
        assert await wire.ask(STATUS) == "414e"

    at_wire(story)
