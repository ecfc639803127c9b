"""Voices: the announcer of this site, its voices and the recordings it has beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from gateway.app.tasks import Task
from gateway.config.config import Config
from gateway.model.speaker import Roster
from gateway.monitoring.voice import VoiceState
from gateway.pipeline.recordings import Recordings
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.choice import chosen, lack, title, wanted
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.rehearsal import Rehearsal
from gateway.voice.repertoire import Past
from gateway.voice.sound.clips import CLIPS_BYTES, Clips
from gateway.voice.sound.shelf import KIND, PIECES, Shelf


class SiteVoices:
    """A context: inside it the voices speak.

    `names` is how the site's own names are pronounced. A pronunciation that people teach goes before it.
    `recordings` holds the sound that came with warnings.
    """

    def __init__(self, config: Config, names: Lexicon, recordings: Recordings) -> None:
        self._table = wanted(config.voice)
        self._missing = lack(self._table, config.data)
        self._named = config.voice is not None
        self._chosen = chosen(config.voice, config.data)
        self._names = names
        self._clips = Clips(config.clips, Shelf(config.data / "clips", CLIPS_BYTES)) if config.clips else None
        self.announcer = Announcer(
            EspeakVoice(),
            chosen=self._chosen,
            shelf=Shelf(config.data / "speech", kind=PIECES, former=KIND),
            clips=self._clips,
            recordings=recordings,
            lexicon=names,
            missing=self._missing is not None,
        )
        self._rehearsal: Rehearsal | None = None
        self._opening: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> SiteVoices:
        """Begin to start the offline voice's worker; `opened` waits for it."""
        self._opening.append(asyncio.create_task(open_voices(self.announcer), name="voices"))
        await asyncio.sleep(0)
        return self

    async def opened(self) -> None:
        """Return when the offline voice is warm.

        The chosen voice is started, and the site's recordings are made ready, from then on.
        """
        await asyncio.gather(*self._opening)
        self._opening.append(asyncio.create_task(self.announcer.open_chosen(), name="chosen voice"))
        if self._clips:
            self._opening.append(asyncio.create_task(self._clips.open(), name="clips"))

    async def __aexit__(self, *_: object) -> None:
        for task in self._opening:
            task.cancel()
        await self.announcer.close()

    def learn(self, taught: Mapping[str, str]) -> None:
        """Pronounce these phrases so from the next burst on."""
        self.announcer.learn(Lexicon.of(taught).over(self._names))

    def engines(self) -> dict[str, bool]:
        """Which voices speak: the offline one, and the one that the site has chosen beside it."""
        speaks = {"espeak-ng": self.announcer.speaks}
        if self._chosen or (self._named and self._missing):
            speaks[self._table.engine] = self._chosen is not None and self.announcer.chosen_speaks
        return speaks

    def state(self) -> VoiceState:
        """The voice that shall speak, as it is now."""
        pace = self._chosen.pace if self._chosen else None
        said = {str(account): count for account, count in self.announcer.said.items()}
        refused = self._rehearsal.refused if self._rehearsal else {}
        return VoiceState(title(self._table), self._missing, pace, said, self._table.trial, dict(refused))

    def tasks(self, roster: Roster, past: Callable[[], Past], now: Callable[[], datetime]) -> Iterator[Task]:
        """A chosen voice says beforehand what the site may need."""
        if self.announcer.rehearses:
            self._rehearsal = Rehearsal(self.announcer, lambda: roster, past, now)
            yield Task("rehearsal", self._rehearsal.run)
