"""Readings: a script read out once, by the voices of the site or by its recordings.

For each reading a voice is chosen anew. Pieces are made one by one and kept: a piece of two scripts is made
once, and one that is ready sounds at once. Where no voice speaks there is a substitute.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import CannotSay, Gone
from gateway.voice.account import CLIP, RECORDING, TONE, Account, Lack, engine
from gateway.voice.cuts import Cuts
from gateway.voice.engines import Voice
from gateway.voice.making import Claim, Making, Wanted
from gateway.voice.mandarin.dictionary import NoDictionary
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.piece import Piece
from gateway.voice.pieces import DEADLINE_S, Pieces, estimated, length, pace_of, silence
from gateway.voice.sound.attention import attention
from gateway.voice.sound.clips import Clips
from gateway.voice.sound.pace import A_MINUTE, Pace
from gateway.voice.sound.pauses import pause_s
from gateway.voice.sound.shelf import Shelf
from gateway.voice.streaming import Streaming
from gateway.voice.timeline import Timeline
from gateway.voice.waiting import LATER

log = logging.getLogger(__name__)

READING_S = 1.2
"""Silence between two readings: outdoors, echoes must end. Our choice."""
HANGS_S = 1.0
"""A voice that fails after so long hangs.

A refusal and the death of a voice are known within some hundredths of a second. Our choice.
"""
ALONE = 3
"""The substitute for the words sounds so often in a row. Our choice."""
ALONE_S = 60.0
"""The repeats of the substitute end before so long: the end of a burst is estimated from its words. It
sounds once in any case. Our choice."""


class Recorded(Protocol):
    """Recordings that came with warnings, by the name that a script gives them."""

    def get(self, name: str) -> bytes | None:
        """The recording as PCM at RATE; None if it is not ready."""
        ...

    def seconds(self, name: str) -> float:
        """The length of the recording; 0 if it is not ready.

        The length is asked for every speaker, so the answer must not wait for the disk.
        """
        ...


class Readings:
    """The chosen voice reads what it makes in time (`streaming`), the offline voice the rest of the reading.

    They never change within a sentence. The arguments are those of `Announcer`.
    """

    def __init__(
        self,
        voice: Voice,
        chosen: Voice | None,
        kept: int,
        shelf: Shelf | None,
        clips: Clips | None,
        recordings: Recorded | None,
        lexicon: Lexicon,
        missing: bool,
    ) -> None:
        self._voice = voice
        self._chosen = chosen
        self._clips = clips
        self._recordings = recordings
        self._lack = Lack.MISSING if missing else None
        self._cuts = Cuts(voice, lexicon)
        self._pieces = Pieces(kept, self._reported, shelf)
        self.speaks = True
        """Whether the offline voice said its last piece."""
        self.chosen_speaks = not missing
        """Whether the chosen voice lives. It may be slow, and it may refuse a piece."""

    async def plain(self, text: str) -> bytes:
        """A text by the offline voice as PCM. Raises CannotSay."""
        pieces = self._cuts.text(self._voice, text)
        if not pieces:
            raise CannotSay(f"nothing in {text!r} can be said")
        pace = pace_of(pieces)
        return b"".join([await self._made(piece, pace, Curve.FLAT) for piece in pieces])

    async def open_chosen(self) -> None:
        """Start the chosen voice, so that it is warm and its pace is known. It never fails."""
        if self._chosen:
            try:
                await self._chosen.open()
            except Exception as error:  # the next piece starts it again
                self.chosen_speaks = False
                log.warning("the chosen voice does not start: %r", error)

    @property
    def names(self) -> Lexicon:
        """How names are pronounced."""
        return self._cuts.names

    @property
    def rehearses(self) -> bool:
        """`Announcer.rehearses`."""
        return self._chosen is not None and bool(self._chosen.name)

    def rehearsed(self, *texts: str) -> list[Piece]:
        """`Announcer.rehearsed`."""
        return self._cuts.new(self._chosen, texts) if self._chosen else []

    async def lay_in(self, piece: Piece) -> bool:
        """`Announcer.rehearse`."""
        chosen = self._chosen
        if chosen is None or piece.language not in chosen.languages:
            return False
        return await self._pieces.lay_in(chosen, piece)

    async def prepare(self, script: Script, hearing: Hearing) -> None:
        """Have every piece of a reading made by both voices, and return then.

        A piece that cannot be made is tried again when the reading is wanted.
        """
        cuts, texts, curve = self._cuts, script.sentences, hearing.curve
        makings = [
            self._pieces.of(Wanted(*part, pace, curve)) for part, pace in cuts.paced(self._voice, texts)
        ]
        parts = cuts.parts(self._chosen, texts) if self._chosen else None
        while self._chosen and parts:
            pace = pace_of([part.piece for part in parts])
            chosen = [self._pieces.of(Wanted(*part, pace, curve)) for part in parts]
            await _ended(chosen)
            refused = [place for place, making in enumerate(chosen) if making.refused]
            anew = (cuts.anew(self._chosen, texts, parts, place, place) for place in refused)
            parts = next(filter(None, anew), None)
        await _ended(makings)

    def learn(self, lexicon: Lexicon) -> None:
        """Pronounce names so from now on."""
        self._cuts = Cuts(self._voice, lexicon)

    async def close(self) -> None:
        """End all pieces that are being made, and the voices."""
        await self._pieces.close()
        for voice in (self._voice, self._chosen):
            if voice:
                await voice.close()

    def seconds(self, script: Script, hearing: Hearing) -> float:
        """Seconds of one reading: exact where all its pieces were made, else estimated from its syllables."""
        reading = 0.0
        if self._recordings and script.recording:
            reading = self._recordings.seconds(script.recording)
        reading = reading or self._by_person_s(script) or self._words_s(script)
        if self._clips and (first := self._clips.seconds(hearing.first)):
            reading += first + READING_S
        return reading

    async def of(
        self, script: Script, hearing: Hearing, timeline: Timeline, accounts: list[Account]
    ) -> AsyncGenerator[bytes]:
        """One reading, piece by piece. Who said it is added to `accounts`.

        Raises the error of the offline voice if its last text or all of them failed.
        """
        for piece in self._first(hearing):
            yield piece
        if recorded := self._recorded(script):
            yield recorded
            accounts.append(Account((RECORDING,)))
            return
        if by_person := self._by_person(script):
            for piece in by_person:
                yield piece
            accounts.append(Account((RECORDING,)))
            return
        heard, lack, voices, cuts = 0, self._lack, list[str](), self._cuts
        if self._chosen:
            ready = self._in_reserve(cuts, script, hearing, timeline)
            stream = Streaming(self._chosen, self._pieces, cuts, script.sentences, hearing.curve, timeline)
            async with aclosing(stream.sounds()) as sounds:
                async for sound in sounds:
                    yield sound
            if ready:
                ready.claims.pop(script, None)
            heard, lack, voices = stream.heard, stream.lack, stream.voices
        try:
            if not (heard and heard == cuts.words(script.sentences)):
                ours = self._by_offline_voice(cuts, script, hearing, timeline, heard, voices)
                async with aclosing(ours) as sounds:
                    async for sound in sounds:
                        yield sound
        finally:
            if voices:
                accounts.append(Account(tuple(dict.fromkeys(voices)), lack))

    async def _by_offline_voice(
        self,
        cuts: Cuts,
        script: Script,
        hearing: Hearing,
        timeline: Timeline,
        heard: int,
        voices: list[str],
    ) -> AsyncGenerator[bytes]:
        """One reading without its first `heard` words, piece by piece. Who is heard is added to `voices`.

        If a text fails, the site's recording of it sounds, or else the next text: perhaps only this one
        cannot be said. A voice that hangs is not asked again. Raises the error if the last text or all of
        them failed.
        """
        loop = asyncio.get_running_loop()
        lost: Exception | None = CannotSay("nothing to say")
        hangs = False
        pace = _pace(cuts.ours(script.sentences))
        for text, pieces in cuts.left(script.sentences, heard):
            asked = loop.time()
            try:
                if isinstance(pieces, NoDictionary):
                    raise pieces
                if hangs:
                    raise CannotSay("the voice hangs")
                for piece in pieces:
                    sound = await self._made(piece, pace, hearing.curve, timeline.due)
                    lost = None
                    voices.append(engine(self._voice))
                    yield sound
            except Exception as error:  # any failure of the voice: the reading goes on
                log.error("%r is not said: %r", text, error)
                hangs = hangs or (isinstance(error, Gone) and loop.time() - asked > HANGS_S)
                recorded = self._clip(text)
                lost = None if recorded else error
                if recorded:
                    voices.append(CLIP)
                    yield recorded
                    yield silence(pause_s("。"))
        if lost:
            raise lost

    def _in_reserve(self, cuts: Cuts, script: Script, hearing: Hearing, timeline: Timeline) -> Making | None:
        """The first piece of the offline voice, so that it sounds at once if the chosen one is not ready."""
        ours = cuts.ours(script.sentences)
        for piece in _sayable(ours)[:1]:
            wanted = Wanted(self._voice, piece, _pace(ours), hearing.curve)
            return self._pieces.of(wanted, script, Claim(timeline.due))
        return None

    async def _made(self, piece: Piece, pace: Pace, curve: Curve, due: float = LATER) -> bytes:
        """A piece by the offline voice, which is due then.

        Raises the errors of the voice, and Gone if the voice hangs with the pieces of others that wait before
        this one: many villages must not wait one after another.
        """
        who = object()
        making = self._pieces.of(Wanted(self._voice, piece, pace, curve), who, Claim(due, sure=True))
        try:
            while not (await asyncio.wait([making.made], timeout=DEADLINE_S))[0]:
                if not self.speaks:
                    raise Gone("the voice hangs")
            return making.made.result()
        finally:
            making.claims.pop(who, None)

    def substitute(self, script: Script) -> list[bytes]:
        """The substitute for the words: the site's own recording of this meaning, else the tone."""
        sound = self._clip(script.clip) or attention(script.tone) or attention(ToneName.CHIME)
        times = min(ALONE, max(1, int(ALONE_S / length([sound]))))
        return [sound, *[silence(READING_S), sound] * (times - 1)]

    def stands_in(self, script: Script) -> str:
        """What the substitute is."""
        return CLIP if self._clip(script.clip) else TONE

    def _first(self, hearing: Hearing) -> list[bytes]:
        """The recording of the village that comes before the words, and a pause."""
        recorded = self._clip(hearing.first) if hearing.first else None
        return [recorded, silence(READING_S)] if recorded else []

    def _by_person(self, script: Script) -> list[bytes]:
        """The recordings of all sentences by a person. Empty if one is missing: a person and a voice are
        never mixed in one reading."""
        if not self._by_person_s(script):
            return []
        clips = [self._clip(sentence) for sentence in script.sentences]
        pause = silence(pause_s("。"))
        return [piece for clip in clips if clip for piece in (clip, pause)] if all(clips) else []

    def _by_person_s(self, script: Script) -> float:
        """The seconds of those recordings; 0 if one is missing. The disk is not asked."""
        if self._clips is None:
            return 0.0
        seconds = [self._clips.seconds(sentence) for sentence in script.sentences]
        return sum(seconds) + len(seconds) * pause_s("。") if seconds and all(seconds) else 0.0

    def _clip(self, name: str) -> bytes | None:
        return self._clips.get(name) if self._clips else None

    def _recorded(self, script: Script) -> bytes | None:
        """The recording that came with the warning and sounds in place of a voice."""
        return self._recordings.get(script.recording) if self._recordings and script.recording else None

    def _reported(self, voice: Voice, error: Exception | None) -> None:
        if voice is self._voice:
            self.speaks = error is None
        elif error is None or isinstance(error, Gone):
            self.chosen_speaks = error is None

    def _words_s(self, script: Script) -> float:
        """The seconds of the words of a reading: measured if all of it was made, else estimated."""
        try:
            for voice in (self._chosen, self._voice):
                if voice:
                    paced = self._cuts.paced(voice, script.sentences)
                    made = [self._pieces.seconds(*part, pace) for part, pace in paced]
                    if made and all(made):
                        return sum(filter(None, made))
            pieces = [part.piece for part in self._cuts.parts(self._chosen or self._voice, script.sentences)]
        except NoDictionary:
            return sum(map(len, script.sentences)) * 60 / A_MINUTE
        return estimated(pieces, pace_of(pieces))


def _sayable(texts: list[list[Piece] | NoDictionary]) -> list[Piece]:
    return [piece for pieces in texts if not isinstance(pieces, NoDictionary) for piece in pieces]


def _pace(texts: list[list[Piece] | NoDictionary]) -> Pace:
    """The pace of a reading by the offline voice."""
    return pace_of(_sayable(texts))


async def _ended(makings: list[Making]) -> None:
    """Returns when each of these is made or has failed."""
    if makings:
        await asyncio.wait([making.made for making in makings])
