"""Whole bursts of a script: the attention tone, and the readings with the pauses between them.

The text is read as often as the plan says. Two bursts of one script that sound at the same time are made
once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from drivers import Sound
from drivers.growing import Growing
from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing, Kind, Speaker
from gateway.voice import RATE, Form, Speech
from gateway.voice.account import Account, Lack, told
from gateway.voice.engines import Voice
from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.piece import Piece
from gateway.voice.pieces import length, silence
from gateway.voice.readings import READING_S, Readings, Recorded
from gateway.voice.sound.attention import attention
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.shelf import Shelf
from gateway.voice.timeline import Timeline
from gateway.voice.typed import typed

log = logging.getLogger(__name__)

LEAD_S, TAIL_S = 0.3, 0.2
"""Silence before and after a burst: amplifiers wake slowly and buffers end early. Our choice."""
KEPT = 4_000_000
"""Bytes of finished pieces in memory: two minutes, enough for a warning with its lift and its correction.

Other pieces are made in some hundredths of a second, or are on the disk. Our choice.
"""
BLOCK = 32000
"""Bytes of one block of an opened sound: one second."""


class Take(Growing[bytes]):
    """The sound of a burst after its tone, as it grows. All bursts of the same words share the pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form.VOICE
        """TONE as soon as a substitute had to sound."""
        self.accounts: list[Account] = []
        """Who said each reading so far."""


class Key(NamedTuple):
    """What makes a burst the same as another."""

    script: Script
    """The words and the tone."""
    readings: int
    """How often the text is read."""
    hearing: Hearing
    """The curve, and the recording that comes first."""


