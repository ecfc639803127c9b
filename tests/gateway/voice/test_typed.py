"""The words for a unit that speaks by itself have no digits and no characters that GBK lacks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from drivers import Utterance
from drivers.link.memory import pair
from drivers.tts_chip.driver import TtsChipDriver
from firmware_sim.speaker import Speaker
from firmware_sim.tts_chip import TtsChip
from gateway.model.plan import Script, ToneName
from gateway.voice.typed import typed
from tests.support.tasks import running

NAMES = Script(ToneName.RED, ("䶮家湾2组请转移。", "𠮷安村-5℃。"), "warning-red")
WORDS = "奄家湾二组请转移。吉安村零下五摄氏度。"


def test_rare_names_are_homophones_and_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert typed(NAMES, 2) == WORDS * 2
    assert "䶮" in caplog.text


def heard(virtual: Callable[..., Any], text: str) -> str:
    """What a simulated chip says of a text."""
    speaker = Speaker("石桥广场", 1)

    async def story() -> None:
        near, far = pair(9600)
        driver, chip = TtsChipDriver(near, 1), TtsChip(far, speaker)
        async with running(chip.run(), driver.run(lambda report: None), settle_s=0.05):
            await driver.play([1], Utterance(b"burst-01", text=text, volume=80))

    virtual(story())
    return "".join(sound.text or "" for sound in speaker.heard)


def test_a_chip_says_whole_names_where_it_left_holes(virtual: Callable[..., Any]) -> None:
    assert heard(virtual, NAMES.text).startswith("家湾"), "the chip does not know the first character"
    assert heard(virtual, typed(NAMES, 1)) == WORDS
