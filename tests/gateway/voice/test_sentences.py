"""Finished sentences: made once, shared while they are made, kept in memory and on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.model.speaker import Curve
from gateway.voice import RATE, CannotSay, Voice
from gateway.voice.sentences import SENTENCE_S, Sentences, ShelfFull, Wanted, closed, estimated, length
from gateway.voice.sound.shelf import Shelf

SECOND = bytes(2 * RATE)


class Counting:
    """A voice that takes a second for each clause and counts what it was asked."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.asked: list[str] = []
        self.hoarse = False

    async def say(self, words: str, curve: Curve) -> AsyncIterator[bytes]:
        self.asked.append(words)
        await asyncio.sleep(0)
        if self.hoarse:
            raise CannotSay("hoarse")
        yield SECOND

    async def close(self) -> None: ...


def opened(shelf: Shelf | None = None, kept: int = 10**6) -> tuple[Sentences, list[bool]]:
    reported: list[bool] = []
    return Sentences(kept, lambda voice, spoke: reported.append(spoke), shelf), reported


def test_two_who_want_a_sentence_at_once_share_it() -> None:
    async def story() -> None:
        voice, (sentences, reported) = Counting(), opened()
        wanted = Wanted(voice, "请转移。", Curve.FLAT)
        first, second = await asyncio.gather(sentences.of(wanted).whole(), sentences.of(wanted).whole())
        assert first == second
        assert voice.asked == ["请转移。"]
        assert reported == [True]
        assert sentences.seconds(voice, "请转移。") == pytest.approx(1 + SENTENCE_S)
        assert sentences.seconds(voice, "请返回。") is None

    asyncio.run(story())


def test_each_clause_is_said_by_itself_with_a_pause_behind_it() -> None:
    async def story() -> None:
        voice, (sentences, _) = Counting(), opened()
        pieces = await sentences.of(Wanted(voice, "请转移！共105户", Curve.FLAT)).whole()
        assert voice.asked == ["请转移！", "共一百零五户。"]
        assert length(pieces) == pytest.approx(2 * (1 + SENTENCE_S))

    asyncio.run(story())


def test_a_sentence_that_failed_is_tried_again() -> None:
    async def story() -> None:
        voice, (sentences, reported) = Counting(), opened()
        wanted = Wanted(voice, "请转移。", Curve.FLAT)
        voice.hoarse = True
        with pytest.raises(CannotSay):
            await sentences.of(wanted).whole()
        voice.hoarse = False
        assert await sentences.of(wanted).whole()
        assert reported == [False, True]

    asyncio.run(story())


@pytest.mark.parametrize(("name", "asked"), [("chosen", 1), ("", 2)])
def test_the_disk_keeps_the_sentences_of_a_voice_with_a_name(tmp_path: Path, name: str, asked: int) -> None:
    async def story() -> None:
        voice = Counting(name)
        for _ in range(2):
            sentences, _ = opened(Shelf(tmp_path))
            assert await sentences.of(Wanted(voice, "请转移。", Curve.FLAT)).whole()
        assert len(voice.asked) == asked

    asyncio.run(story())


def test_a_sentence_is_laid_in_once_and_not_on_a_full_shelf(tmp_path: Path) -> None:
    async def story() -> None:
        voice: Voice = Counting("chosen")
        sentences, _ = opened(Shelf(tmp_path))
        assert await sentences.lay_in(Wanted(voice, "请转移。", Curve.FLAT))
        assert not await sentences.lay_in(Wanted(voice, "请转移。", Curve.FLAT))
        assert not await sentences.lay_in(Wanted(Counting(), "请返回。", Curve.FLAT)), "it has no shelf"
        full, _ = opened(Shelf(tmp_path, most_bytes=len(SECOND)))
        with pytest.raises(ShelfFull):
            await full.lay_in(Wanted(voice, "请返回。", Curve.FLAT))

    asyncio.run(story())


def test_words_are_closed_and_their_length_is_estimated() -> None:
    assert (closed("请转移"), closed("请转移，"), closed("请转移！")) == ("请转移。", "请转移。", "请转移！")
    assert estimated("请转移。请返回。") == pytest.approx(8 / 3 + 2 * SENTENCE_S)