class Announcer:
    """The Voices of the delivery.

    `voice` is the offline voice, which is always there. `chosen` says each reading that it makes in time
    (`streaming`); they never change within a sentence. `kept`: bytes of finished pieces in memory. `shelf`
    keeps the sound of the chosen voice on the disk. `clips` are the site's own recordings, `recordings` those
    that came with warnings. `lexicon`: how names are pronounced. `missing`: the site has chosen a voice that
    cannot be opened.
    """

    def __init__(
        self,
        voice: Voice,
        kept: int = KEPT,
        chosen: Voice | None = None,
        shelf: Shelf | None = None,
        clips: Clips | None = None,
        recordings: Recorded | None = None,
        lexicon: Lexicon = OURS,
        missing: bool = False,
    ) -> None:
        self._readings = Readings(voice, chosen, kept, shelf, clips, recordings, lexicon, missing)
        self._clips = clips
        self._performing: set[asyncio.Task[None]] = set()
        self._sounding = 0
        self._sounds: WeakValueDictionary[Key, Sound] = WeakValueDictionary()
        self._takes: WeakKeyDictionary[Sound, Take] = WeakKeyDictionary()
        self.said: Counter[Account] = Counter()
        """Who said the readings since the start, and how many."""

    @property
    def speaks(self) -> bool:
        """Whether the offline voice said its last piece."""
        return self._readings.speaks

    @property
    def chosen_speaks(self) -> bool:
        """Whether the chosen voice lives. It may be slow, and it may refuse a piece."""
        return self._readings.chosen_speaks

    async def open_chosen(self) -> None:
        """Start the chosen voice. It never fails; until then the offline voice speaks."""
        await self._readings.open_chosen()

    def told(self, sound: Sound) -> str:
        """Who said each reading of a burst so far, in one line. Empty for a sound of somebody else."""
        take = self._takes.get(sound)
        return told(take.accounts) if take else ""

    def text(self, script: Script, readings: int) -> str:
        """The words of a script for a unit that speaks by itself.

        No digit is left that the unit could misread, and no Chinese character that it may not know.
        """
        return typed(script, readings)

    def hearing(self, script: Script, speaker: Speaker) -> Hearing:
        """The curve of a speaker, and the recording that comes first in its village, if there is one."""
        if self._clips is None or speaker.kind is Kind.DUTY:
            return Hearing(speaker.curve)
        return Hearing(speaker.curve, self._clips.first(script, speaker.region.code))

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        """Make and keep every piece of a script, so that it sounds at once later.

        It never fails. A piece that could not be made is tried again when the burst sounds.
        """
        try:
            for one in dict.fromkeys((script, script.again)):
                await self._readings.prepare(one, hearing)
        except Exception as error:  # `sound` tries again, and has a substitute
            log.warning("%r could not be made ready: %r", script.clip, error)

    def length(self, script: Script, readings: int, hearing: Hearing = Hearing()) -> float:
        """Seconds of the whole burst: exact where all pieces were made, else estimated from their
        syllables."""
        first, later = (self._readings.seconds(one, hearing) for one in (script, script.again))
        more = max(1, readings) - 1
        pauses = 2 * LEAD_S + TAIL_S + more * READING_S
        return length([attention(script.tone)]) + pauses + first + more * later

    def sound(self, script: Script, readings: int, hearing: Hearing) -> Sound:
        """The whole burst as a sound that can start at once.

        The tone sounds while the words are being made, and the first words while the next are. The sound
        never fails and is never silent. Its `seconds` are those of `length`. All lines that play the same
        burst at the same time get the same sound, and so its work is done once.
        """
        key = Key(script, readings, hearing)
        if known := self._sounds.get(key):
            return known
        take = self._take(key)

        async def blocks() -> AsyncIterator[bytes]:
            self._sounding += 1
            try:
                for piece in _before(script):
                    for block in _blocks(piece):
                        yield block
                async for piece in take:
                    for block in _blocks(piece):
                        yield block
            finally:
                self._sounding -= 1

        sound = self._sounds[key] = Sound(RATE, blocks, self.length(script, readings, hearing))
        self._takes[sound] = take
        return sound

    async def speech(self, script: Script, readings: int, hearing: Hearing = Hearing(Curve.FLAT)) -> Speech:
        """The whole burst as bytes, when all of it is made, with its form."""
        take = self._take(Key(script, readings, hearing))
        return Speech(RATE, b"".join((*_before(script), *await take.whole())), take.form)

    async def plain(self, text: str) -> tuple[int, bytes]:
        """A text by the offline voice, without a tone: its rate and its PCM. Raises CannotSay."""
        return RATE, await self._readings.plain(text)

    @property
    def busy(self) -> bool:
        """Whether anything sounds, or words are being made for it."""
        return bool(self._performing) or self._sounding > 0

    @property
    def names(self) -> Lexicon:
        """How names are pronounced."""
        return self._readings.names

    @property
    def rehearses(self) -> bool:
        """Whether a voice is chosen whose sound is kept on the disk."""
        return self._readings.rehearses

    def rehearsed(self, *texts: str) -> list[Piece]:
        """The pieces in which the chosen voice says these texts one after another, to be rehearsed; none if
        no voice is chosen."""
        return self._readings.rehearsed(*texts)

    async def rehearse(self, piece: Piece) -> bool:
        """Have the chosen voice say a piece and keep it on the disk.

        Returns whether the voice had to be asked. Raises ShelfFull, and the errors of the voice.
        """
        return await self._readings.lay_in(piece)

    def learn(self, lexicon: Lexicon) -> None:
        """Pronounce names so from the next burst on."""
        self._readings.learn(lexicon)
        self._sounds.clear()

    async def close(self) -> None:
        """End all sounds that are being made, and the voices. Tasks that wait for a sound are cancelled."""
        for task in self._performing:
            task.cancel()
        await asyncio.gather(*self._performing, return_exceptions=True)
        await self._readings.close()

    def _take(self, key: Key) -> Take:
        """The sound of a burst after its tone. A task begins to make it."""
        take = Take()
        performing = asyncio.create_task(self._perform(key, take), name="words")
        self._performing.add(performing)
        performing.add_done_callback(self._performing.discard)
        return take

    async def _perform(self, key: Key, take: Take) -> None:
        """Make every reading of a burst, and the substitute if the words failed.

        A sound with a substitute is not shared with later bursts: the voice may be back by then.
        """
        timeline = Timeline(length(_before(key.script)))
        lost, number = None, 0
        for number in range(max(1, key.readings)):
            if number:
                _add(take, timeline, silence(READING_S))
            begins = len(take.items)
            lost = await self._read(key, number, take, timeline)
            if lost:
                break
        if lost:
            self._sounds.pop(key, None)
            take.form = Form.TONE
            take.accounts.append(Account((self._readings.stands_in(key.script),)))
            reading = take.items[begins:]
            for _ in range(key.readings - number - 1 if reading else 0):
                for piece in (silence(READING_S), *reading):
                    take.add(piece)
            for piece in ([silence(READING_S)] if reading else []) + self._readings.substitute(key.script):
                take.add(piece)
        take.add(silence(TAIL_S))
        take.end()

    async def _read(self, key: Key, number: int, take: Take, timeline: Timeline) -> Exception | None:
        """Add one reading to the sound. Returns the error if its end could not be said."""
        script, before = key.script.again if number else key.script, len(take.accounts)
        lost: Exception | None = None
        try:
            async with aclosing(self._readings.of(script, key.hearing, timeline, take.accounts)) as pieces:
                async for piece in pieces:
                    _add(take, timeline, piece)
        except asyncio.CancelledError:
            take.end(asyncio.CancelledError())
            raise
        except Exception as error:  # any failure of the voice: the village is warned all the same
            log.error("no voice, a clip or the tone goes out: %r", error)
            lost = error
        for account in take.accounts[before:]:
            self.said[account] += 1
            at = logging.WARNING if account.lack not in (None, Lack.MISSING) else logging.INFO
            log.log(at, "reading %d of %r: %s", number + 1, script.clip, account)
        return lost


def _add(take: Take, timeline: Timeline, pcm: bytes) -> None:
    """This sound comes next."""
    take.add(pcm)
    timeline.add(pcm)


def _before(script: Script) -> list[bytes]:
    """The sound before the words: silence, the tone, silence."""
    return [silence(LEAD_S), attention(script.tone), silence(LEAD_S)]


def _blocks(piece: bytes) -> Iterable[bytes]:
    return (piece[start : start + BLOCK] for start in range(0, len(piece), BLOCK))


async def open_voices(announcer: Announcer) -> Announcer:
    """The announcer, after its offline voice has started and its tones are made."""
    for name in ToneName:
        attention(name)
    try:
        await announcer.plain("预警广播")
    except Exception as error:  # without a voice clips and tones still sound
        log.critical("the offline voice does not speak; warnings will be tones: %s", error)
    return announcer
