"""OpenhornDriver against simulated units over a memory line, in virtual time.

Covers play, post and seat of drivers/openhorn too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

import drivers
from drivers import (
    EVERYONE,
    Accepted,
    Alive,
    Capability,
    Cleared,
    Fault,
    Finished,
    LocalUse,
    Proved,
    Sound,
    Sounding,
    Utterance,
)
from drivers.errors import Busy, CannotPlay, CutShort, Garbled, LinkLost, NoAnswer, TokenOver, TooLate
from drivers.link.memory import clean, one_byte_at_a_time, pair
from drivers.openhorn.bodies import AudioChunk, AudioStart, Codec
from drivers.openhorn.chunks import head_start, line_pace, pace
from drivers.openhorn.driver import CODECS, OpenhornDriver
from drivers.openhorn.frames import ALL
from drivers.openhorn.seat import Inaudible
from drivers.sound import (
    pcm,
    resample,
    samples,
)
from firmware_sim.speaker import AMPLIFIER_MA
from tests.support.drivers.openhorn import KEY, TOKEN, noisy, sound, speech, through, village

Run = Callable[[Coroutine[Any, Any, Any]], Any]
WELL = [Accepted(), Sounding(), Proved(AMPLIFIER_MA), Finished(known=True)]
"""The facts of a burst that went well."""


@pytest.mark.parametrize(
    ("baud", "codec", "speaks"),
    [
        (115200, "alaw", True),
        (57600, "alaw", True),
        (38400, "alaw", False),
        (38400, "adpcm", True),
        (19200, "adpcm", False),
    ],
)
def test_a_line_that_would_speak_half_a_minute_late_offers_its_tone_alone(
    virtual: Run, baud: int, codec: str, speaks: bool
) -> None:
    async def story() -> None:
        async with village(baud=baud, codec=codec) as place:
            able = place.driver.can(1)
            assert (Capability.AUDIO in able) is speaks
            assert Capability.TONE in able
            assert pace(baud, CODECS[codec]) == pytest.approx(
                line_pace(place.driver._post.wire_s(4 + CODECS[codec].octets), CODECS[codec])
            )

    virtual(story())


@pytest.mark.parametrize(
    ("baud", "codec"), [(115200, "adpcm"), (115200, "alaw"), (57600, "adpcm"), (57600, "alaw")]
)
def test_the_sound_arrives_bit_exact_and_without_a_gap(virtual: Run, baud: int, codec: str) -> None:
    async def story() -> None:
        async with village(baud=baud, codec=codec) as place:
            data = speech(8.0)
            began = asyncio.get_running_loop().time()
            await place.driver.play([1], Utterance(TOKEN, sound=sound(data), volume=70))
            (heard,) = place.said(1)
            assert heard.pcm == through(data, codec)
            assert heard.whole
            assert heard.volume == 70
            assert heard.lasted == pytest.approx(8.0, abs=0.001)
            assert place.facts(1) == WELL
            assert heard.began - began < (8.0 if (baud, codec) == (57600, "alaw") else 0.7)
            assert asyncio.get_running_loop().time() - heard.over < 0.3

    virtual(story())


def test_a_slow_line_buffers_first_and_then_plays_without_a_gap(virtual: Run) -> None:
    async def story() -> None:
        async with village(baud=9600) as place:
            data = speech(6.0)
            began = asyncio.get_running_loop().time()
            await place.driver.play([1], Utterance(TOKEN, sound=sound(data)))
            (heard,) = place.said(1)
            assert heard.pcm == through(data)
            assert heard.lasted == pytest.approx(6.0, abs=0.001)
            assert 20 < heard.began - began < 36

    virtual(story())


def test_sixteen_kilohertz_is_resampled_and_encoded_while_it_is_made(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            data = speech(4.0, 16000)
            began = asyncio.get_running_loop().time()
            await place.driver.play([1], Utterance(TOKEN, sound=sound(data, 16000, pace=0.06)))
            (heard,) = place.said(1)
            assert heard.pcm == through(pcm(resample(samples(data), 16000, 8000)))
            assert heard.began - began < 1.0 < 4.0 - 1.0

    virtual(story())


def test_four_units_get_the_sound_once_and_start_together(virtual: Run) -> None:
    async def story() -> None:
        async with village(4) as place:
            data = speech(5.0)
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data)))
            assert place.pushed() == list(range(100))
            pushes = [frame for frame in place.frames() if isinstance(frame.body, AudioChunk | AudioStart)]
            assert {frame.dst for frame in pushes} == {ALL}
            assert [horn.heard[0].pcm for horn in place.speakers.values()] == [through(data)] * 4
            begins = [horn.heard[0].began for horn in place.speakers.values()]
            assert max(begins) - min(begins) < 0.001
            assert [place.end(unit) for unit in (1, 2, 3, 4)] == [Finished(known=True)] * 4

    virtual(story())


def test_some_units_of_a_line_get_the_sound_once_and_the_others_stay_silent(virtual: Run) -> None:
    async def story() -> None:
        async with village(4) as place:
            await place.driver.play([2, 4], Utterance(TOKEN, sound=sound(speech(3.0))))
            assert place.pushed() == list(range(60))
            assert [len(place.said(unit)) for unit in (1, 2, 3, 4)] == [0, 1, 0, 1]
            assert abs(place.said(2)[0].began - place.said(4)[0].began) < 0.3
            assert place.facts(1) == []

    virtual(story())


def test_twenty_units_on_one_line_hear_it_without_a_gap(virtual: Run) -> None:
    async def story() -> None:
        async with village(20) as place:
            data = speech(6.0)
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data)))
            for unit in place.speakers:
                assert place.said(unit)[0].pcm == through(data)
                assert place.said(unit)[0].lasted == pytest.approx(6.0, abs=0.001)
                assert place.end(unit) == Finished(known=True)

    virtual(story())


def test_one_dead_unit_of_four_delays_the_others_by_one_time_out(virtual: Run) -> None:
    async def begins(dead: bool) -> float:
        async with village(4) as place:
            place.speakers[1].faults.dead = dead
            began = asyncio.get_running_loop().time()
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(4.0))))
            for unit in (2, 3, 4):
                assert place.end(unit) == Finished(known=True)
                assert place.said(unit)[0].lasted == pytest.approx(4.0, abs=0.001)
            if dead:
                assert isinstance(place.error(1), NoAnswer)
                assert place.error(1).transient
            return place.said(2)[0].began - began

    assert virtual(begins(True)) - virtual(begins(False)) < 0.13


def test_a_unit_whose_answers_are_damaged_is_garbled_and_sounds_all_the_same(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[1].faults.garbled = -1
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(2.0))))
            assert isinstance(place.error(1), Garbled)
            assert place.said(1)[0].whole
            assert place.end(2) == Finished(known=True)

    virtual(story())


def test_unplugged_and_asked_again_the_same_token_goes_on_and_is_heard_once(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            data = speech(30.0)
            playing = asyncio.create_task(place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data))))
            await asyncio.sleep(3.0)
            place.near.cut()
            await playing
            assert isinstance(place.error(1), LinkLost)
            await asyncio.sleep(0.5)
            place.near.mend()
            await asyncio.sleep(6.0)
            place.reports.clear()
            place.near.sent.clear()
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data)))
            assert min(place.pushed()) > 100
            for unit in (1, 2):
                (heard,) = place.said(unit)
                assert heard.whole
                assert heard.pcm == through(data)
                assert place.facts(unit) == WELL

    virtual(story())


def test_a_token_played_before_is_adopted_with_its_proof_and_not_heard_again(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(2.0))))
            await place.driver.play([1], Utterance(bytes(7) + b"x", sound=sound(speech(1.0))))
            place.reports.clear()
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(2.0))))
            assert [len(place.said(unit)) for unit in (1, 2)] == [2, 1]
            for unit in (1, 2):
                assert place.facts(unit) == WELL

    virtual(story())


def test_a_token_cut_short_is_declined_for_good(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            playing = asyncio.create_task(place.driver.play([1], Utterance(TOKEN, sound=sound(speech(9.0)))))
            await asyncio.sleep(2.0)
            place.bus.units[1].reboot()
            await playing
            assert isinstance(place.error(1), CutShort)
            place.reports.clear()
            await place.driver.play([1], Utterance(TOKEN, sound=sound(speech(9.0))))
            assert isinstance(place.error(1), TokenOver)
            assert not place.error(1).transient
            assert len(place.said(1)) == 1

    virtual(story())


@pytest.mark.parametrize("baud", [115200, 9600])
def test_stop_silences_within_half_a_second_and_ends_the_play(virtual: Run, baud: int) -> None:
    async def story() -> None:
        async with village(4, baud=baud) as place:
            playing = asyncio.create_task(
                place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(20.0))))
            )
            await asyncio.sleep(3.0 if baud == 115200 else 110.0)
            assert place.speakers[1].playing
            asked = asyncio.get_running_loop().time()
            await place.driver.stop(EVERYONE)
            await playing
            for unit in (1, 2, 3, 4):
                assert place.said(unit)[0].over - asked < 0.5
                assert not place.said(unit)[0].whole
                assert place.end(unit) == Finished(known=True)
            await asyncio.sleep(30)
            assert not any(horn.playing for horn in place.speakers.values())
            await place.driver.stop(EVERYONE)

    virtual(story())


def test_stop_while_the_line_is_still_filling_the_buffers_lets_nothing_sound(virtual: Run) -> None:
    async def story() -> None:
        async with village(2, baud=9600) as place:
            playing = asyncio.create_task(
                place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(6.0))))
            )
            await asyncio.sleep(5.0)
            await place.driver.stop(EVERYONE)
            await playing
            await asyncio.sleep(60)
            assert [horn.heard for horn in place.speakers.values()] == [[], []]
            assert place.end(1) == Finished(known=True)

    virtual(story())


def test_stop_overtakes_what_waits_for_the_line(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[2].faults.dead = True
            playing = asyncio.create_task(place.driver.play([1], Utterance(TOKEN, sound=sound(speech(20.0)))))
            await asyncio.sleep(1.5)
            waiting = [asyncio.create_task(place.driver.status(2)) for _ in range(30)]
            await asyncio.sleep(0.05)
            asked = asyncio.get_running_loop().time()
            await place.driver.stop([1])
            assert place.said(1)[0].over - asked < 0.5
            await asyncio.gather(playing, *waiting, return_exceptions=True)

    virtual(story())


def test_a_question_broken_off_does_not_spoil_the_next(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            await place.driver.status(1)
            place.near.wire = lambda data: [(0.0, data[: len(data) // 2])]
            with pytest.raises(NoAnswer):
                await place.driver.status(1)
            place.near.wire = clean
            assert (await place.driver.status(1)).volume == 50

    virtual(story())


def test_stopping_one_unit_leaves_the_other_alone(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            playing = asyncio.create_task(
                place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(6.0))))
            )
            await asyncio.sleep(2.0)
            await place.driver.stop([1])
            await playing
            assert [place.said(unit)[0].whole for unit in (1, 2)] == [False, True]

    virtual(story())


def test_a_cancelled_play_leaves_the_line_clean(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            for delay in (0.0103, 0.031, 0.25, 1.007):
                playing = asyncio.create_task(
                    place.driver.play([1], Utterance(TOKEN, sound=sound(speech(12.0))))
                )
                await asyncio.sleep(delay)
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
                assert (await place.driver.status(2)).playing is False
            await place.driver.stop([1])
            await place.driver.play([2], Utterance(bytes(7) + b"y", sound=sound(speech(1.0))))
            assert place.said(2)[0].whole

    virtual(story())


@pytest.mark.parametrize("seed", range(6))
def test_one_damaged_octet_in_a_thousand_still_makes_a_whole_sound(virtual: Run, seed: int) -> None:
    async def story() -> None:
        async with village(4) as place:
            place.near.wire, place.near.peer.wire = noisy(1e-3, seed), noisy(1e-3, seed + 100)
            data = speech(10.0)
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data)))
            for unit in (1, 2, 3, 4):
                (heard,) = place.said(unit)
                assert heard.pcm == through(data)
                assert heard.whole
                assert place.end(unit) == Finished(known=True)

    virtual(story())


def test_octets_that_arrive_one_at_a_time_are_no_trouble(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.near.wire = place.near.peer.wire = one_byte_at_a_time
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(1.0))))
            assert [place.end(unit) for unit in (1, 2)] == [Finished(known=True)] * 2

    virtual(story())


def test_a_busy_unit_is_a_transient_fault_and_local_use(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[1].faults.busy = True
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(1.0))))
            assert isinstance(place.error(1), Busy)
            assert LocalUse("microphone") in place.facts(1, None)
            assert place.end(2) == Finished(known=True)
            assert place.said(1) == []

    virtual(story())


def test_a_mute_unit_is_never_sounding_nor_proved(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[1].faults.mute = True
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(2.0))))
            first, last = place.facts(1)
            assert first == Accepted()
            assert isinstance(last, Fault)
            assert isinstance(last.error, Inaudible)
            assert place.end(2) == Finished(known=True)

    virtual(story())


def test_a_unit_without_a_sensor_sounds_unproved(virtual: Run) -> None:
    async def story() -> None:
        async with village(measures=False) as place:
            assert Capability.PROOF in place.driver.can(1)
            await place.driver.play([1], Utterance(TOKEN, sound=sound(speech(2.0))))
            assert place.facts(1) == [Accepted(), Sounding(), Finished(known=True)]
            assert Capability.PROOF not in place.driver.can(1)

    virtual(story())


def test_late_answers_never_answer_the_next_question(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[1].faults.late = 0.14
            with pytest.raises(NoAnswer):
                await place.driver.status(1)
            assert (await place.driver.status(2)).volume == 50
            place.bus.units[2].volume = 33
            await asyncio.sleep(0.01)
            assert (await place.driver.status(2)).volume == 33
            with pytest.raises(NoAnswer):
                await place.driver.status(1)
            with pytest.raises(NoAnswer):
                await place.driver.status(1)

    virtual(story())


def test_a_small_buffer_is_fed_as_it_empties(virtual: Run) -> None:
    async def story() -> None:
        async with village(2, capacity=64) as place:
            data = speech(15.0)
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(data)))
            assert place.said(2)[0].pcm == through(data)
            assert place.said(2)[0].lasted == pytest.approx(15.0, abs=0.001)
            assert place.pushed() == list(range(300))

    virtual(story())


def test_a_buffer_too_small_for_a_slow_line_is_refused_before_anything_sounds(virtual: Run) -> None:
    async def story() -> None:
        async with village(baud=9600, capacity=64) as place:
            await place.driver.play([1], Utterance(TOKEN, sound=sound(speech(20.0))))
            assert isinstance(place.error(1), CannotPlay)
            assert place.said(1) == []
            assert place.bus.units[1].state != 1

    virtual(story())


def test_what_cannot_be_played_is_refused_unsent(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            past = asyncio.get_running_loop().time() - 1
            asked = [
                (Utterance(TOKEN, text="请立即转移"), CannotPlay),
                (Utterance(TOKEN, sound=sound(speech(1.0)), not_after=past), TooLate),
            ]
            for utterance, error in asked:
                place.reports.clear()
                await place.driver.play([1], utterance)
                assert isinstance(place.error(1), error)
            assert place.near.sent == []

    virtual(story())


def test_a_burst_that_grew_too_late_on_a_slow_line_does_not_sound(virtual: Run) -> None:
    async def story() -> None:
        async with village(baud=9600) as place:
            late = asyncio.get_running_loop().time() + 10
            await place.driver.play([1], Utterance(TOKEN, sound=sound(speech(6.0)), not_after=late))
            assert isinstance(place.error(1), TooLate)
            await asyncio.sleep(60)
            assert place.said(1) == []

    virtual(story())


@pytest.mark.parametrize("units", [[1, 2], [1]])
def test_an_order_that_waited_for_the_line_beyond_its_time_is_refused_unsent(
    virtual: Run, units: list[int]
) -> None:
    async def story() -> None:
        async with village(2) as place:
            place.speakers[2].faults.dead = True
            asking = asyncio.create_task(place.driver.status(2))
            await asyncio.sleep(0.01)
            late = asyncio.get_running_loop().time() + 0.02
            await place.driver.play(units, Utterance(TOKEN, tone=1, not_after=late))
            await asyncio.gather(asking, return_exceptions=True)
            assert isinstance(place.error(1), TooLate)
            assert len(place.frames()) == 1
            assert place.said(1) == []

    virtual(story())


def test_a_sound_that_breaks_off_stops_the_units(virtual: Run) -> None:
    async def story() -> None:
        async def open_() -> AsyncIterator[bytes]:
            yield speech(2.0)
            await asyncio.sleep(0.5)
            raise RuntimeError("the voice died")

        async with village(2) as place:
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=Sound(8000, open_, 9.0)))
            assert isinstance(place.error(1), CutShort)
            await asyncio.sleep(0.1)
            assert not place.speakers[1].playing

    virtual(story())


def test_a_sound_longer_or_shorter_than_announced_is_heard_whole(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            for number, announced in enumerate((1.0, 3.0, 0.0)):
                data = speech(2.03)
                await place.driver.play(
                    [1], Utterance(bytes([1] * 7 + [number]), sound=Sound(8000, sound(data).open, announced))
                )
                assert place.said(1)[number].pcm == through(data)

    virtual(story())


def test_a_tone_is_one_frame_for_all(virtual: Run) -> None:
    async def story() -> None:
        async with village(3) as place:
            await place.driver.play(EVERYONE, Utterance(TOKEN, tone=2, volume=40))
            assert [horn.heard[0].clip for horn in place.speakers.values()] == [-2] * 3
            assert place.facts(3) == WELL

    virtual(story())


def test_a_clock_that_went_back_is_noticed_and_passed(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            for unit in place.bus.units.values():
                unit.last[(1, 1)] = 0x680000000000
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=sound(speech(1.0))))
            assert [len(place.said(unit)) for unit in (1, 2)] == [1, 1]
            assert [place.end(unit) for unit in (1, 2)] == [Finished(known=True)] * 2

    virtual(story())


def test_the_tests_of_a_unit(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            silent = await place.driver.test(1, drivers.Trial.SILENT)
            assert (silent.reached, silent.proved) == (True, False)
            assert (await place.driver.test(1, drivers.Trial.GROWL)).proved
            place.speakers[1].faults.mute = True
            assert not (await place.driver.test(1, drivers.Trial.VOICE)).proved
            place.speakers[2].faults.dead = True
            with pytest.raises(NoAnswer):
                await place.driver.test(2, drivers.Trial.SILENT)

    virtual(story())


def test_the_line_and_the_units_are_reported_as_they_go_and_return(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            await place.driver.status(1)
            await place.driver.status(1)
            place.near.cut()
            await asyncio.sleep(0.1)
            place.near.mend()
            await asyncio.sleep(1.0)
            await place.driver.status(1)
            alive, lost, cleared, again = place.facts(1, None)
            assert (alive, cleared, again) == (Alive(), Cleared(), Alive())
            assert isinstance(lost, Fault)
            assert isinstance(lost.error, LinkLost)

    virtual(story())


def test_a_stop_that_nobody_confirms_is_a_fault(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            place.speakers[1].faults.dead = True
            await place.driver.stop([1])
            (fault,) = place.facts(1, None)
            assert isinstance(fault, Fault)
            assert isinstance(fault.error, NoAnswer)

    virtual(story())


def test_two_plays_share_a_line(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            one, two = speech(4.0), speech(5.0)
            other = bytes(range(8, 16))
            await asyncio.gather(
                place.driver.play([1], Utterance(TOKEN, sound=sound(one))),
                place.driver.play([2], Utterance(other, sound=sound(two))),
            )
            assert [place.said(unit)[0].pcm for unit in (1, 2)] == [through(one), through(two)]

    virtual(story())


@pytest.mark.parametrize(
    ("baud", "wire_s", "head"), [(115200, 0.02, 6), (57600, 0.0401, 7), (9600, 0.2406, 173)]
)
def test_how_much_is_held_before_a_ten_second_sound_starts(baud: int, wire_s: float, head: int) -> None:
    assert head_start(200, wire_s, Codec.ADPCM) == head


def test_wrong_wiring_is_said_at_once() -> None:
    near, _ = pair()
    for units, key, codec in (
        ([0], KEY, "adpcm"),
        ([255], KEY, "adpcm"),
        ([1], b"short", "adpcm"),
        ([1], KEY, "mp3"),
    ):
        with pytest.raises(ValueError, match="openhorn"):
            OpenhornDriver(near, units, key, wall=lambda: 0, codec=codec)
