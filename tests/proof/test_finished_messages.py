"""Every message of the office: one loudness, no clipping at any loudspeaker, one pace.

The figures are printed. The neural voice says them with TONGLUO_FULL=1 alone: it takes ten minutes for that,
and tests/hearing/test_whole_messages.py has others of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from typing import NamedTuple

import numpy as np
import pytest

from drivers.sound import samples
from gateway.config.voice import KokoroTable
from gateway.model.speaker import Curve
from gateway.voice.engines import Heard, Voice
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.engines.kokoro import KokoroVoice, installed
from gateway.voice.engines.styles import file_of
from gateway.voice.engines.vetting import vetted
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece
from gateway.voice.pieces import _finished, pace_of
from gateway.voice.sound.loudness import TARGET_LUFS
from gateway.voice.text.spoken import spoken
from tests.gateway.voice.sound.test_finish import messages
from tests.support.standard_loudness import RATE, decoded, standard_loudness, true_peak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
FULL = bool(os.environ.get("TONGLUO_FULL"))
MOST_DBTP = -1.5
LONG_S = 3.0
"""A shorter message has no loudness worth the name."""


class Figures(NamedTuple):
    """What was measured of one message."""

    text: str
    seconds: float
    lufs: float
    peak_dbtp: float
    coded_dbtp: float
    """The true peak after the ADPCM of a horn."""
    pace: float
    """Characters a minute, with all pauses."""


def texts() -> list[str]:
    """All acts of the office, and warnings with figures of their own."""
    chance = random.Random(5)
    issued = [
        f"舒城县气象台7月{chance.randint(1, 30)}日{chance.randint(0, 23)}时"
        f"{chance.randint(10, 59)}分发布暴雨红色预警信号："
        f"预计未来3小时河棚镇、晓天镇降雨量将达{chance.randint(30, 400)}毫米以上，山洪地质灾害风险很高。"
        f"请低洼处的{chance.randint(2, 3000)}户立即转移到村小学。请相互转告，做好防范。"
        for _ in range(12)
    ]
    return issued + messages()


async def heard(voice: Voice, text: str, curve: Curve, said: dict[Piece, Heard]) -> bytes:
    """One reading of a message, as the announcer puts it together."""
    pieces = phrased(spoken(text).words, OURS, voice.lengths)
    for piece in pieces:
        if piece not in said:
            raw = await voice.say(piece)
            said[piece] = Heard(vetted(piece, raw, voice.bounds), raw.rate)
    pace = pace_of(pieces)
    return b"".join([await _finished(said[piece], piece, pace, curve) for piece in pieces])


def figures(text: str, pcm: bytes) -> Figures:
    words = spoken(text).words
    signal = samples(pcm) / 32768
    characters = len(re.findall(r"[\u4e00-\u9fff]", words))
    return Figures(
        text=text,
        seconds=len(signal) / RATE,
        lufs=standard_loudness(signal),
        peak_dbtp=true_peak(signal),
        coded_dbtp=true_peak(decoded(pcm)),
        pace=60 * characters / (len(signal) / RATE),
    )


async def measured(voice: Voice, wanted: list[str]) -> dict[Curve, list[Figures]]:
    """The figures of these messages for each curve."""
    await voice.open()
    said: dict[Piece, Heard] = {}
    try:
        return {
            curve: [figures(text, await heard(voice, text, curve, said)) for text in wanted]
            for curve in Curve
        }
    finally:
        await voice.close()


def neural() -> Voice:
    """The neural voice, if it is installed here. It skips the test otherwise."""
    style = file_of(KokoroTable(), None)
    if style is None or installed() is None:
        pytest.skip("the neural voice is not installed")
    return KokoroVoice(style)


@pytest.mark.parametrize("name", ["espeak", *(["kokoro"] if FULL else [])])
def test_every_message_has_one_loudness_one_pace_and_no_peak_over_the_limit(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    voice: Voice = EspeakVoice() if name == "espeak" else neural()
    for curve, found in asyncio.run(measured(voice, texts())).items():
        long = [one for one in found if one.seconds > LONG_S]
        off = [one for one in long if abs(one.lufs - TARGET_LUFS) > 0.5]
        paces = [one.pace for one in found if "（" not in one.text]  # a blank is no character
        with capsys.disabled():
            print(
                f"\n{name}, {curve}: {len(found)} messages, {len(long)} longer than {LONG_S:g} s:"
                f" {min(one.lufs for one in long):.2f} to {max(one.lufs for one in long):.2f} LUFS,"
                f" {len(off)} off;"
                f" true peak {max(one.peak_dbtp for one in found):.2f} dBTP,"
                f" {max(one.coded_dbtp for one in found):.2f} dBTP after ADPCM at 8 kHz;"
                f" {min(paces):.0f} to {max(paces):.0f} characters a minute, median {np.median(paces):.0f}"
            )
        assert not off
        assert max(max(one.peak_dbtp, one.coded_dbtp) for one in found) <= MOST_DBTP
        assert min(paces) >= 170
        assert max(paces) <= 190
