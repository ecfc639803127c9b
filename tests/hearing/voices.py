"""The voices that are installed here, and what the product makes of their speech.

A voice says everything through the product's own announcer, in its own seat there: pieces, vetting, the disk,
pace, pauses, curve, loudness. What espeak-ng says in place of the voice counts as refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from drivers.sound import Samples, samples
from gateway.config.voice import STYLES, KokoroTable
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import Form
from gateway.voice.account import engine
from gateway.voice.announcer import Announcer
from gateway.voice.engines import Voice
from gateway.voice.engines.choice import lack, made
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.sound.shelf import Shelf

ESPEAK = "espeak-ng"
DEFAULT = STYLES[0]


class Refused(Exception):
    """The voice could not say a text."""


def installed() -> Iterator[tuple[str, Callable[[], Voice]]]:
    """The name of each voice of this machine, and how it is opened: espeak-ng first, then the default."""
    yield ESPEAK, EspeakVoice
    for style in STYLES:
        table = KokoroTable(style=style)
        if lack(table) is None:
            yield style, partial(made, table)


class Sounds:
    """The sound of texts by one voice."""

    def __init__(self, announcer: Announcer, engine: str) -> None:
        self._announcer = announcer
        self._engine = engine

    async def of(self, script: Script, curve: Curve) -> Samples:
        """One reading of a script at RATE, without its tone. Raises Refused."""
        quiet, hearing = replace(script, tone=ToneName.NONE), Hearing(curve)
        before = self._announcer.said.copy()
        await self._announcer.prepare(quiet, 1, hearing)
        speech = await self._announcer.speech(quiet, 1, hearing)
        said = self._announcer.said - before
        if speech.form is not Form.VOICE or any(account.voices != (self._engine,) for account in said):
            raise Refused(f"{script.text}: {', '.join(map(str, said))}")
        return samples(speech.pcm)


def seated(voice: Voice, shelf: Shelf | None = None) -> Announcer:
    """The announcer of a site that has this voice."""
    if isinstance(voice, EspeakVoice):
        return Announcer(voice, shelf=shelf)
    return Announcer(EspeakVoice(), chosen=voice, shelf=shelf)


@asynccontextmanager
async def sounds(voice: Voice, shelf: Path) -> AsyncIterator[Sounds]:
    """The sounds of a voice, which keeps its pieces in this folder."""
    announcer = seated(voice, Shelf(shelf))
    try:
        await voice.open()
        yield Sounds(announcer, engine(voice))
    finally:
        await announcer.close()


def sentence(text: str) -> Script:
    """A script of one sentence, urgent."""
    return Script(ToneName.RED, (text,), "warning-red")
