"""Which answer belongs to which question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from drivers.errors import Garbled, NoAnswer
from drivers.line import Turn
from drivers.link import Chunk
from drivers.link.memory import pair
from drivers.tts_chip.exchange import FRAME_GAP_S, Exchange
from drivers.tts_chip.frames import STATUS, STOP, Answer


def test_what_comes_while_the_question_is_on_the_wire_does_not_answer_it(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        near, _ = pair(9600)
        await near.open()
        turn, strays = Turn(near), list[Answer]()
        talk = Exchange(turn, 9600, strays.append)
        loop = asyncio.get_running_loop()
        for after, byte in ((FRAME_GAP_S + 0.002, b"\x41"), (FRAME_GAP_S + 0.007, b"\x45")):
            when = loop.time() + after
            loop.call_at(when, turn.arrived, Chunk(byte, when))
        assert await talk.ask(STOP, {Answer.ACCEPTED, Answer.REJECTED}) is Answer.REJECTED
        assert strays == [Answer.ACCEPTED]

    virtual(story())


def test_what_comes_with_or_after_the_answer_is_handed_on(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        near, _ = pair(9600)
        await near.open()
        turn, strays = Turn(near), list[Answer]()
        talk = Exchange(turn, 9600, strays.append)
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, turn.arrived, Chunk(b"\x41\x4e\x4f", loop.time() + 0.1))
        assert await talk.ask(STATUS, {Answer.BUSY}) is Answer.BUSY
        turn.arrived(Chunk(b"\x4a", loop.time()))
        talk.leave()
        assert strays == [Answer.ACCEPTED, Answer.IDLE, Answer.READY]

    virtual(story())


def test_silence_and_noise_are_two_errors(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        near, _ = pair(9600)
        await near.open()
        turn = Turn(near)
        talk = Exchange(turn, 9600, lambda answer: None)
        assert await talk.ask(STATUS, {Answer.BUSY}) is None
        assert isinstance(talk.silence(1), NoAnswer)
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, turn.arrived, Chunk(b"\x1b", loop.time() + 0.1))
        assert await talk.ask(STATUS, {Answer.BUSY}) is None
        assert isinstance(talk.silence(1), Garbled)

    virtual(story())
