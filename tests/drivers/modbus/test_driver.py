"""The driver against the simulated horns over a paced wire, in virtual time.

Covers burst and exchange of drivers/modbus too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest

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
    Utterance,
)
from drivers import (
    Trial as Kind,
)
from drivers.errors import Busy, CannotPlay, DriverError, Garbled, LinkLost, NoAnswer, NotAccepted, TooLate
from drivers.link import Chunk
from drivers.link.memory import MemoryEnd, one_byte_at_a_time, pair
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.frames import seal, silence
from drivers.modbus.profile import load
from firmware_sim.modbus import ModbusBus
from firmware_sim.speaker import Speaker

Virtual = Callable[[Awaitable[Any]], Any]
CLIPS = {str(n): {"meaning": f"clip {n}", "seconds": 10} for n in range(1, 8)}
TOKEN = b"burst001"


def utterance(clip: int | None = 3, **forms: Any) -> Utterance:
    return Utterance(TOKEN, clip=clip, **forms)


class Village:
    """A driver and three horns at the two ends of a wire."""

    def __init__(
        self, changes: Mapping[str, object] | None = None, units: tuple[int, ...] = (1, 2, 3)
    ) -> None:
        self.near, self.far = pair(9600)
        profile = load("icpdas-alm-04-mrtu", {"clips": CLIPS, **(changes or {})})
        self.speakers = {unit: Speaker(f"horn {unit}", unit) for unit in units}
        self.bus = ModbusBus(self.far, self.speakers, profile)
        self.driver = ModbusDriver(self.near, dict.fromkeys(units, profile))
        self.reports: list[Report] = []

    async def __aenter__(self) -> Village:
        self._tasks = [
            asyncio.create_task(self.bus.run()),
            asyncio.create_task(self.driver.run(self.reports.append)),
        ]
        await asyncio.sleep(0.001)
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def facts(self, unit: int, token: bytes | None = TOKEN) -> list[Fact]:
        return [report.fact for report in self.reports if (report.target, report.token) == (unit, token)]

    def kinds(self, unit: int, token: bytes | None = TOKEN) -> list[type]:
        return [type(fact) for fact in self.facts(unit, token)]

    def when(self, unit: int, kind: type) -> float:
        return next(
            report.at for report in self.reports if report.target == unit and isinstance(report.fact, kind)
        )

    def clips(self, unit: int) -> list[int | None]:
        return [heard.clip for heard in self.speakers[unit].heard]

    def collisions(self) -> int:
        """Frames that began before another had ended."""
        sent = sorted([*self.near.sent, *self.far.sent], key=lambda chunk: chunk.at)
        return sum(a.at + len(a.data) * 10 / 9600 > b.at + 1e-9 for a, b in pairwise(sent))

    def gaps(self) -> list[float]:
        """Silence before each frame of ours since the last byte of anybody."""
        sent = sorted([*self.near.sent, *self.far.sent], key=lambda chunk: chunk.at)
        ends = [chunk.at + len(chunk.data) * 10 / 9600 for chunk in sent]
        return [after.at - end for end, after in zip(ends, sent[1:], strict=False) if after in self.near.sent]


def in_village(
    virtual: Virtual, story: Callable[[Village], Awaitable[None]], changes: Mapping[str, object] | None = None
) -> None:
    async def run() -> None:
        async with Village(changes) as village:
            await story(village)

    virtual(run())


def failure(facts: list[Fact]) -> DriverError:
    last = facts[-1]
    assert isinstance(last, Fault | Refused)
    return last.error


def now() -> float:
    return asyncio.get_running_loop().time()


def test_all_units_play_together_at_the_volume_asked_and_end_when_the_clip_does(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        began = now()
        await village.driver.play([1, 2, 3], utterance(volume=80))
        assert now() - began == pytest.approx(10.2, abs=0.2)
        for unit in (1, 2, 3):
            assert village.facts(unit) == [Accepted(), Finished(known=False)]
            heard = village.speakers[unit].heard
            assert [(sound.clip, sound.volume, sound.whole) for sound in heard] == [(3, 80, True)]
        starts = [speaker.heard[0].began for speaker in village.speakers.values()]
        assert max(starts) - min(starts) < 0.3  # practice: speakers within earshot

    in_village(virtual, story)


def test_every_frame_keeps_its_silence_and_stands_alone(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[2].faults.dead = True
        await asyncio.gather(
            village.driver.play([1, 2], utterance(volume=80)),
            village.driver.play([3], Utterance(b"burst002", clip=4, volume=50)),
            village.driver.stop([1]),
        )
        await village.driver.play(EVERYONE, utterance(volume=30))
        await village.driver.stop(EVERYONE)
        gaps = village.gaps()
        assert village.collisions() == 0
        assert len(gaps) > 10
        assert min(gaps) >= silence(9600) + 0.005 - 1e-6
        broadcasts = [chunk.at for chunk in village.near.sent if chunk.data[0] == 0]
        assert len(broadcasts) == 3
        for at in broadcasts:
            after = min(chunk.at for chunk in village.near.sent if chunk.at > at)
            assert after - at >= 8 * 10 / 9600 + 0.120 - 1e-6

    in_village(virtual, story, {"bus": {"broadcast": True, "gap_ms": 5}})


def test_a_dead_unit_costs_one_time_out_once_and_then_delays_nobody(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.dead = True
        began = now()
        await village.driver.play([1, 2, 3], utterance(volume=50))
        assert isinstance(failure(village.facts(1)), NoAnswer)
        assert village.kinds(2) == village.kinds(3) == [Accepted, Finished]
        assert village.when(3, Accepted) - began < 0.3 + 0.25
        village.reports.clear()
        began = now()
        await village.driver.play([1, 2, 3], utterance(volume=50))
        assert village.when(3, Accepted) - began < 0.6
        sent = [chunk.data[0] for chunk in village.near.sent]
        assert sent[-5:] == [2, 3, 1, 2, 3]
        village.speakers[1].faults.dead = False
        await village.driver.play([1], utterance(volume=50))
        assert village.kinds(1)[-2:] == [Accepted, Finished]

    in_village(virtual, story)


def test_a_known_dead_unit_is_told_to_play_after_all_others(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.dead = True
        await village.driver.play([1], utterance())
        village.reports.clear()
        began = now()
        await village.driver.play([1, 2, 3], utterance())
        assert village.when(3, Accepted) - began < 0.15

    in_village(virtual, story)


def test_a_late_answer_never_answers_the_next_question(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        driver, late = village.driver, village.speakers[1].faults
        await driver.play([1], utterance(volume=50))
        late.late = 0.4
        with pytest.raises(NoAnswer):
            await driver.status(1)  # its answer, 50 %, comes 0.1 s from now
        late.late = 0.2
        village.bus.horns[1].volume = 9
        assert (await driver.status(1)).volume == 90
        late.late = 0.4
        await driver.play([1], utterance(clip=2))  # the echo straggles in while the stop waits for its own
        assert isinstance(failure(village.facts(1)), NoAnswer)
        late.late = 0.0
        village.reports.clear()
        began = now()
        await driver.stop([1])
        assert now() - began < 0.1
        assert village.facts(1, None) == []
        assert not village.speakers[1].playing

    in_village(virtual, story)


def test_an_answer_that_comes_before_the_question_is_thrown_away(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        await village.driver.status(1)
        asking = asyncio.create_task(village.driver.status(1))
        await asyncio.sleep(0)
        village.far.wire = one_byte_at_a_time
        await village.far.write(seal(1, b"\x03\x02\0\x05"))
        assert (await asking).volume == 100
        assert min(village.gaps()) >= silence(9600) - 1e-6

    in_village(virtual, story)


def test_a_late_refusal_of_one_order_does_not_refuse_the_next(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        faults = village.speakers[1].faults
        faults.late, faults.busy = 0.35, True
        await village.driver.play([1], utterance())  # refused as busy, but only after the time-out
        faults.late = 0.1
        await village.driver.stop([1])
        refusals = [chunk for chunk in village.far.sent if chunk.data == seal(1, b"\x86\x06")]
        stops = [chunk for chunk in village.near.sent if chunk.data == seal(1, b"\x06\0\1\0\0")]
        assert refusals[0].at > stops[0].at
        assert village.facts(1, None) == []

    in_village(virtual, story)


def test_a_garbled_answer_is_a_fault_worth_another_try_and_nothing_is_resent(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.garbled = 1
        await village.driver.play([1, 2], utterance())
        error = failure(village.facts(1))
        assert isinstance(error, Garbled)
        assert error.transient
        assert len([chunk for chunk in village.near.sent if chunk.data[0] == 1]) == 1
        assert village.kinds(2) == [Accepted, Finished]

    in_village(virtual, story)


def test_a_garbled_volume_does_not_keep_the_warning_from_sounding(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.garbled = 1
        await village.driver.play([1], utterance(volume=50))
        assert village.kinds(1) == [Accepted, Finished]

    in_village(virtual, story)


def test_a_busy_unit_may_be_tried_again_and_a_refusal_may_not(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.busy = True
        village.far.wire = lambda data: [(0.0, seal(2, b"\x86\x04") if data[0] == 2 else data)]
        await village.driver.play([1, 2], utterance())
        assert isinstance(village.facts(1)[-1], Fault)
        assert isinstance(failure(village.facts(1)), Busy)
        assert isinstance(village.facts(2)[-1], Refused)
        assert isinstance(failure(village.facts(2)), NotAccepted)

    in_village(virtual, story)


def test_noise_on_the_line_before_a_frame_costs_nothing(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        noise = bytes.fromhex("01 10 00 00 00 7B F6")
        await asyncio.gather(village.near.write(noise), village.far.write(noise))  # heard at both ends
        village.far.wire = lambda data: [(0.0, noise + data)]
        await village.driver.play([1], utterance())
        assert village.kinds(1) == [Accepted, Finished]
        assert (await village.driver.status(1)).volume == 100

    in_village(virtual, story)


def test_a_line_that_is_never_silent_is_spoken_on_all_the_same(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        async def babble() -> None:
            while True:
                await village.far.write(b"\xff")

        babbling = asyncio.create_task(babble())
        await asyncio.sleep(0.1)
        await village.driver.play([1], utterance())
        babbling.cancel()
        assert village.clips(1) == [3]

    in_village(virtual, story)


def test_everyone_hears_one_broadcast_and_is_then_asked_one_by_one(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[2].faults.dead = True
        await village.driver.play(EVERYONE, utterance(volume=80))
        plays = [chunk.data for chunk in village.near.sent if chunk.data[1:4] == b"\x06\x00\x01"]
        assert plays == [seal(0, bytes.fromhex("06 00 01 00 03"))]
        starts = {village.speakers[unit].heard[0].began for unit in (1, 3)}
        assert len(starts) == 1
        for unit in (1, 3):
            assert village.facts(unit) == [Finished(known=False)]  # nobody acknowledged the order
            assert village.facts(unit, None) == [Alive()]
        assert isinstance(failure(village.facts(2)), NoAnswer)

    in_village(virtual, story, {"bus": {"broadcast": True}})


def test_a_unit_that_missed_the_broadcast_is_found_by_its_volume(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        faults = village.speakers[2].faults
        faults.dead = True
        asyncio.get_running_loop().call_later(0.25, setattr, faults, "dead", False)
        await village.driver.play(EVERYONE, utterance(volume=30))
        error = failure(village.facts(2))
        assert isinstance(error, NoAnswer)
        assert error.fields["asked"] == "broadcast"
        assert village.kinds(1) == [Finished]

    in_village(virtual, story, {"bus": {"broadcast": True}})


def test_everyone_is_told_one_by_one_where_broadcast_is_not_known_to_work(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        await village.driver.play(EVERYONE, utterance())
        assert not [chunk for chunk in village.near.sent if chunk.data[0] == 0]
        assert [village.kinds(unit) for unit in (1, 2, 3)] == [[Accepted, Finished]] * 3

    in_village(virtual, story)


def test_stop_overtakes_what_waits_and_ends_what_plays(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        for unit in (1, 2):
            village.speakers[unit].faults.dead = True
        waiting = [asyncio.create_task(village.driver.play([unit], utterance())) for unit in (3, 1, 2)]
        more = asyncio.create_task(village.driver.play([3], Utterance(b"burst002", clip=5)))
        await asyncio.sleep(0.2)
        assert village.speakers[3].playing
        began = now()
        await village.driver.stop([3])
        assert now() - began < 0.4  # the exchange that held the line, and its own
        assert village.facts(3) == [Accepted(), Finished(known=False)]
        assert village.facts(3, b"burst002") == [Finished(known=False)]
        assert village.when(3, Finished) == began
        await asyncio.gather(*waiting, more)
        assert village.clips(3) == [3]
        assert not village.speakers[3].playing
        await village.driver.stop([3])
        assert len(village.facts(3)) == 2

    in_village(virtual, story)


def test_a_stop_in_the_middle_of_an_order_is_the_last_word(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        playing = asyncio.create_task(village.driver.play([1], utterance()))
        await asyncio.sleep(0.015)
        await village.driver.stop([1])
        await playing
        assert village.facts(1) == [Finished(known=False)]
        assert village.clips(1) == [3]
        assert not village.speakers[1].playing

    in_village(virtual, story)


def test_a_known_dead_unit_does_not_keep_others_from_being_silenced(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.dead = True
        playing = asyncio.create_task(village.driver.play([1, 2], utterance()))
        await asyncio.sleep(1)
        began = now()
        await village.driver.stop([1, 2])
        ended = village.speakers[2].heard[0].ended
        assert ended is not None
        assert ended - began < 0.1
        await playing

    in_village(virtual, story)


def test_a_stop_that_nobody_confirms_is_told(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.dead = True
        await village.driver.stop([1, 2])
        assert isinstance(failure(village.facts(1, None)), NoAnswer)
        assert village.facts(2, None) == []

    in_village(virtual, story)


def test_stopping_one_unit_of_a_waiting_broadcast_leaves_it_out(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        asking = asyncio.create_task(village.driver.status(1))
        await asyncio.sleep(0)
        playing = asyncio.create_task(village.driver.play(EVERYONE, utterance()))
        await asyncio.sleep(0)
        await village.driver.stop([2])
        await asyncio.gather(asking, playing)
        assert [village.clips(unit) for unit in (1, 2, 3)] == [[3], [], [3]]

    in_village(virtual, story, {"bus": {"broadcast": True}})


def test_a_later_play_takes_the_unit_over(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        first = asyncio.create_task(village.driver.play([1], utterance()))
        await asyncio.sleep(2)
        await village.driver.play([1], Utterance(b"burst002", clip=5))
        await first
        assert village.kinds(1) == [Accepted, Fault]
        assert failure(village.facts(1)).fields["reason"] == "overtaken"
        assert village.kinds(1, b"burst002") == [Accepted, Finished]
        assert village.when(1, Fault) < village.reports[-1].at - 9
        assert village.clips(1) == [3, 5]

    in_village(virtual, story)


@pytest.mark.parametrize("group", [False, True])
def test_nothing_sounds_after_its_time(virtual: Virtual, group: bool) -> None:
    async def story(village: Village) -> None:
        village.speakers[1].faults.dead = True
        units = EVERYONE if group else [1, 2]
        late = asyncio.create_task(village.driver.status(1))
        await asyncio.sleep(0)
        await village.driver.play(units, utterance(not_after=now() + 0.2))
        assert isinstance(failure(village.facts(2)), TooLate)
        assert isinstance(village.facts(2)[-1], Refused)
        assert village.clips(2) == []
        assert len(village.near.sent) == 1
        await asyncio.gather(late, return_exceptions=True)

    in_village(virtual, story, {"bus": {"broadcast": True}})


def test_a_play_in_time_is_sent(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        await village.driver.play([1], utterance(not_after=now() + 0.05))
        assert village.clips(1) == [3]

    in_village(virtual, story)


def test_what_a_horn_cannot_play_is_refused_before_the_line_is_touched(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        await village.driver.play([1], Utterance(TOKEN, text="请立即转移"))
        await village.driver.play([2], utterance(clip=15))
        await village.driver.play([9], utterance())
        for unit in (1, 2, 9):
            assert isinstance(failure(village.facts(unit)), CannotPlay)
            assert village.kinds(unit) == [Refused]
        assert village.near.sent == []

    in_village(virtual, story)


def test_an_unplugged_line_is_told_and_speaks_again_when_mended(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        playing = asyncio.create_task(village.driver.play([1, 2], utterance()))
        await asyncio.sleep(0.02)
        village.near.cut()
        await playing
        assert isinstance(failure(village.facts(1)), LinkLost)
        assert isinstance(failure(village.facts(2)), LinkLost)
        assert village.kinds(3, None) == [Fault]
        await village.driver.play([3], utterance())
        assert isinstance(failure(village.facts(3)), LinkLost)
        await asyncio.sleep(30)
        village.near.mend()
        await asyncio.sleep(5.1)
        assert village.kinds(3, None) == [Fault, Cleared]
        await village.driver.play([3], utterance())
        assert village.kinds(3)[-2:] == [Accepted, Finished]

    in_village(virtual, story)


def test_a_cancelled_play_leaves_the_line_to_others_and_the_unit_sounding(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        playing = asyncio.create_task(village.driver.play([1], utterance()))
        await asyncio.sleep(0.012)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await village.driver.play([2], Utterance(b"burst002", clip=5))
        assert village.kinds(2, b"burst002") == [Accepted, Finished]
        assert village.clips(1) == [3]
        assert village.collisions() == 0

    in_village(virtual, story)


def test_status_tells_the_volume_and_that_the_unit_lives(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        status = await village.driver.status(2)
        assert (status.volume, status.playing, status.milliamperes) == (100, None, None)
        assert village.facts(2, None) == [Alive()]
        with pytest.raises(NotAccepted):
            await village.driver.status(9)

    in_village(virtual, story)


def test_a_horn_that_tells_more_is_read_in_full(virtual: Virtual) -> None:
    more = [
        {"function": 3, "address": 0, "means": "volume"},
        {"function": 1, "address": 5, "means": "playing"},
        {"function": 4, "address": 7, "means": "milliamperes", "factor": 10},
    ]

    async def story(village: Village) -> None:
        playing = asyncio.create_task(village.driver.play([1], utterance()))
        await asyncio.sleep(1)
        status = await village.driver.status(1)
        assert (status.playing, status.milliamperes) == (True, 850)
        await playing
        assert (await village.driver.status(1)).playing is False

    in_village(virtual, story, {"status": more})


def test_a_readback_that_differs_is_not_accepted(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.speakers[2].faults.mute = True
        await village.driver.play([1, 2], utterance())
        assert village.kinds(1) == [Accepted, Finished]
        error = failure(village.facts(2))
        assert isinstance(error, NotAccepted)
        assert (error.fields["expected"], error.fields["found"]) == (3, 0)

    in_village(virtual, story, {"verify": {"mode": "readback"}})


def test_tests_reach_growl_and_speak_and_leave_the_volume_as_it_was(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        village.bus.horns[1].volume = 6
        assert (await village.driver.test(1, Kind.SILENT)).reached
        assert village.clips(1) == []
        result = await village.driver.test(1, Kind.GROWL)
        assert (result.reached, result.proved) == (True, False)
        growl = village.speakers[1].heard[0]
        assert (growl.clip, growl.volume, growl.whole) == (7, 20, False)
        assert growl.ended is not None
        assert growl.lasted == pytest.approx(1, abs=0.1)
        assert village.bus.horns[1].volume == 6
        await village.driver.test(1, Kind.VOICE)
        assert [(sound.volume, sound.whole) for sound in village.speakers[1].heard[1:]] == [(60, True)]
        village.speakers[1].faults.dead = True
        assert not (await village.driver.test(1, Kind.SILENT)).reached

    in_village(virtual, story)


def test_a_warning_takes_over_from_a_test_and_keeps_its_volume(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        growling = asyncio.create_task(village.driver.test(1, Kind.GROWL))
        await asyncio.sleep(0.5)
        playing = asyncio.create_task(village.driver.play([1], utterance(volume=100)))
        await asyncio.sleep(0.5)
        with pytest.raises(Busy):
            await village.driver.test(1, Kind.VOICE)
        await asyncio.gather(growling, playing)
        heard = village.speakers[1].heard[-1]
        assert (heard.clip, heard.volume, heard.whole) == (3, 100, True)

    in_village(virtual, story)


class Echoing:
    """A half-duplex adapter: each end hears its own octets."""

    def __init__(self, end: MemoryEnd) -> None:
        self.end, self.baud = end, end.baud
        self.open, self.read, self.close = end.open, end.read, end.close

    async def write(self, data: bytes) -> None:
        await self.end.write(data)
        self.end.deliver(Chunk(data, now()))


@pytest.mark.parametrize("configured", [True, False])
def test_an_adapter_that_hears_itself_does_not_answer_for_a_dead_unit(
    virtual: Virtual, configured: bool
) -> None:
    async def run() -> None:
        near, far = pair(9600)
        profile = load("icpdas-alm-04-mrtu", {"clips": CLIPS, "bus": {"echo": configured}})
        speakers = {unit: Speaker(f"horn {unit}", unit) for unit in (1, 2)}
        speakers[2].faults.dead = True
        driver = ModbusDriver(Echoing(near), {1: profile, 2: profile})
        reports: list[Report] = []
        tasks = [
            asyncio.create_task(work)
            for work in (ModbusBus(far, speakers, profile).run(), driver.run(reports.append))
        ]
        await asyncio.sleep(0.001)
        if not configured:
            await driver.status(1)  # the first read betrays the adapter
        await driver.play([1, 2], utterance())
        ends = {report.target: type(report.fact) for report in reports if report.token}
        assert ends == {1: Finished, 2: Fault}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    virtual(run())


def test_capabilities_come_from_the_profile() -> None:
    village = Village()
    assert village.driver.can(1) == (
        Capability.CLIP | Capability.STOP | Capability.VOLUME | Capability.STATUS | Capability.POWER
    )
    assert Capability.GROUP in Village({"bus": {"broadcast": True}}).driver.can(1)
    assert village.driver.can(9) == Capability.NONE


def test_a_later_play_takes_back_the_orders_of_the_earlier_that_have_not_gone_out(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        first = asyncio.create_task(village.driver.play([1, 2, 3], utterance()))
        await asyncio.sleep(0.06)  # the order to unit 1 has gone, that to unit 2 is under way
        await village.driver.play([1, 2, 3], Utterance(b"burst002", clip=5))
        await first
        assert [village.clips(unit) for unit in (1, 2, 3)] == [[3, 5], [3, 5], [5]]
        for unit in (1, 2, 3):
            assert failure(village.facts(unit)).fields["reason"] == "overtaken"
            assert village.kinds(unit, b"burst002") == [Accepted, Finished]

    in_village(virtual, story)


def test_a_play_takes_over_what_is_left_of_a_stop(virtual: Virtual) -> None:
    """Pre-emption is stop, then play, without waiting.

    The order to play cuts off by itself, so no stop is needed before it.
    """

    async def story(village: Village) -> None:
        first = asyncio.create_task(village.driver.play([1, 2, 3], utterance()))
        await asyncio.sleep(2)
        before = len(village.near.sent)
        stopping = asyncio.create_task(village.driver.stop([1, 2, 3]))
        await asyncio.sleep(0)
        await village.driver.play([1, 2, 3], Utterance(b"burst002", clip=5))
        await asyncio.gather(first, stopping)
        assert [village.clips(unit) for unit in (1, 2, 3)] == [[3, 5]] * 3
        assert len(village.near.sent) - before <= 4  # one stop was under way
        assert village.facts(1)[-1] == Finished(known=False)

    in_village(virtual, story)


def test_a_stop_taken_over_by_a_play_that_never_went_out_is_sent_after_all(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        first = asyncio.create_task(village.driver.play([1, 2], utterance()))
        await asyncio.sleep(2)
        stopping = asyncio.create_task(village.driver.stop([1, 2]))
        await asyncio.sleep(0)
        late = Utterance(b"burst002", clip=5, not_after=now() + 0.001)
        await village.driver.play([1, 2], late)
        await asyncio.gather(first, stopping)
        assert [speaker.playing for speaker in village.speakers.values()] == [None] * 3
        assert [village.clips(unit) for unit in (1, 2)] == [[3], [3]]

    in_village(virtual, story)


def test_a_sweep_of_polls_costs_a_round_of_orders_one_exchange_at_most(virtual: Virtual) -> None:
    async def story(village: Village) -> None:
        async def round_takes() -> float:
            began = now()
            playing = asyncio.create_task(village.driver.play([1, 2, 3], utterance()))
            await asyncio.sleep(2)
            await village.driver.stop([1, 2, 3])
            await playing
            return max(village.when(unit, Accepted) for unit in (1, 2, 3)) - began

        alone = await round_takes()
        village.reports.clear()
        polls = [asyncio.create_task(village.driver.status(unit)) for unit in (1, 2, 3) * 10]
        await asyncio.sleep(0.01)
        beside = await round_takes()
        await asyncio.gather(*polls)  # and each of them was answered
        assert beside <= alone + alone / 3 * 1.25

    in_village(virtual, story)


def test_an_order_to_play_waits_with_the_line_held_until_earlier_answers_are_settled(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        async with Village() as place:
            written = asyncio.Event()
            sent: list[int] = []

            async def settled() -> None:
                sent.append(sum(bool(horn.heard) for horn in place.speakers.values()))
                await written.wait()

            order = utterance(settled=settled)
            playing = [asyncio.create_task(place.driver.play([unit], order)) for unit in (1, 2)]
            await asyncio.sleep(5)
            assert sent == [0]
            written.set()
            await asyncio.gather(*playing)
            assert sent == [0, 1], "the second is asked when the first was answered"
            assert place.clips(1) == place.clips(2) == [3]

    virtual(story())
