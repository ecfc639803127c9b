"""A county's worst hour: twelve villages with texts of their own at the same moment, on two cores.

`python tests/listening/county_scene.py` counts in virtual time; `--real` lets espeak-ng and Kokoro speak in
real time, five minutes, and says what they cost. No line is connected.
"""

from __future__ import annotations

import asyncio
import logging
import os
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
from tests.support.speaking import Listened, listened
from tests.support.virtual_time import VirtualLoop
from tests.support.warning_texts import OURS, Text, texts

VILLAGES = 12
READINGS = 3
"""Of a red warning's burst (docs/practice.md, Repetition)."""


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


def simulated(kept: Collection[Piece]) -> Scene:
    """The scene with a voice of the measured pace, in virtual time."""

    async def story() -> Scene:
        voice = Paced(LENGTHS)
        announcer = Announcer(AtOnce(), chosen=voice, shelf=Rehearsed(voice, kept))
        scene = await heard(announcer, [text.script for text in villages()])
        await announcer.close()
        return scene

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
    began, before = asyncio.get_running_loop().time(), _cost()
    scene = await heard(announcer, [text.script for text in villages()])
    lasted = asyncio.get_running_loop().time() - began
    after = _cost()
    print(f"pace at the start: {neural.pace:.2f} s of work for a second of speech")
    for name, (cpu, megabytes) in after.items():
        used = cpu - before.get(name, (0.0, 0.0))[0]
        print(f"{name}: {used:.1f} s of processor in {lasted:.0f} s, {megabytes:.0f} MB resident")
    await announcer.close()
    return scene


def _cost() -> dict[str, tuple[float, float]]:
    """Seconds of processor and megabytes of this process and of its children, by the name of the program."""
    me, found = os.getpid(), dict[str, tuple[float, float]]()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rsplit(") ", 1)[1]
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        parts = fields.split()
        if me in (int(place.name), int(parts[1])):
            worker = next((kind for kind in ("onnx_worker", "espeak_worker") if kind in words), "announcer")
            ticks, pages = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
            found[worker] = (
                (int(parts[11]) + int(parts[12])) / ticks,
                int(parts[21]) * pages / 1e6,
            )
    return found


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
        print(simulated(kept).told())


if __name__ == "__main__":
    main()
