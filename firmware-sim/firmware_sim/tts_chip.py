"""A SYN6288 speech chip in software, as strict as the data sheet: gaps, checksums, lasting tags, one 4F at
the end."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass

from drivers.errors import LinkLost
from drivers.link import Chunk, Link
from drivers.tts_chip.frames import Answer, Command, Encoding, Misframed, Order, OrderDecoder
from drivers.tts_chip.script import TONE_SECONDS, TONES, VOLUME_MOST
from firmware_sim.speaker import Heard, Speaker

CHARACTERS_PER_S = 4.5
"""Its speed: the chip says 4 to 5 characters a second. A punctuation mark is a pause of one character."""
VOLUME_DEFAULT = 10
"""After power-up and `[d]` (SYN6288 data sheet)."""
WAKE_S = 0.016
"""Seconds after the waking byte in which the chip hears nothing (SYN6288 data sheet)."""
RESLEEP_S = 10.0
"""Seconds after which a woken chip sleeps again without a valid frame (SYN6288 data sheet)."""
FAST_BAUD = 38400
"""At this baud rate a speaking chip takes about every second frame only (SYN6288 data sheet §4.3.2)."""
REOPEN_S = 0.2
"""Seconds before a lost link is opened again. Our choice."""

_TAG = re.compile(r"\[(?:(d)|(v)(\d+)|[tmnxy]\d+|r|[23])\]")

log = logging.getLogger(__name__)


@dataclass
class _Paused:
    text: str
    seconds: float


class TtsChip:
    """One chip on `link`. It sounds at `speaker`. A dead chip hears nothing; a busy one answers 45 to an
    order to speak."""

    def __init__(self, link: Link, speaker: Speaker) -> None:
        self.speaker = speaker
        self._link = link
        self._orders = OrderDecoder(link.baud)
        self._volume = VOLUME_DEFAULT
        self._due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._paused: _Paused | None = None
        self._asleep = False
        self._woken: float | None = None
        self._odd = False

    async def run(self) -> None:
        """Power up and serve until cancelled. A lost link is opened again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._answer())
            powered = False
            while True:
                try:
                    await self._link.open()
                    if not powered:
                        powered = True
                        self.reboot()
                    while True:
                        self._hear(await self._link.read())
                except LinkLost:
                    await asyncio.sleep(REOPEN_S)
                finally:
                    await self._link.close()

    def reboot(self) -> None:
        """Lose power and get it back: the sound ends, the settings are lost, and the chip sends 4A."""
        self.speaker.silence()
        self._volume = VOLUME_DEFAULT
        self._paused = None
        self._asleep = False
        self._woken = None
        self._tell(Answer.READY)

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await self._due.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            try:
                await self._link.write(data)
            except LinkLost:
                log.debug("%s: nobody hears %s", self.speaker.name, data.hex())

    def _tell(self, *answers: Answer) -> None:
        faults = self.speaker.faults
        if not faults.dead:
            data = faults.garble(bytes(answer.value for answer in answers))
            self._due.put_nowait((asyncio.get_running_loop().time() + faults.late, data))

    def _hear(self, chunk: Chunk) -> None:
        orders = self._orders.feed(chunk.data, chunk.at)
        if self.speaker.faults.dead or self._sleeps(chunk.at):
            return
        for order in orders:
            if isinstance(order, Misframed):
                log.info("%s refuses a frame: %s", self.speaker.name, order.why)
                self._tell(Answer.REJECTED)
            elif not self._overrun():
                self._woken = None
                self._obey(order)

    def _sleeps(self, at: float) -> bool:
        """Whether the chip sleeps and misses these bytes. The first byte wakes it."""
        if self._woken is not None and at - self._woken > RESLEEP_S:
            self._woken, self._asleep = None, True
        if self._asleep:
            self._asleep, self._woken = False, at
            return True
        return self._woken is not None and at - self._woken < WAKE_S

    def _overrun(self) -> bool:
        if self._link.baud < FAST_BAUD or not self.speaker.busy_until_end:
            return False
        self._odd = not self._odd
        return self._odd

    def _obey(self, order: Order) -> None:
        match order.command, len(order.data):
            case Command.SPEAK, size if size > 1:
                self._speak(order.data)
            case Command.STOP, 0:
                self._paused = None
                self.speaker.silence()
                self._tell(Answer.ACCEPTED)
            case Command.PAUSE, 0:
                self._pause()
                self._tell(Answer.ACCEPTED)
            case Command.RESUME, 0:
                self._tell(Answer.ACCEPTED)
                if self._paused:
                    self._sound(self._paused.text, self._paused.seconds)
            case Command.STATUS, 0:
                speaking = self.speaker.busy_until_end or self._paused is not None
                self._tell(Answer.ACCEPTED, Answer.BUSY if speaking else Answer.IDLE)
            case Command.POWER_DOWN, 0:
                self.speaker.silence()
                self._tell(Answer.ACCEPTED)
                self._asleep = True
            case _:
                self._tell(Answer.REJECTED)

    def _speak(self, data: bytes) -> None:
        code = data[0] & 0b111
        if code > max(Encoding) or self.speaker.faults.busy:
            self._tell(Answer.REJECTED)
            return
        tagged = data[1:].decode(Encoding(code).codec, errors="ignore")
        text = _TAG.sub(self._set, tagged)
        self._tell(Answer.ACCEPTED)
        self._sound(text, TONE_SECONDS.get(text, len(text) / CHARACTERS_PER_S))

    def _set(self, tag: re.Match[str]) -> str:
        if tag[1]:
            self._volume = VOLUME_DEFAULT
        elif tag[2]:
            self._volume = min(int(tag[3]), VOLUME_MOST)
        return ""

    def _sound(self, text: str, seconds: float) -> None:
        """Say `text` in place of the present sound. An empty text (tags alone) ends at once, unheard."""
        self._paused = None
        if not text:
            self.speaker.silence()
            self._tell(Answer.IDLE)
            return
        heard = Heard(asyncio.get_running_loop().time(), volume=round(self._volume * 100 / VOLUME_MOST))
        tone = next((number for number, name in TONES.items() if name == text), None)
        heard.clip, heard.text = tone, text if tone is None else None
        self.speaker.begin(heard, seconds, done=lambda: self._tell(Answer.IDLE))

    def _pause(self) -> None:
        sound = self.speaker.playing
        if sound and sound.text:
            spoken = int((asyncio.get_running_loop().time() - sound.began) * CHARACTERS_PER_S)
            rest = sound.text[spoken:]
            self.speaker.silence()
            self._paused = _Paused(rest, len(rest) / CHARACTERS_PER_S)
