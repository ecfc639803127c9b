"""A county's worst hour: twelve villages with texts of their own at the same moment, on two cores.

`python tests/listening/county_scene.py` counts in virtual time; `--real` lets espeak-ng and Kokoro speak in
real time, five minutes, and says what they cost. No line is connected.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from gateway.model.plan import Script, ToneName
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.piece import Piece
from gateway.voice.sound.shelf import Shelf
from tests.listening.first_readings import LENGTHS, known
from tests.support.paced_voice import AtOnce, Paced, Rehearsed
from tests.support.process_costs import costs
from tests.support.speaking import Listened, listened
from tests.support.toy_voice import Toy
from tests.support.virtual_time import VirtualLoop
from tests.support.warning_texts import OURS, Text, texts

VILLAGES = 12
READINGS = 2
"""Of a burst (docs/practice.md, Repetition)."""


BETWEEN_S = 480.0
"""From the end of a red's first burst to its second one, which begins ten minutes after it (docs/practice.md,
Repetition)."""


class Scene(NamedTuple):
    """What twelve villages heard."""

    heard: list[Listened]

    @property
    def late_s(self) -> float:
        """The longest that any speaker waited for its next sound."""
        return max(late for one in self.heard for late in one.late_s)

    def neural(self, number: int) -> int:
        """The villages whose reading of this number the neural voice said."""
        return sum(one.accounts[number].voices == ("kokoro",) for one in self.heard)

    def told(self) -> str:
        """A line for each reading."""
        lines = (
            f"reading {number + 1}: {dict(Counter(str(one.accounts[number]) for one in self.heard))}"
            for number in range(READINGS)
        )
        return "\n".join((*lines, f"the longest wait of a speaker: {1000 * self.late_s:.0f} ms"))


def villages() -> list[Text]:
    """Twelve texts, each a red with the longest tone."""
    return [text._replace(script=replace(text.script, tone=ToneName.RED)) for text in texts(OURS)[:VILLAGES]]


async def heard(announcer: Announcer, scripts: list[Script]) -> Scene:
    """All of them at the same moment."""
    return Scene(await asyncio.gather(*(listened(announcer, script, READINGS) for script in scripts)))


def simulated(kept: Collection[Piece], neural: Toy | None = None) -> list[Scene]:
    """Two bursts of the scene in virtual time, with a voice of the measured pace unless another is given."""

    async def story() -> list[Scene]:
        voice = neural or Paced(LENGTHS)
        announcer = Announcer(AtOnce(), chosen=voice, shelf=Rehearsed(voice, kept))
        scripts = [text.script for text in villages()]
        first = await heard(announcer, scripts)
        await asyncio.sleep(BETWEEN_S)
        second = await heard(announcer, scripts)
        await announcer.close()
        return [first, second]

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story())


async def real(folder: Path) -> Scene:
    """The scene with the real voices, nothing rehearsed but the fixed sentences of a warning."""
    from gateway.voice.engines.espeak import EspeakVoice
    from gateway.voice.engines.kokoro import KokoroVoice
    from tests.support.neural import style_or_skip

    neural = KokoroVoice(style_or_skip())
    announcer = await open_voices(Announcer(EspeakVoice(), chosen=neural, shelf=Shelf(folder)))
    await announcer.open_chosen()
    for text in ("预警广播，预警广播。", "请相互转告，做好防范。"):
        for piece in announcer.rehearsed(text):
            await announcer.rehearse(piece)
    began, before = asyncio.get_running_loop().time(), costs()
    scene = await heard(announcer, [text.script for text in villages()])
    lasted = asyncio.get_running_loop().time() - began
    print(f"pace at the start: {neural.pace:.2f} s of work for a second of speech")
    for name, cost in costs().items():
        used = cost.cpu_s - (before[name].cpu_s if name in before else 0.0)
        print(f"{name}: {used:.1f} s of processor in {lasted:.0f} s, {cost.megabytes:.0f} MB resident")
    await announcer.close()
    return scene


def main() -> None:
    logging.disable(logging.CRITICAL)
    if "--real" in sys.argv:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            print(asyncio.run(real(folder)).told())
        return
    for rehearsed in (True, False):
        kept = known(villages()) if rehearsed else frozenset[Piece]()
        print("rehearsed" if rehearsed else "not rehearsed")
        for number, scene in enumerate(simulated(kept), 1):
            print(f"burst {number}\n{scene.told()}")


if __name__ == "__main__":
    main()
