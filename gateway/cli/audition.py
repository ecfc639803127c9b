"""An audition: one voice says a text, and what it did with each piece of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from gateway.cli.catalogue import licence
from gateway.cli.sound import said
from gateway.config.config import Config
from gateway.config.voice import TABLES, AnyVoice, EdgeTable, EspeakTable, KokoroTable, WyomingTable
from gateway.i18n import phrase, sentence
from gateway.i18n.failed import Failed
from gateway.voice import RATE, CannotSay
from gateway.voice.engines import Heard, Voice
from gateway.voice.engines.choice import lack, made, title, wanted
from gateway.voice.engines.vetting import vetted
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.piece import Piece

PLAIN: Mapping[str, AnyVoice] = MappingProxyType(
    {"kokoro": KokoroTable(), "espeak": EspeakTable(), "wyoming": WyomingTable(), "edge": EdgeTable()}
)
"""The voices of engines that need no key of the configuration."""


class Line(NamedTuple):
    """What became of one piece."""

    piece: Piece
    work_s: float
    """Seconds that the voice needed."""
    sound_s: float
    """Seconds of speech, without the silence around it, at the voice's own speed."""
    fault: str
    """Why it was refused; empty where it is good."""


@dataclass
class Audition:
    """What a voice did with a text."""

    voice: str
    """Its name for people."""
    licence: str
    lines: list[Line] = field(default_factory=list)
    pace: float | None = None
    """Seconds of work for a second of speech, as the voice measured it at its start."""
    pcm: bytes = b""
    """The text as it would be heard, at RATE."""
    fault: str = ""
    """Why it could not be said; empty where it was."""

    @property
    def seconds(self) -> float:
        """Of the sound as it would be heard."""
        return len(self.pcm) / 2 / RATE


class _Watched:
    """A Voice that keeps what became of each piece."""

    def __init__(self, voice: Voice, lines: list[Line]) -> None:
        self._voice = voice
        self._lines = lines
        self.name, self.languages, self.lengths = voice.name, voice.languages, voice.lengths
        self.bounds, self.streams, self.licence = voice.bounds, voice.streams, voice.licence
        self.pace: float | None = None

    async def open(self) -> None:
        await self._voice.open()
        self.name, self.pace, self.licence = self._voice.name, self._voice.pace, self._voice.licence

    async def say(self, piece: Piece) -> Heard:
        began, fault, length = time.perf_counter(), "", 0.0
        try:
            heard = await self._voice.say(piece)
            length = len(vetted(piece, heard, self.bounds)) / heard.rate
        except CannotSay as error:
            fault = str(error)
            raise
        finally:
            self._lines.append(Line(piece, time.perf_counter() - began, length, fault))
        return heard

    async def close(self) -> None:
        await self._voice.close()


def audition(
    text: str, names: Lexicon, site: Config | None, engine: str | None, style: str | None, lang: str
) -> Audition:
    """Have a voice say a text: the site's, or the one that is named. Raises Failed if it lacks something."""
    data = site.data if site else None
    table = _table(site, engine, style, lang)
    if why := lack(table, data):
        raise Failed(sentence(why, lang))
    found = Audition(title(table), licence(table, lang))
    voice = _Watched(made(table, data), found.lines)
    try:
        found.pcm = asyncio.run(said([text], names, voice))
    except CannotSay as error:
        found.fault = str(error)
    found.pace = voice.pace
    return found


def _table(site: Config | None, engine: str | None, style: str | None, lang: str) -> AnyVoice:
    """The table of the voice that is meant. Raises Failed."""
    own = wanted(site.voice if site else None)
    engine = engine or ("kokoro" if style else own.engine)
    if engine not in TABLES:
        raise Failed(phrase("voice_unknown", lang, engine=engine, engines="、".join(TABLES)))
    if style and engine != "kokoro":
        raise Failed(phrase("voice_styleless", lang, engine=engine))
    if style:
        return KokoroTable(style=style)
    if engine == own.engine:
        return own
    if engine not in PLAIN:
        raise Failed(phrase("voice_folderless", lang))
    return PLAIN[engine]
