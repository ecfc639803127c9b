"""The words for a unit that speaks by itself have no digits and no characters that GBK lacks."""

from __future__ import annotations

import logging

import pytest

from drivers.tts_chip.script import script as frames
from gateway.model.plan import Script, ToneName
from gateway.voice.typed import typed


def test_rare_names_reach_a_chip_by_homophones_and_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    script = Script(ToneName.RED, ("䶮家湾2组请转移。", "𠮷安村-5℃。"), "warning-red")
    with caplog.at_level(logging.WARNING):
        words = typed(script, 2)
    assert words == "奄家湾二组请转移。吉安村零下五摄氏度。" * 2
    assert frames(words).unsayable == ""
    assert "䶮" in caplog.text
