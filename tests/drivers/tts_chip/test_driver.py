"""The driver against the simulated chip on a line of 9600 baud. Covers drivers/tts_chip/speech.py too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from random import Random
from typing import Any

import pytest

import drivers
from drivers import (
    EVERYONE,
    Accepted,
    Alive,
    Capability,
    Cleared,
    Fact,
    Fault,
    Finished,
    Refused,
    Report,
    Sounding,
    Utterance,
)
from drivers.errors import (
    Busy,
    CannotPlay,
    CutShort,
    DriverError,
    Garbled,
    LinkLost,
    NoAnswer,
    NotAccepted,
    TooLate,
)
from drivers.link.memory import MemoryEnd, one_byte_at_a_time, pair
from drivers.tts_chip.driver import TtsChipDriver
from drivers.tts_chip.frames import STATUS, STOP
from firmware_sim.speaker import Speaker
from firmware_sim.tts_chip import TtsChip
from tests.support.tasks import running

SENTENCE = "受持续强降雨影响，石桥村后山有滑坡危险，请住在山脚的群众立即向村小学转移。"
LONG = SENTENCE * 6
TOKEN = b"burst-01"


class Bench:
    """A driver and a chip joined by a cable, both running."""

    def __init__(self, baud: int = 9600) -> None:
        self.near, self.far = pair(baud)
        self.speaker = Speaker("石桥广场", 1)
        self.chip = TtsChip(self.far, self.speaker)
        self.driver = TtsChipDriver(self.near, 1)
        self.reports: list[Report] = []

    @property
    def facts(self) -> list[Fact]:
        return [report.fact for report in self.reports if report.token == TOKEN]

    @property
    def heard(self) -> list[str | None]:
        return [sound.text for sound in self.speaker.heard]

    async def say(self, text: str = SENTENCE, **more: object) -> list[Fact]:
        await self.driver.play([1], Utterance(TOKEN, text=text, volume=80, **more))  # type: ignore[arg-type]
        return self.facts


Story = Callable[[Bench], Awaitable[None]]
AtBench = Callable[..., None]


@asynccontextmanager
async def bench(baud: int = 9600) -> AsyncIterator[Bench]:
    table = Bench(baud)
    async with running(table.chip.run(), table.driver.run(table.reports.append), settle_s=0.05):
        yield table


@pytest.fixture
def at_bench(virtual: Callable[..., Any]) -> AtBench:
    """Run a story at the bench in virtual time."""

    def run(story: Story, baud: int = 9600) -> None:
        async def whole() -> None:
            async with bench(baud) as table:
                await story(table)

        virtual(whole())

    return run


def test_a_text_is_accepted_sounds_and_is_finished(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        assert await table.say() == [Accepted(), Sounding(), Finished(known=True)]
        assert table.heard == [SENTENCE]
        assert table.speaker.heard[0].whole
        assert table.speaker.heard[0].volume == 81  # 80 of 100 is 13 of 16

    at_bench(story)


def test_a_long_text_plays_in_order_each_piece_once_without_a_pause(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        assert await table.say(LONG) == [Accepted(), Sounding(), Finished(known=True)]
        assert table.heard == [SENTENCE * 2] * 3
        sounds = table.speaker.heard
        assert all(sound.whole for sound in sounds)
        assert all(after.began - before.over < 0.3 for before, after in pairwise(sounds))

    at_bench(story)


@pytest.mark.parametrize("baud", [9600, 38400])
def test_a_new_burst_overtakes_the_one_that_sounds(at_bench: AtBench, baud: int) -> None:
    async def story(table: Bench) -> None:
        first = asyncio.create_task(table.driver.play([1], Utterance(b"old", text=LONG)))
        await asyncio.sleep(3)
        await table.say()
        await first
        ended = [report.fact for report in table.reports if report.token == b"old"][-1]
        assert isinstance(ended, Fault)
        assert isinstance(ended.error, CutShort)
        assert table.heard == [SENTENCE * 2, SENTENCE]
        assert [sound.whole for sound in table.speaker.heard] == [False, True]

    at_bench(story, baud)


@pytest.mark.parametrize("text", ["喂", "请注意。", SENTENCE, LONG])
def test_a_garbled_acknowledgement_is_not_heard_twice(at_bench: AtBench, text: str) -> None:
    async def story(table: Bench) -> None:
        await table.say("试")
        table.speaker.heard.clear()
        table.reports.clear()
        table.speaker.faults.garbled = 1
        assert (await table.say(text))[-1] == Finished(known=True)
        assert "".join(str(text) for text in table.heard) == text

    at_bench(story)


def test_garbled_first_and_second_answers_still_sound_once(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.garbled = 2
        assert (await table.say())[-1] == Finished(known=True)
        assert table.heard == [SENTENCE]

    at_bench(story)


def test_when_every_answer_is_garbled_the_fault_says_so(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.garbled = -1
        [fault] = await table.say()
        assert isinstance(fault, Fault)
        assert isinstance(fault.error, Garbled)

    at_bench(story)


def test_late_answers_are_waited_for(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.late = 0.5
        assert (await table.say(LONG))[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 3

    at_bench(story)


def test_a_dead_chip_is_a_fault_within_two_seconds(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.dead = True
        began = asyncio.get_running_loop().time()
        [fault] = await table.say()
        assert isinstance(fault, Fault)
        assert isinstance(fault.error, NoAnswer)
        assert asyncio.get_running_loop().time() - began < 2
        with pytest.raises(NoAnswer):
            await table.driver.status(1)

    at_bench(story)


def test_a_chip_that_dies_while_it_speaks_is_cut_short(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.sleep(5)
        table.speaker.faults.dead = True
        last = (await playing)[-1]
        assert isinstance(last, Fault)
        assert isinstance(last.error, CutShort)

    at_bench(story)


def test_a_mute_chip_keeps_the_time_and_sounds_nothing(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.mute = True
        assert (await table.say())[-1] == Finished(known=True)
        assert table.heard == []

    at_bench(story)


def test_a_chip_that_declines_is_refused_after_one_more_try(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.speaker.faults.busy = True
        [refused] = await table.say()
        assert isinstance(refused, Refused)
        assert isinstance(refused.error, NotAccepted)
        assert refused.error.fields == {"unit": 1, "reason": "45"}

    at_bench(story)


def test_after_a_reboot_the_current_sentence_is_said_again_at_the_same_volume(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.sleep(25)
        table.chip.reboot()
        assert (await playing)[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 4
        assert [sound.whole for sound in table.speaker.heard] == [True, False, True, True]
        assert {sound.volume for sound in table.speaker.heard} == {81}

    at_bench(story)


def test_a_chip_that_reboots_again_and_again_is_a_fault(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say())
        for _ in range(2):
            await asyncio.sleep(2)
            table.chip.reboot()
        last = (await playing)[-1]
        assert isinstance(last, Fault)
        assert isinstance(last.error, CutShort)
        assert table.heard == [SENTENCE] * 2

    at_bench(story)


def spoil(end: MemoryEnd, wanted: bytes, times: int) -> None:
    """The wire damages the first frames that contain `wanted`."""
    left = [times]

    def wire(data: bytes) -> list[tuple[float, bytes]]:
        if wanted in data and left[0]:
            left[0] -= 1
            return [(0.0, data[:-1] + bytes([data[-1] ^ 1]))]
        return [(0.0, data)]

    end.wire = wire


def test_a_frame_damaged_on_the_wire_is_sent_again_once(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        spoil(table.near, SENTENCE.encode("gbk"), 1)
        assert (await table.say())[-1] == Finished(known=True)
        assert table.heard == [SENTENCE]

    at_bench(story)


def test_a_frame_with_a_hole_is_lost_and_sent_again(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        holes = [1]

        def wire(data: bytes) -> list[tuple[float, bytes]]:
            if len(data) > 20 and holes.pop():
                holes.append(0)
                return [(0.0, data[:10]), (0.05, data[10:])]
            holes.append(0)
            return [(0.0, data)]

        table.near.wire = wire
        assert (await table.say())[-1] == Finished(known=True)
        assert table.heard == [SENTENCE]

    at_bench(story)


def test_answers_in_single_bytes_among_noise_are_understood(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.near.wire = one_byte_at_a_time
        table.far.wire = lambda data: [(0.0, b"\x00\xff"), *one_byte_at_a_time(data), (0.0, b"\x80")]
        assert (await table.say(LONG))[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 3

    at_bench(story)


def test_a_lost_end_is_found_out_by_asking(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.far.wire = lambda data: [(0.0, b"" if data == b"\x4f" else data)]
        assert (await table.say(LONG))[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 3

    at_bench(story)


def test_stop_silences_at_once_and_ends_the_play(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.sleep(5)
        asked = asyncio.get_running_loop().time()
        await table.driver.stop([1])
        assert table.speaker.playing is None
        assert asyncio.get_running_loop().time() - asked < 0.1
        assert (await playing)[-1] == Finished(known=True)
        await asyncio.sleep(60)
        assert table.heard == [SENTENCE * 2]

    at_bench(story)


def test_stop_between_sending_and_acknowledgement_lets_nothing_sound_on(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        for tenths in range(12):
            playing = asyncio.create_task(table.say(LONG))
            await asyncio.sleep(tenths * 0.03)
            await asyncio.gather(table.driver.stop(EVERYONE), table.driver.stop(EVERYONE))
            assert (await playing)[-1] == Finished(known=True)
            assert table.speaker.playing is None
            assert not table.speaker.busy_until_end

    at_bench(story)


def test_a_burst_that_is_being_stopped_is_finished_and_not_overtaken_by_the_next(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        first = asyncio.create_task(table.driver.play([1], Utterance(b"old", text=LONG)))
        await asyncio.sleep(5)
        stopping = asyncio.create_task(table.driver.stop([1]))
        await asyncio.sleep(0)
        assert (await table.say())[-1] == Finished(known=True)
        await asyncio.gather(first, stopping)
        ended = [report.fact for report in table.reports if report.token == b"old"][-1]
        assert ended == Finished(known=True)
        assert table.heard == [SENTENCE * 2, SENTENCE]

    at_bench(story)


def test_stop_of_a_dead_chip_is_reported_and_ends_the_play(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.sleep(5)
        table.speaker.faults.dead = True
        await table.driver.stop([1])
        assert (await playing)[-1] == Finished(known=False)
        faults = [report.fact for report in table.reports if report.token is None]
        assert isinstance(faults[-1], Fault)

    at_bench(story)


def test_not_after_is_asked_before_the_first_frame_only(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        now = asyncio.get_running_loop().time
        [refused] = await table.say(not_after=now() + 0.01)
        assert isinstance(refused, Refused)
        assert isinstance(refused.error, TooLate)
        assert table.heard == []
        assert (await table.say(LONG, not_after=now() + 1))[-1] == Finished(known=True)
        assert len(table.heard) == 3

    at_bench(story)


def test_a_cancelled_play_leaves_the_line_free_and_the_next_burst_is_whole(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        for hundredths in range(0, 60, 3):
            playing = asyncio.create_task(table.driver.play([1], Utterance(b"gone", text=LONG)))
            await asyncio.sleep(hundredths / 100)
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            table.reports.clear()
            table.speaker.heard.clear()
            assert (await table.say())[-1] == Finished(known=True)
            assert [sound.text for sound in table.speaker.heard if sound.whole] == [SENTENCE]

    at_bench(story)


def test_an_unplugged_cable_ends_the_play_and_the_next_one_sounds_after_mending(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.sleep(5)
        table.near.cut()
        last = (await playing)[-1]
        assert isinstance(last, Fault)
        assert isinstance(last.error, CutShort)
        assert last.error.transient
        table.reports.clear()
        [fault] = await table.say()
        assert isinstance(fault, Fault)
        assert isinstance(fault.error, LinkLost)
        table.near.mend()
        await asyncio.sleep(5)
        assert Cleared() in [report.fact for report in table.reports]
        table.reports.clear()
        table.speaker.heard.clear()
        assert (await table.say())[-1] == Finished(known=True)
        assert table.heard == [SENTENCE]

    at_bench(story)


def test_exactly_one_end_is_reported_for_every_unit_asked_for(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        await table.driver.play([1, 2], Utterance(TOKEN, text="喂"))
        ends = {
            report.target: report.fact
            for report in table.reports
            if report.token == TOKEN and isinstance(report.fact, Finished | Refused | Fault)
        }
        assert ends[1] == Finished(known=True)
        assert isinstance(ends[2], Refused)
        assert len(ends) == 2

    at_bench(story)


@pytest.mark.parametrize(
    "utterance", [Utterance(TOKEN, clip=3), Utterance(TOKEN, text=" \n"), Utterance(TOKEN, text="𠮷")]
)
def test_without_a_form_it_can_play_nothing_is_sent(at_bench: AtBench, utterance: Utterance) -> None:
    async def story(table: Bench) -> None:
        table.near.sent.clear()
        await table.driver.play(EVERYONE, utterance)
        [refused] = table.facts
        assert isinstance(refused, Refused)
        assert isinstance(refused.error, CannotPlay)
        assert table.near.sent == []

    at_bench(story)


def test_a_tone_is_played_where_there_is_no_text(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        await table.driver.play([1], Utterance(TOKEN, tone=4, volume=100))
        assert table.facts[-1] == Finished(known=True)
        [sound] = table.speaker.heard
        assert (sound.clip, sound.text, sound.volume) == (4, None, 100)

    at_bench(story)


def test_status_tells_whether_it_speaks_and_does_not_disturb(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        assert (await table.driver.status(1)).playing is False
        playing = asyncio.create_task(table.say(LONG))
        for _ in range(40):
            await asyncio.sleep(1)
            assert (await table.driver.status(1)).playing is True
        assert (await playing)[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 3
        assert Alive() in [report.fact for report in table.reports]

    at_bench(story)


def test_tests_are_silent_soft_or_spoken_and_never_cut_a_burst_off(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        assert (await table.driver.test(1, drivers.Trial.SILENT)).reached
        assert table.heard == []
        await table.driver.test(1, drivers.Trial.GROWL)
        assert table.speaker.heard[-1].volume == 12
        await table.driver.test(1, drivers.Trial.VOICE)
        assert table.speaker.heard[-1].text == "现在进行广播设备测试，请勿惊慌。测试完毕。"
        playing = asyncio.create_task(table.say())
        await asyncio.sleep(2)
        with pytest.raises(Busy):
            await table.driver.test(1, drivers.Trial.VOICE)
        assert (await playing)[-1] == Finished(known=True)

    at_bench(story)


def test_it_knows_one_unit(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        assert Capability.TEXT in table.driver.can(1)
        assert table.driver.can(2) is Capability.NONE
        with pytest.raises(DriverError):
            await table.driver.status(2)

    at_bench(story)


@pytest.mark.parametrize("seed", range(60))
def test_on_a_bad_line_every_play_ends_once_and_nothing_is_heard_twice(at_bench: AtBench, seed: int) -> None:
    chance = Random(seed)
    pieces = [f"{number}号通知，请大家注意安全，不要到河边去，听从村里安排。" for number in "一二三四五六"]
    pieces = [piece + "请互相转告。" * 11 for piece in pieces]

    def hostile(data: bytes) -> list[tuple[float, bytes]]:
        fate = chance.random()
        if fate < 0.08:
            return [(0.0, b"")]
        if fate < 0.16:
            where = chance.randrange(len(data))
            return [(0.0, data[:where] + bytes([data[where] ^ 0x55]) + data[where + 1 :])]
        if fate < 0.22:
            where = chance.randrange(len(data))
            return [(0.0, data[:where]), (0.02, data[where:])]
        if fate < 0.28:
            return [(chance.random(), data), (0.0, b"\x00\xff\x07")]
        return [(0.0, data)]

    async def story(table: Bench) -> None:
        table.near.wire = table.far.wire = hostile
        facts = await table.say("".join(pieces))
        ends = [fact for fact in facts if isinstance(fact, Finished | Refused | Fault)]
        assert ends == facts[-1:]
        whole = [sound.text for sound in table.speaker.heard if sound.whole]
        assert whole == pieces[: len(whole)]
        if isinstance(ends[0], Finished):
            assert whole == pieces

    at_bench(story)


def test_stop_overtakes_a_play_that_waits_for_the_line(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        await table.say("试")
        table.speaker.heard.clear()
        table.reports.clear()
        table.speaker.faults.dead = True
        asking = asyncio.create_task(table.driver.status(1))
        await asyncio.sleep(0.1)
        playing = asyncio.create_task(table.say())
        await asyncio.sleep(0.1)
        stopping = asyncio.create_task(table.driver.stop([1]))
        await asyncio.sleep(0.1)
        table.speaker.faults.dead = False
        await asyncio.gather(asking, stopping, return_exceptions=True)
        assert (await playing) == [Finished(known=True)]
        assert table.heard == []

    at_bench(story)


def test_a_late_end_of_something_older_is_not_the_end_of_this_sentence(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.far.wire = lambda data: [(0.0, data), (0.05, b"\x4f" if data == b"\x41" else b"")]
        assert (await table.say(LONG))[-1] == Finished(known=True)
        assert table.heard == [SENTENCE * 2] * 3
        assert all(sound.whole for sound in table.speaker.heard)

    at_bench(story)


def test_an_end_heard_before_the_acknowledgement_is_forgotten(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.far.wire = lambda data: [(0.0, b"\x4f" if data == b"\x41" else b""), (0.0, data)]
        assert (await table.say("110"))[-1] == Finished(known=True)
        assert table.speaker.heard[0].whole

    at_bench(story)


def test_between_two_frames_there_are_more_than_8_ms_of_silence(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        playing = asyncio.create_task(table.say(LONG))
        await asyncio.gather(*(table.driver.status(1) for _ in range(5)))
        await asyncio.sleep(1)
        await table.driver.stop([1])
        await playing
        frames = table.near.sent
        assert len(frames) > 8
        for before, after in pairwise(frames):
            assert after.at - (before.at + len(before.data) * 10 / 9600) > 0.008

    at_bench(story)


def test_stop_goes_before_all_that_wait_for_the_line(at_bench: AtBench) -> None:
    async def story(table: Bench) -> None:
        table.near.sent.clear()
        asking = [asyncio.create_task(table.driver.status(1)) for _ in range(10)]
        await asyncio.sleep(0)
        await table.driver.stop([1])
        assert [chunk.data for chunk in table.near.sent[:3]] == [
            STATUS.encode(),
            STOP.encode(),
            STATUS.encode(),
        ]
        await asyncio.gather(*asking)

    at_bench(story)
