"""Plays text on a SYN6288 chip.

The driver sends a burst sentence by sentence. A turn of the line lasts for a question and its answer, never
while the chip speaks. The driver sends a sentence a second time only after the chip showed that it is not
speaking it: the chip rebooted (4A), refused the frame (45) or answered that it is idle (4F). So a damaged
answer never makes the village hear a sentence twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from drivers import (
    EVERYONE,
    Accepted,
    Alive,
    Capability,
    Cleared,
    Fact,
    Fault,
    Finished,
    Refused,
    Report,
    Sounding,
    SpeakerStatus,
    Trial,
    TrialResult,
    Units,
    Utterance,
)
from drivers.errors import Busy, CannotPlay, CutShort, DriverError, LinkLost, NoAnswer, NotAccepted, TooLate
from drivers.line import Line, Rank
from drivers.link import Chunk, Link
from drivers.tts_chip.exchange import ANSWER_S, Exchange, exchange
from drivers.tts_chip.frames import STATUS, STOP, Answer, AnswerDecoder
from drivers.tts_chip.script import TONES, Script, Sentence, script, tone_script
from drivers.tts_chip.speech import Speech, Stopped

QUERY_PATIENCE_S = (ANSWER_S, 1.0)
"""Seconds to wait for the answer to a status query, first and second try. The second allows for slow
adapters. Our choice."""
CONFIRM_S = 0.3
"""Seconds after which the chip is asked once whether it speaks: longer than its start-up, shorter than a
sentence. Our choice."""
SURE_S = 1.0
"""A chip that is idle at the confirmation never began its sentence, if the sentence is longer than so many
seconds. Our choice."""
OVERDUE_ROUNDS = 3
"""A chip counts as stuck when an overdue sentence was found still sounding so many times. Our choice."""
STOP_TRIES = 3
"""A stop is sent up to so many times until the chip confirms its silence. Stopping twice does no harm. Our
choice."""
GROWL_TONE, GROWL_VOLUME = 1, 15
"""The broadcast chime at low volume: no siren, no word. Our choice."""
TEST_SENTENCE = "现在进行广播设备测试，请勿惊慌。测试完毕。"
CAPABILITY = Capability.TEXT | Capability.TONE | Capability.VOLUME | Capability.STOP | Capability.STATUS

log = logging.getLogger(__name__)


class TtsChipDriver:
    """One chip at one port. The gateway knows it as `unit`.

    Text goes before a tone: a tone sounds only where there is no text. A new burst overtakes the one that
    sounds, which ends as CutShort. The chip remembers no token: every play sounds.
    """

    def __init__(self, link: Link, unit: int = 1) -> None:
        self.unit = unit
        self._line = Line(link, self._listen)
        self._decoder = AnswerDecoder()
        self._report: Callable[[Report], None] = lambda report: None
        self._speech: Speech | None = None
        self._perhaps_speaking = True
        self._was_lost = False

    def can(self, unit: int) -> Capability:
        return CAPABILITY if unit == self.unit else Capability.NONE

    async def run(self, report: Callable[[Report], None]) -> None:
        self._report = report
        await self._line.run(self._changed)

    async def play(self, units: Units, utterance: Utterance) -> None:
        if units is not EVERYONE:
            for stranger in set(units) - {self.unit}:
                error = CannotPlay(unit=stranger, reason="one chip a port")
                self._report(Report(_now(), stranger, utterance.token, Refused(error)))
            if self.unit not in units:
                return
        self._tell(await self._burst(utterance), utterance.token)

    async def stop(self, units: Units) -> None:
        """See drivers.Driver. A chip that does not confirm is reported as a Fault without token. Raises
        nothing."""
        if units is not EVERYONE and self.unit not in units:
            return
        speech = self._speech
        if speech:
            speech.bar()
        known = False
        try:
            known = await self._silence()
        except DriverError as error:
            self._tell(Fault(error))
        finally:
            if speech:
                speech.end(Stopped(known))

    async def power(self, unit: int, on: bool) -> None:
        """A speech chip has no relay. Raises CannotPlay."""
        raise CannotPlay(unit=unit, reason="no relay")

    async def status(self, unit: int) -> SpeakerStatus:
        """The chip can tell `playing` only. Raises DriverError."""
        if unit != self.unit:
            raise CannotPlay(unit=unit, reason="one chip a port")
        async with self._exchange(Rank.POLL) as talk:
            answer = await self._query(talk)
            if answer is None:
                raise talk.silence(unit)
        self._tell(Alive())
        return SpeakerStatus(playing=answer is Answer.BUSY)

    async def test(self, unit: int, kind: Trial) -> TrialResult:
        """Raises DriverError; Busy while the chip speaks, since a test never cuts off a burst.

        `proved` is always False: the chip measures nothing.
        """
        status = await self.status(unit)
        if kind is Trial.SILENT:
            return TrialResult(reached=True, proved=False, status=status)
        if status.playing:
            raise Busy(unit=unit)
        growl = Utterance(b"", tone=GROWL_TONE, volume=GROWL_VOLUME)
        voice = Utterance(b"", text=TEST_SENTENCE)
        fact = await self._burst(growl if kind is Trial.GROWL else voice)
        if isinstance(fact, Fault | Refused):
            raise fact.error
        return TrialResult(reached=True, proved=False, status=await self.status(unit))

    async def _burst(self, utterance: Utterance) -> Fact:
        """Say the whole utterance. Returns the fact that ends the burst."""
        speech = Speech()
        try:
            words = self._script(utterance)
            if self._speech and not self._speech.barred:  # a stop under way ends it
                self._speech.end(CutShort(unit=self.unit, reason="overtaken"))
            self._speech = speech
            for sentence in words.sentences:
                await self._say(speech, sentence, utterance)
            return Finished(known=True)
        except Stopped as stopped:
            return Finished(stopped.known)
        except (CannotPlay, NotAccepted, TooLate) as error:
            return Refused(error)
        except DriverError as error:
            cut = speech.began and not isinstance(error, CutShort)
            return Fault(CutShort(unit=self.unit, reason=error.code) if cut else error)
        finally:
            if self._speech is speech:
                self._speech = None

    def _script(self, utterance: Utterance) -> Script:
        if utterance.text is not None:
            words = script(utterance.text, utterance.volume)
            if words.unsayable:
                log.warning("unit %d cannot say %r: not in GBK, left out", self.unit, words.unsayable)
            if words.sentences:
                return words
        if utterance.tone in TONES:
            return tone_script(utterance.tone, utterance.volume)
        raise CannotPlay(unit=self.unit, reason="neither text nor a tone it has")

    async def _say(self, speech: Speech, sentence: Sentence, utterance: Utterance) -> None:
        """One sentence to its end, sent at most twice."""
        error: DriverError = CutShort(unit=self.unit, reason="idle")
        for _ in range(2):
            await speech.check()
            answer = await self._deliver(speech, sentence, utterance)
            await speech.check()
            if answer is Answer.ACCEPTED:
                if not speech.began:
                    speech.began = True
                    self._tell(Accepted(), utterance.token)
                if await self._hear_out(speech, sentence, utterance):
                    return
            elif answer is Answer.REJECTED:
                error = NotAccepted(unit=self.unit, reason="45")
        raise error

    async def _deliver(self, speech: Speech, sentence: Sentence, utterance: Utterance) -> Answer | None:
        """Send one sentence. Returns ACCEPTED where the chip has it; REJECTED, READY or IDLE where it does
        not speak it.

        Returns None where the burst was stopped meanwhile. Raises DriverError.
        """
        async with self._exchange() as talk:
            if self._perhaps_speaking:
                await talk.ask(STOP, {Answer.ACCEPTED})
            if speech.barred:
                return None
            late = (
                utterance.not_after is not None
                and _now() + talk.line_time(sentence.order) > utterance.not_after
            )
            if late and not speech.began:
                raise TooLate(unit=self.unit)
            self._perhaps_speaking = True
            answer = await talk.ask(sentence.order, {Answer.ACCEPTED, Answer.REJECTED, Answer.READY})
            if answer is None:
                answer = await self._query(talk)
                if answer is None:
                    raise talk.silence(self.unit)
            if answer is Answer.BUSY:
                answer = Answer.ACCEPTED
            self._perhaps_speaking = answer is Answer.ACCEPTED
            speech.forget()
            return answer

    async def _hear_out(self, speech: Speech, sentence: Sentence, utterance: Utterance) -> bool:
        """Wait for the end of a sentence. Returns False where the chip turns out not to speak it."""
        began = _now()
        earliest = began + sentence.shortest
        ended = await self._ended(speech, began + CONFIRM_S, earliest)
        if ended is None:
            state = await self._ask_whether_speaking()
            if state is Answer.BUSY and not speech.sounded:
                speech.sounded = True
                self._tell(Sounding(), utterance.token)
            if state is Answer.IDLE and sentence.shortest > SURE_S and _now() < earliest:
                return False
            ended = await self._ended(speech, began + sentence.patience, earliest)
        for _ in range(OVERDUE_ROUNDS):
            if ended is not None:
                return ended
            state = await self._ask_whether_speaking()
            if state is None:
                raise NoAnswer(unit=self.unit)
            if state is Answer.IDLE:
                return _now() >= earliest
            ended = await self._ended(speech, _now() + sentence.patience, earliest)
        raise Busy(unit=self.unit)

    async def _ended(self, speech: Speech, until: float, earliest: float) -> bool | None:
        """Wait for an unasked answer. Returns True for the end of the sentence, False for a reboot, None if
        neither came.

        An end before `earliest` is not the end of this sentence but a late answer to an older question: None.
        """
        answer = await speech.answer(until)
        if answer is Answer.IDLE and _now() < earliest:
            return None
        return None if answer is None else answer is Answer.IDLE

    async def _silence(self) -> bool:
        """Send stops until the chip answers that it is idle. Returns True then. Raises DriverError."""
        async with self._exchange(Rank.STOP) as talk:
            for _ in range(STOP_TRIES):
                await talk.ask(STOP, {Answer.ACCEPTED})
                if await talk.ask(STATUS, {Answer.BUSY, Answer.IDLE}) is Answer.IDLE:
                    self._perhaps_speaking = False
                    return True
            raise talk.silence(self.unit)

    async def _ask_whether_speaking(self) -> Answer | None:
        async with self._exchange() as talk:
            return await self._query(talk)

    async def _query(self, talk: Exchange) -> Answer | None:
        """BUSY, IDLE, or None where no answer came. Some chips send 41 before it, others do not; both are
        accepted."""
        for patience in QUERY_PATIENCE_S:
            answer = await talk.ask(STATUS, {Answer.BUSY, Answer.IDLE}, patience)
            if answer is not None:
                return answer
        return None

    def _exchange(self, rank: Rank = Rank.PLAY) -> AbstractAsyncContextManager[Exchange]:
        return exchange(self._line, self._unasked, rank)

    def _listen(self, chunk: Chunk) -> None:
        for answer in self._decoder.feed(chunk.data, chunk.at):
            self._unasked(answer)

    def _unasked(self, answer: Answer) -> None:
        if answer is Answer.READY:
            log.warning("unit %d came up again: check its power supply", self.unit)
            self._tell(Alive())
        if answer in (Answer.READY, Answer.IDLE):
            self._perhaps_speaking = False
        if self._speech:
            self._speech.hear(answer)

    def _changed(self, up: bool) -> None:
        self._perhaps_speaking = True
        if up and self._was_lost:
            self._was_lost = False
            self._tell(Cleared())
        elif not up:
            self._was_lost = True
            error = LinkLost(unit=self.unit)
            self._tell(Fault(error))
            if self._speech:
                self._speech.end(error)

    def _tell(self, fact: Fact, token: bytes | None = None) -> None:
        self._report(Report(_now(), self.unit, token, fact))


def _now() -> float:
    return asyncio.get_running_loop().time()
