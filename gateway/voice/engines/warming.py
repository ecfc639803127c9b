"""The first piece of a local voice, which nobody hears: then the voice is warm, and its pace is known."""

from __future__ import annotations

import asyncio

from gateway.voice.engines import Voice
from gateway.voice.engines.vetting import vetted
from gateway.voice.piece import Piece, Word

WARM = Piece(
    (
        Word("请", ("qing3",)),
        Word("山洪", ("shan1", "hong2")),
        Word("沟口", ("gou1", "kou3")),
        Word("的", ("de5",)),
        Word("村民", ("cun1", "min2")),
        Word("立即", ("li4", "ji2")),
        Word("转移", ("zhuan3", "yi2"), "。"),
    )
)
"""Twelve syllables: as long as the clauses of warnings are."""


async def warmed(voice: Voice) -> float:
    """The pace of a voice that has been started: seconds of work for a second of speech.

    Raises what `say` raises, and CannotSay if the sound does not keep the bounds of its voice.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    heard = await voice.say(WARM)
    return (loop.time() - began) * heard.rate / len(vetted(WARM, heard, voice.bounds))
