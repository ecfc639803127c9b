"""Finished pieces: made once, shared while they are made, kept in memory and on the disk, the most urgent
first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.model.speaker import Curve
from gateway.voice import RATE, CannotSay, Gone
from gateway.voice.engines import Bounds, Voice
from gateway.voice.making import Claim, Wanted
from gateway.voice.piece import Piece, Word
from gateway.voice.pieces import DEADLINE_S, Pieces, ShelfFull, closed, estimated, length
from gateway.voice.sound.pace import Pace
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.shelf import Shelf
from gateway.voice.waiting import LATER
from tests.support.toy_voice import Toy, hum
from tests.support.voice_output import pieces

Virtual = Callable[[Any], Any]
WAKES_S = 0.001
PACE = Pace(1 / 4)
"""Of a message whose pieces of three syllables last a second."""


class Counting(Toy):
    """A voice that takes a second for each piece and counts what it was asked."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.asked: list[str] = []
        self.hoarse = False
        self.hangs = False

    async def sound(self, words: str) -> bytes:
        self.asked.append(words)
        await asyncio.sleep(1.0)
        if self.hoarse:
            raise CannotSay("hoarse")
        if self.hangs:
            await asyncio.Event().wait()
        return hum(1.0)


def piece(words: str) -> Piece:
    (one,) = pieces(Toy(), words)
    return one


def spoil(folder: Path) -> None:
    """The disk loses the end of its one file."""
    (file,) = folder.glob("*.speech")
    file.write_bytes(file.read_bytes()[:-2])


def opened(shelf: Shelf | None = None, kept: int = 10**6) -> tuple[Pieces, list[bool]]:
    reported: list[bool] = []
    return Pieces(kept, lambda voice, error: reported.append(error is None), shelf), reported


def test_two_who_want_a_piece_at_once_share_it(virtual: Virtual) -> None:
    async def story() -> None:
        voice, (made, reported) = Counting(), opened()
        wanted = Wanted(voice, piece("请转移。"), PACE, Curve.FLAT)
        first, second = await asyncio.gather(made.of(wanted).made, made.of(wanted).made)
        assert first == second
        assert voice.asked == ["请转移。"]
        assert reported == [True]
        assert made.seconds(voice, wanted.piece, PACE) == pytest.approx(1 + pause_s("。"), abs=0.01)
        assert made.seconds(voice, piece("请返回。"), PACE) is None

    virtual(story())


def test_for_two_kinds_of_loudspeakers_a_piece_is_said_once(virtual: Virtual) -> None:
    async def story() -> None:
        voice, (made, _) = Counting(), opened()
        flat, horn = (
            made.of(Wanted(voice, piece("请转移。"), PACE, curve)) for curve in (Curve.FLAT, Curve.HORN)
        )
        assert await flat.made != await horn.made
        assert voice.asked == ["请转移。"]

    virtual(story())


def test_a_piece_that_failed_is_tried_again(virtual: Virtual) -> None:
    async def story() -> None:
        voice, (made, reported) = Counting(), opened()
        wanted = Wanted(voice, piece("请转移。"), PACE, Curve.FLAT)
        voice.hoarse = True
        with pytest.raises(CannotSay):
            await made.of(wanted).made
        voice.hoarse = False
        assert await made.of(wanted).made
        assert reported == [False, True]

    virtual(story())


def test_a_voice_that_hangs_counts_as_gone_and_the_next_piece_is_asked_for(virtual: Virtual) -> None:
    async def story() -> None:
        voice, (made, _) = Counting(), opened()
        voice.hangs = True
        started = asyncio.get_running_loop().time()
        first = made.of(Wanted(voice, piece("请转移。"), PACE, Curve.FLAT))
        second = made.of(Wanted(voice, piece("请返回。"), PACE, Curve.FLAT))
        with pytest.raises(Gone):
            await first.made
        assert asyncio.get_running_loop().time() - started == pytest.approx(DEADLINE_S, abs=WAKES_S)
        voice.hangs = False
        assert await second.made

    virtual(story())


def test_a_sound_that_is_not_all_of_its_piece_is_refused(virtual: Virtual) -> None:
    async def story() -> None:
        voice, (made, reported) = Counting(), opened()
        voice.bounds = Bounds(0.5, 1.0, 1.0)
        with pytest.raises(CannotSay, match="not the whole"):
            await made.of(Wanted(voice, piece("请转移。"), PACE, Curve.FLAT)).made
        assert reported == [False]

    virtual(story())


