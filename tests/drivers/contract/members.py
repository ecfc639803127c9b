"""Every driver of the registry in the contract suite: one row a driver and form."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from drivers import Accepted, Finished, Proved, Sounding
from drivers.errors import NotAccepted
from drivers.link.memory import MemoryEnd
from drivers.modbus.frames import Answer, Refusal
from drivers.modbus.profile import load
from drivers.protocol import LineSpec
from drivers.sound import pcm, samples
from firmware_sim.modbus import Horn, ModbusBus
from firmware_sim.modbus_tcp import ModbusTcp
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.openhorn_unit import UNSUPPORTED
from firmware_sim.speaker import AMPLIFIER_MA, Speaker
from firmware_sim.tts_chip import TtsChip
from tests.support.drivers.bench import Burst, Member
from tests.support.drivers.openhorn import KEY, KEY_FILE, sound, speech, through
from tests.support.drivers.stream_server import Streamed

HORN: Final = "icpdas-alm-04-mrtu"
ALAW: Final = {"key_file": str(KEY_FILE), "codec": "alaw"}


def wall() -> int:
    return 0x67000000 + int(asyncio.get_running_loop().time())


def text(sentence: str) -> Burst:
    """Long enough for three frames of the chip."""
    words = "".join(f"{number}{sentence}" for number in "一二三四五六")
    return Burst(words, text=words)


def clip(number: int) -> Burst:
    return Burst((number,), clip=number)


def tone(number: int) -> Burst:
    """An openhorn unit's listener notes the tone of a number as minus that number."""
    return Burst((-number,), tone=number)


def voice(loudness: float, seconds: float) -> Burst:
    """In A-law, which a simulation decodes at little cost."""
    data = pcm(np.rint(samples(speech(seconds)) * loudness).astype(np.int16))
    return Burst(through(data, "alaw"), sound=sound(data))


class Sockets(Streamed):
    """A Modbus/TCP gateway with its horns."""

    def __init__(self, far: MemoryEnd, speakers: Mapping[int, Speaker]) -> None:
        self.horns = {unit: Horn(speaker, load(HORN)) for unit, speaker in speakers.items()}
        super().__init__(far, ModbusTcp(self.horns)._serve)


def illegal(simulator: Any, unit: int) -> None:
    """The horn declines every write."""
    simulator.horns[unit].obey = lambda request: Answer(request, refusal=Refusal.ILLEGAL_VALUE)


def unsupported(simulator: Any, unit: int) -> None:
    """The unit supports nothing that it is asked."""
    simulator.units[unit].act = lambda order: UNSUPPORTED


def in_use(simulator: Any, unit: int) -> None:
    """The chip answers 45 to every text."""
    simulator.speaker.faults.busy = True


MEMBERS: Final[dict[str, Member]] = {
    "tts_chip": Member(
        "tts_chip",
        {},
        LineSpec([1], wall),
        9600,
        lambda far, speakers: TtsChip(far, speakers[1]),
        (
            text("受持续强降雨影响，石桥村后山有滑坡危险，请住在山脚的群众立即向村小学转移。"),
            text("上游水库正在泄洪，河水还会上涨，请不要靠近河边，请不要过桥。"),
        ),
        (Accepted(), Sounding(), Finished(known=True)),
        time_out=0.2,
        decline=in_use,
        busy=NotAccepted,
        known_late=0.0,
        asks_again=True,
    ),
    "modbus": Member(
        "modbus",
        {"profile": HORN},
        LineSpec([1, 2, 3], wall),
        9600,
        lambda far, speakers: ModbusBus(far, speakers, load(HORN)),
        (clip(5), clip(4)),
        (Accepted(), Finished(known=False)),
        time_out=0.35,
        decline=illegal,
        known_late=0.3,
    ),
    "modbus over TCP": Member(
        "modbus",
        {"profile": HORN},
        LineSpec([1, 2, 3], wall, port="tcp://192.0.2.1:502"),
        1_000_000,
        Sockets,
        (clip(5), clip(4)),
        (Accepted(), Finished(known=False)),
        time_out=1.1,
        decline=illegal,
        stream=True,
    ),
    "openhorn sound": Member(
        "openhorn",
        ALAW,
        LineSpec([1, 2, 3], wall),
        115200,
        lambda far, speakers: OpenhornBus(far, speakers, KEY),
        (voice(0.5, 4.0), voice(1.0, 3.0)),
        (Accepted(), Sounding(), Proved(AMPLIFIER_MA), Finished(known=True)),
        time_out=0.15,
        decline=unsupported,
        remembers=True,
        asks_again=True,
    ),
    "openhorn tone": Member(
        "openhorn",
        ALAW,
        LineSpec([1, 2, 3], wall),
        57600,
        lambda far, speakers: OpenhornBus(far, speakers, KEY),
        (tone(1), tone(2)),
        (Accepted(), Sounding(), Proved(AMPLIFIER_MA), Finished(known=True)),
        time_out=0.15,
        decline=unsupported,
        remembers=True,
        asks_again=True,
    ),
}
