"""The default voice is understood: a recogniser hears the fixed sentences after the whole product chain.

What a line of the product makes is heard clean, through a horn, and through two horns with an echo, and
espeak-ng beside it in the same run. Figures of a judge that understands espeak-ng do not count.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from gateway.model.speaker import Curve
from tests.hearing.judge import Judge, absent
from tests.hearing.sentences import PROVEN, english, sentences
from tests.hearing.table import HARD_PERCENT, Asked, Figure, details, printed
from tests.hearing.voices import DEFAULT, ESPEAK, installed, sentence, sounds
from tests.support.needs import missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

CLEAN_PERCENT, HORN_PERCENT, TONES_PERCENT = 8.0, 10.0, 15.0
"""The most that may be misheard of the default voice: without tones clean and through a horn, and with tones
on both ways."""
EACH = 4
"""The echo is measured over each fourth sentence. It has no limit."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Figure]:
    """Every figure by its voice and its chain. Two sentences are judged while the next is spoken."""
    if reason := absent():
        missing(reason)
    voices = dict(installed())
    if DEFAULT not in voices:
        missing(f"no style {DEFAULT}: tongluo voice install")
    began, processor = time.perf_counter(), time.process_time()
    with Judge() as judge:
        asked = asyncio.run(_asked(judge, tmp_path_factory.mktemp("speech")))
        made = {key: each.figure() for key, each in asked.items()}
    print(f"\n{time.perf_counter() - began:.0f} s, {time.process_time() - processor:.0f} s of them here")
    print(printed(made.values()))
    for chain in ("clean", "horn"):
        print(details(made[DEFAULT, chain]))
    if made[ESPEAK, "clean"].without < HARD_PERCENT:
        pytest.fail(f"the judge understands espeak-ng: nothing counts\n{printed(made.values())}")
    return made


async def _asked(judge: Judge, shelf: Path) -> dict[tuple[str, str], Asked]:
    voices = dict(installed())
    asked = {
        (ESPEAK, "clean"): Asked(judge, ESPEAK, "clean"),
        ("english", "clean"): Asked(judge, f"{ESPEAK} English", "clean", "en"),
        ("english", "horn"): Asked(judge, f"{ESPEAK} English", "horn", "en"),
        **{(DEFAULT, chain): Asked(judge, DEFAULT, chain) for chain in ("clean", "horn", "echo")},
    }
    async with sounds(voices[ESPEAK](), shelf) as by:
        for text in english():
            asked["english", "clean"].ask(text, await by.of(sentence(text), Curve.FLAT))
            asked["english", "horn"].ask(text, await by.of(sentence(text), Curve.HORN))
        for each in sentences()[:PROVEN]:
            asked[ESPEAK, "clean"].ask(each, await by.of(sentence(each.text), Curve.FLAT))
    async with sounds(voices[DEFAULT](), shelf) as by:
        for number, each in enumerate(sentences()[:PROVEN]):
            asked[DEFAULT, "clean"].ask(each, await by.of(sentence(each.text), Curve.FLAT))
            heard = await by.of(sentence(each.text), Curve.HORN)
            asked[DEFAULT, "horn"].ask(each, heard)
            if number % EACH == 0:
                asked[DEFAULT, "echo"].ask(each, heard)
    return asked


def test_the_default_voice_is_understood(figures: dict[tuple[str, str], Figure]) -> None:
    assert figures[DEFAULT, "clean"].without <= CLEAN_PERCENT


def test_it_is_understood_through_a_horn(figures: dict[tuple[str, str], Figure]) -> None:
    assert figures[DEFAULT, "horn"].without <= HORN_PERCENT


@pytest.mark.parametrize("chain", ["clean", "horn"])
def test_its_tones_are_understood(figures: dict[tuple[str, str], Figure], chain: str) -> None:
    assert figures[DEFAULT, chain].with_tones <= TONES_PERCENT


def test_it_is_understood_far_better_than_the_voice_that_is_always_there(
    figures: dict[tuple[str, str], Figure],
) -> None:
    assert figures[DEFAULT, "clean"].without * 3 < figures[ESPEAK, "clean"].without
    assert figures["english", "clean"].without < figures[ESPEAK, "clean"].without