def test_what_is_due_first_is_made_first_and_what_nobody_waits_for_last(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        voice, (made, _) = Counting("chosen"), opened(Shelf(tmp_path))
        rehearsed = asyncio.create_task(made.lay_in(voice, piece("排练。")))
        await asyncio.sleep(0)
        again = asyncio.create_task(made.lay_in(voice, piece("再排练。")))
        await asyncio.sleep(0)
        due = {"稍后。": LATER, "第三句。": 30.0, "第一句。": 10.0, "第二句。": 20.0}
        asked = [
            made.of(Wanted(voice, piece(words), PACE, Curve.FLAT), "burst", Claim(at))
            for words, at in due.items()
        ]
        asked[0].claims["other"] = Claim(25.0)
        await asyncio.gather(*(one.made for one in asked), rehearsed, again)
        assert voice.asked == ["排练。", "第一句。", "第二句。", "稍后。", "第三句。", "再排练。"]

    virtual(story())


@pytest.mark.parametrize(("spare_s", "order"), [(1.5, "丙甲乙"), (0.5, "甲乙丙")])
def test_a_reading_that_has_begun_is_not_made_late_by_one_that_has_not(
    virtual: Virtual, spare_s: float, order: str
) -> None:
    """The voice needs a second for each piece."""

    async def story() -> None:
        voice, (made, _) = Counting(), opened()
        await made.of(Wanted(voice, piece("先先先先。"), PACE, Curve.FLAT)).made
        now = asyncio.get_running_loop().time()
        begun = [
            made.of(Wanted(voice, piece("丁丁丁丁。"), PACE, Curve.FLAT), "a", Claim(now + 1, sure=True)),
            made.of(
                Wanted(voice, piece("甲甲甲甲。"), PACE, Curve.FLAT), "a", Claim(now + 2 + spare_s, sure=True)
            ),
            made.of(
                Wanted(voice, piece("乙乙乙乙。"), PACE, Curve.FLAT), "a", Claim(now + 3 + spare_s, sure=True)
            ),
        ]
        last = made.of(Wanted(voice, piece("丙丙丙丙。"), PACE, Curve.FLAT), "b", Claim(now + 2))
        await asyncio.gather(last.made, *(one.made for one in begun))
        assert "".join(words[0] for words in voice.asked) == "先丁" + order

    virtual(story())


@pytest.mark.parametrize(("name", "asked"), [("chosen", 1), ("", 2)])
def test_the_disk_keeps_the_sound_of_a_voice_with_a_name(
    virtual: Virtual, tmp_path: Path, name: str, asked: int
) -> None:
    async def story() -> None:
        voice, heard = Counting(name), set()
        for _ in range(2):
            made, _ = opened(Shelf(tmp_path))
            heard.add(await made.of(Wanted(voice, piece("请转移。"), PACE, Curve.FLAT)).made)
        assert len(voice.asked) == asked
        assert len(heard) == 1

    virtual(story())


def test_with_other_borders_of_words_it_is_another_sound(virtual: Virtual, tmp_path: Path) -> None:
    """A taught name moves a border: the neural voice is given borders, and they are heard."""
    one = Word("一", ("yi1",))
    two, both = Word("村", ("cun1",), "。"), Word("一村", ("yi1", "cun1"), "。")

    async def story() -> None:
        voice = Counting("chosen")
        for words in ((one, two), (both,)):
            await opened(Shelf(tmp_path))[0].of(Wanted(voice, Piece(words), PACE, Curve.FLAT)).made
        assert len(voice.asked) == 2

    virtual(story())


def test_sound_on_the_disk_that_is_spoilt_is_said_again(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        voice = Counting("chosen")
        wanted = Wanted(voice, piece("请转移。"), PACE, Curve.FLAT)
        await opened(Shelf(tmp_path))[0].of(wanted).made
        spoil(tmp_path)
        assert await opened(Shelf(tmp_path))[0].of(wanted).made
        assert len(voice.asked) == 2

    virtual(story())


def test_a_piece_is_laid_in_once_and_not_on_a_full_shelf(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> None:
        voice: Voice = Counting("chosen")
        made, _ = opened(Shelf(tmp_path))
        assert await made.lay_in(voice, piece("请转移。"))
        assert not await made.lay_in(voice, piece("请转移。"))
        assert not await made.lay_in(Counting(), piece("请返回。")), "it has no shelf"
        full, _ = opened(Shelf(tmp_path, most_bytes=2 * RATE))
        with pytest.raises(ShelfFull):
            await full.lay_in(voice, piece("请返回。"))

    virtual(story())


def test_words_are_closed_and_their_length_is_estimated() -> None:
    assert (closed("请转移"), closed("请转移，"), closed("请转移！")) == ("请转移。", "请转移。", "请转移！")
    assert estimated([piece("请转移。")], Pace(0.3)) == pytest.approx(1.2 + pause_s("。"))


def test_a_second_is_two_octets_a_sample() -> None:
    assert length([bytes(RATE), bytes(RATE)]) == 1.0
