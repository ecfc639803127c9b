"""How well every installed voice is understood by a recogniser, and the form of its messages.

`make listen` prints it. A voice takes some minutes: all sentences of the measure, through all chains.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gateway.model.speaker import Curve
from gateway.voice.engines import Voice
from tests.hearing.chains import CHAINS
from tests.hearing.form import form
from tests.hearing.judge import Judge, absent
from tests.hearing.messages import messages, urgent
from tests.hearing.sentences import english, sentences
from tests.hearing.table import HEAD, Asked, Figure, details
from tests.hearing.voices import ESPEAK, Refused, Sounds, installed, sentence, sounds


def curve(chain: str) -> Curve:
    """The curve of what is heard through a chain: a horn plays what was made for horns."""
    return Curve.FLAT if chain == "clean" else Curve.HORN


async def asked(judge: Judge, name: str, by: Sounds) -> list[Asked]:
    """All sentences of one voice, asked through all chains."""
    chains = [Asked(judge, name, chain) for chain in CHAINS]
    for each in sentences():
        for chain, asks in zip(CHAINS, chains, strict=True):
            try:
                asks.ask(each, await by.of(sentence(each.text), curve(chain)))
            except Refused as refused:
                print(f"  cannot be said: {refused}")
                asks.refused(each)
    return chains


async def control(judge: Judge, by: Sounds) -> list[Asked]:
    """The English sentences, asked through all chains."""
    chains = [Asked(judge, f"{ESPEAK} English", chain, "en") for chain in CHAINS]
    for text in english():
        for chain, asks in zip(CHAINS, chains, strict=True):
            asks.ask(text, await by.of(sentence(text), curve(chain)))
    return chains


async def figures(name: str, opened: Callable[[], Voice], shelf: Path) -> list[Figure]:
    """The figures of one voice."""
    with Judge() as judge:
        async with sounds(opened(), shelf) as by:
            waiting = await asked(judge, name, by)
            if name == ESPEAK:
                waiting += await control(judge, by)
        return [each.figure() for each in waiting]


async def forms(name: str, opened: Callable[[], Voice], shelf: Path) -> None:
    """Print how many messages of one voice have the wrong form, and which."""
    wrong = {"loudness": 0, "peak": 0, "pace": 0}
    async with sounds(opened(), shelf) as by:
        for script in messages():
            try:
                made = form(script, await by.of(script, Curve.HORN))
            except Refused:
                print(f"  cannot be said: {script.text}")
                continue
            off = {
                "loudness": not made.level,
                "peak": not made.unclipped,
                "pace": urgent(script) and not made.paced,
            }
            for kind, is_so in off.items():
                wrong[kind] += is_so
            if any(off.values()):
                print(f"  {made}")
    print(f"{name}: of {len(messages())} messages out of bounds: {wrong}")


def main() -> None:
    names = sys.argv[1:]
    voices = {name: opened for name, opened in installed() if not names or name in names}
    if reason := absent():
        print(reason)
    for name, opened in voices.items():
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            if not reason:
                made = asyncio.run(figures(name, opened, Path(folder)))
                print("\n".join(map(details, made[:2])))
                print(HEAD, *made, sep="\n")
            asyncio.run(forms(name, opened, Path(folder)))
            print(f"({time.perf_counter() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
